package naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import naru.base.Randomness;
import naru.base.Uuid;
import naru.configuration.BrokerSettings;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.ControllerRegistrationRequest;
import naru.protocol.message.ControllerRegistrationResponse;
import naru.protocol.message.FeatureLevelRecord;
import naru.protocol.message.RegisterControllerRecord;
import naru.protocol.message.UnregisterControllerRecord;
import naru.protocol.message.UpdateFeaturesRequest;
import naru.protocol.message.UpdateFeaturesRequest.FeatureUpdateKey;
import naru.protocol.message.UpdateFeaturesResponse;
import org.junit.jupiter.api.Test;

/** Controllers say who they are (KIP-919), and no feature rises that one of them does not know. */
class ControllersTest {

    private static final short BEFORE = 14;
    private static final short SINCE = 15;

    private final Controller controller = new Controller(
            BrokerSettings.parse(Map.of("node.id", "1", "process.roles", "controller", "listeners", "CONTROLLER://one:1",
                    "controller.listener.names", "CONTROLLER", "controller.quorum.voters", "1@one:1,2@two:1")), "here");
    private Cluster cluster = Cluster.EMPTY.with(new FeatureLevelRecord(Features.METADATA, SINCE));

    @SuppressWarnings("unchecked")
    private <R extends Message> R ask(Command command) {
        var decision = controller.decide(command, new Situation(cluster, 7, new BrokerSessions(1_500), 0, (short) 0), new Randomness() {
            @Override
            public long nextLong() {
                throw new AssertionError("nothing is left to chance");
            }

            @Override
            public int nextInt(int bound) {
                throw new AssertionError("nothing is left to chance");
            }
        });
        cluster = cluster.withAll(decision.records());
        return (R) decision.reply();
    }

    private ErrorCode register(int id, ControllerRegistrationRequest.Feature... features) {
        ControllerRegistrationResponse reply = ask(new Command.RegisterController(ControllerRegistrationRequest.builder()
                .controllerId(id).incarnationId(new Uuid(3, id)).zkMigrationReady(true)
                .listeners(List.of(new ControllerRegistrationRequest.Listener("CONTROLLER", "host-" + id, 9093, (short) 0)))
                .features(List.of(features)).build()));
        return ErrorCode.of(reply.errorCode());
    }

    private static ControllerRegistrationRequest.Feature knows(int min, int max) {
        return new ControllerRegistrationRequest.Feature("group.version", (short) min, (short) max);
    }

    private UpdateFeaturesResponse raiseGroups() {
        return ask(new Command.UpdateFeatures(UpdateFeaturesRequest.builder().featureUpdates(List.of(
                new FeatureUpdateKey("group.version", (short) 1, false, (byte) 1))).build()));
    }

    private void isRefused(String why) {
        var reply = raiseGroups();
        assertThat(ErrorCode.of(reply.errorCode())).isEqualTo(ErrorCode.INVALID_UPDATE_VERSION);
        assertThat(reply.errorMessage()).isEqualTo("The update failed for all features since the following feature had an error:"
                + " Invalid update version 1 for feature group.version. " + why);
        assertThat(cluster.features()).doesNotContainKey("group.version");
    }

    @Test
    void theClusterKnowsThemAndSoDoesItsSnapshot() {
        assertThat(register(2, knows(0, 1))).isEqualTo(ErrorCode.NONE);
        assertThat(cluster.controllers()).containsOnlyKeys(2).containsValue(new RegisterControllerRecord(2, new Uuid(3, 2), false,
                List.of(new RegisterControllerRecord.ControllerEndpoint("CONTROLLER", "host-2", 9093, (short) 0)),
                List.of(new RegisterControllerRecord.ControllerFeature("group.version", (short) 0, (short) 1))));
        assertThat(Cluster.EMPTY.withAll(cluster.toRecords()).controllers()).isEqualTo(cluster.controllers());
        assertThat(cluster.with(new UnregisterControllerRecord(2)).controllers()).isEmpty();
    }

    @Test
    void oldRecordsHaveNoWordForThem() {
        cluster = Cluster.EMPTY.with(new FeatureLevelRecord(Features.METADATA, BEFORE));
        assertThat(register(2, knows(0, 1))).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
        assertThat(cluster.controllers()).isEmpty();
        assertThat(raiseGroups().errorCode()).as("so nobody can say what they know").isZero();
    }

    @Test
    void aVoterThatHasNotRegisteredMayNotKnowTheFeature() {
        isRefused("controller 2 has not registered, and may not support this feature");
        register(2, knows(0, 1));
        assertThat(raiseGroups().errorCode()).isZero();
        assertThat(cluster.features()).containsEntry("group.version", (short) 1);
    }

    @Test
    void oneThatDoesNotKnowTheFeatureKeepsItDown() {
        register(2);
        isRefused("Controller 2 does not support this feature.");
        register(2, knows(2, 3));
        isRefused("Controller 2 only supports versions 2-3");
        register(2, knows(0, 1));
        register(1);
        assertThat(raiseGroups().errorCode()).as("what is decided here is known here, whatever was registered").isZero();
    }
}
