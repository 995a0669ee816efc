package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is wrong is told in one sentence, with what to try. */
class WrongInputTest {

    private final Terminal nowhere = new Terminal(null);

    @Test
    void wordsThatAreNone() {
        assertThat(nowhere.type("topcs list")).isEqualTo(
                new Terminal.Shown(2, "", "naru: there is no command 'topcs'; did you mean 'topics'?\n"));
        assertThat(nowhere.type("xyzzy").err()).isEqualTo("naru: there is no command 'xyzzy'; 'naru help' lists those there are\n");
        assertThat(nowhere.type("topics lst").err()).isEqualTo("naru: 'naru topics' has no command 'lst'; did you mean 'list'?\n");
        assertThat(nowhere.type("topics create a --partitons 3")).isEqualTo(new Terminal.Shown(2, "",
                "naru: 'naru topics create' has no option --partitons; did you mean '--partitions'?\n"));
        assertThat(nowhere.type("topics create").err())
                .isEqualTo("naru: 'naru topics create' needs a topic; write naru topics create TOPIC... [options]\n");
        assertThat(nowhere.type("topics create a --partitions").err()).isEqualTo("naru: --partitions needs a value; write -p, --partitions N\n");
        assertThat(nowhere.type("topics create a --partitions many").err())
                .isEqualTo("naru: --partitions is not a number: 'many'; write for example 5000, 10k or 16MB\n");
        assertThat(nowhere.type("topics create a --partitions 0").err()).isEqualTo("naru: --partitions 0 is out of range; it takes 1 to 1000000\n");
        assertThat(nowhere.type("topics create a --set retention").err())
                .isEqualTo("naru: --set wants key=value, not 'retention'; write --set key=value\n");
        assertThat(nowhere.type("--json").err()).isEqualTo("naru: there is no command in what was typed; begin with it, as in 'naru topics list'\n");
        assertThat(nowhere.type("completion fish").err()).isEqualTo("naru: there is no completion for 'fish'; write bash or zsh\n");
    }

    @Test
    void halfACommandIsExplained() {
        var shown = nowhere.type("topics");
        assertThat(shown.code()).isEqualTo(2);
        assertThat(shown.err()).startsWith("usage: naru topics COMMAND [options]\n").contains("topics create");
        assertThat(nowhere.type("topics --help").code()).isZero();
        assertThat(nowhere.type("help").out()).contains("usage: naru COMMAND");
        assertThat(nowhere.type("help topics create").out()).isEqualTo(nowhere.type("topics create --help").out());
    }

    @Test
    void aBrokerThatIsNotThere() throws IOException {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertThat(nowhere.type("topics list --bootstrap-server 127.0.0.1:" + port)).isEqualTo(new Terminal.Shown(1, "",
                "naru: nothing listens at 127.0.0.1:" + port
                        + "; start a broker with 'naru start', or name another one with --bootstrap-server\n"));
        assertThat(nowhere.type("topics list --bootstrap-server no-such-host.invalid:9092").err()).isEqualTo(
                "naru: no-such-host.invalid:9092: there is no host of that name; check the address in --bootstrap-server\n");
        assertThat(nowhere.type("topics list --bootstrap-server 127.0.0.1:port").err()).isEqualTo(
                "naru: --bootstrap-server wants HOST:PORT, not '127.0.0.1:port'; write for example 127.0.0.1:9092\n");
    }

    @Test
    void aWebServerAnswers() throws Exception {
        assertThat(askedOf("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII), true))
                .endsWith(": a web server (HTTP) answers there; check the address in --bootstrap-server\n");
    }

    @Test
    void aTlsListenerAnswers() throws Exception {
        assertThat(askedOf(new byte[] {0x15, 3, 3, 0, 2, 2, 40}, true))
                .endsWith(": that port wants TLS, which naru's commands do not speak yet; check the address in --bootstrap-server\n");
    }

    @Test
    void somethingAnswersNonsense() throws Exception {
        assertThat(askedOf("SSH-2.0-OpenSSH_9.2p1\r\n".getBytes(StandardCharsets.US_ASCII), true))
                .contains(": ").endsWith("; check the address in --bootstrap-server\n");
    }

    @Test
    void anOldKafkaHangsUpAtTheFirstQuestion() throws Exception {
        assertThat(askedOf(new byte[0], true)).endsWith(" closed the connection without an answer; it is no Kafka broker, an old one, or "
                + "its listener wants TLS or SASL: check the address in --bootstrap-server\n");
    }

    @Test
    void somethingNeverAnswers() throws Exception {
        assertThat(askedOf(new byte[0], false)).endsWith(" accepts connections but did not answer within 0.3 s; check the address in "
                + "--bootstrap-server, or give it more time with --timeout\n");
    }

    @Test
    void aBrokerThatIsBusyAnswersTooLate() throws Exception {
        byte[] knowsOnlyTheFirstVersion = {0, 0, 0, 10, 0, 0, 0, 0, 0, 35, 0, 0, 0, 0};
        assertThat(askedOf(knowsOnlyTheFirstVersion, false)).startsWith("naru: the broker at 127.0.0.1:").endsWith(
                " did not answer within 0.3 s; it may be at it still: look whether it was done, or give it more time with --timeout\n");
    }

    @Test
    void theStackIsShownOnlyWhenAskedFor() {
        assertThat(nowhere.type("topics list --bootstrap-server 127.0.0.1:1 --debug").err()).contains("\tat naru.cli.");
    }

    /** What is said when a stranger reads the question, says this, and hangs up or goes silent. */
    private String askedOf(byte[] answer, boolean hangsUp) throws Exception {
        try (var server = new ServerSocket()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var stranger = new Thread(() -> {
                try (var socket = server.accept()) {
                    socket.getInputStream().readNBytes(4);
                    socket.getInputStream().skipNBytes(socket.getInputStream().available());
                    socket.getOutputStream().write(answer);
                    socket.getOutputStream().flush();
                    if (!hangsUp) {
                        socket.getInputStream().readAllBytes();
                    }
                } catch (IOException _) {
                    // the other side is told what it is told
                }
            });
            stranger.start();
            var shown = nowhere.type("topics list --timeout " + (hangsUp ? "20s" : "300ms") + " --bootstrap-server 127.0.0.1:" + server.getLocalPort());
            stranger.join();
            assertThat(shown.code()).isEqualTo(1);
            assertThat(shown.err().lines()).hasSize(1);
            return shown.err();
        }
    }
}
