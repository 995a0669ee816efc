package naru.broker;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import naru.coordination.runtime.ShardPartition;
import naru.coordination.shares.ShareKey;
import naru.coordination.shares.ShareSettings;
import naru.coordination.shares.ShareShard;
import naru.protocol.ErrorCode;

/** The share coordinators of one lane, and the way from this lane to the one of any share partition. */
final class ShareCoordination {

    private final LaneBroker lane;
    private final ShardHost<ShareShard> host;
    private final ShareConsultations consultations;
    private ShareSettings settings = ShareSettings.DEFAULT;

    ShareCoordination(LaneBroker lane) {
        this.lane = lane;
        this.consultations = new ShareConsultations(lane, this);
        this.host = new ShardHost<>(lane, log -> new ShareShard(() -> settings, this::isKnown, log, lane.broker().clock()));
    }

    ShardHost<ShareShard> host() {
        return host;
    }

    /** For what this broker itself wants to know or to keep. */
    ShareConsultations consultations() {
        return consultations;
    }

    private boolean isKnown(ShareKey key) {
        var topic = lane.cluster().topic(key.topic());
        return topic != null && topic.has(key.partition());
    }

    /** What operators set may have changed. */
    void onCluster() {
        var configuration = lane.configuration();
        settings = new ShareSettings(
                Integer.parseInt(configuration.ofBroker("share.coordinator.snapshot.update.records.per.snapshot")),
                Integer.parseInt(configuration.ofBroker("share.coordinator.cold.partition.snapshot.interval.ms")),
                Integer.parseInt(configuration.ofBroker("share.coordinator.state.topic.prune.interval.ms")));
    }

    /** Calls back when the coordinators have their topic, or it could not be created. */
    void whenThereIsATopic(Runnable then) {
        if (lane.cluster().topic(InternalTopics.SHARES) != null) {
            then.run();
        } else {
            lane.autoCreation().create(new LinkedHashSet<>(List.of(InternalTopics.SHARES)), then);
        }
    }

    /** Asks the coordinator of a share partition, when it is at this broker, and hears the answer on this lane. */
    <A> void ask(
            ShareKey key, BiConsumer<ShareShard, Consumer<A>> question, Function<ErrorCode, A> refusal, Consumer<A> reply) {
        var topic = lane.cluster().topic(InternalTopics.SHARES);
        if (topic == null) {
            reply.accept(refusal.apply(ErrorCode.NOT_COORDINATOR));
            return;
        }
        int partition = ShardPartition.of(key.text(), topic.partitions().size());
        int owner = lane.broker().laneOf(topic.name(), partition);
        lane.<ShareShard, A>onLane(owner, there -> there.coordinators().shares().host().shard(partition), (shard, answer) -> {
            if (shard == null) {
                answer.accept(refusal.apply(ErrorCode.NOT_COORDINATOR));
            } else {
                question.accept(shard, answer);
            }
        }, reply);
    }
}
