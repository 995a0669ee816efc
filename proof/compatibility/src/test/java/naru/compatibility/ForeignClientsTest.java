package naru.compatibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import naru.clusters.BrokerProcess;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Clients that know nothing of us, against a broker in a process of its own; or, to see whether a scenario asks for too
 * much, against the broker that {@code -Dnaru.compatibility.bootstrap=HOST:PORT} names.
 */
class ForeignClientsTest {

    @TempDir
    static Path data;

    private static final String NAMED = "is the version it is taken for";
    private static final String GROUP = "a group of three loses one";

    private static final String ELSEWHERE = System.getProperty("naru.compatibility.bootstrap");

    private static BrokerProcess broker;
    private static String bootstrap = ELSEWHERE;

    @BeforeAll
    static void startBroker() throws Exception {
        if (ELSEWHERE == null) {
            broker = BrokerProcess.start(data);
            bootstrap = broker.bootstrap();
        }
    }

    @AfterAll
    static void stopBroker() throws Exception {
        if (broker != null) {
            broker.close();
        }
    }

    @TestFactory
    Stream<DynamicContainer> everyClient() {
        return ForeignClient.all().stream().map(client -> dynamicContainer(tests -> tests
                .displayName(client.name()).children(scenariosOf(client))
                .executionMode(ExecutionMode.CONCURRENT).childExecutionMode(ExecutionMode.SAME_THREAD)));
    }

    /** Who takes a client or one of its scenarios away has to take it off the list too, where a reader sees it. */
    @Test
    void theListNamesEveryTest() throws IOException {
        var tests = ForeignClient.all().stream()
                .flatMap(client -> scenariosOf(client).stream().map(test -> client.name() + ": " + test.getDisplayName()));
        assertThat(tests).containsExactlyElementsOf(Files.readAllLines(Path.of("tests.allow")));
    }

    private static List<DynamicTest> scenariosOf(ForeignClient client) {
        String prefix = client.name().replaceAll("[^a-z0-9.]+", "-").replaceAll("^-", "");
        var tests = new ArrayList<DynamicTest>();
        tests.add(dynamicTest(NAMED, () -> assertThat(client.calledItself()).isEqualTo(client.name())));
        for (var scenario : client.scenarios()) {
            tests.add(dynamicTest(scenario, () ->
                    assertThat(client.complaint(bootstrap, prefix, scenario)).isNull()));
        }
        tests.add(dynamicTest(GROUP, () -> aGroupOfThreeLosesOne(client, prefix)));
        return tests;
    }

    private static void aGroupOfThreeLosesOne(ForeignClient client, String prefix) throws Exception {
        String topic = prefix + "-shared";
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();
        }
        try (var group = new GroupOfThree(client, bootstrap, prefix)) {
            group.awaitShared(3, 3);
            group.awaitRead(produce(topic, "before", 300));
            group.kill(1);
            group.awaitShared(3, 2);
            group.awaitRead(produce(topic, "after", 300));
        }
    }

    private static TreeSet<String> produce(String topic, String word, int count) throws Exception {
        var values = new TreeSet<String>();
        var text = new StringSerializer();
        try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap), text, text)) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topic, i % 3, null, word + "-" + i));
                values.add(word + "-" + i);
            }
            producer.flush();
        }
        return values;
    }
}
