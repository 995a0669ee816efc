package naru.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import naru.clusters.BrokerProcess;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own share consumers, as they come, against a broker in a process of its own. */
class ShareConsumersTest {

    private static final long PATIENCE_NS = Duration.ofSeconds(60).toNanos();
    private static final String[] SETTINGS = {
        "offsets.topic.num.partitions=1", "share.coordinator.state.topic.num.partitions=1",
        "group.share.min.record.lock.duration.ms=1000", "group.share.record.lock.duration.ms=2000",
        "group.share.heartbeat.interval.ms=500", "group.share.min.heartbeat.interval.ms=500"};

    private static void given(BrokerProcess broker, String topic, String group, int records)
            throws ExecutionException, InterruptedException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
            var resource = new ConfigResource(ConfigResource.Type.GROUP, group);
            admin.incrementalAlterConfigs(Map.of(resource, List.of(new AlterConfigOp(
                    new ConfigEntry("share.auto.offset.reset", "earliest"),
                    AlterConfigOp.OpType.SET)))).all().get();
        }
        produce(broker, topic, 0, records);
    }

    private static void produce(BrokerProcess broker, String topic, int from, int to) {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrap(), "linger.ms", "5"),
                new StringSerializer(), new StringSerializer())) {
            for (int i = from; i < to; i++) {
                producer.send(new ProducerRecord<>(topic, "k", "v" + i));
            }
        }
    }

    private static KafkaShareConsumer<String, String> consumer(BrokerProcess broker, String group, String mode) {
        return new KafkaShareConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrap(), "group.id", group, "share.acknowledgement.mode", mode),
                new StringDeserializer(), new StringDeserializer());
    }

    private static Set<String> values(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "v" + i).collect(Collectors.toSet());
    }

    /** Polls until everything wanted was seen; how often each was delivered, as the broker counts. */
    private static Map<String, List<Short>> poll(
            KafkaShareConsumer<String, String> consumer, Set<String> wanted, Function<ConsumerRecord<String, String>, AcknowledgeType> say) {
        var seen = new TreeMap<String, List<Short>>();
        long end = System.nanoTime() + PATIENCE_NS;
        while (!seen.keySet().containsAll(wanted)) {
            assertThat(System.nanoTime()).as("seen %s of %s", seen.keySet().size(), wanted.size()).isLessThan(end);
            for (var record : consumer.poll(Duration.ofMillis(200))) {
                seen.computeIfAbsent(record.value(), _ -> new ArrayList<>()).add(record.deliveryCount().orElse((short) -1));
                var type = say == null ? null : say.apply(record);
                if (type != null) {
                    consumer.acknowledge(record, type);
                }
            }
        }
        return seen;
    }

    private static List<String> pollFor(KafkaShareConsumer<String, String> consumer, Duration time) {
        var seen = new ArrayList<String>();
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            consumer.poll(Duration.ofMillis(100)).forEach(record -> seen.add(record.value()));
        }
        return seen;
    }

    @Test
    void recordsAreAcknowledgedWithoutAWord(@TempDir Path folder) throws Exception {
        try (var broker = BrokerProcess.start(folder.resolve("data"), SETTINGS)) {
            given(broker, "t", "g", 500);
            try (var consumer = consumer(broker, "g", "implicit")) {
                consumer.subscribe(List.of("t"));
                poll(consumer, values(0, 500), null);
                consumer.commitSync().forEach((_, error) -> assertThat(error).isEmpty());
            }
            produce(broker, "t", 500, 510);
            try (var consumer = consumer(broker, "g", "implicit")) {
                consumer.subscribe(List.of("t"));
                assertThat(poll(consumer, values(500, 510), null).keySet()).isEqualTo(values(500, 510));
            }
            try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
                var group = admin.describeShareGroups(List.of("g")).all().get().get("g");
                assertThat(group.members()).isEmpty();
                assertThat(admin.listGroups().all().get()).anyMatch(one -> one.groupId().equals("g")
                        && one.type().get().toString().equals("Share"));
                var offsets = admin.listShareGroupOffsets(Map.of("g",
                        new ListShareGroupOffsetsSpec())).partitionsToOffsetInfo("g").get();
                assertThat(offsets).hasSize(1);
                admin.deleteShareGroups(List.of("g")).all().get();
                assertThat(admin.listGroups().all().get()).noneMatch(one -> one.groupId().equals("g"));
            }
        }
    }

    @Test
    void everyWordAboutARecordCounts(@TempDir Path folder) throws Exception {
        try (var broker = BrokerProcess.start(folder.resolve("data"), SETTINGS)) {
            given(broker, "t", "g", 40);
            var words = new HashMap<String, AcknowledgeType>();
            for (int i = 0; i < 40; i++) {
                words.put("v" + i, new AcknowledgeType[] {AcknowledgeType.ACCEPT, AcknowledgeType.RELEASE,
                    AcknowledgeType.REJECT, AcknowledgeType.ACCEPT}[i % 4]);
            }
            try (var consumer = consumer(broker, "g", "explicit")) {
                consumer.subscribe(List.of("t"));
                var first = poll(consumer, values(0, 40), record -> record.deliveryCount().get() > 1
                        ? AcknowledgeType.ACCEPT : words.get(record.value()));
                consumer.commitSync().forEach((_, error) -> assertThat(error).isEmpty());
                var released = words.entrySet().stream().filter(one -> one.getValue() == AcknowledgeType.RELEASE)
                        .map(Map.Entry::getKey).collect(Collectors.toSet());
                released.removeIf(value -> first.get(value).size() > 1);
                var again = poll(consumer, released, _ -> AcknowledgeType.ACCEPT);
                assertThat(again.keySet()).isEqualTo(released);
                consumer.commitSync().forEach((_, error) -> assertThat(error).isEmpty());
                assertThat(pollFor(consumer, Duration.ofSeconds(3))).isEmpty();
            }
        }
    }

    /** A lock lasts two seconds; one that is renewed in time lasts longer. */
    @Test
    void aRenewedRecordStays(@TempDir Path folder) throws Exception {
        try (var broker = BrokerProcess.start(folder.resolve("data"), SETTINGS)) {
            given(broker, "t", "g", 1);
            try (var consumer = consumer(broker, "g", "explicit"); var other = consumer(broker, "g", "implicit")) {
                consumer.subscribe(List.of("t"));
                ConsumerRecord<String, String> record = null;
                long end = System.nanoTime() + PATIENCE_NS;
                while (record == null && System.nanoTime() < end) {
                    for (var one : consumer.poll(Duration.ofMillis(200))) {
                        record = one;
                    }
                }
                assertThat(record).isNotNull();
                other.subscribe(List.of("t"));
                for (int i = 0; i < 5; i++) {
                    consumer.acknowledge(record, AcknowledgeType.RENEW);
                    consumer.commitSync().forEach((_, error) -> assertThat(error).isEmpty());
                    assertThat(pollFor(other, Duration.ofSeconds(1))).isEmpty();
                    consumer.poll(Duration.ofMillis(10));
                }
                consumer.acknowledge(record, AcknowledgeType.ACCEPT);
                consumer.commitSync().forEach((_, error) -> assertThat(error).isEmpty());
                assertThat(pollFor(other, Duration.ofSeconds(3))).isEmpty();
            }
        }
    }

    /** Two on one partition, one of them in a process that dies: the other gets what it had, and nothing that was acknowledged. */
    @Test
    void whatADeadConsumerHadIsDeliveredToAnother(@TempDir Path folder) throws Exception {
        try (var broker = BrokerProcess.start(folder.resolve("data"), SETTINGS)) {
            given(broker, "t", "g", 200);
            var mortal = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp", System.getProperty("java.class.path"), MortalShareConsumer.class.getName(), broker.bootstrap(), "g", "t")
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            var accepted = new HashSet<String>();
            try (var out = mortal.inputReader(StandardCharsets.UTF_8); var consumer = consumer(broker, "g", "explicit")) {
                for (var line = out.readLine(); line != null && !line.equals("holding"); line = out.readLine()) {
                    accepted.add(line);
                }
                assertThat(accepted).isNotEmpty();
                mortal.destroyForcibly();
                consumer.subscribe(List.of("t"));
                var rest = values(0, 200);
                rest.removeAll(accepted);
                var seen = poll(consumer, rest, _ -> AcknowledgeType.ACCEPT);
                assertThat(seen.keySet()).isEqualTo(rest);
            } finally {
                mortal.destroyForcibly();
            }
        }
    }

    @Test
    void aBrokerThatIsKilledForgetsNoAcknowledgement(@TempDir Path folder) throws Exception {
        var accepted = new HashSet<String>();
        var data = folder.resolve("data");
        String listen;
        try (var broker = BrokerProcess.start(data, SETTINGS)) {
            listen = broker.bootstrap();
            given(broker, "t", "g", 2_000);
            try (var consumer = consumer(broker, "g", "explicit")) {
                consumer.subscribe(List.of("t"));
                long end = System.nanoTime() + PATIENCE_NS;
                while (accepted.size() < 1_000) {
                    assertThat(System.nanoTime()).isLessThan(end);
                    var some = new ArrayList<String>();
                    for (var record : consumer.poll(Duration.ofMillis(200))) {
                        consumer.acknowledge(record, AcknowledgeType.ACCEPT);
                        some.add(record.value());
                    }
                    consumer.commitSync().forEach((_, error) -> assertThat(error).isEmpty());
                    accepted.addAll(some);
                }
                broker.kill();
            }
        }
        assertThat(accepted.size()).isLessThan(2_000);
        try (var broker = BrokerProcess.startAt(listen, data, SETTINGS); var consumer = consumer(broker, "g", "explicit")) {
            consumer.subscribe(List.of("t"));
            var rest = values(0, 2_000);
            rest.removeAll(accepted);
            assertThat(poll(consumer, rest, _ -> AcknowledgeType.ACCEPT).keySet()).isEqualTo(rest);
        }
    }
}
