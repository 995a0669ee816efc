package naru.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {

    @TempDir
    private Path folder;

    private Map<String, String> read(byte[] content) throws IOException {
        return SettingsFile.read(Files.write(folder.resolve("server.properties"), content).toString());
    }

    private Map<String, String> read(String content) throws IOException {
        return read(content.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void foldersOfWindowsKeepTheirBackslashes() throws IOException {
        assertThat(read("log.dirs=D:\\kafka\\logs,E:\\more\nnode.id=1\n")).containsEntry("log.dirs", "D:\\kafka\\logs,E:\\more").containsEntry("node.id", "1");
        assertThat(read("log.dirs = D:\\\\kafka\\\\logs\r\n")).containsEntry("log.dirs", "D:\\kafka\\logs");
        assertThat(read("log.dirs=D:/kafka/logs\nother=a\\tb")).containsEntry("log.dirs", "D:/kafka/logs").containsEntry("other", "a\tb");
        assertThat(read("log.dirs=/var/a,\\\n  /var/b")).containsEntry("log.dirs", "/var/a,/var/b");
    }

    @Test
    void bothEncodingsAreRead() throws IOException {
        assertThat(read("rack=b\u00fcro")).containsEntry("rack", "b\u00fcro");
        assertThat(read("rack=b\u00fcro".getBytes(StandardCharsets.ISO_8859_1))).containsEntry("rack", "b\u00fcro");
    }

    @Test
    void whatCannotBeReadIsTold() {
        assertThatThrownBy(() -> SettingsFile.read("/no/such/file")).hasMessage("there is no file /no/such/file");
        assertThatThrownBy(() -> SettingsFile.read(folder.toString())).hasMessage(folder + " cannot be read: Is a directory");
        assertThatThrownBy(() -> read("a=\\u12")).hasMessage(folder.resolve("server.properties") + " cannot be understood: Malformed \\uxxxx encoding.");
    }
}
