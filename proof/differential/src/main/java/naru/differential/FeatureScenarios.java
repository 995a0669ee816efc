package naru.differential;

import java.util.List;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ApiVersionsRequest;
import naru.protocol.message.UpdateFeaturesRequest;
import naru.protocol.message.UpdateFeaturesRequest.FeatureUpdateKey;

/** Levels of features rise and fall. After all others, for what is changed here counts for the whole broker. */
final class FeatureScenarios {

    private static final byte UPGRADE = 1;
    private static final byte SAFE = 2;
    private static final byte UNSAFE = 3;

    private FeatureScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("update-features-badly", ApiKey.UPDATE_FEATURES, FeatureScenarios::badly),
                new Scenario("update-features", ApiKey.UPDATE_FEATURES, FeatureScenarios::update),
                new Scenario("update-features-quorum", ApiKey.UPDATE_FEATURES, FeatureScenarios::updateQuorum));
    }

    private static FeatureUpdateKey to(String name, int level, byte type) {
        return new FeatureUpdateKey(name, (short) level, false, type);
    }

    private static UpdateFeaturesRequest updating(FeatureUpdateKey... updates) {
        return UpdateFeaturesRequest.builder().timeoutMs(10_000).featureUpdates(List.of(updates)).build();
    }

    private static UpdateFeaturesRequest rehearsed(FeatureUpdateKey... updates) {
        return updating(updates).toBuilder().validateOnly(true).build();
    }

    private static void badly(Conversation with, int version) {
        with.probe("nothing", updating());
        with.probe("an unknown feature", updating(to("some.version", 1, UPGRADE)));
        with.probe("no name", updating(to("", 1, UPGRADE)));
        with.probe("below zero", updating(to("transaction.version", -1, UPGRADE)));
        with.probe("too high", updating(to("transaction.version", 9, UPGRADE)));
        with.probe("metadata too high", updating(to("metadata.version", 99, UPGRADE)));
        with.probe("metadata to zero", updating(to("metadata.version", 0, UPGRADE)));
        with.probe("the level there is", updating(to("transaction.version", 2, UPGRADE)));
        with.probe("the metadata level there is", updating(to("metadata.version", 30, UPGRADE)));
        with.probe("down as an upgrade", updating(to("transaction.version", 1, UPGRADE)));
        with.probe("metadata down as an upgrade", updating(to("metadata.version", 25, UPGRADE)));
        with.probe("good and bad", updating(to("transaction.version", 2, UPGRADE), to("group.version", 9, UPGRADE)));
        if (version > 0) {
            with.probe("metadata down", updating(to("metadata.version", 7, SAFE)));
            with.probe("metadata down whatever it costs", updating(to("metadata.version", 7, UNSAFE)));
            with.probe("the level there is as a downgrade", updating(to("transaction.version", 2, SAFE)));
            with.probe("no type", updating(to("transaction.version", 2, (byte) 0)));
            with.probe("another type", updating(to("transaction.version", 2, (byte) 9)));
            with.probe("rehearsed and bad", rehearsed(to("group.version", 9, UPGRADE)));
            with.probe("rehearsed and good", rehearsed(to("transaction.version", 1, SAFE)));
        } else {
            with.probe("the level there is as a downgrade", updating(new FeatureUpdateKey("transaction.version", (short) 2, true, UPGRADE)));
        }
        features(with, "nothing was changed");
    }

    private static void update(Conversation with, int version) {
        var down = version == 0 ? new FeatureUpdateKey("transaction.version", (short) 1, true, UPGRADE)
                : to("transaction.version", 1, SAFE);
        with.probe("down", updating(down));
        features(with, "one less");
        with.probe("up again", updating(to("transaction.version", 2, UPGRADE)));
        features(with, "as before");
        if (version > 0) {
            with.probe("away", updating(to("transaction.version", 0, UNSAFE), to("group.version", 1, UPGRADE)));
            features(with, "without transactions");
            with.probe("up from nothing", updating(to("transaction.version", 2, UPGRADE)));
        }
    }

    /** It never falls again, so every version but the first finds it raised. */
    private static void updateQuorum(Conversation with, int version) {
        with.probe("too high", updating(to("kraft.version", 2, UPGRADE)));
        if (version > 0) {
            with.probe("rehearsed", rehearsed(to("kraft.version", 1, UPGRADE)));
            with.probe("up as a downgrade", updating(to("kraft.version", 1, SAFE)));
        }
        with.probe("with something bad", updating(to("group.version", 9, UPGRADE), to("kraft.version", 1, UPGRADE)));
        with.probe("up", updating(to("kraft.version", 1, UPGRADE), to("group.version", 1, UPGRADE)));
        features(with, "raised");
        with.probe("the level there is", updating(to("kraft.version", 1, UPGRADE)));
        with.probe("down as an upgrade", updating(to("kraft.version", 0, UPGRADE)));
        if (version > 0) {
            with.probe("the level there is as a downgrade", updating(to("kraft.version", 1, SAFE)));
            with.probe("down", updating(to("kraft.version", 0, SAFE)));
            with.probe("down whatever it costs", updating(to("kraft.version", 0, UNSAFE)));
            with.probe("rehearsed down", rehearsed(to("kraft.version", 0, UNSAFE)));
        }
    }

    private static void features(Conversation with, String label) {
        with.probe(label, 4, ApiVersionsRequest.builder().clientSoftwareName("some-one").clientSoftwareVersion("1.0").build());
    }
}
