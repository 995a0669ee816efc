package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file system without room under a real process. Where this user cannot mount one, {@code FullDiskTest} of {@code
 * proof/hostile} tells the story alone, over a disk that counts.
 */
class FullDiskTest {

    private static final int MEGABYTES = 32;
    /** What a start needs: less than three records. */
    private static final int PEBBLE_BYTES = 256 << 10;

    private static final int RECORD_BYTES = 100_000;
    /** Its two files hold 4 MB at first, and there is no room for longer ones. */
    private static final int MORE_THAN_A_JOURNAL = 60;

    private static final int APPENDS_MAX = 400;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private BrokerProcess broker;

    /** The one in the small file system, and one that lies elsewhere. */
    private String cramped;

    private String free;

    @Test
    void fullThenKilledThenStartedThenFreed() throws Exception {
        var small = folder.resolve("small");
        try (var room = SmallRoom.of(small, MEGABYTES)) {
            if (room == null) {
                return;
            }
            var data = Path.of(small + "," + folder.resolve("wide"));
            broker = BrokerProcess.startInside(room.entering(), "127.0.0.1:0", data);
            String listen = broker.bootstrap();
            createTopics(room);
            int kept = 3;
            append(cramped, 0, kept);
            append(free, 0, 1);
            Files.write(room.file("pebble"), new byte[PEBBLE_BYTES]);
            room.fill("ballast");
            kept = appendUntilRefused(kept);
            reads(cramped, kept);
            append(free, 1, 1);

            broker.kill();
            room.fill("dust");
            var refusal = BrokerProcess.startInVainInside(room.entering(), data);
            assertThat(refusal.said().strip()).startsWith("naru cannot start: FULL at " + small)
                    .contains("No space left on device", "make room there").doesNotContain("\n");
            assertThat(refusal.exitCode()).isEqualTo(1);

            Files.delete(room.file("pebble"));
            broker = BrokerProcess.startInside(room.entering(), listen, data);
            reads(cramped, kept);
            append(free, 2, 1);
            room.fill("more ballast");
            kept = appendUntilRefused(kept);

            Files.delete(room.file("ballast"));
            append(cramped, kept, MORE_THAN_A_JOURNAL);
            broker.kill();
            broker = BrokerProcess.startInside(room.entering(), listen, data);
            reads(cramped, kept + MORE_THAN_A_JOURNAL);
            reads(free, 3);
            assertThat(broker.stop()).isEqualTo(143);
        } finally {
            if (broker != null) {
                broker.kill();
            }
        }
    }

    /** One folder gets one topic, the other the other. */
    private void createTopics(SmallRoom room) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic("one", 1, (short) 1), new NewTopic("two", 1, (short) 1))).all().get();
        }
        boolean first = Files.exists(room.file("one-0"));
        assertThat(Files.exists(room.file("two-0"))).as("folders take turns").isNotEqualTo(first);
        cramped = first ? "one" : "two";
        free = first ? "two" : "one";
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(Map.of(
                "bootstrap.servers", broker.bootstrap(), "acks", "all", "enable.idempotence", "false", "retries", "0",
                "max.block.ms", Long.toString(PATIENCE.toMillis())), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static byte[] value(int number) {
        return ByteBuffer.allocate(RECORD_BYTES).putInt(0, number).array();
    }

    private void append(String topic, int first, int count) throws Exception {
        try (var producer = producer()) {
            for (int number = first; number < first + count; number++) {
                var at = producer.send(new ProducerRecord<>(topic, 0, null, value(number))).get();
                assertThat(at.offset()).as("no offset is given twice, and none is left out").isEqualTo(number);
            }
        }
    }

    /** The number of records there are then; refusals stay refusals, and readers read on between them. */
    private int appendUntilRefused(int first) throws Exception {
        int number = first;
        try (var producer = producer()) {
            for (int refused = 0; refused < 3; ) {
                assertThat(number).isLessThan(APPENDS_MAX);
                try {
                    var at = producer.send(new ProducerRecord<>(cramped, 0, null, value(number))).get();
                    assertThat(at.offset()).isEqualTo(number);
                    number++;
                } catch (ExecutionException why) {
                    assertThat(why.getCause()).isInstanceOf(KafkaStorageException.class);
                    refused++;
                }
            }
        }
        reads(cramped, number);
        return number;
    }

    private void reads(String topic, int count) {
        var numbers = new ArrayList<Integer>();
        try (var consumer = new KafkaConsumer<>(Map.of(
                "bootstrap.servers", broker.bootstrap(), "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            assertThat(consumer.endOffsets(List.of(partition)).get(partition)).isEqualTo(count);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (numbers.size() < count && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    assertThat(record.offset()).isEqualTo(numbers.size());
                    assertThat(record.value()).hasSize(RECORD_BYTES);
                    numbers.add(ByteBuffer.wrap(record.value()).getInt());
                });
            }
        }
        assertThat(numbers).as("what " + topic + " holds").hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(numbers.get(i)).isEqualTo(i);
        }
    }
}
