package naru.broker;

import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import naru.base.DiskFailure;
import naru.base.OffsetRange;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.log.AbortedTransaction;
import naru.log.Appended;
import naru.log.EpochEnd;
import naru.log.Journal;
import naru.log.Log;
import naru.log.Origin;
import naru.log.TransactionMarker;
import naru.log.Verification;
import naru.protocol.ErrorCode;
import naru.protocol.Records;
import naru.replication.LeaderEffect;
import naru.replication.LeaderInput;
import naru.replication.PartitionLeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A partition that this broker leads: its log, the leader that decides over it, and those who wait beside it. */
final class Partition {

    private static final Logger LOG = LoggerFactory.getLogger(Partition.class);

    private record Waiter(Appender appender, long logAppendTimeMs) {}

    /** What a client says that does not know. */
    private static final int NO_EPOCH = -1;

    private final TopicPartition name;
    private final Uuid topicId;
    private final Log log;
    private final PartitionLeader leader;
    private final int leaderEpoch;
    private final Journal journal;
    private final Watchers watchers = new Watchers();
    private final Long2ObjectOpenHashMap<Waiter> waiters = new Long2ObjectOpenHashMap<>(1); // of most partitions, nobody waits
    private final ArrayList<LeaderEffect> effects = new ArrayList<>(4);
    private long ticketsGiven;
    private boolean staged;
    private boolean failing;
    private String unreadable;
    private ErrorCode offline = ErrorCode.NONE;

    /** @param journal of the lane and the folder the log is in */
    Partition(TopicPartition name, Uuid topicId, Log log, PartitionLeader leader, int leaderEpoch, Journal journal) {
        this.name = name;
        this.topicId = topicId;
        this.log = log;
        this.leader = leader;
        this.leaderEpoch = leaderEpoch;
        this.journal = journal;
    }

    TopicPartition name() {
        return name;
    }

    Uuid topicId() {
        return topicId;
    }

    Log log() {
        return log;
    }

    int leaderEpoch() {
        return leaderEpoch;
    }

    Watchers watchers() {
        return watchers;
    }

    long highWatermark() {
        return leader.highWatermark();
    }

    /** How far a reader of committed records may look. */
    long lastStable() {
        return log.lastStableOffset(leader.highWatermark());
    }

    /** True between an append and the write at the end of its turn. */
    boolean isStaged() {
        return staged;
    }

    /** True when what is written is synced before it is acknowledged. */
    boolean wantsSync() {
        return leader.wantsSync();
    }

    /** True when the last write failed. */
    boolean isFailing() {
        return failing;
    }

    /** {@link ErrorCode#NONE}, or why this partition serves nobody. */
    ErrorCode offline() {
        return offline;
    }

    /** Takes batches into this turn's staging. The bytes must stay until the end of the turn. */
    void append(ByteBuffer batches, Origin origin, Verification verified, LeaderInput.Acks acks, long nowMs, Appender appender) {
        if (isOpenTo(acks, appender)) {
            staged(log.append(batches, leaderEpoch, origin, verified, nowMs), acks, nowMs, appender);
        }
    }

    /** Takes the end of a transaction into this turn's staging; it is as safe as the coordinator's own records. */
    void append(TransactionMarker marker, long nowMs, Appender appender) {
        if (isOpenTo(LeaderInput.Acks.ALL_IN_SYNC, appender)) {
            staged(log.append(marker, leaderEpoch, nowMs), LeaderInput.Acks.ALL_IN_SYNC, nowMs, appender);
        }
    }

    private boolean isOpenTo(LeaderInput.Acks acks, Appender appender) {
        if (offline != ErrorCode.NONE) {
            appender.onRefused(AppendRefused.because(offline));
            return false;
        }
        if (!leader.admits(acks)) {
            appender.onRefused(new AppendRefused(ErrorCode.NOT_ENOUGH_REPLICAS, null, log.logStart(), List.of()));
            return false;
        }
        return true;
    }

    private void staged(Appended appended, LeaderInput.Acks acks, long nowMs, Appender appender) {
        switch (appended) {
            case Appended.Accepted(OffsetRange at, long logAppendTimeMs) -> {
                staged = true;
                hear(new LeaderInput.Staged(ticketFor(appender, logAppendTimeMs, acks), at, acks), nowMs);
            }
            case Appended.Duplicate(OffsetRange at, long logAppendTimeMs) ->
                hear(new LeaderInput.SentAgain(ticketFor(appender, logAppendTimeMs, acks), at, acks), nowMs);
            case Appended.Refused(var why) -> appender.onRefused(Refusals.of(why, name, log.logStart()));
        }
    }

    private long ticketFor(Appender appender, long logAppendTimeMs, LeaderInput.Acks acks) {
        long ticket = ticketsGiven++;
        if (acks != LeaderInput.Acks.NONE) {
            waiters.put(ticket, new Waiter(appender, logAppendTimeMs));
        }
        return ticket;
    }

    /** The end of the turn: one write, then whatever may be acknowledged and read now. */
    void writeStaged(long nowMs) {
        if (!staged) {
            return; // its topic was deleted in the same turn
        }
        staged = false;
        try {
            log.writeStaged(leader.wantsSync() ? journal : null);
        } catch (DiskFailure failure) {
            if (failure.kind() != DiskFailure.Kind.FULL) {
                offline = ErrorCode.KAFKA_STORAGE_ERROR;
            }
            failing = true;
            hear(new LeaderInput.TakenBack(log.logEnd()), nowMs);
            throw failure;
        }
        failing = false;
        hear(new LeaderInput.Written(log.logEnd()), nowMs);
    }

    void onDurable(long end, long nowMs) {
        hear(new LeaderInput.Durable(end), nowMs);
    }

