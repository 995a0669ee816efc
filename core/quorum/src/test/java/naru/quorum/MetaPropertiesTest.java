package naru.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import naru.disk.FileDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mark that cannot be trusted is told with its file and with what is wrong about it. */
class MetaPropertiesTest {

    @TempDir
    private Path folder;

    private MetaProperties read(byte[] mark) throws IOException {
        Files.write(folder.resolve("meta.properties"), mark);
        return MetaProperties.read(new FileDisk(), folder.toString());
    }

    private void isRefused(String mark, String words) {
        assertThatThrownBy(() -> read(mark.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(DamagedMetadata.class).hasMessage(folder + "/meta.properties" + words);
    }

    @Test
    void whatIsMissingIsNamed() {
        isRefused("", ": version '' is not 1");
        isRefused("#\n", ": version '' is not 1");
        isRefused("cluster.id=one\nnode.id=1\nver", ": version '' is not 1");
        isRefused("version=1\n", " does not say cluster.id");
        isRefused("version=1\nnode.id=1\n", " does not say cluster.id");
        isRefused("version=1\nnode.id=1\ncluster.id=\n", " does not say cluster.id");
        isRefused("version=1\ncluster.id=one\n", " does not say node.id");
    }

    @Test
    void whatIsNonsenseIsNamed() {
        isRefused("version=9\nnode.id=1\ncluster.id=one\n", ": version '9' is not 1");
        isRefused("version=1\nnode.id=one\ncluster.id=one\n", ": node.id 'one' is not a number");
        isRefused("version=1\nnode.id=1\ncluster.id=one\ndirectory.id=?\n", ": directory.id '?' is not an id");
        assertThatThrownBy(() -> read(new byte[] {0, 1, 2, -1, -2, '=', 7, '\n', 'v', 0})).isInstanceOf(DamagedMetadata.class);
    }

    @Test
    void whatIsSoundIsRead() throws IOException {
        var mark = read("version=1\nnode.id=7\ncluster.id=one\n".getBytes(StandardCharsets.UTF_8));
        assertThat(mark.nodeId()).isEqualTo(7);
        assertThat(mark.clusterId()).isEqualTo("one");
    }
}
