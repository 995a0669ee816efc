package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A data folder that cannot be used is told in one line that names it, and the process ends with 1. */
@Execution(ExecutionMode.CONCURRENT)
class RefusedFolderTest {

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void name() {
        data = folder.resolve("data");
    }

    private void isRefused(Path where, String... words) throws Exception {
        var refusal = BrokerProcess.startInVain(where);
        assertThat(refusal.said().strip()).startsWith("naru cannot start: ").contains(words).doesNotContain("\n", "Exception", "null");
        assertThat(refusal.exitCode()).isEqualTo(1);
    }

    private void mark(String text) throws Exception {
        Files.createDirectories(data);
        Files.writeString(data.resolve("meta.properties"), text);
    }

    @Test
    void anotherNodes() throws Exception {
        mark("cluster.id=one\nnode.id=7\nversion=1\n");
        isRefused(data, "meta.properties", "node 7", "node.id=7");
    }

    @Test
    void anotherClusters() throws Exception {
        mark("cluster.id=one\nnode.id=1\nversion=1\n");
        var second = Files.createDirectories(folder.resolve("second"));
        Files.writeString(second.resolve("meta.properties"), "cluster.id=two\nnode.id=1\nversion=1\n");
        isRefused(Path.of(data + "," + second), second.toString(), "cluster two", "one");
    }

    /** With an empty log of metadata everything in the data folders would be strange to this node. */
    @Test
    void metadataInAnotherFolderThanItIsLookedForIn() throws Exception {
        mark("cluster.id=one\nnode.id=1\nversion=1\n");
        Files.createDirectories(data.resolve("__cluster_metadata-0"));
        var first = folder.resolve("first");
        isRefused(Path.of(first + "," + data), "the metadata of this node lies in " + data, first.toString(), "metadata.log.dir=" + data);
    }

    @Test
    void aMarkThatIsCutShort() throws Exception {
        mark("cluster.id=one\nversion=1\nno");
        isRefused(data, "meta.properties does not say node.id");
    }

    @Test
    void aFolderWhereTheMarkShouldBe() throws Exception {
        Files.createDirectories(data.resolve("meta.properties").resolve("x"));
        isRefused(data, "meta.properties");
    }

    @Test
    void aFileWhereTheFolderShouldBe() throws Exception {
        Files.writeString(data, "not a folder");
        isRefused(data, data.toString());
        isRefused(data.resolve("below"), data.toString());
    }

    @Test
    void aFileWhereTheMetadataShouldBe() throws Exception {
        Files.createDirectories(data);
        Files.writeString(data.resolve("__cluster_metadata-0"), "not a folder");
        isRefused(data, "__cluster_metadata-0");
    }

    /** Where even an administrator's process may not write. */
    @Test
    void aPlaceWithoutPermission() throws Exception {
        isRefused(Path.of("/proc/naru-data"), "/proc/naru-data");
    }

    @Test
    void oneThatIsInUse() throws Exception {
        try (var first = BrokerProcess.start(data)) {
            assertThat(first.bootstrap()).isNotEmpty();
            isRefused(data, data.toString(), "in use");
        }
    }

    @Test
    void aMarkWithoutTheFoldersIdIsCompleted() throws Exception {
        mark("cluster.id=one\nnode.id=1\nversion=1\n");
        try (var broker = BrokerProcess.start(data)) {
            assertThat(broker.bootstrap()).isNotEmpty();
        }
        assertThat(Files.readString(data.resolve("meta.properties"))).contains("directory.id=", "cluster.id=one");
    }
}
