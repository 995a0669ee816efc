package naru.broker;

import static naru.base.Invariant.check;

import java.nio.ByteBuffer;
import java.util.List;
import naru.base.DiskFailure;
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
import naru.replication.LeaderInput;
import naru.replication.PartitionLeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partition whose log lies at this broker, in the role that the controller gave us: we lead it, we follow, or nobody
 * leads. Its owner tells it of a new role; readers and producers hear from it what the role lets them have.
 */
final class Partition {

    private static final Logger LOG = LoggerFactory.getLogger(Partition.class);

    /** What a client says that does not know, and what we say before the controller has told us. */
    private static final int NO_EPOCH = -1;

    private final TopicPartition name;
    private final Uuid topicId;
    private Log log;
    private Journal journal;
    private final Watchers watchers = new Watchers();
    private final Watchers followersWatching = new Watchers();
    private final Entrance entrance = new Entrance(this);
    private naru.metadata.Partition state;
    private Leading leading;
    private Following following;
    private int leaderEpoch = NO_EPOCH;
    /** As last known when neither role knows better. */
    private long highWatermark;
    private long durableEnd;
    private boolean staged;
    private boolean failing;
    private String unreadable;
    private ErrorCode offline = ErrorCode.NONE;

    /**
     * @param journal of the lane and the folder the log is in
     * @param highWatermark from a checkpoint, in offsets
     */
    Partition(TopicPartition name, Uuid topicId, Log log, long highWatermark, Journal journal) {
        this.name = name;
        this.topicId = topicId;
        this.log = log;
        this.highWatermark = highWatermark;
        this.durableEnd = log.logEnd();
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

    Journal journal() {
        return journal;
    }

    /** Its log lies in another folder now, and is what it was. */
    void liesIn(Log there, Journal journalThere) {
        check(!staged, "a log changes its folder between turns");
        log = there;
        journal = journalThere;
    }

    /** The controller's last word; null before the first. */
    naru.metadata.Partition state() {
        return state;
    }

    /** Of the leader, whoever it is. */
    int leaderEpoch() {
        return leaderEpoch;
    }

    /** Those who wait until more may be consumed. */
    Watchers watchers() {
        return watchers;
    }

    /** Followers who wait until more was written, or until the high watermark has risen. */
    Watchers followersWatching() {
        return followersWatching;
    }

    /** The way of transactions' batches into the log. */
    Entrance entrance() {
        return entrance;
    }

    long highWatermark() {
        return leading != null ? leading.leader().highWatermark()
                : following != null ? following.highWatermark() : highWatermark;
    }

    /** How far a reader of committed records may look. */
    long lastStable() {
        return log.lastStableOffset(highWatermark());
    }

    /** True between an append and the write at the end of its turn. */
    boolean isStaged() {
        return staged;
    }

    /** True when what is written is synced before it is acknowledged. */
    boolean wantsSync() {
        return leading != null ? leading.leader().wantsSync() : following != null && following.wantsSync();
    }

    /** True when the last write failed. */
    boolean isFailing() {
        return failing;
    }

    /** {@link ErrorCode#NONE}, or why nothing can be done with this log any more. */
    ErrorCode offline() {
        return offline;
    }

    /** {@link ErrorCode#NONE} while we lead, or what those hear who believe that we do. */
    ErrorCode refusal() {
        return offline != ErrorCode.NONE ? offline : leading == null ? ErrorCode.NOT_LEADER_OR_FOLLOWER : ErrorCode.NONE;
    }

    /** Null unless we lead. */
    Leading leading() {
        return leading;
    }

    /** Null unless we follow somebody. */
    Following following() {
        return following;
    }

    // --- roles ---

    /** The controller's word, after the role has been changed by it. */
    void told(naru.metadata.Partition now) {
        state = now;
        leaderEpoch = now.leaderEpoch();
    }

    /** We neither lead nor follow; those who wait for a leader hear why they need not. Never while something is staged. */
    void endRole(ErrorCode why) {
        check(!staged, "roles change between writes");
        highWatermark = highWatermark();
        var ledBefore = leading;
        var followedBefore = following;
        leading = null;
        following = null;
        if (followedBefore != null) {
            followedBefore.end();
        }
        if (ledBefore != null) {
            ledBefore.end(why);
            onRaised();
        }
    }

    void lead(Leading role) {
        check(leading == null && following == null, "a partition has one role");
        leading = role;
        role.begin();
        onRaised();
    }

    void follow(Following role) {
        check(leading == null && following == null, "a partition has one role");
        following = role;
    }

    // --- appending ---

    /** Takes batches into this turn's staging. The bytes must stay until the end of the turn. */
    void append(ByteBuffer batches, Origin origin, Verification verified, LeaderInput.Acks acks, long nowMs, Appender appender) {
        if (isOpenTo(acks, appender)) {
            var appended = log.append(batches, leaderEpoch, origin, verified, nowMs);
            staged = log.isStaged();
            leading.onAppended(appended, acks, appender);
        }
    }

    /** Takes the end of a transaction into this turn's staging; it is as safe as the coordinator's own records. */
    void append(TransactionMarker marker, long nowMs, Appender appender) {
        if (isOpenTo(LeaderInput.Acks.ALL_IN_SYNC, appender)) {
            var appended = log.append(marker, leaderEpoch, nowMs);
            staged = log.isStaged();
            leading.onAppended(appended, LeaderInput.Acks.ALL_IN_SYNC, appender);
        }
    }

    private boolean isOpenTo(LeaderInput.Acks acks, Appender appender) {
        var refusal = refusal();
        if (refusal != ErrorCode.NONE) {
            appender.onRefused(AppendRefused.because(refusal));
            return false;
        }
        if (!leading.leader().admits(acks)) {
            appender.onRefused(new AppendRefused(ErrorCode.NOT_ENOUGH_REPLICAS, null, log.logStart(), List.of()));
            return false;
        }
        return true;
    }

    /** Takes batches of the leader into this turn's staging, as they are. The bytes must stay until the end of the turn. */
    Appended copy(ByteBuffer batches, long nowMs) {
        var appended = log.appendAsFollower(batches, leaderEpoch, nowMs);
        staged = log.isStaged();
        return appended;
    }

    /** The end of the turn: one write, then whatever may be acknowledged and read now. */
    void writeStaged() {
        if (!staged) {
            return; // its topic was deleted in the same turn, or its role changed
        }
        staged = false;
        try {
            log.writeStaged(wantsSync() ? journal : null);
        } catch (DiskFailure failure) {
            if (failure.kind() != DiskFailure.Kind.FULL) {
                offline = ErrorCode.KAFKA_STORAGE_ERROR;
            }
            failing = true;
            if (leading != null) {
                leading.hear(new LeaderInput.TakenBack(log.logEnd()));
            } else if (following != null) {
                following.onTakenBack();
            }
            throw failure;
        }
        failing = false;
        if (leading != null) {
            leading.hear(new LeaderInput.Written(log.logEnd()));
        } else if (following != null) {
            following.onWritten();
        }
        followersWatching.raised();
    }

    /** What lies before it survives a power cut. */
    long durableEnd() {
        return durableEnd;
    }

    /** The log ends earlier than it did. */
    void onCut() {
        durableEnd = log.writtenEnd();
    }

    void onDurable(long end) {
        durableEnd = Math.max(durableEnd, Math.min(end, log.writtenEnd()));
        if (leading != null) {
            leading.hear(new LeaderInput.Durable(end));
        } else if (following != null) {
            following.onDurable(end);
        }
    }

    void onRulesChanged(PartitionLeader.Rules rules) {
        if (leading != null) {
            leading.hear(new LeaderInput.RulesChanged(rules));
        } else if (following != null) {
            following.onRulesChanged(rules);
        }
    }

    /** More may be consumed. */
    void onRaised() {
        watchers.raised();
        followersWatching.raised();
    }

    // --- reading ---

    /** What a consumer at this position sees now. */
    Look look(FetchPosition at, int bytesMax, boolean atLeastOne, FetchReader reader) {
        var error = offline != ErrorCode.NONE ? offline
                : leading == null && (following == null || !reader.mayReadFollowers()) ? ErrorCode.NOT_LEADER_OR_FOLLOWER
                : epochError(at.currentLeaderEpoch());
        if (error != ErrorCode.NONE) {
            return Look.failed(error);
        }
        long end = reader.committedOnly() ? lastStable() : highWatermark();
        return look(at, bytesMax, atLeastOne, end, reader.committedOnly());
    }

    /** What a replica at this position sees now: everything that is written. */
    Look lookAsReplica(FetchPosition at, int bytesMax, boolean atLeastOne) {
        return look(at, bytesMax, atLeastOne, log.writtenEnd(), false);
    }

    private Look look(FetchPosition at, int bytesMax, boolean atLeastOne, long end, boolean committedOnly) {
        if (leading == null && at.offset() > log.logEnd()) {
            return Look.failed(ErrorCode.OFFSET_NOT_AVAILABLE); // the leader has told of records that we do not hold yet
        }
        var divergence = divergence(at);
        boolean unknown = divergence != null && divergence.epoch() < 0; // an epoch that we cannot tell the end of
        if (unknown || divergence == null && (at.offset() < log.logStart() || at.offset() > log.logEnd())) {
            return Look.failed(ErrorCode.OFFSET_OUT_OF_RANGE);
        }
        boolean readable = divergence == null && at.offset() < end && (bytesMax > 0 || atLeastOne);
        var error = ErrorCode.NONE;
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
                error, highWatermark(), lastStable(), log.logStart(), records, aborted, divergence, leaderEpoch, -1);
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

    /** Where an epoch ends here. A leader's own began when it began to lead, not with its first record. */
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

    /** The partition is deleted, or goes elsewhere, or its folder failed: nobody may wait beside it. */
    void close(ErrorCode why) {
        offline = why;
        staged = false;
        endRole(why);
        onRaised();
    }
}
