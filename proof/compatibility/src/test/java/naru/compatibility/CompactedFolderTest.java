package naru.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import naru.clusters.BrokerProcess;
import naru.peer.KafkaNode;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics that we have compacted are what they were, for us, for Kafka's dump tool and for Kafka, which goes on where we stopped. */
class CompactedFolderTest {

    private static final List<String> CODECS = List.of("none", "gzip", "lz4", "zstd");
    private static final int KEYS = 60;
    private static final int RECORDS = 5_000;
    /** So long that a segment, a megabyte at least, is full after some hundred commits. */
    private static final String METADATA = "m".repeat(4_000);
    private static final String[] SETTINGS = {
        "log.cleaner.backoff.ms=100", "log.cleaner.dedupe.buffer.size=2097152", "offsets.topic.num.partitions=1",
        "offsets.topic.segment.bytes=1048576", "log.cleaner.min.cleanable.ratio=0.01", "log.segment.delete.delay.ms=0"};

    private final Map<String, TreeMap<String, String>> newest = new TreeMap<>();
    private long committed;

    @TempDir
    Path folder;

    @Test
    void a_compacted_folder_means_the_same_to_everybody() throws Exception {
        var data = folder.resolve("data");
        try (var naru = BrokerProcess.start(data, SETTINGS)) {
            create(naru.bootstrap());
            use(naru.bootstrap(), 1);
            awaitCompacted(data);
            check(naru.bootstrap());
            naru.kill();
        }
        try (var naru = BrokerProcess.start(data, SETTINGS)) {
            check(naru.bootstrap());
            use(naru.bootstrap(), 2);
            check(naru.bootstrap());
        }
        checkDump(data);
        try (var kafka = KafkaNode.start(data, KafkaNode.Voters.CONFIGURED, SETTINGS)) {
            check(kafka.bootstrap());
            use(kafka.bootstrap(), 3);
            check(kafka.bootstrap());
        }
        try (var naru = BrokerProcess.start(data, SETTINGS)) {
            check(naru.bootstrap());
        }
    }

    private void create(String bootstrap) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            for (var codec : CODECS) {
                var settings = Map.of("cleanup.policy", "compact", "segment.bytes", "1048576", "compression.type", "producer");
                admin.createTopics(List.of(new NewTopic("state-" + codec, 1, (short) 1).configs(settings))).all().get();
                newest.put("state-" + codec, new TreeMap<>());
            }
        }
    }

    /** Values, and now and then a tombstone; and a group that commits again and again. */
    private void use(String bootstrap, int round) {
        var dice = new Random(round);
        var text = new StringSerializer();
        for (var codec : CODECS) {
            var topic = "state-" + codec;
            var config = Map.<String, Object>of("bootstrap.servers", bootstrap, "compression.type", codec, "linger.ms", 2);
            try (var producer = new KafkaProducer<>(config, text, text)) {
                for (int i = 0; i < RECORDS; i++) {
                    var key = "key-" + dice.nextInt(KEYS);
                    var value = dice.nextInt(20) == 0 ? null : round + "-" + i + "-" + Long.toHexString(dice.nextLong()).repeat(60);
                    producer.send(new ProducerRecord<>(topic, key, value));
                    newest.get(topic).put(key, value);
                }
                producer.flush();
            }
        }
        try (var consumer = consumer(bootstrap)) {
            var one = new TopicPartition("state-none", 0);
            consumer.assign(List.of(one));
            for (int i = 0; i < 500; i++) {
                committed++;
                consumer.commitSync(Map.of(one, new OffsetAndMetadata(committed, METADATA)));
            }
        }
    }

    private static KafkaConsumer<String, String> consumer(String bootstrap) {
        var text = new StringDeserializer();
        return new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrap, "group.id", "readers"), text, text);
    }

    /** Until rounds have looked at most of every topic, the coordinator's too. */
    private void awaitCompacted(Path data) throws Exception {
        var checkpoint = data.resolve("cleaner-offset-checkpoint");
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        boolean done = false;
        while (!done && System.nanoTime() < deadlineNs) {
            var offsets = new TreeMap<String, Long>();
            if (Files.exists(checkpoint)) {
                Files.readAllLines(checkpoint).stream().map(line -> line.split(" ")).filter(line -> line.length == 3)
                        .forEach(line -> offsets.put(line[0], Long.parseLong(line[2])));
            }
            // Well packed, a topic may be little more than one segment.
            done = offsets.getOrDefault("state-none", 0L) > RECORDS / 2 && offsets.getOrDefault("__consumer_offsets", 0L) > 200;
            Thread.onSpinWait();
        }
        assertThat(done).as("compacted in time").isTrue();
        long bytes = 0;
        for (var file : files(data.resolve("state-none-0"), ".log")) {
            bytes += Files.size(file);
        }
        assertThat(bytes).as("bytes of a topic into which five megabytes were written").isLessThan(3_000_000);
    }

    private void check(String bootstrap) {
        try (var consumer = consumer(bootstrap)) {
            var one = new TopicPartition("state-none", 0);
            assertThat(consumer.committed(Set.of(one), Duration.ofSeconds(30)).get(one).offset()).isEqualTo(committed);
            newest.forEach((topic, values) -> assertThat(read(consumer, new TopicPartition(topic, 0)).entrySet()).as(topic)
                    .isEqualTo(withoutTombstones(values).entrySet()));
        }
    }

    private static TreeMap<String, String> withoutTombstones(TreeMap<String, String> values) {
        var left = new TreeMap<>(values);
        left.values().removeIf(value -> value == null);
        return left;
    }

    private static TreeMap<String, String> read(KafkaConsumer<String, String> consumer, TopicPartition partition) {
        var values = new TreeMap<String, String>();
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (consumer.position(partition) < end && System.nanoTime() < deadlineNs) {
            consumer.poll(Duration.ofMillis(500)).forEach(record -> values.put(record.key(), record.value()));
        }
        assertThat(consumer.position(partition)).as("read to the end of %s", partition).isEqualTo(end);
        return withoutTombstones(values);
    }

    private static List<Path> files(Path folder, String ending) throws Exception {
        try (var files = Files.list(folder)) {
            return files.filter(one -> one.toString().endsWith(ending)).sorted().toList();
        }
    }

    private void checkDump(Path data) throws Exception {
        var segments = new ArrayList<Path>();
        for (var topic : newest.keySet()) {
            segments.addAll(files(data.resolve(topic + "-0"), ".log"));
        }
        var said = dump("--deep-iteration", segments);
        assertThat(said.split("Log starting offset")).hasSize(segments.size() + 1);
        assertThat(said).doesNotContain("isvalid: false").doesNotContain("could not be read").doesNotContain("Exception");
        assertThat(dump("--offsets-decoder", files(data.resolve("__consumer_offsets-0"), ".log")))
                .doesNotContain("isvalid: false").doesNotContain("Exception");
    }

    /** All at once, because most of the tool's time is the start of its machine. */
    private static String dump(String how, List<Path> files) throws Exception {
        return KafkaNode.tool("org.apache.kafka.tools.DumpLogSegments", how, "--files",
                files.stream().map(Path::toString).collect(Collectors.joining(",")));
    }
}
