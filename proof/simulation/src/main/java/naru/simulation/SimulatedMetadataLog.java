package naru.simulation;

import static naru.base.Invariant.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import naru.metadata.MetadataLog;
import naru.protocol.Message;

/**
 * One process's sight of the {@link MetadataOrder}: it hears everything in order, but in its own time, now and then a
 * whole snapshot instead, and while it is cut off nothing at all.
 */
final class SimulatedMetadataLog implements MetadataLog {

    private static final int SNAPSHOT_BEHIND = 60;
    private static final long DEAF_MS = 50;
    private static final long RESIGN_NS = 1_000_000_000L;

    private final int node;
    private final MetadataOrder order;
    private final SimulatedLanes lanes;
    private final Timeline timeline;
    private final SimulatedRandomness dice;
    private final List<Runnable> refusals = new ArrayList<>();
    private Follower follower;
    /** Entries told; 0 before the first snapshot. */
    private int told;
    private int epochKnown = -1;
    private int leading = -1;
    private boolean hearing;
    private long cutOffSinceNs = -1;

    SimulatedMetadataLog(int node, MetadataOrder order, SimulatedLanes lanes, Timeline timeline, SimulatedRandomness dice) {
        this.node = node;
        this.order = order;
        this.lanes = lanes;
        this.timeline = timeline;
        this.dice = dice;
    }

    int node() {
        return node;
    }

    @Override
    public void follow(Follower newFollower) {
        check(follower == null, "one follower");
        follower = newFollower;
        order.attach(node, this);
        lanes.post(0, () -> {
            told = 1 + dice.nextInt(order.count());
            follower.onSnapshot(order.clusterAt(told - 1), order.endAt(told - 1));
            hearLater();
        });
    }

    /** News: this process hears of it after a while, unless it will hear something anyway. */
    void hearLater() {
        if (hearing || lanes.isDead() || told == 0) {
            return;
        }
        hearing = true;
        long delayNs = dice.onceIn(60) ? dice.between(20_000_000, 900_000_000) : dice.between(100_000, 8_000_000);
        timeline.after(delayNs, () -> {
            hearing = false;
            if (lanes.isDead()) {
                return;
            }
            if (!order.canLearn(node)) {
                timeline.afterMs(DEAF_MS, this::hearLater);
                return;
            }
            lanes.hear(0, this::hear);
        });
    }

    private void hear() {
        if (order.count() - told > SNAPSHOT_BEHIND || order.count() > told && dice.onceIn(100)) {
            told = order.count();
            follower.onSnapshot(order.cluster(), order.endAt(told - 1));
        }
        hearUpTo(order.count());
        hearOfLeaders();
    }

    private void hearUpTo(int end) {
        while (told < end) {
            int entry = told++;
            follower.onCommitted(order.batchAt(entry), order.endAt(entry));
        }
    }

    private void hearOfLeaders() {
        if (epochKnown == order.epoch() && (leading < 0 || order.leader() == node)) {
            return;
        }
        boolean isNews = epochKnown != order.epoch();
        epochKnown = order.epoch();
        if (leading >= 0) {
            loseLeadership();
        }
        if (isNews) {
            follower.onLeader(order.leader(), order.epoch());
        }
        if (isNews && order.leader() == node) {
            leading = order.epoch();
            follower.onLeadership(leading);
        }
    }

    private void loseLeadership() {
        leading = -1;
        follower.onLeadershipLost();
        var refused = List.copyOf(refusals);
        refusals.clear();
        refused.forEach(Runnable::run);
    }

    /** Who leads and is not heard by a majority gives up by itself after a while. */
    void resignWhenCutOff() {
        if (leading < 0 || lanes.isDead() || order.canLead(node)) {
            cutOffSinceNs = -1;
        } else if (cutOffSinceNs < 0) {
            cutOffSinceNs = timeline.nowNs();
        } else if (timeline.nowNs() - cutOffSinceNs > RESIGN_NS) {
            cutOffSinceNs = -1;
            lanes.hear(0, () -> {
                if (leading >= 0 && leading == order.epoch()) {
                    order.resign(node);
                    loseLeadership();
                    follower.onLeader(-1, epochKnown);
                }
            });
        }
    }

    /** This order of the metadata has no quorum behind it. */
    @Override
    public void raiseQuorumVersion(int epoch, short version, boolean rehearsed, Consumer<RaiseAnswer> whenAnswered) {
        lanes.post(lanes.current(), () -> whenAnswered.accept(new RaiseAnswer.NotLeader()));
    }

    @Override
    public void append(int epoch, List<Message> batch, Consumer<Outcome> whenDecided) {
        if (epoch != leading) {
            lanes.post(lanes.current(), () -> whenDecided.accept(new Outcome.NotLeader()));
            return;
        }
        Runnable refusal = () -> whenDecided.accept(new Outcome.NotLeader());
        refusals.add(refusal);
        order.send(new MetadataOrder.UnderWay(this, epoch, batch, () -> {
            int end = order.count();
            lanes.hear(0, () -> {
                if (refusals.remove(refusal)) {
                    hearUpTo(Math.max(told, end));
                    whenDecided.accept(new Outcome.Committed(order.endAt(end - 1)));
                }
            });
        }));
    }
}
