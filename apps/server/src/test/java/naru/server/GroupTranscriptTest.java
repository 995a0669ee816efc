package naru.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import naru.configuration.BrokerSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same stories about groups, told to Apache Kafka 4.3.1 when this was recorded and to us now: field by field the same
 * answers. Recorded with {@code group.min.session.timeout.ms=100}, {@code group.max.size=3},
 * {@code group.initial.rebalance.delay.ms=0} and five partitions of the offsets topic.
 *
 * <p>Kept out of the stories because we differ on purpose: a group that only a refused or unused JoinGroup named does not
 * exist here (there it is empty until the next cleaning); a member that is sent away while its SyncGroup waits is told so
 * (there it waits until it gives up); an id from MEMBER_ID_REQUIRED that comes back with an instance id is taken (there
 * it is UNKNOWN_SERVER_ERROR). The words of refusals are not compared.
 */
class GroupTranscriptTest {

    private static final String PEER = "groups-of-kafka-4.3.1.txt";

    @TempDir
    private Path folder;

    @Test
    void groupsAreAnsweredAsKafkaAnswersThem() throws Exception {
        var server = Server.start(BrokerSettings.parse(Map.of(
                "log.dirs", folder.toString(), "listeners", "PLAINTEXT://127.0.0.1:0",
                "offsets.topic.num.partitions", "5",
                "group.min.session.timeout.ms", "100", "group.max.size", "3")));
        try {
            assertThat(told(server.advertised().getFirst().port())).isEqualTo(recorded());
        } finally {
            server.stop();
        }
    }

    private static String recorded() throws IOException {
        try (var in = GroupTranscriptTest.class.getResourceAsStream(PEER)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String told(int port) throws IOException {
        try (var transcript = new GroupTranscript(new InetSocketAddress("127.0.0.1", port))) {
            new GroupScript(transcript).play();
            return transcript.text();
        }
    }

    /** Prints what the broker at this port says, to record the peer anew. */
    public static void main(String... arguments) throws IOException {
        System.out.write(told(Integer.parseInt(arguments[0])).getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }
}
