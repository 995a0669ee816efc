package naru.broker;

import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import naru.base.OffsetRange;
import naru.log.Appended;
import naru.protocol.ErrorCode;
import naru.replication.LeaderEffect;
import naru.replication.LeaderInput;
import naru.replication.PartitionLeader;
import naru.replication.ReplicaSets;

/** A partition while this broker leads it: the leader that decides, and the producers who wait to hear. */
final class Leading {

    private record Waiter(Appender appender, long logAppendTimeMs) {}

    /** Who waits until records before the offset are gone everywhere. */
    private record Deleting(long offset, Consumer<ErrorCode> whenDone) {}

    private final LaneBroker lane;
    private final Partition partition;
    private final PartitionLeader leader;
    private final Long2ObjectOpenHashMap<Waiter> waiters = new Long2ObjectOpenHashMap<>(1); // of most partitions, nobody waits
    private final ArrayList<LeaderEffect> effects = new ArrayList<>(4);
    private final List<Deleting> deleting = new ArrayList<>(0);
    private long ticketsGiven;
    private boolean over;
    private ErrorCode endedBecause;

    Leading(LaneBroker lane, Partition partition, PartitionLeader leader) {
        this.lane = lane;
        this.partition = partition;
        this.leader = leader;
    }

    /** The partition has this role now. */
    void begin() {
        hear(new LeaderInput.TimePassed());
    }

    PartitionLeader leader() {
        return leader;
    }

    /** False while the leader before may have told consumers of more than this one knows to be committed. */
    boolean knowsHighWatermark() {
        return leader.knowsHighWatermark();
    }

    /** True when the follower, as it said last, has the record at this offset, or will have it next. */
    boolean holds(int followerId, long offset) {
        return leader.holds(followerId, offset);
    }

    /** False for a broker that is not among the other replicas, as far as the controller has told us. */
    boolean isAssigned(int brokerId) {
        return brokerId != lane.broker().nodeId() && partition.state().replicas().contains(brokerId);
    }

    private boolean isInSync(int brokerId) {
        return partition.state().inSync().contains(brokerId);
    }

    /** Whether this replica may be sent records now: one that catches up may be throttled, and is woken when there is room. */
    boolean maySendTo(int brokerId) {
        return isInSync(brokerId) || lane.replication().throttles().maySend(partition);
    }

    void onSentTo(int brokerId, int bytes) {
        if (!isInSync(brokerId)) {
            lane.replication().throttles().onSent(partition, bytes);
        }
    }

    /**
     * Records were deleted: hears when no replica that is alive has them any more, or why nobody knows.
     *
     * @return calls off the waiting
     */
    Runnable whenReplicasBeginAt(long offset, Consumer<ErrorCode> whenDone) {
        var one = new Deleting(offset, whenDone);
        deleting.add(one);
        partition.followersWatching().raised();
        tellWhatIsDeleted();
        return () -> deleting.remove(one);
    }

    private void tellWhatIsDeleted() {
        long lowest = leader.lowestLogStart(partition.log().logStart());
        for (var one : List.copyOf(deleting)) {
            if (one.offset() <= lowest) {
                deleting.remove(one);
                one.whenDone().accept(ErrorCode.NONE);
            }
        }
    }

    /**
     * A replica asked for what comes after this position: it holds everything before it.
     *
     * @param saidAtMs of {@link LaneReplication#steadyMs}
     */
    void onFollowerFetched(ReplicaReader replica, FetchPosition at, long saidAtMs) {
        hear(new LeaderInput.FollowerFetched(replica.id(), replica.brokerEpoch(), at.logStart(), at.offset()), saidAtMs);
        if (!deleting.isEmpty()) {
            tellWhatIsDeleted();
        }
    }

    /** The controller has committed something about this partition, which we lead as before. */
    void onState(ReplicaSets sets) {
        hear(new LeaderInput.InSyncSetConfirmed(sets));
    }

    /** What the log said to an append of this turn. */
    void onAppended(Appended appended, LeaderInput.Acks acks, Appender appender) {
        switch (appended) {
            case Appended.Accepted(OffsetRange at, long logAppendTimeMs) ->
                hear(new LeaderInput.Staged(ticketFor(appender, logAppendTimeMs, acks), at, acks));
            case Appended.Duplicate(OffsetRange at, long logAppendTimeMs) ->
                hear(new LeaderInput.SentAgain(ticketFor(appender, logAppendTimeMs, acks), at, acks));
            case Appended.Refused(var why) ->
                appender.onRefused(Refusals.of(why, partition.name(), partition.log().logStart()));
        }
    }

    private long ticketFor(Appender appender, long logAppendTimeMs, LeaderInput.Acks acks) {
        long ticket = ticketsGiven++;
        if (acks != LeaderInput.Acks.NONE) {
            waiters.put(ticket, new Waiter(appender, logAppendTimeMs));
        }
        return ticket;
    }

    void hear(LeaderInput input) {
        hear(input, lane.replication().steadyMs());
    }

    private void hear(LeaderInput input, long nowMs) {
        if (over) {
            return; // a sync that began while we led
        }
        leader.on(input, nowMs, effects);
        if (!effects.isEmpty()) {
            carryOutAll();
        }
    }

    private void carryOutAll() {
        // Whoever is told now may append again at once, so the list must be free before the first effect is carried out.
        var all = effects.size() == 1 ? List.of(effects.getFirst()) : List.copyOf(effects);
        effects.clear();
        for (var effect : all) {
            carryOut(effect);
        }
    }

    private void carryOut(LeaderEffect effect) {
        switch (effect) {
            case LeaderEffect.Acknowledge(long ticket, OffsetRange at) -> {
                var waiter = waiters.remove(ticket);
                if (waiter != null) {
                    waiter.appender().onAcknowledged(at, waiter.logAppendTimeMs(), partition.log().logStart());
                }
            }
            case LeaderEffect.Refuse(long ticket, var why) -> {
                var waiter = waiters.remove(ticket);
                if (waiter != null) {
                    waiter.appender().onRefused(AppendRefused.because(endedBecause != null ? endedBecause : switch (why) {
                        case TAKEN_BACK -> ErrorCode.KAFKA_STORAGE_ERROR;
                        case NOT_LEADER -> ErrorCode.NOT_LEADER_OR_FOLLOWER;
                    }));
                }
            }
            case LeaderEffect.RaiseHighWatermark _ -> partition.onRaised();
            case LeaderEffect.SyncLog _ -> partition.journal().entrust(partition.log());
            case LeaderEffect.ProposeInSyncSet proposal -> lane.replication().inSync().ask(partition, this, proposal);
        }
    }

    /** We lead no longer: nobody may wait for an acknowledgement that we could not stand for. */
    void end(ErrorCode why) {
        endedBecause = why;
        over = true;
        leader.on(new LeaderInput.LeadershipEnded(), lane.replication().steadyMs(), effects);
        carryOutAll();
        var unheard = List.copyOf(deleting);
        deleting.clear();
        unheard.forEach(one -> one.whenDone().accept(why));
    }
}
