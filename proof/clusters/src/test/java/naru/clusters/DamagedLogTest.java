package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Records whose bytes changed on the disk, as a stock client meets them: never taken for what was written. */
@Execution(ExecutionMode.CONCURRENT)
class DamagedLogTest {

    private static final int RECORDS = 20;
    private static final int LENGTH_AT = 8;
    private static final TopicPartition SOUND = new TopicPartition("sound", 0);

    @TempDir
    private Path folder;

    @Test
    void whatWasOnTheMediumIsRefusedWhereItIsDamaged() throws Exception {
        var data = folder.resolve("data");
        try (var broker = BrokerProcess.start(data)) {
            createTopics(broker.bootstrap(), Map.of("rotted", "auto", "headless", "auto", "sound", "auto"));
            produce(broker.bootstrap(), "rotted", "headless", "sound");
            commit(broker.bootstrap());
        }
        var offsets = offsets(data);
        flip(offsets, Files.size(offsets) - 2);
        var log = data.resolve("rotted-0/00000000000000000000.log");
        long batch = Files.size(log) / RECORDS;
        flip(log, 7 * batch + batch - 2);
        flip(data.resolve("headless-0/00000000000000000000.log"), 7 * batch + LENGTH_AT);
        try (var broker = BrokerProcess.start(data)) {
            // The broker hands on the bytes as they are, and the client holds them against their CRC: as with Kafka.
            assertThatThrownBy(() -> read(broker.bootstrap(), "rotted", 7, 1)).isInstanceOf(KafkaException.class)
                    .hasStackTraceContaining("Record is corrupt");
            // Where a batch begins and ends the broker looks itself.
            assertThatThrownBy(() -> read(broker.bootstrap(), "headless", 7, 1)).isInstanceOf(KafkaException.class)
                    .hasStackTraceContaining("corrupt message");
            assertThat(read(broker.bootstrap(), "rotted", 0, 7)).isEqualTo(values(0, 7));
            assertThat(read(broker.bootstrap(), "rotted", 8, RECORDS - 8)).isEqualTo(values(8, RECORDS));
            assertThat(read(broker.bootstrap(), "headless", 0, 7)).isEqualTo(values(0, 7));
            assertThat(read(broker.bootstrap(), "sound", 0, RECORDS)).isEqualTo(values(0, RECORDS));
            // Nobody could tell a wrong position from the one that was committed: better none.
            try (var consumer = consumer(broker.bootstrap())) {
                assertThatThrownBy(() -> consumer.committed(Set.of(SOUND), Duration.ofSeconds(3)))
                        .isInstanceOf(TimeoutException.class);
            }
        }
    }

    @Test
    void whatACrashLeftBehindIsBroughtBackOrCut() throws Exception {
        var data = folder.resolve("data");
        try (var broker = BrokerProcess.start(data)) {
            createTopics(broker.bootstrap(), Map.of("journaled", "auto", "unsynced", "memory"));
            produce(broker.bootstrap(), "journaled", "unsynced");
            broker.kill();
        }
        for (var topic : List.of("journaled", "unsynced")) {
            var log = data.resolve(topic + "-0/00000000000000000000.log");
            flip(log, Files.size(log) - 2);
        }
        try (var broker = BrokerProcess.start(data)) {
            assertThat(read(broker.bootstrap(), "journaled", 0, RECORDS)).isEqualTo(values(0, RECORDS));
            assertThat(read(broker.bootstrap(), "unsynced", 0, RECORDS - 1)).isEqualTo(values(0, RECORDS - 1));
            assertThat(end(broker.bootstrap(), "unsynced")).isEqualTo(RECORDS - 1);
        }
    }

    private static void createTopics(String bootstrap, Map<String, String> durability) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            var topics = new ArrayList<NewTopic>();
            durability.forEach((name, kept) ->
                    topics.add(new NewTopic(name, 1, (short) 1).configs(Map.of("naru.durability", kept))));
            admin.createTopics(topics).all().get();
        }
    }

    private static void commit(String bootstrap) {
        try (var consumer = consumer(bootstrap)) {
            consumer.assign(List.of(SOUND));
            consumer.commitSync(Map.of(SOUND, new OffsetAndMetadata(5)));
            assertThat(consumer.committed(Set.of(SOUND)).get(SOUND).offset()).isEqualTo(5);
        }
    }

    private static Path offsets(Path data) throws IOException {
        try (var files = Files.walk(data)) {
            return files.filter(file -> file.toString().contains("__consumer_offsets-") && file.toString().endsWith(".log"))
                    .filter(file -> file.toFile().length() > 0).findFirst().orElseThrow();
        }
    }

    /** One batch a record, all of one length. */
    private static void produce(String bootstrap, String... topics) throws Exception {
        var text = new StringSerializer();
        try (var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", bootstrap), text, text)) {
            for (var topic : topics) {
                for (var value : values(0, RECORDS)) {
                    producer.send(new ProducerRecord<>(topic, 0, "key", value)).get();
                }
            }
        }
    }

    private static List<String> values(int first, int end) {
        return IntStream.range(first, end).mapToObj(number -> "value " + (100 + number)).toList();
    }

    private static KafkaConsumer<String, String> consumer(String bootstrap) {
        var text = new StringDeserializer();
        return new KafkaConsumer<>(Map.<String, Object>of("bootstrap.servers", bootstrap, "group.id", "readers", "enable.auto.commit", false,
                "max.partition.fetch.bytes", 1), text, text);
    }

    private static List<String> read(String bootstrap, String topic, long from, int count) {
        var partition = new TopicPartition(topic, 0);
        var values = new ArrayList<String>();
        try (var consumer = consumer(bootstrap)) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            for (int polls = 0; values.size() < count && polls < 200; polls++) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    assertThat(record.offset()).isEqualTo(from + values.size());
                    values.add(record.value());
                    if (values.size() == count) {
                        break;
                    }
                }
            }
        }
        return values;
    }

    private static long end(String bootstrap, String topic) {
        var partition = new TopicPartition(topic, 0);
        try (var consumer = consumer(bootstrap)) {
            return consumer.endOffsets(List.of(partition)).get(partition);
        }
    }

    private static void flip(Path file, long position) throws IOException {
        try (var channel = Files.newByteChannel(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var one = ByteBuffer.allocate(1);
            channel.position(position).read(one);
            one.put(0, (byte) (one.get(0) ^ 0x10)).flip();
            channel.position(position).write(one);
        }
    }
}
