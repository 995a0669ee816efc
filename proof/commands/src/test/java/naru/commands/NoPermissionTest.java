package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Files and folders that may not be read or written, and a port that may not be opened: one sentence for each, and no stack. */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class NoPermissionTest {

    private static final int PORT = 1_023;

    @TempDir
    private static Path home;
    private static Walk walk;
    /** Takes away what an administrator may do beyond others; empty for who is none. */
    private static String asAnybody;

    @BeforeAll
    static void somethingIsForbidden() throws Exception {
        walk = Walk.begin(home);
        boolean root = walk.see("id -u").strip().equals("0");
        asAnybody = root ? "setpriv --bounding-set=-dac_override,-dac_read_search,-net_bind_service " : "";
        Files.writeString(home.resolve("hidden.properties"), "node.id=1\n");
        forbid(home.resolve("hidden.properties"), "---------");
        forbid(Files.createDirectory(home.resolve("locked")), "---------");
        Files.writeString(home.resolve("locked.properties"), walk.real("node.id=1\nlog.dirs=/tmp/locked/data\n"));
    }

    private static void forbid(Path path, String permissions) throws Exception {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    @AfterAll
    static void andAllowedAgain() throws Exception {
        forbid(home.resolve("locked"), "rwx------");
        walk.close();
    }

    private static void isTold(String line, String sentence) throws Exception {
        var shown = walk.type(asAnybody + "env " + line);
        assertThat(shown).as(line).isEqualTo(new Walk.Shown(1, "", walk.real(sentence).replace("USER", System.getProperty("user.name")) + "\n"));
    }

    @Test
    void aBrokerThatStarts() throws Exception {
        isTold("./naru start --config /tmp/hidden.properties",
                "naru cannot start: there is no permission for /tmp/hidden.properties; give it to user USER, or run this as another user");
        isTold("bin/kafka-server-start.sh /tmp/hidden.properties",
                "naru cannot start: there is no permission for /tmp/hidden.properties; give it to user USER, or run this as another user");
        isTold("./naru start --data /tmp/locked/data --listen 127.0.0.1:9092",
                "naru cannot start: there is no permission for /tmp/locked/data; give it to user USER, or run this as another user");
        isTold("./naru start --background --log /tmp/locked/log", "naru: the log /tmp/locked/log cannot be written; name another file with --log");
        isTold("LOG_DIR=/tmp/locked/logs bin/kafka-server-start.sh -daemon config/server.properties",
                "kafka-server-start.sh: nothing can be written into the folder /tmp/locked/logs, where the log should go; name another with LOG_DIR");
    }

    @Test
    void aPortForAdministrators() throws Exception {
        int firstForAll = Integer.parseInt(Files.readString(Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start")).strip());
        if (firstForAll > PORT) {
            isTold("./naru start --data /tmp/another --listen 127.0.0.1:" + PORT, "naru cannot start: cannot listen on 127.0.0.1:" + PORT
                    + " (PLAINTEXT): Permission denied; choose a port from 1024 on, those below are for administrators");
        }
    }

    @Test
    void foldersThatAreFormatted() throws Exception {
        isTold("bin/kafka-storage.sh format --standalone -t AAAAAAAAAAAAAAAAAAAABQ -c /tmp/hidden.properties",
                "there is no permission for /tmp/hidden.properties; give it to user USER, or run this as another user");
        isTold("bin/kafka-storage.sh info -c /tmp/hidden.properties",
                "there is no permission for /tmp/hidden.properties; give it to user USER, or run this as another user");
        isTold("bin/kafka-storage.sh format -t AAAAAAAAAAAAAAAAAAAABQ -c /tmp/nowhere.properties", "there is no file /tmp/nowhere.properties");
        isTold("bin/kafka-storage.sh fromat", "kafka-storage: error: invalid choice: 'fromat' (choose from 'info', 'format', 'version-mapping', "
                + "'feature-dependencies', 'random-uuid'); kafka-storage.sh --help shows what can be written");
    }

    @Test
    void whatIsAskedOfABroker() throws Exception {
        walk.see("./naru start --background --data /tmp/data --listen 127.0.0.1:9092");
        String at = " --bootstrap-server 127.0.0.1:9092";
        walk.see("./naru topics create letters" + at);
        isTold("./naru produce letters --from-file /tmp/hidden.properties" + at, "naru: /tmp/hidden.properties cannot be read: no permission; check --from-file");
        isTold("./naru produce letters --from-file /tmp/data" + at, "naru: the input cannot be read to its end: Is a directory; what stands before is written");
        isTold("./naru consume letters --to-file /tmp/locked/letters" + at, "naru: /tmp/locked/letters cannot be written: no permission; check --to-file");
        isTold("./naru topics list --command-config /tmp/hidden.properties", "naru: /tmp/hidden.properties cannot be read: no permission; check --command-config");
        isTold("./naru stop --data /tmp/locked", "naru: /tmp/locked/naru.pid cannot be read: no permission; stop the broker by its process number");
        isTold("./naru start --data /tmp/third --listen 127.0.0.1:9092",
                "naru cannot start: cannot listen on 127.0.0.1:9092 (PLAINTEXT): Address already in use; end what listens there, or choose another address");
        var full = walk.type("./naru topics list" + at + " > /dev/full");
        assertThat(full).isEqualTo(new Walk.Shown(1, "", "naru: the output cannot be written: No space left on device\n"));
        walk.see("./naru stop --data /tmp/data");
    }

    @Test
    void filesThatAreLookedInto() throws Exception {
        isTold("./naru log dump /tmp/locked", "naru: /tmp/locked cannot be read: no permission");
        isTold("./naru log verify /tmp/locked/00000000000000000000.log", "naru: /tmp/locked/00000000000000000000.log cannot be read: no permission");
    }
}
