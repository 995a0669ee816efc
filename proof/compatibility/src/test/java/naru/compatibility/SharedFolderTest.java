package naru.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import naru.clusters.BrokerProcess;
import naru.peer.KafkaNode;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** One data folder, opened by Naru and by Apache Kafka in turn: each finds all that the other has written. */
@Execution(ExecutionMode.CONCURRENT)
class SharedFolderTest {

    private static final String OFTEN = "metadata.log.max.record.bytes.between.snapshots=1500";
    private static final int PARTITIONS = 3;

    /** What must be found again: records by topic, settings by topic, and the positions of the group. */
    private final Map<String, List<String>> records = new TreeMap<>();
    private final Map<String, String> retention = new TreeMap<>();
    private long committed;

    @TempDir
    Path folder;

    @Test
    void a_folder_of_ours_is_opened_by_kafka_and_comes_back() throws Exception {
        var data = folder.resolve("data");
        try (var naru = BrokerProcess.start(data, OFTEN)) {
            use(naru.bootstrap(), "ours");
        }
        assertThat(Names.in(data.resolve("__cluster_metadata-0"), ".checkpoint")).isNotEmpty();
        checkDump(data);
        try (var kafka = KafkaNode.start(data, KafkaNode.Voters.CONFIGURED, OFTEN)) {
            check(kafka.bootstrap());
            use(kafka.bootstrap(), "theirs");
        }
        try (var naru = BrokerProcess.start(data, OFTEN)) {
            check(naru.bootstrap());
        }
    }

    @Test
    void a_folder_of_kafkas_is_opened_by_us_and_goes_back() throws Exception {
        var data = folder.resolve("data");
        KafkaNode.format(data, KafkaNode.Voters.LOGGED);
        try (var kafka = KafkaNode.start(data, KafkaNode.Voters.LOGGED)) {
            use(kafka.bootstrap(), "theirs");
        }
        try (var naru = BrokerProcess.start(data, OFTEN)) {
            check(naru.bootstrap());
            use(naru.bootstrap(), "ours");
        }
        checkDump(data);
        try (var kafka = KafkaNode.start(data, KafkaNode.Voters.LOGGED)) {
            check(kafka.bootstrap());
            var said = KafkaNode.tool("org.apache.kafka.tools.MetadataQuorumCommand",
                    "--bootstrap-server", kafka.bootstrap(), "describe", "--status");
            assertThat(said).contains("LeaderId:").contains("CurrentVoters:          [{\"id\": 1, \"directoryId\": ");
        }
    }

    @Test
    void a_folder_that_kafka_left_in_a_hurry_is_opened_by_us() throws Exception {
        var data = folder.resolve("data");
        KafkaNode.format(data, KafkaNode.Voters.CONFIGURED);
        try (var kafka = KafkaNode.start(data, KafkaNode.Voters.CONFIGURED)) {
            use(kafka.bootstrap(), "theirs");
            kafka.kill();
        }
        try (var naru = BrokerProcess.start(data)) {
            check(naru.bootstrap());
        }
    }

    @Test
    void a_folder_that_kafka_only_formatted_begins_with_what_it_was_formatted_with() throws Exception {
        var data = folder.resolve("data");
        KafkaNode.format(data, KafkaNode.Voters.CONFIGURED, "--release-version", "4.0-IV3");
        try (var naru = BrokerProcess.start(data); var admin = admin(naru.bootstrap())) {
            var features = admin.describeFeatures().featureMetadata().get().finalizedFeatures();
            assertThat(features.get("metadata.version").maxVersionLevel()).isEqualTo((short) 25);
            use(naru.bootstrap(), "ours");
        }
        try (var kafka = KafkaNode.start(data, KafkaNode.Voters.CONFIGURED)) {
            check(kafka.bootstrap());
        }
    }

    private static Admin admin(String bootstrap) {
        return Admin.create(Map.of("bootstrap.servers", bootstrap));
    }

