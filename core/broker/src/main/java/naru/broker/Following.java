package naru.broker;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import naru.base.DiskFailure;
import naru.base.OffsetRange;
import naru.base.Uuid;
import naru.client.Reply;
import naru.log.Appended;
import naru.protocol.ErrorCode;
import naru.protocol.Records;
import naru.protocol.batch.BatchHeader;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FetchResponse;
import naru.protocol.message.ListOffsetsRequest;
import naru.protocol.message.ListOffsetsResponse;
import naru.replication.FetchPoint;
import naru.replication.FollowerEffect;
import naru.replication.FollowerInput;
import naru.replication.PartitionFollower;
import naru.replication.PartitionLeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A partition while another broker leads it, or nobody: the follower that decides, and its place among what is fetched. */
final class Following {

    private static final Logger LOG = LoggerFactory.getLogger(Following.class);
    private static final long PAUSE_MS_FIRST = 20;
    private static final long EARLIEST = -2;
    private static final long LATEST = -1;

    /** Names a partition as fetches do. */
    record Key(Uuid topic, int partition) {}

    private final LaneBroker lane;
    private final Partition partition;
    private final PartitionFollower follower;
    private final Key key;
    private final ArrayList<FollowerEffect> effects = new ArrayList<>(2);
    private boolean carryingOut;
    private Fetcher fetcher;
    /** The question that is open; null when there is none. */
    private FetchPoint open;
    /** What the leader was asked last, and in which of the fetcher's requests. */
    private FetchPoint named;
    private long namedIn;
    private ByteBuffer fetched;
    private Timers.Timer pause;
    private long pauseMs = PAUSE_MS_FIRST;
    /** The question that a throttle holds back; null when none does. */
    private FetchPoint held;
    private boolean over;

    Following(LaneBroker lane, Partition partition, PartitionFollower follower) {
        this.lane = lane;
        this.partition = partition;
        this.follower = follower;
        this.key = new Key(partition.topicId(), partition.name().partition());
    }

    Key key() {
        return key;
    }

    Partition partition() {
        return partition;
    }

    long highWatermark() {
        return follower.highWatermark();
    }

    boolean wantsSync() {
        return follower.wantsSync();
    }

    /** Null when nothing is to be asked now. */
    FetchPoint open() {
        return open;
    }

    boolean isNamed() {
        return open.equals(named);
    }

    long namedIn() {
        return namedIn;
    }

    /** The open question leaves with this request; the one before is void. */
    void name(long request) {
        named = open;
        namedIn = request;
    }

    // --- what is heard ---

    /** By a committed record. */
    void onLeader(int leaderId, int leaderEpoch) {
        hear(new FollowerInput.LeaderNamed(leaderId, leaderEpoch));
    }

    void onRulesChanged(PartitionLeader.Rules rules) {
        hear(new FollowerInput.DurabilityChanged(rules.durability()));
    }

    void onWritten() {
        hear(new FollowerInput.Written(partition.log().writtenEnd()));
    }

    void onDurable(long end) {
        hear(new FollowerInput.Durable(end));
    }

    void onTakenBack() {
        hear(new FollowerInput.TakenBack(partition.log().logEnd(), partition.log().lastEpoch()));
    }

    /** What the leader says to the question that was named last, which may be void by now: the next request names the one that is open. */
    void onAnswer(FetchResponse.PartitionData answer) {
        if (!isNamed()) {
            return;
        }
        switch (ErrorCode.of(answer.errorCode())) {
            case NONE -> onFetched(answer);
            case OFFSET_OUT_OF_RANGE -> hear(new FollowerInput.OutOfRange(named));
            case FENCED_LEADER_EPOCH -> close(new FollowerInput.Fenced(named));
            default -> close(new FollowerInput.NotAnswered(named));
        }
    }

    private void close(FollowerInput input) {
        open = null;
        hear(input);
    }

    private void onFetched(FetchResponse.PartitionData answer) {
        pauseMs = PAUSE_MS_FIRST;
        var diverging = answer.divergingEpoch();
        open = null;
        if (diverging.epoch() >= 0 || diverging.endOffset() >= 0) {
            hear(new FollowerInput.Diverged(named, diverging.epoch(), diverging.endOffset(),
                    partition.log().endOffsetOfEpoch(diverging.epoch())));
            return;
        }
        fetched = answer.records() instanceof Records.InMemory(var bytes) ? bytes : null;
        if (fetched != null && !isInSync()) {
            lane.replication().throttles().onFetched(partition, fetched.remaining());
        }
        boolean hasRecords = fetched != null && fetched.remaining() >= BatchHeader.SIZE
                && BatchHeader.sizeInBytes(fetched, fetched.position()) <= fetched.remaining();
        hear(new FollowerInput.Fetched(named, hasRecords, answer.highWatermark(), answer.logStartOffset()));
        fetched = null;
    }

    private void hear(FollowerInput input) {
        if (over) {
            return; // a sync or an answer that was on its way
        }
        follower.on(input, effects);
        if (carryingOut) {
            return; // whoever carries out now comes to these, too
        }
        carryingOut = true;
        try {
            while (!effects.isEmpty()) {
                carryOut(effects.removeFirst());
            }
        } finally {
            carryingOut = false;
        }
    }

    // --- what follows ---

