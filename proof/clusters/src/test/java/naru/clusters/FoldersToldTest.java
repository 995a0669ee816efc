package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster that rises to where records have a place for log folders is told of them at once, and not when its brokers start next (KIP-858). */
@Timeout(180)
class FoldersToldTest {

    private static final int PARTITIONS = 4;
    private static final long PATIENCE_S = 60;

    @TempDir
    private Path home;

    @Test
    void whatLiesWhereIsToldWhenTheClusterHasRisen() throws Exception {
        var ports = NodeProcess.freePorts(2);
        String clients = "127.0.0.1:" + ports.get(0);
        String controller = "127.0.0.1:" + ports.get(1);
        String folders = home.resolve("data-1") + "," + home.resolve("more-1");
        try (var tools = new KafkaTools(); var _ = NodeProcess.of(home, 1, "process.roles=broker,controller", "log.dirs=" + folders,
                        "listeners=PLAINTEXT://" + clients + ",CONTROLLER://" + controller, "controller.quorum.voters=1@" + controller)
                .format("aWQtb2YtdGhhdC1jbHVzdA", "--release-version", "3.6").start()) {
            try (var admin = Admin.create(Map.of("bootstrap.servers", clients))) {
                admin.createTopics(List.of(new NewTopic("spread", PARTITIONS, (short) 1))).all().get(PATIENCE_S, TimeUnit.SECONDS);
            }
            assertThat(records(tools, "REGISTER_BROKER_RECORD").getLast()).doesNotContain("logDirs");
            tools.typed(KafkaTools.FEATURES, "--bootstrap-server", clients, "upgrade", "--feature", "metadata.version=17");
            long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
            while (told(tools).size() < PARTITIONS) {
                assertThat(System.nanoTime() - untilNs).as("told of %s", told(tools)).isNegative();
            }
            assertThat(told(tools)).hasSize(PARTITIONS);
            assertThat(records(tools, "REGISTER_BROKER_RECORD").getLast()).contains("\"fenced\":false").containsPattern("\"logDirs\":\\[\"[^\"]+\",\"[^\"]+\"\\]");
            assertThat(records(tools, "PARTITION_CHANGE_RECORD")).as("nothing else of them changes").noneMatch(line -> line.contains("\"isr\""));
        }
    }

    private List<String> told(KafkaTools tools) throws Exception {
        return records(tools, "PARTITION_CHANGE_RECORD").stream().filter(line -> line.contains("\"directories\":[")).toList();
    }

    private List<String> records(KafkaTools tools, String type) throws Exception {
        return tools.typed("org.apache.kafka.tools.DumpLogSegments", "--cluster-metadata-decoder", "--files",
                home.resolve("data-1/__cluster_metadata-0/00000000000000000000.log").toString()).lines()
                .filter(line -> line.contains("\"type\":\"" + type + "\"")).toList();
    }
}