    /** Topics made, changed and deleted, records in each, and a group that has read some of them. */
    private void use(String bootstrap, String who) throws Exception {
        try (var admin = admin(bootstrap)) {
            for (int i = 0; i < 5; i++) {
                String topic = who + "-" + i;
                retention.put(topic, "" + (1_000_000_000 + i));
                records.put(topic, new ArrayList<>());
                admin.createTopics(List.of(new NewTopic(topic, i == 0 ? PARTITIONS - 1 : PARTITIONS, (short) 1)
                        .configs(Map.of("retention.ms", "7", "min.insync.replicas", "1")))).all().get();
                var set = new AlterConfigOp(new ConfigEntry("retention.ms", retention.get(topic)), AlterConfigOp.OpType.SET);
                admin.incrementalAlterConfigs(Map.of(resource(topic), List.of(set))).all().get();
            }
            admin.createPartitions(Map.of(who + "-0", NewPartitions.increaseTo(PARTITIONS))).all().get();
            admin.createTopics(List.of(new NewTopic(who + "-gone", 2, (short) 1))).all().get();
            admin.deleteTopics(List.of(who + "-gone")).all().get();
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.BROKER, ""), List.of(
                    new AlterConfigOp(new ConfigEntry("log.cleaner.threads", "1"), AlterConfigOp.OpType.SET)))).all().get();
        }
        var text = new StringSerializer();
        try (var producer = new KafkaProducer<String, String>(Map.<String, Object>of("bootstrap.servers", bootstrap), text, text)) {
            for (var topic : records.keySet()) {
                for (int i = 0; i < 20; i++) {
                    String value = who + " says " + i;
                    producer.send(new ProducerRecord<>(topic, i % PARTITIONS, null, value));
                    records.get(topic).add(value);
                }
            }
            producer.flush();
        }
        committed += 3;
        try (var consumer = consumer(bootstrap)) {
            consumer.assign(List.of(first()));
            consumer.commitSync(Map.of(first(), new OffsetAndMetadata(committed)));
        }
    }

    private TopicPartition first() {
        return new TopicPartition(records.keySet().stream().sorted().findFirst().orElseThrow(), 0);
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private static KafkaConsumer<String, String> consumer(String bootstrap) {
        var text = new StringDeserializer();
        return new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrap, "group.id", "readers"), text, text);
    }

    private void check(String bootstrap) throws Exception {
        try (var admin = admin(bootstrap)) {
            assertThat(admin.listTopics().names().get()).containsExactlyInAnyOrderElementsOf(records.keySet());
            admin.describeTopics(records.keySet()).allTopicNames().get().values()
                    .forEach(topic -> assertThat(topic.partitions()).as(topic.name()).hasSize(PARTITIONS));
            var configs = admin.describeConfigs(records.keySet().stream().map(SharedFolderTest::resource).toList()).all().get();
            configs.forEach((resource, config) -> assertThat(config.get("retention.ms").value())
                    .isEqualTo(retention.get(resource.name())));
        }
        try (var consumer = consumer(bootstrap)) {
            var committedNow = consumer.committed(java.util.Set.of(first()), Duration.ofSeconds(30)).get(first());
            assertThat(committedNow.offset()).isEqualTo(committed);
            for (var topic : records.keySet()) {
                assertThat(readAll(consumer, topic)).as(topic).containsExactlyInAnyOrderElementsOf(records.get(topic));
            }
        }
    }

    private static List<String> readAll(KafkaConsumer<String, String> consumer, String topic) {
        var partitions = new ArrayList<TopicPartition>();
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(new TopicPartition(topic, i));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        long count = consumer.endOffsets(partitions).values().stream().mapToLong(one -> one).sum();
        var values = new ArrayList<String>();
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (values.size() < count && System.nanoTime() < deadlineNs) {
            consumer.poll(Duration.ofMillis(500)).forEach(record -> values.add(record.value()));
        }
        return values;
    }

    /** Kafka's own tool reads every file of the metadata log. */
    private static void checkDump(Path data) throws Exception {
        var own = data.resolve("__cluster_metadata-0");
        var files = new ArrayList<>(Names.in(own, ".log"));
        files.addAll(Names.in(own, ".checkpoint"));
        var all = KafkaNode.tool("org.apache.kafka.tools.DumpLogSegments", "--cluster-metadata-decoder",
                "--files", files.stream().map(Path::toString).collect(Collectors.joining(",")));
        var dumps = all.split("(?m)^Dumping ");
        assertThat(dumps).as(all).hasSize(files.size() + 1);
        for (int i = 0; i < files.size(); i++) {
            var file = files.get(i);
            var said = dumps[i + 1];
            assertThat(said).as(file.toString()).startsWith(file.toString()).contains("isvalid: true")
                    .doesNotContain("isvalid: false").doesNotContain("could not be read").doesNotContain("Exception");
            // What a folder is formatted with holds the quorum alone.
            if (file.toString().endsWith(".checkpoint") && !file.endsWith("00000000000000000000-0000000000.checkpoint")) {
                assertThat(said).contains("SnapshotHeader", "SnapshotFooter", "FEATURE_LEVEL_RECORD");
            }
        }
    }

    /** The files of a folder. */
    private static final class Names {
        private static List<Path> in(Path folder, String ending) throws Exception {
            try (var files = Files.list(folder)) {
                return files.filter(one -> one.toString().endsWith(ending)).sorted().toList();
            }
        }
    }
}
