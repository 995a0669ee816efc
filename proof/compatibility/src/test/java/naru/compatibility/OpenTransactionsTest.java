package naru.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import naru.clusters.BrokerProcess;
import naru.peer.KafkaNode;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions of Kafka's own client: that end by themselves, and that were left open in a folder which moves to another broker. */
class OpenTransactionsTest {

    private static final String[] ALONE = {
        "transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1", "transaction.state.log.num.partitions=3",
        "offsets.topic.replication.factor=1", "offsets.topic.num.partitions=3"
    };
    private static final String ID = "teller";
    private static final TopicPartition ACCOUNTS = new TopicPartition("accounts", 0);
    private static final long PATIENCE_S = 30;

    @TempDir
    Path folder;

    @Test
    void a_transaction_that_never_ends_holds_readers_back_for_no_longer_than_its_timeout() throws Exception {
        try (var naru = BrokerProcess.start(folder.resolve("data"), ALONE);
                var silent = producer(naru.bootstrap(), "silent", 1_500);
                var plain = producer(naru.bootstrap(), null, 0)) {
            silent.initTransactions();
            silent.beginTransaction();
            silent.send(new ProducerRecord<>(ACCOUNTS.topic(), 0, null, "never")).get();
            long beganNs = System.nanoTime();
            plain.send(new ProducerRecord<>(ACCOUNTS.topic(), 0, null, "behind")).get();
            assertThat(read(naru.bootstrap(), 1)).containsExactly("behind");
            long waitedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
            assertThat(waitedMs).isBetween(1_000L, 1_500L + 5_000L);
            try (var admin = admin(naru.bootstrap())) {
                assertThat(state(admin, "silent")).isEqualTo(TransactionState.COMPLETE_ABORT);
            }
        }
    }

    @Test
    void what_kafka_left_open_goes_on_here_and_the_other_way_round() throws Exception {
        var data = folder.resolve("data");
        KafkaNode.format(data, KafkaNode.Voters.CONFIGURED);
        try (var kafka = KafkaNode.start(data, KafkaNode.Voters.CONFIGURED, ALONE)) {
            transact(kafka.bootstrap(), "theirs");
        }
        try (var naru = BrokerProcess.start(data, ALONE)) {
            check(naru.bootstrap(), "theirs");
            transact(naru.bootstrap(), "ours");
        }
        checkDump(data);
        try (var kafka = KafkaNode.start(data, KafkaNode.Voters.CONFIGURED, ALONE)) {
            check(kafka.bootstrap(), "theirs", "ours");
        }
    }

    /** One transaction is committed, one aborted, and one left open, each with records and offsets. */
    private static void transact(String bootstrap, String who) throws Exception {
        try (var admin = admin(bootstrap)) {
            if (!admin.listTopics().names().get().contains(ACCOUNTS.topic())) {
                admin.createTopics(List.of(new NewTopic(ACCOUNTS.topic(), 1, (short) 1))).all().get();
            }
        }
        var producer = producer(bootstrap, ID, 600_000);
        producer.initTransactions();
        for (var word : List.of("committed", "aborted", "open")) {
            producer.beginTransaction();
            for (int i = 0; i < 3; i++) {
                producer.send(new ProducerRecord<>(ACCOUNTS.topic(), 0, null, who + " " + word + " " + i));
            }
            producer.flush();
            try (var consumer = consumer(bootstrap, "readers-" + who)) {
                producer.sendOffsetsToTransaction(Map.of(ACCOUNTS, new OffsetAndMetadata(word.length())), consumer.groupMetadata());
            }
            switch (word) {
                case "committed" -> producer.commitTransaction();
                case "aborted" -> producer.abortTransaction();
                default -> { }
            }
        }
        // As if it had died: closing would abort what is open.
        producer.close(Duration.ZERO);
    }

    /** What was left open is known to be, and gives way to the next producer of that name. */
    private static void check(String bootstrap, String... whose) throws Exception {
        String last = whose[whose.length - 1];
        try (var admin = admin(bootstrap)) {
            var left = admin.describeTransactions(List.of(ID)).description(ID).get();
            assertThat(left.state()).isIn(TransactionState.ONGOING, TransactionState.COMPLETE_ABORT);
            if (left.state() == TransactionState.ONGOING) {
                assertThat(left.topicPartitions()).contains(ACCOUNTS);
            }
        }
        try (var producer = producer(bootstrap, ID, 600_000)) {
            producer.initTransactions();
        }
        var expected = new ArrayList<String>();
        for (var who : whose) {
            for (int i = 0; i < 3; i++) {
                expected.add(who + " committed " + i);
            }
        }
        assertThat(read(bootstrap, expected.size())).containsExactlyElementsOf(expected);
        try (var consumer = consumer(bootstrap, "readers-" + last)) {
            assertThat(consumer.committed(Set.of(ACCOUNTS), Duration.ofSeconds(PATIENCE_S)).get(ACCOUNTS).offset())
                    .isEqualTo("committed".length());
        }
    }

    private static TransactionState state(Admin admin, String id) throws Exception {
        return admin.describeTransactions(List.of(id)).description(id).get().state();
    }

    /** Kafka's own tool prints every record of the coordinator. */
    private static void checkDump(Path data) throws Exception {
        String files;
        try (var all = Files.walk(data)) {
            files = all.filter(each -> each.getParent().getFileName().toString().startsWith("__transaction_state-") && each.toString().endsWith(".log"))
                    .map(Path::toString).sorted().collect(Collectors.joining(","));
        }
        assertThat(KafkaNode.tool("org.apache.kafka.tools.DumpLogSegments", "--transaction-log-decoder", "--files", files)).contains(ID).contains(status(1)).contains(status(2)).contains(status(4))
                .contains(status(5)).contains("accounts").doesNotContain("isvalid: false").doesNotContain("Exception");
    }

    /** The tool tells states by their numbers: 1 is ongoing, 2 and 4 a commit, 5 an abort. */
    private static String status(int number) {
        return "\"transactionStatus\":" + number;
    }

    private static Admin admin(String bootstrap) {
        return Admin.create(Map.of("bootstrap.servers", bootstrap));
    }

    private static KafkaProducer<String, String> producer(String bootstrap, String transactionalId, int timeoutMs) {
        var settings = new HashMap<String, Object>(Map.of("bootstrap.servers", bootstrap));
        if (transactionalId != null) {
            settings.putAll(Map.of("transactional.id", transactionalId, "transaction.timeout.ms", timeoutMs));
        }
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static KafkaConsumer<String, String> consumer(String bootstrap, String group) {
        return new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrap, "group.id", group, "isolation.level", "read_committed",
                "enable.auto.commit", "false"), new StringDeserializer(), new StringDeserializer());
    }

    private static List<String> read(String bootstrap, int count) {
        var values = new ArrayList<String>();
        try (var consumer = consumer(bootstrap, "checkers")) {
            consumer.assign(List.of(ACCOUNTS));
            consumer.seekToBeginning(List.of(ACCOUNTS));
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
            while (values.size() < count && System.nanoTime() < deadlineNs) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }
}
