package naru.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import naru.base.Uuid;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ApiVersionsRequest;
import naru.protocol.message.ApiVersionsResponse;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.MetadataRequest;
import naru.protocol.message.MetadataResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Well-formed requests of every API and version that is served, some with damaged bytes: each is answered or ends its
 * connection, nothing breaks, and the other client does not notice.
 */
class FlippedBytesProperties {

    private static final int ROUNDS = Integer.getInteger("naru.hostile.rounds", 6);

    @TempDir
    private Path folder;

    @Test
    void everyApiAndVersionStandsDamage() throws Exception {
        long seed = Long.getLong("naru.seed", 20_261_121);
        System.out.println("FlippedBytesProperties: -Dnaru.seed=" + seed);
        try (var log = new LogLines(); var broker = BrokerHere.start(folder.resolve("data"));
                var bystander = Bystander.beside(broker)) {
            var dice = new Random(seed);
            var requests = new RandomRequests(dice, names(), ids(broker));
            for (var served : served(broker)) {
                var api = ApiKey.of(served.apiKey());
                for (int version = Math.max(api.versionMin(), served.minVersion()); version <= served.maxVersion(); version++) {
                    for (int round = 0; round < ROUNDS; round++) {
                        play(broker, log, damaged(Wire.frame(api, version, 1, requests.of(api)), dice),
                                "seed " + seed + ": " + api + " v" + version + " round " + round);
                    }
                }
                bystander.goesOn();
                assertThat(broker.failures()).as("seed " + seed + ", after " + api).isEmpty();
                log.nothingBroke();
            }
        }
    }

    private static void play(BrokerHere broker, LogLines log, byte[] frame, String what) throws Exception {
        try (var stranger = broker.connect()) {
            stranger.sendFrame(frame);
            stranger.closeOutput();
            assertThat(stranger.isHungUp()).as(what).isTrue();
            assertThat(log.about(stranger)).as(what).hasSizeLessThanOrEqualTo(1);
        }
    }

    /** A third stay as they are: what is well formed may be nonsense all the same. */
    private static byte[] damaged(byte[] frame, Random dice) {
        for (int flips = dice.nextInt(3); flips > 0; flips--) {
            int at = dice.nextInt(4) == 0 ? dice.nextInt(frame.length) : Math.min(frame.length - 1, 10 + dice.nextInt(frame.length));
            frame[at] = dice.nextBoolean() ? (byte) (frame[at] ^ 1 << dice.nextInt(8)) : (byte) dice.nextInt();
        }
        return frame;
    }

    private static List<ApiVersionsResponse.ApiVersion> served(BrokerHere broker) throws Exception {
        try (var client = broker.connect()) {
            return client.ask(ApiKey.API_VERSIONS, 0, ApiVersionsRequest.builder().build(), ApiVersionsResponse.class).apiKeys();
        }
    }

    private static List<String> names() {
        return List.of("victim", "group", "1", "", "consumer", "range", "no such", "__consumer_offsets");
    }

    /** Topics to play with, and a coordinator for the groups. */
    private static List<Uuid> ids(BrokerHere broker) throws Exception {
        try (var client = broker.connect()) {
            assertThat(client.createTopic("victim", 3)).isZero();
            client.ask(ApiKey.FIND_COORDINATOR, 3, FindCoordinatorRequest.builder().key("group").build(), FindCoordinatorResponse.class);
            var ids = new ArrayList<>(List.of(Uuid.ZERO, new Uuid(7, 7)));
            client.ask(ApiKey.METADATA, 12, MetadataRequest.builder().topics(null).build(), MetadataResponse.class)
                    .topics().stream().filter(topic -> !topic.name().equals("bystander")).forEach(topic -> ids.add(topic.topicId()));
            return ids;
        }
    }
}