    private void carryOut(FollowerEffect effect) {
        switch (effect) {
            case FollowerEffect.FetchFrom(var at) -> ask(at);
            case FollowerEffect.Pause _ -> pause();
            case FollowerEffect.AskRange(var at) -> askRange(at);
            case FollowerEffect.TakeFetched _ -> take();
            case FollowerEffect.TruncateTo(long offset) -> truncate(offset);
            case FollowerEffect.StartAnewAt(long offset) -> startAnew(offset);
            case FollowerEffect.CommittedLost(OffsetRange lost) -> LOG.error(
                    "{}: the records from offset {} to {} were acknowledged and are lost: a replica without them was made the leader",
                    partition.name(), lost.first(), lost.end() - 1);
            case FollowerEffect.RaiseHighWatermark _ -> partition.onRaised();
            case FollowerEffect.MoveLogStart(long offset) -> partition.log().deleteRecordsBefore(offset);
        }
    }

    private boolean isInSync() {
        return partition.state().inSync().contains(lane.broker().nodeId());
    }

    private void ask(FetchPoint at) {
        if (!isInSync() && !lane.replication().throttles().mayFetch(partition, this::onRoom)) {
            open = null;
            leaveFetcher(); // or its leader would send the same again
            held = at;
            return;
        }
        var next = lane.replication().fetcherFrom(at.leaderId());
        if (fetcher != next) {
            leaveFetcher();
            fetcher = next;
        }
        held = null;
        open = at;
        fetcher.want(this);
    }

    private void onRoom() {
        if (held != null) {
            ask(held);
        }
    }

    private void leaveFetcher() {
        held = null;
        if (fetcher != null) {
            fetcher.leave(this);
            fetcher = null;
        }
        named = null;
    }

    /** Longer each time, so that a partition that cannot be fetched does not keep its leader busy. */
    private void pause() {
        open = null;
        leaveFetcher();
        cancelPause();
        pause = lane.afterMs(pauseMs, () -> {
            pause = null;
            hear(new FollowerInput.TimePassed());
        });
        pauseMs = Math.min(2 * pauseMs, Math.max(PAUSE_MS_FIRST, lane.broker().settings().integer("replica.fetch.backoff.ms")));
    }

    private void cancelPause() {
        if (pause != null) {
            pause.cancel();
            pause = null;
        }
    }

    private void take() {
        switch (lane.copy(partition, fetched)) {
            case Appended.Accepted(OffsetRange at, long _) -> {
                fetcher.waitFor(this);
                hear(new FollowerInput.Staged(at.end(), epochBefore(fetched, at.end())));
            }
            case Appended.Duplicate _ -> hear(new FollowerInput.NotTaken());
            case Appended.Refused(var why) -> {
                LOG.error("{}: what its leader sent cannot be taken: {}", partition.name(), why.message());
                hear(new FollowerInput.NotTaken());
            }
        }
    }

    /** Of the last batch before the end: the log leaves out what it cannot take. */
    private static int epochBefore(ByteBuffer batches, long end) {
        int epoch = -1;
        int at = batches.position();
        while (batches.limit() - at >= BatchHeader.SIZE && BatchHeader.baseOffset(batches, at) < end) {
            epoch = BatchHeader.leaderEpoch(batches, at);
            at += BatchHeader.sizeInBytes(batches, at);
        }
        return epoch;
    }

    private void truncate(long offset) {
        LOG.info("{}: cut at offset {}, where the leader's records are others", partition.name(), offset);
        leaveFetcher();
        lane.partitions().truncate(partition, offset, this::onCut);
    }

    private void startAnew(long offset) {
        LOG.warn("{}: begins anew at offset {}, where the leader's log begins", partition.name(), offset);
        leaveFetcher();
        lane.partitions().startAnew(partition, offset, this::onCut);
    }

    /** @param why the log is as it was; null when it was cut */
    private void onCut(DiskFailure why) {
        if (why != null) {
            LOG.error("{} could not be cut: {}", partition.name(), why.getMessage());
        } else {
            partition.onCut(); // whatever its role is by now
        }
        if (over) {
            lane.partitions().bringInLine(partition); // its new role has waited for this
        } else if (why != null) {
            hear(new FollowerInput.NotCut());
        } else {
            var log = partition.log();
            hear(new FollowerInput.Cut(log.logStart(), log.logEnd(), log.lastEpoch()));
        }
    }

    /** The leader's log does not reach to where ours ends: where does it lie? */
    private void askRange(FetchPoint at) {
        leaveFetcher();
        open = at;
        askOffset(at, EARLIEST, start -> askOffset(at, LATEST, end -> hear(new FollowerInput.LeaderHolds(at, start, end))));
    }

    private void askOffset(FetchPoint at, long which, java.util.function.LongConsumer whenTold) {
        var wanted = ListOffsetsRequest.ListOffsetsPartition.builder()
                .partitionIndex(key.partition()).currentLeaderEpoch(at.leaderEpoch()).timestamp(which).build();
        var request = ListOffsetsRequest.builder()
                .replicaId(lane.broker().nodeId())
                .topics(List.of(new ListOffsetsRequest.ListOffsetsTopic(partition.name().topic(), List.of(wanted))))
                .build();
        lane.replication().neighbours().ask(at.leaderId(), ApiKey.LIST_OFFSETS, request, reply -> {
            long offset = reply instanceof Reply.Answered(var answer, int _) ? offsetIn((ListOffsetsResponse) answer) : -1;
            if (offset >= 0) {
                whenTold.accept(offset);
            } else {
                hear(new FollowerInput.NotAnswered(at));
            }
        });
    }

    private static long offsetIn(ListOffsetsResponse answer) {
        for (var topic : answer.topics()) {
            for (var one : topic.partitions()) {
                return one.errorCode() == ErrorCode.NONE.code() ? one.offset() : -1;
            }
        }
        return -1;
    }

    /** Another role begins, or the partition goes. */
    void end() {
        over = true;
        open = null;
        cancelPause();
        leaveFetcher();
    }
}
