package naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import naru.protocol.ErrorCode;
import naru.protocol.message.FeatureLevelRecord;
import naru.protocol.message.NoOpRecord;
import naru.protocol.message.UpdateFeaturesRequest;
import naru.protocol.message.UpdateFeaturesRequest.FeatureUpdateKey;
import naru.protocol.message.UpdateFeaturesResponse;
import org.junit.jupiter.api.Test;

/** {@code kraft.version} rises when the quorum says it may, together with other features or not at all (KIP-853). */
class QuorumVersionTest {

    private static final byte UPGRADE = 1;
    private static final byte SAFE = 2;
    private static final MetadataLog.RaiseAnswer GRANTED = new MetadataLog.RaiseAnswer.Granted();

    private final Stage stage = new Stage(false);

    private static FeatureUpdateKey to(String name, int level, byte type) {
        return new FeatureUpdateKey(name, (short) level, false, type);
    }

    private static Command.UpdateFeatures update(boolean rehearsed, FeatureUpdateKey... updates) {
        return new Command.UpdateFeatures(UpdateFeaturesRequest.builder()
                .validateOnly(rehearsed).featureUpdates(List.of(updates)).build());
    }

    private static Command.UpdateFeatures raise() {
        return update(false, to("kraft.version", 1, UPGRADE));
    }

    private void isRefused(Command command, String why) {
        UpdateFeaturesResponse reply = stage.ask(command);
        assertThat(stage.last.question()).isNull();
        assertThat(stage.last.records()).isEmpty();
        assertThat(reply.errorCode()).isEqualTo(ErrorCode.INVALID_UPDATE_VERSION.code());
        assertThat(reply.errorMessage())
                .isEqualTo("The update failed for all features since the following feature had an error: " + why);
    }

    @Test
    void the_quorum_is_asked_first() {
        assertThat(stage.<UpdateFeaturesResponse>ask(raise())).isNull();
        assertThat(stage.last.question()).isEqualTo(new Decision.QuorumQuestion((short) 1, false));
        assertThat(stage.last.records()).isEmpty();
    }

    /** The record says nothing: it is committed behind the quorum's own, which is what the answer waits for. */
    @Test
    void what_the_quorum_grants_is_answered_behind_it() {
        UpdateFeaturesResponse reply = stage.ask(raise().answered(GRANTED));
        assertThat(reply.errorCode()).isZero();
        assertThat(stage.last.records()).containsExactly(new NoOpRecord());
        assertThat(stage.cluster.features()).doesNotContainKey("kraft.version");
    }

    @Test
    void what_the_quorum_refuses_is_refused_in_its_words() {
        isRefused(raise().answered(new MetadataLog.RaiseAnswer.Refused("a voter has not told")), "a voter has not told");
    }

    @Test
    void a_rehearsal_asks_for_one_and_writes_nothing() {
        var rehearsal = update(true, to("kraft.version", 1, UPGRADE));
        stage.ask(rehearsal);
        assertThat(stage.last.question()).isEqualTo(new Decision.QuorumQuestion((short) 1, true));
        UpdateFeaturesResponse reply = stage.ask(rehearsal.answered(GRANTED));
        assertThat(reply.errorCode()).isZero();
        assertThat(stage.last.records()).isEmpty();
    }

    @Test
    void another_feature_in_the_way_keeps_the_quorum_from_being_asked() {
        isRefused(update(false, to("kraft.version", 1, UPGRADE), to("group.version", 9, UPGRADE)),
                "Invalid update version 9 for feature group.version. Local controller 1 only supports versions 0-1");
        stage.ask(update(false, to("group.version", 1, UPGRADE), to("kraft.version", 1, UPGRADE)).answered(GRANTED));
        assertThat(stage.last.records()).containsExactly(new FeatureLevelRecord("group.version", (short) 1), new NoOpRecord());
    }

    @Test
    void it_never_falls() {
        stage.quorumVersion = 1;
        isRefused(update(false, to("kraft.version", 0, UPGRADE)), "Invalid update version 0 for feature kraft.version. Can't downgrade the"
                + " version of this feature without setting the upgrade type to either safe or unsafe downgrade.");
        isRefused(update(false, to("kraft.version", 0, SAFE)),
                "Invalid update version 0 for feature kraft.version. Can't downgrade the version of this feature.");
        UpdateFeaturesResponse same = stage.ask(raise());
        assertThat(same.errorCode()).as("where it is").isZero();
        assertThat(stage.last.records()).isEmpty();
    }

    @Test
    void there_is_no_higher_one() {
        isRefused(update(false, to("kraft.version", 2, UPGRADE)),
                "Invalid update version 2 for feature kraft.version. Local controller 1 only supports versions 0-1");
    }

    /** Kafka 4.0 wrote such a record by mistake, and 4.1 steps over it. */
    @Test
    void a_record_of_the_cluster_does_not_say_it() {
        assertThat(stage.cluster.with(new FeatureLevelRecord("kraft.version", (short) 1))).isEqualTo(stage.cluster);
    }
}