    void onRulesChanged(PartitionLeader.Rules rules, long nowMs) {
        hear(new LeaderInput.RulesChanged(rules), nowMs);
    }

    private void hear(LeaderInput input, long nowMs) {
        leader.on(input, nowMs, effects);
        if (effects.isEmpty()) {
            return;
        }
        // Whoever is told now may append again at once, so the list must be free before the first effect is carried out.
        var all = effects.size() == 1 ? List.of(effects.getFirst()) : List.copyOf(effects);
        effects.clear();
        for (var effect : all) {
            carryOut(effect);
        }
    }

    /** A ticket without a waiter was answered by {@link #close}. */
    private void carryOut(LeaderEffect effect) {
        switch (effect) {
            case LeaderEffect.Acknowledge(long ticket, OffsetRange at) -> {
                var waiter = waiters.remove(ticket);
                if (waiter != null) {
                    waiter.appender().onAcknowledged(at, waiter.logAppendTimeMs(), log.logStart());
                }
            }
            case LeaderEffect.Refuse(long ticket, var why) -> {
                var waiter = waiters.remove(ticket);
                if (waiter != null) {
                    waiter.appender().onRefused(AppendRefused.because(switch (why) {
                        case TAKEN_BACK -> ErrorCode.KAFKA_STORAGE_ERROR;
                        case NOT_LEADER -> ErrorCode.NOT_LEADER_OR_FOLLOWER;
                    }));
                }
            }
            case LeaderEffect.RaiseHighWatermark _ -> watchers.raised();
            case LeaderEffect.SyncLog _ -> {
                if (offline == ErrorCode.NONE) {
                    journal.entrust(log);
                }
            }
            // Without followers nothing is proposed; the cluster issue sends this to the controller.
            case LeaderEffect.ProposeInSyncSet _ -> { }
        }
    }

    /** What a reader at this position sees now. */
    Look look(FetchPosition at, int bytesMax, boolean atLeastOne, boolean committedOnly) {
        var error = offline != ErrorCode.NONE ? offline : epochError(at.currentLeaderEpoch());
        if (error != ErrorCode.NONE) {
            return Look.failed(error);
        }
        if (at.offset() < log.logStart() || at.offset() > log.logEnd()) {
            return Look.failed(ErrorCode.OFFSET_OUT_OF_RANGE);
        }
        long end = committedOnly ? lastStable() : highWatermark();
        var divergence = divergence(at);
        if (divergence != null && divergence.epoch() < 0) {
            return Look.failed(ErrorCode.OFFSET_OUT_OF_RANGE); // an epoch that we cannot tell the end of
        }
        boolean readable = divergence == null && at.offset() < end && (bytesMax > 0 || atLeastOne);
        Records records = Records.EMPTY;
        List<AbortedTransaction> aborted = committedOnly ? List.of() : null;
        if (readable) {
            try {
                var slice = log.read(at.offset(), bytesMax, end, atLeastOne);
                records = slice.records();
                aborted = committedOnly ? log.transactions().abortedIn(slice, at.offset()) : null;
            } catch (DiskFailure failure) {
                Answers.drop(records);
                records = Records.EMPTY;
                error = onUnreadable(failure);
            }
        }
        return new Look(
                error, highWatermark(), lastStable(), log.logStart(), records, aborted, divergence, leaderEpoch);
    }

    /** Told once for each place: clients ask again and again. */
    private ErrorCode onUnreadable(DiskFailure failure) {
        if (!failure.getMessage().equals(unreadable)) {
            unreadable = failure.getMessage();
            LOG.error("{} cannot be read: {}", name, unreadable);
        }
        return failure.kind() == DiskFailure.Kind.DAMAGED ? ErrorCode.CORRUPT_MESSAGE : ErrorCode.KAFKA_STORAGE_ERROR;
    }

    private Look.Divergence divergence(FetchPosition at) {
        if (at.lastFetchedEpoch() < 0) {
            return null;
        }
        var common = endOfEpoch(at.lastFetchedEpoch());
        boolean agrees = common.epoch() == at.lastFetchedEpoch() && common.endOffset() >= at.offset();
        return agrees ? null : new Look.Divergence(common.epoch(), common.endOffset());
    }

    /** Where an epoch ends here. Ours began when we began to lead, not with its first record. */
    EpochEnd endOfEpoch(int epoch) {
        if (epoch == leaderEpoch) {
            return new EpochEnd(epoch, log.logEnd());
        }
        var end = log.endOffsetOfEpoch(epoch);
        if (epoch > leaderEpoch || epoch == NO_EPOCH || !end.equals(EpochEnd.UNKNOWN)) {
            return end;
        }
        int last = log.epochAt(log.logEnd());
        return new EpochEnd(last < 0 ? epoch : last, log.logEnd());
    }

    /** The epoch of the first record, or of the one that will be. */
    int earliestEpoch() {
        int epoch = log.earliest().leaderEpoch();
        return epoch < 0 && log.logStart() == log.logEnd() ? leaderEpoch : epoch;
    }

    /** What to tell a client that believes in this leader epoch; one that does not say is believed. */
    ErrorCode epochError(int believed) {
        if (believed < 0 || believed == leaderEpoch) {
            return ErrorCode.NONE;
        }
        return believed < leaderEpoch ? ErrorCode.FENCED_LEADER_EPOCH : ErrorCode.UNKNOWN_LEADER_EPOCH;
    }

    /** The partition is deleted or goes elsewhere: nobody may wait beside it. */
    void close(ErrorCode why) {
        offline = why;
        staged = false;
        var unanswered = List.copyOf(waiters.values());
        waiters.clear();
        for (var waiter : unanswered) {
            waiter.appender().onRefused(AppendRefused.because(why));
        }
        watchers.raised();
    }
}
