package naru.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import naru.clusters.BrokerProcess;
import naru.peer.KafkaNode;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Kafka's own dump tool reads every kind of file that we write, and agrees with what we say in them. */
@Execution(ExecutionMode.CONCURRENT)
class DumpToolTest {

    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    /** Several segments of a megabyte each, the least that Kafka allows. */
    private static final String LONG = "long";
    private static final String PACKED_BY_US = "packed-by-us";
    private static final String STAMPED_BY_US = "stamped-by-us";
    private static final String SHARED = "shared";
    private static final Pattern PAYLOAD = Pattern.compile("^\\| offset: (\\d+) .* payload: (\\S*)$");
    private static final Pattern PRODUCER = Pattern.compile(
            "producerId: \\d+ producerEpoch: 0 .* firstSequence: \\d+ lastSequence: (\\d+) lastOffset: (\\d+) .*");
    /** All that the tool says when it has nothing to complain about; it expects 0 in front of every file it is given. */
    private static final String UNDERSTOOD = "Log starting offset: \\d+|Snapshot end offset: .*|baseOffset: .* isvalid: true"
            + "|\\| offset: .*|offset: \\d+ position: \\d+|timestamp: \\d+ offset: \\d+|producerId: .*"
            + "|.* (passed sanity check|is empty)\\.|Non-consecutive offsets in .*|  -1 is followed by \\d+";

    @TempDir
    static Path folder;

    private static Path data;
    /** The values by topic, in order of their offsets; each topic has one partition. */
    private static final Map<String, List<String>> VALUES = new TreeMap<>();

    private static final Queue<Exception> FAILURES = new ConcurrentLinkedQueue<>();

    /** A broker that is killed once and then stopped: what recovery made again is read by the tool as well. */
    @BeforeAll
    static void fill() throws Exception {
        data = folder.resolve("data");
        String often = "metadata.log.max.record.bytes.between.snapshots=1500";
        try (var broker = BrokerProcess.start(data, often)) {
            createTopics(broker.bootstrap());
            produce(broker.bootstrap(), 1);
            broker.kill();
        }
        try (var broker = BrokerProcess.start(data, often)) {
            produce(broker.bootstrap(), 2);
            commit(broker.bootstrap());
            share(broker.bootstrap());
        }
        assertThat(FAILURES).isEmpty();
    }

