package naru.broker;

import java.util.function.Consumer;
import naru.coordination.shares.ShareKey;
import naru.coordination.shares.Sharing;
import naru.protocol.ErrorCode;

/** What the share groups' coordinators of a lane ask of the rest of the broker. */
final class LaneSharing implements Sharing {

    private final LaneBroker lane;

    LaneSharing(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void initialize(ShareKey key, int stateEpoch, long start, Consumer<ErrorCode> whenDone) {
        lane.coordinators().shares().consultations().initialize(
                key, stateEpoch, start, told -> whenDone.accept(told.error()));
    }

    @Override
    public void delete(ShareKey key, Consumer<ErrorCode> whenDone) {
        lane.coordinators().shares().consultations().delete(key, told -> whenDone.accept(told.error()));
    }

    @Override
    public void onMemberLeft(String group, String member) {
        LaneShares.releaseEverywhere(lane, group, member, () -> { });
    }

    @Override
    public void onGroupEmptied(String group) {
        LaneShares.forgetEverywhere(lane, group);
    }

    @Override
    public Settings settings(String group) {
        var settings = ShareGroupSettings.of(lane, group);
        return new Settings(settings.sessionTimeoutMs(), settings.heartbeatIntervalMs(),
                Integer.parseInt(lane.configuration().ofBroker("group.share.max.size")));
    }
}
