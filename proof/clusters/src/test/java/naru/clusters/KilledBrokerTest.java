package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kill -9 in the middle of everything: what was acknowledged is there afterwards. */
class KilledBrokerTest {

    private static final int PARTITIONS = 3;
    private static final int KILLS = 4;
    private static final int ACKNOWLEDGED_BETWEEN_KILLS = 2_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path data;

    /** Sends as fast as it may and remembers what was acknowledged, where. */
    private static final class Producing {
        private final KafkaProducer<String, String> producer;
        private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
        private final AtomicInteger sent = new AtomicInteger();
        private final AtomicBoolean over = new AtomicBoolean();
        private final Thread thread = new Thread(this::run, "producing");

        Producing(String bootstrap, boolean idempotent) {
            var text = new StringSerializer();
            producer = new KafkaProducer<>(Map.of(
                    "bootstrap.servers", bootstrap, "acks", "all", "enable.idempotence", Boolean.toString(idempotent),
                    "delivery.timeout.ms", "60000", "request.timeout.ms", "5000", "buffer.memory", "1000000",
                    "reconnect.backoff.ms", "10", "reconnect.backoff.max.ms", "100"), text, text);
            thread.start();
        }

        private void run() {
            while (!over.get()) {
                int number = sent.getAndIncrement();
                String value = "value-" + number;
                producer.send(new ProducerRecord<>("t", number % PARTITIONS, null, value), (where, failure) -> {
                    if (failure == null) {
                        acknowledged.put(value, where.offset());
                    }
                });
            }
        }

        void finish() throws InterruptedException {
            over.set(true);
            thread.join();
            producer.flush();
            producer.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyAcknowledgedRecordIsThere(boolean idempotent) throws Exception {
        var broker = BrokerProcess.start(data);
        String listen = broker.bootstrap();
        createTopic(listen);
        Map<String, Long> acknowledged;
        try {
            var producing = new Producing(listen, idempotent);
            for (int kill = 0; kill < KILLS; kill++) {
                int wanted = producing.acknowledged.size() + ACKNOWLEDGED_BETWEEN_KILLS;
                await(() -> producing.acknowledged.size() >= wanted);
                broker.kill();
                broker = BrokerProcess.startAt(listen, data);
            }
            int wanted = producing.acknowledged.size() + ACKNOWLEDGED_BETWEEN_KILLS;
            await(() -> producing.acknowledged.size() >= wanted);
            producing.finish();
            acknowledged = producing.acknowledged;
            broker.kill();
            broker = BrokerProcess.startAt(listen, data);
            var there = readAll(listen);
            for (var one : acknowledged.entrySet()) {
                assertThat(there.get(one.getKey())).as(one.getKey()).contains(one.getValue());
            }
            if (idempotent) {
                assertThat(there.values()).allMatch(offsets -> offsets.size() == 1, "written once");
            }
        } finally {
            broker.close();
        }
    }

    @Test
    void committedOffsetsAreThere() throws Exception {
        var broker = BrokerProcess.start(data);
        String listen = broker.bootstrap();
        createTopic(listen);
        var partition = new TopicPartition("t", 1);
        try {
            for (long offset = 1; offset <= 3; offset++) {
                try (var consumer = consumer(listen)) {
                    consumer.assign(List.of(partition));
                    consumer.commitSync(Map.of(partition, new OffsetAndMetadata(offset, "so far")));
                }
                broker.kill();
                broker = BrokerProcess.startAt(listen, data);
                try (var consumer = consumer(listen)) {
                    assertThat(consumer.committed(java.util.Set.of(partition)).get(partition))
                            .isEqualTo(new OffsetAndMetadata(offset, "so far"));
                }
            }
        } finally {
            broker.close();
        }
    }

    @Test
    void deletedRecordsStayDeleted() throws Exception {
        var partition = new TopicPartition("t", 1);
        var text = new StringSerializer();
        try (var broker = BrokerProcess.start(data); var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
                var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", broker.bootstrap()), text, text)) {
            createTopic(broker.bootstrap());
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>("t", 1, null, "value-" + i)).get();
            }
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(7))).all().get();
            broker.kill();
        }
        try (var broker = BrokerProcess.start(data); var consumer = consumer(broker.bootstrap())) {
            assertThat(consumer.beginningOffsets(List.of(partition))).containsEntry(partition, 7L);
        }
    }

    @Test
    void aSecondBrokerOnTheSameFolderIsRefused() throws Exception {
        try (var _ = BrokerProcess.start(data)) {
            var refusal = BrokerProcess.startInVain(data);
            assertThat(refusal.exitCode()).isEqualTo(1);
            assertThat(refusal.said().strip())
                    .isEqualTo("naru cannot start: the data folder " + data + " is in use by another broker");
        }
    }

    @Test
    void aStopIsCleanAndWhatWasThereComesBack() throws Exception {
        var broker = BrokerProcess.start(data);
        createTopic(broker.bootstrap());
        var text = new StringSerializer();
        try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker.bootstrap()), text, text)) {
            for (int i = 0; i < 100; i++) {
                producer.send(new ProducerRecord<>("t", i % PARTITIONS, null, "value-" + i)).get();
            }
        }
        int exitCode = broker.stop();
        assertThat(exitCode).isEqualTo(128 + 15);
        assertThat(data.resolve(".kafka_cleanshutdown")).content().matches("\\{\"version\":0,\"brokerEpoch\":\\d+}");
        assertThat(data.resolve("naru-incarnation")).doesNotExist();
        try (var again = BrokerProcess.start(data)) {
            assertThat(readAll(again.bootstrap())).hasSize(100);
        }
    }

    private static void createTopic(String bootstrap) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic("t", PARTITIONS, (short) 1))).all().get();
        }
    }

    private static KafkaConsumer<String, String> consumer(String bootstrap) {
        var text = new StringDeserializer();
        return new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrap, "group.id", "g", "enable.auto.commit", "false"),
                text, text);
    }

    /** Every value, and the offsets at which it stands. */
    private static Map<String, List<Long>> readAll(String bootstrap) {
        var there = new TreeMap<String, List<Long>>();
        try (var consumer = consumer(bootstrap)) {
            var partitions = new ArrayList<TopicPartition>();
            for (int i = 0; i < PARTITIONS; i++) {
                partitions.add(new TopicPartition("t", i));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            await(() -> {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    there.computeIfAbsent(record.value(), _ -> new ArrayList<>()).add(record.offset());
                }
                return partitions.stream().allMatch(one -> consumer.position(one) >= ends.get(one));
            });
        }
        return there;
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("patience").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
