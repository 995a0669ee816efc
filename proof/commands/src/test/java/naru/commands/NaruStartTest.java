package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code naru start --background} and {@code naru stop}, as the script {@code naru} runs them. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class NaruStartTest {

    @TempDir
    private Path home;

    @Test
    void aBrokerIsLeftRunningAndStopped() throws Exception {
        try (var walk = Walk.begin(home)) {
            assertThat(walk.see("./naru start --background --data /tmp/data --listen 127.0.0.1:9092"))
                    .matches("naru is ready in \\d+ ms: kafka://" + walk.real("127.0.0.1:9092, data /tmp/data; what it says goes to naru.log\n"));
            assertThat(walk.see("./naru topics create found --bootstrap-server 127.0.0.1:9092")).contains("found");

            var second = walk.type("./naru start --background --log second.log --data /tmp/data --listen 127.0.0.1:9093");
            assertThat(second).isEqualTo(new Walk.Shown(1, "",
                    walk.real("naru cannot start: the data folder /tmp/data is in use by another broker\n")));
            assertThat(home.resolve("second.log")).content().isEqualTo(second.err());

            var broker = walk.broker("/tmp/data");
            assertThat(walk.see("./naru stop --data /tmp/data")).startsWith("stopped broker " + broker.pid());
            assertThat(broker.isAlive()).isFalse();
        }
    }

    @Test
    void whatIsTypedWrongIsTold() throws Exception {
        try (var walk = Walk.begin(home)) {
            assertThat(walk.type("./naru start --background --log")).isEqualTo(
                    new Walk.Shown(2, "", "naru: --log needs a value; 'naru start --help' shows which\n"));
            assertThat(walk.type("./naru start --background --log /no/such/folder/log")).isEqualTo(
                    new Walk.Shown(1, "", "naru: the log /no/such/folder/log cannot be written; name another file with --log\n"));
            var unknown = walk.type("./naru start --background --dat /tmp/data");
            assertThat(unknown.code()).isEqualTo(2);
            assertThat(unknown.err()).isEqualTo("naru: unknown option '--dat'; 'naru start --help' shows what can be written\n");
            assertThat(walk.type("./naru start --data /tmp/data --listen 127.0.0.1:nine").err())
                    .isEqualTo("naru: --listen wants HOST:PORT, not '127.0.0.1:nine'; 'naru start --help' shows what can be written\n");
        }
    }
}
