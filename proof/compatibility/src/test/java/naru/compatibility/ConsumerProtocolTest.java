package naru.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import naru.clusters.BrokerProcess;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Kafka's Java clients with {@code group.protocol=consumer}, of the first version that has it and of the newest. */
@Execution(ExecutionMode.CONCURRENT)
class ConsumerProtocolTest {

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final String OLD = "member";
    private static final String NEW = "member-of-the-new-protocol";

    @TempDir
    static Path data;

    private static BrokerProcess broker;
    private static Admin admin;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = BrokerProcess.start(data, "group.consumer.min.session.timeout.ms=6000",
                "group.consumer.session.timeout.ms=6000", "group.consumer.min.heartbeat.interval.ms=500",
                "group.consumer.heartbeat.interval.ms=1000");
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
    }

    @AfterAll
    static void stopBroker() throws Exception {
        admin.close();
        broker.close();
    }

    private static ForeignClient client(String version) {
        return ForeignClient.all().stream().filter(one -> one.name().equals("kafka-clients " + version)).findFirst().orElseThrow();
    }

    private static String shared(String prefix) throws Exception {
        admin.createTopics(List.of(new NewTopic(prefix + "-shared", 3, (short) 1))).all().get();
        return prefix + "-shared";
    }

    private static TreeSet<String> produce(String topic, String word, int count) {
        var values = new TreeSet<String>();
        var text = new StringSerializer();
        try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker.bootstrap()), text, text)) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topic, i % 3, null, word + "-" + i));
                values.add(word + "-" + i);
            }
        }
        return values;
    }

    private static void losesOne(String version) throws Exception {
        String prefix = "new-" + version;
        String topic = shared(prefix);
        try (var group = new GroupOfThree(client(version), broker.bootstrap(), prefix, NEW)) {
            group.awaitShared(3, 3);
            group.awaitRead(produce(topic, "before", 300));
            group.kill(1);
            group.awaitShared(3, 2);
            group.awaitRead(produce(topic, "after", 300));
        }
    }

    @Test
    void aGroupOfTheFirstClientsThatHaveItLosesOne() throws Exception {
        losesOne("3.9.1");
    }

    @Test
    void aGroupOfTheNewestClientsLosesOne() throws Exception {
        losesOne("4.4.0");
    }

    private static GroupType typeOf(String group) throws Exception {
        return admin.listGroups(new ListGroupsOptions()).all().get().stream().filter(one -> one.groupId().equals(group))
                .findFirst().orElseThrow().type().orElseThrow();
    }

    @Test
    void aGroupIsUpgradedMemberByMemberAndBackAgain() throws Exception {
        String topic = shared("rolling");
        try (var group = new GroupOfThree(client("4.4.0"), broker.bootstrap(), "rolling", OLD)) {
            group.awaitShared(3, 3);
            assertThat(typeOf("rolling-group")).isEqualTo(GroupType.CLASSIC);
            var values = produce(topic, "old", 90);
            for (int i = 0; i < 3; i++) {
                group.kill(i);
                group.add(client("4.4.0"), broker.bootstrap(), "rolling", NEW);
                group.awaitShared(3, 3);
                assertThat(typeOf("rolling-group")).isEqualTo(GroupType.CONSUMER);
                values.addAll(produce(topic, "up" + i, 90));
                group.awaitRead(values);
            }
            for (int i = 3; i < 6; i++) {
                group.kill(i);
                group.add(client("4.4.0"), broker.bootstrap(), "rolling", OLD);
                group.awaitShared(3, 3);
                values.addAll(produce(topic, "down" + i, 90));
                group.awaitRead(values);
            }
            assertThat(typeOf("rolling-group")).isEqualTo(GroupType.CLASSIC);
        }
    }

    @Test
    void anExpressionFindsTopicsThatComeLater() throws Exception {
        admin.createTopics(List.of(new NewTopic("regex-a", 3, (short) 1))).all().get();
        var settings = new HashMap<String, Object>(Map.of("bootstrap.servers", broker.bootstrap(), "group.id", "regex",
                "group.protocol", "consumer", "auto.offset.reset", "earliest"));
        var text = new StringDeserializer();
        try (var consumer = new KafkaConsumer<>(settings, text, text)) {
            consumer.subscribe(new SubscriptionPattern("regex-.*"));
            var wanted = produce("regex-a", "first", 30);
            var read = new TreeSet<String>();
            readUntil(consumer, read, wanted);
            admin.createTopics(List.of(new NewTopic("regex-b", 3, (short) 1))).all().get();
            wanted.addAll(produce("regex-b", "second", 30));
            readUntil(consumer, read, wanted);
        }
    }

    private static void readUntil(KafkaConsumer<String, String> consumer, TreeSet<String> read, TreeSet<String> wanted) {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!read.containsAll(wanted) && System.nanoTime() < deadlineNs) {
            consumer.poll(Duration.ofMillis(200)).forEach(record -> read.add(record.value()));
        }
        assertThat(read).containsAll(wanted);
    }
}