    /** One record more than the group has seen, acknowledged. */
    private static void share(String bootstrap) throws Exception {
        try (var consumer = new KafkaShareConsumer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap, "group.id", "sharers"),
                new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(SHARED));
            for (int got = 0; got == 0;) {
                try (var producer = producer(bootstrap, "none")) {
                    producer.send(new ProducerRecord<>(SHARED, "one"));
                }
                got = consumer.poll(Duration.ofMillis(200)).count();
            }
            consumer.commitSync();
        }
    }

    private static void createTopics(String bootstrap) throws Exception {
        var topics = new ArrayList<NewTopic>();
        for (var codec : CODECS) {
            topics.add(topic("plain-" + codec, Map.of("index.interval.bytes", "200")));
        }
        topics.add(topic(LONG, Map.of("segment.bytes", "1048576", "index.interval.bytes", "4096")));
        topics.add(topic(PACKED_BY_US, Map.of("compression.type", "zstd")));
        topics.add(topic(STAMPED_BY_US, Map.of("message.timestamp.type", "LogAppendTime", "index.interval.bytes", "0")));
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(topics).all().get();
        }
        topics.forEach(topic -> VALUES.put(topic.name(), new ArrayList<>()));
    }

    private static NewTopic topic(String name, Map<String, String> settings) {
        return new NewTopic(name, 1, (short) 1).configs(settings);
    }

    private static void produce(String bootstrap, int round) {
        var dice = new Random(round);
        for (var codec : CODECS) {
            try (var producer = producer(bootstrap, codec)) {
                for (int i = 0; i < 40; i++) {
                    send(producer, "plain-" + codec, codec + "-" + round + "-" + i);
                    if (i % 8 == 7) {
                        producer.flush();
                    }
                }
                if (codec.equals("gzip")) {
                    send(producer, PACKED_BY_US, "first-" + round);
                    send(producer, PACKED_BY_US, "second-" + round);
                }
                if (codec.equals("none")) {
                    send(producer, STAMPED_BY_US, "one-" + round);
                    producer.flush();
                    send(producer, STAMPED_BY_US, "two-" + round);
                    for (int i = 0; i < 1_800; i++) {
                        send(producer, LONG, round + "-" + i + "-" + dice.nextLong() + "x".repeat(650));
                    }
                }
            }
        }
    }

    private static void send(KafkaProducer<String, String> producer, String topic, String value) {
        producer.send(new ProducerRecord<>(topic, 0, "key", value), (_, failure) -> {
            if (failure != null) {
                FAILURES.add(failure);
            }
        });
        VALUES.get(topic).add(value);
    }

    private static KafkaProducer<String, String> producer(String bootstrap, String codec) {
        return new KafkaProducer<>(
                new HashMap<>(Map.of("bootstrap.servers", bootstrap, "compression.type", codec,
                        // Batches as they are flushed, and a broker that is gone is noticed.
                        "linger.ms", 10_000, "request.timeout.ms", 20_000, "delivery.timeout.ms", 40_000)),
                new StringSerializer(), new StringSerializer());
    }

    private static void commit(String bootstrap) {
        var text = new StringDeserializer();
        try (var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrap, "group.id", "readers"), text, text)) {
            var one = new TopicPartition(LONG, 0);
            consumer.assign(List.of(one));
            consumer.commitSync(Map.of(one, new OffsetAndMetadata(17, "half way")));
        }
    }

    /** What the tool says about each file, without the line that names it. */
    private static Map<String, List<String>> dump(List<Path> files, String... flags) throws Exception {
        assertThat(files).isNotEmpty();
        var arguments = new ArrayList<>(List.of(
                "--files", files.stream().map(Path::toString).collect(Collectors.joining(","))));
        arguments.addAll(List.of(flags));
        var said = KafkaNode.tool("org.apache.kafka.tools.DumpLogSegments", arguments.toArray(String[]::new));
        var byFile = new TreeMap<String, List<String>>();
        List<String> lines = null;
        for (var line : said.lines().toList()) {
            if (line.startsWith("Dumping ")) {
                lines = new ArrayList<>();
                byFile.put(data.relativize(Path.of(line.substring("Dumping ".length()))).toString(), lines);
            } else if (lines != null && !line.isBlank() && !line.startsWith("WARNING: ")) {
                assertThat(line).as("%s", beginning(said.substring(said.indexOf(line)))).matches(UNDERSTOOD);
                lines.add(line);
            }
        }
        assertThat(byFile.keySet()).containsExactlyElementsOf(
                files.stream().map(file -> data.relativize(file).toString()).sorted().toList());
        return byFile;
    }

    private static String beginning(String text) {
        return text.substring(0, Math.min(text.length(), 1_000));
    }

    /** The files whose name ends so, in folders whose name begins so. */
    private static List<Path> files(String folder, String... endings) throws Exception {
        try (var files = Files.walk(data)) {
            return files.filter(one -> Stream.of(endings).anyMatch(one.getFileName().toString()::endsWith))
                    .filter(one -> one.getParent().getFileName().toString().startsWith(folder)).sorted().toList();
        }
    }

    private static List<Path> filesOfTopics(String... endings) throws Exception {
        var files = new ArrayList<Path>();
        for (var topic : VALUES.keySet()) {
            files.addAll(files(topic + "-0", endings));
        }
        return files;
    }

    @Test
    void records_are_read_in_every_codec() throws Exception {
        var said = dump(filesOfTopics(".log"), "--deep-iteration", "--print-data-log");
        var read = new TreeMap<String, List<String>>();
        said.forEach((file, lines) -> {
            var values = read.computeIfAbsent(file.substring(0, file.indexOf("-0/")), _ -> new ArrayList<>());
            for (var line : lines) {
                var payload = PAYLOAD.matcher(line);
                if (payload.find()) {
                    assertThat(payload.group(1)).as(file).isEqualTo("" + values.size());
                    values.add(payload.group(2));
                }
            }
        });
        assertThat(read).isEqualTo(VALUES);
        for (var codec : CODECS) {
            assertThat(batches(said, "plain-" + codec)).hasSize(10).allMatch(line -> line.contains("compresscodec: " + codec));
        }
        assertThat(batches(said, PACKED_BY_US)).isNotEmpty().allMatch(line -> line.contains("compresscodec: zstd"));
        assertThat(batches(said, STAMPED_BY_US)).hasSize(4).allMatch(line -> line.contains(" LogAppendTime: "));
        assertThat(said.keySet()).filteredOn(file -> file.startsWith(LONG)).hasSizeGreaterThan(2);
    }

    private static List<String> batches(Map<String, List<String>> said, String topic) {
        return said.get(topic + "-0/00000000000000000000.log").stream().filter(line -> line.startsWith("baseOffset")).toList();
    }

    @Test
    void indexes_agree_with_the_records() throws Exception {
        var indexes = filesOfTopics(".index", ".timeindex");
        dump(indexes).forEach((file, lines) -> {
            if (file.startsWith(LONG) && file.endsWith(".index")) {
                assertThat(lines).as(file).hasSizeGreaterThan(20);
            } else if (file.startsWith("plain-") || file.endsWith(".timeindex")) {
                assertThat(lines).as(file).isNotEmpty();
            }
        });
        assertThat(dump(indexes, "--verify-index-only").values()).allMatch(lines ->
                lines.isEmpty() || lines.getFirst().endsWith(" is empty."));
        dump(indexes, "--index-sanity-check").forEach((file, lines) ->
                assertThat(lines).as(file).singleElement().asString().matches(".* (passed sanity check|is empty)\\."));
        // Kafka makes one where a transaction was aborted; without transactions there is none.
        assertThat(files("", ".txnindex")).isEmpty();
    }

    @Test
    void snapshots_know_every_producer() throws Exception {
        var said = dump(filesOfTopics(".snapshot"));
        for (var codec : CODECS) {
            var producers = said.get("plain-" + codec + "-0/00000000000000000080.snapshot");
            assertThat(producers).hasSize(2);
            for (int i = 0; i < 2; i++) {
                var producer = PRODUCER.matcher(producers.get(i));
                assertThat(producer.matches()).isTrue();
                assertThat(producer.group(1)).isEqualTo("39");
                assertThat(producer.group(2)).isEqualTo("" + (40 * i + 39));
            }
        }
        // One for each segment but the first, and one at the end.
        assertThat(said.keySet()).filteredOn(file -> file.startsWith(LONG)).hasSizeGreaterThan(2);
    }

    @Test
    void the_metadata_log_tells_of_the_topics() throws Exception {
        var said = dump(files("__cluster_metadata-0", ".log", ".checkpoint"), "--cluster-metadata-decoder");
        var checkpoints = said.keySet().stream().filter(file -> file.endsWith(".checkpoint")).toList();
        assertThat(checkpoints).isNotEmpty();
        for (var topic : VALUES.keySet()) {
            String named = "\"type\":\"TOPIC_RECORD\",\"version\":0,\"data\":{\"name\":\"" + topic + "\"";
            assertThat(said.get(checkpoints.getLast())).anyMatch(line -> line.contains(named));
        }
        assertThat(said.get("__cluster_metadata-0/" + Path.of(checkpoints.getLast()).getFileName()))
                .anyMatch(line -> line.contains("SnapshotHeader")).anyMatch(line -> line.contains("SnapshotFooter"));
    }

    @Test
    void the_offsets_of_a_group_are_decoded() throws Exception {
        var said = dump(files("__consumer_offsets-", ".log"), "--offsets-decoder");
        assertThat(said.values()).asString()
                .contains("key: {\"type\":\"1\",\"data\":{\"group\":\"readers\",\"topic\":\"long\",\"partition\":0}}")
                .contains("\"offset\":17,").contains("\"metadata\":\"half way\"");
    }

    @Test
    void what_a_share_group_decided_is_decoded() throws Exception {
        var states = dump(files("__share_group_state-", ".log"), "--share-group-state-decoder").values().toString();
        assertThat(states).contains("\"groupId\":\"sharers\"").contains("\"snapshotEpoch\":0")
                .contains("\"deliveryState\":2,\"deliveryCount\":1");
        var groups = dump(files("__consumer_offsets-", ".log"), "--offsets-decoder").values().toString();
        for (int kind = 10; kind <= 15; kind++) {
            assertThat(groups).as("records of kind %d", kind).contains("key: {\"type\":\"" + kind + "\",\"data\":{\"groupId\":\"sharers\"");
        }
    }
}
