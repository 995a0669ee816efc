package naru.quorum;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import naru.base.Clock;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.Lanes;
import naru.base.Uuid;
import naru.metadata.Cluster;
import naru.metadata.MetadataLog;
import naru.protocol.Message;
import naru.protocol.Writer;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.message.AbortTransactionRecord;
import naru.protocol.message.BrokerRegistrationChangeRecord;
import naru.protocol.message.KRaftVersionRecord;
import naru.protocol.message.LeaderChangeMessage;

/**
 * The metadata log of a quorum of one: committed is what is on this disk. Lives on lane 0.
 *
 * <p>One batch at a time: the next is written when the one before is synced, and takes everything along that came
 * meanwhile. So after a power cut nothing but the last batch can be torn, and {@link Replay} may refuse all other damage.
 */
public final class LoneMetadataLog implements MetadataLog {

    /** What Kafka's own engine puts into one batch. */
    static final int BATCH_BYTES_MAX = 8 << 20;

    // Length, attributes, times, offsets, lengths of key and value, headers: with the longest varints.
    private static final int RECORD_BYTES_EXTRA = 32;

    /** @param raised what the quorum becomes, in a batch of its own; null for records of the cluster's */
    private record Waiting(
            List<Message> batch, List<ByteBuffer> encoded, int bytes, Consumer<Outcome> whenDecided, Quorum raised) {}

    private final Disk disk;
    private final Lanes lanes;
    private final Clock clock;
    private final Rules rules;
    private final String folder;
    private final String own;
    private final int nodeId;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final ArrayDeque<Waiting> underWay = new ArrayDeque<>();
    private final Writer writer = new Writer(1 << 10);
    private final List<String> findings;
    private final Uuid directory;
    private volatile Quorum quorum;
    private final Snapshots snapshots;
    private final int epoch;
    private Tail tail;
    private boolean isTailFull;
    private boolean isNameNew;
    private Cluster cluster;
    private Follower follower;
    private long end;
    private long committedEnd;
    private long lastMs;
    private Throwable broken;

    /**
     * Opens the log in {@code folder}, or begins one. Blocks; called before the lanes run.
     *
     * @param directory the id of the folder's {@link MetaProperties}
     * @throws DamagedMetadata when what lies there cannot be trusted; the message names the file and the place
     */
    public LoneMetadataLog(
            Disk disk, String folder, int nodeId, Uuid directory, Rules rules, Lanes lanes, Clock clock) {
        this.disk = disk;
        this.lanes = lanes;
        this.clock = clock;
        this.rules = rules;
        this.folder = folder;
        this.nodeId = nodeId;
        this.directory = directory;
        this.own = folder + "/" + Names.FOLDER;
        disk.createFolders(own);
        Names.unfinished(disk, own).forEach(name -> disk.delete(own + "/" + name));
        int epochKnown = QuorumState.epoch(disk, own, nodeId);
        var replay = Replay.of(disk, own, epochKnown);
        replay.quorum().checkAlone(nodeId, directory, own);
        this.quorum = replay.quorum();
        this.epoch = Math.max(replay.epoch(), epochKnown) + 1;
        this.cluster = replay.cluster();
        this.end = replay.end();
        this.findings = replay.findings();
        this.snapshots = new Snapshots(disk, folder, rules, lanes, clock, replay.bytesBehindSnapshot());
        QuorumState.write(disk, own, nodeId, epoch, quorum);
        this.tail = new Tail(disk, replay.segment(), replay.position(), clock.nowMs());
        begin(replay.isTransactionOpen());
        disk.syncFolder(own);
        disk.syncFolder(folder);
        committedEnd = end;
    }

    /** Every epoch begins with its leader's name; the first one also with what the folder was formatted with. */
    private void begin(boolean isTransactionOpen) {
        lastMs = clock.nowMs();
        var voter = List.of(new LeaderChangeMessage.Voter(nodeId, Uuid.ZERO));
        var batch = new BatchBuilder().control().baseOffset(end).leaderEpoch(epoch);
        ControlRecords.add(batch, lastMs, ControlRecords.LEADER_CHANGE,
                new LeaderChangeMessage((short) 0, nodeId, voter, voter), writer);
        write(batch);
        tail.sync();
        var first = new ArrayList<Message>();
        if (isTransactionOpen) {
            first.add(new AbortTransactionRecord("the leader that began it is gone"));
        }
        if (cluster.features().isEmpty()) {
            first.addAll(Beginning.of(disk, folder, lastMs));
        }
        if (!first.isEmpty()) {
            write(first.stream().map(this::encode).toList());
            tail.sync();
            cluster = cluster.withAll(first);
        }
    }

    private ByteBuffer encode(Message record) {
        return StoredRecords.encode(record, level(), writer);
    }

    private short level() {
        return StoredRecords.level(cluster);
    }

    /** The offset that the next record gets: what a broker's registration names as its epoch. */
    public long end() {
        return end;
    }

    public int epoch() {
        return epoch;
    }

    int nodeId() {
        return nodeId;
    }

    long nowMs() {
        return clock.nowMs();
    }

    long committedEnd() {
        return committedEnd;
    }

    Quorum quorum() {
        return quorum;
    }

    /** Zero where the log does not say who votes. */
    Uuid voterDirectory() {
        return quorum.voters() == null ? Uuid.ZERO : quorum.voters().voters().getFirst().voterDirectoryId();
    }

    /** In a later turn of the lane that asks. */
    void later(Runnable task) {
        lanes.post(lanes.current(), task);
    }

    /** Everything committed. */
    public Cluster cluster() {
        return cluster;
    }

    /** What opening the log repaired, in sentences. */
    public List<String> findings() {
        return findings;
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public short quorumVersion() {
        return quorum.version();
    }

    @Override
    public void follow(Follower newFollower) {
        follower = newFollower;
        follower.onSnapshot(cluster, end);
        follower.onLeadership(epoch);
    }

    @Override
    public void append(int byEpoch, List<Message> batch, Consumer<Outcome> whenDecided) {
        if (byEpoch != epoch) {
            later(whenDecided, new Outcome.NotLeader());
            return;
        }
        if (broken != null) {
            later(whenDecided, new Outcome.Failed(broken));
            return;
        }
        var encoded = batch.stream().map(this::encode).toList();
        long bytes = encoded.stream().mapToLong(one -> one.remaining() + RECORD_BYTES_EXTRA).sum();
        if (bytes > BATCH_BYTES_MAX) {
            later(whenDecided, new Outcome.Failed(new IllegalArgumentException(
                    "a decision of " + bytes + " bytes is longer than " + BATCH_BYTES_MAX)));
            return;
        }
        waiting.add(new Waiting(batch, encoded, (int) bytes, whenDecided, null));
        writeNext();
    }

    /** Nobody else has to agree, and this node knows both. It has no place where others reach it; once it has one, it says so itself. */
    @Override
    public void raiseQuorumVersion(int byEpoch, short version, boolean rehearsed, Consumer<RaiseAnswer> whenAnswered) {
        boolean isLeading = byEpoch == epoch && broken == null;
        lanes.post(lanes.current(), () -> whenAnswered.accept(isLeading ? new RaiseAnswer.Granted() : new RaiseAnswer.NotLeader()));
        if (isLeading && !rehearsed && version > quorum.version()) {
            waiting.add(new Waiting(List.of(), List.of(), 0, _ -> { }, quorum.raised(version, nodeId, directory)));
            writeNext();
        }
    }

    private void later(Consumer<Outcome> whenDecided, Outcome outcome) {
        lanes.post(lanes.current(), () -> whenDecided.accept(outcome));
    }

    private void writeNext() {
        if (!underWay.isEmpty() || waiting.isEmpty()) {
            return;
        }
        int bytes = 0;
        var records = new ArrayList<ByteBuffer>();
        var raised = waiting.getFirst().raised();
        if (raised != null) {
            underWay.addLast(waiting.removeFirst());
        }
        while (raised == null && !waiting.isEmpty() && waiting.getFirst().raised() == null
                && bytes + waiting.getFirst().bytes() <= BATCH_BYTES_MAX) {
            var taken = waiting.removeFirst();
            bytes += taken.bytes();
            records.addAll(taken.encoded());
            underWay.addLast(taken);
        }
        try {
            beginSegmentWhenDue();
            if (raised == null) {
                write(records);
            } else {
                write(raised);
            }
        } catch (DiskFailure failure) {
            // Taken back by the tail: what is tried next may succeed.
            lanes.post(lanes.current(), () -> fail(failure));
            return;
        }
        sync(raised != null || !records.isEmpty());
    }

    /** All before is synced, so a file that nothing more is written to is whole. */
    private void beginSegmentWhenDue() {
        long nowMs = clock.nowMs();
        boolean isDue = isTailFull || tail.size() >= rules.segmentBytes() || nowMs - tail.begunMs() >= rules.segmentMs();
        if (isDue && tail.size() > 0) {
            var fresh = new Tail(disk, own + "/" + Names.segment(end), 0, nowMs);
            tail.close();
            tail = fresh;
            isTailFull = false;
            isNameNew = true;
        }
    }

    private void sync(boolean isWritten) {
        var written = tail;
        boolean withName = isNameNew;
        isNameNew = false;
        lanes.offLane(folder, Lanes.Work.SYNC, () -> {
            if (isWritten) {
                written.sync();
            }
            if (withName) {
                disk.syncFolder(own);
            }
            return null;
        }, this::onSynced);
    }

    private void write(List<ByteBuffer> records) {
        if (records.isEmpty()) {
            return;
        }
        var batch = new BatchBuilder().baseOffset(end).leaderEpoch(epoch);
        lastMs = clock.nowMs();
        records.forEach(record -> batch.add(lastMs, null, record));
        write(batch);
    }

    private void write(Quorum raised) {
        var batch = new BatchBuilder().control().baseOffset(end).leaderEpoch(epoch);
        lastMs = clock.nowMs();
        ControlRecords.add(batch, lastMs, ControlRecords.KRAFT_VERSION, new KRaftVersionRecord((short) 0, raised.version()), writer);
        ControlRecords.add(batch, lastMs, ControlRecords.KRAFT_VOTERS, raised.voters(), writer);
        write(batch);
    }

    private void write(BatchBuilder batch) {
        long before = tail.size();
        tail.write(batch.build());
        snapshots.onWritten(tail.size() - before);
        end += batch.count();
    }

    private void onSynced(Lanes.Outcome<Object> outcome) {
        if (outcome instanceof Lanes.Outcome.Failed<Object>(Throwable why)) {
            // A failed sync says nothing about what a second one would mean: this log takes nothing more.
            broken = why;
            fail(why);
            return;
        }
        // Who is told may append at once; that waits in line until all of these are told.
        for (var decided : List.copyOf(underWay)) {
            boolean isOfQuorum = decided.raised() != null;
            quorum = isOfQuorum ? decided.raised() : quorum;
            committedEnd = isOfQuorum ? end : committedEnd + decided.batch().size();
            cluster = cluster.withAll(decided.batch());
            if (follower != null && (isOfQuorum || !decided.batch().isEmpty())) {
                follower.onCommitted(decided.batch(), committedEnd);
            }
            decided.whenDecided().accept(new Outcome.Committed(committedEnd));
        }
        underWay.clear();
        onTime();
        writeNext();
    }

    @Override
    public void onTime() {
        // A snapshot ends where a batch ends, never between two decisions that share one.
        if (underWay.isEmpty() && broken == null && snapshots.isDue()) {
            snapshots.take(new Snapshots.Moment(cluster, quorum, level(), committedEnd, epoch, lastMs), () -> isTailFull = true);
        }
    }

    /** Those that wait were decided on these, and fail with them; what is decided afterwards may succeed. */
    private void fail(Throwable why) {
        underWay.addAll(waiting);
        waiting.clear();
        List.copyOf(underWay).forEach(one -> one.whenDecided().accept(new Outcome.Failed(why)));
        underWay.clear();
        writeNext();
    }

    /**
     * Blocking, after the lanes have ended. This broker is fenced on the way out, so that whoever opens the folder next
     * need not wait until it is missed.
     */
    public void close() {
        try {
            if (broken == null) {
                tail.sync();
                leave();
            }
        } catch (DiskFailure _) {
            // All that was acknowledged is safe. The next one to open the folder takes this for a crash, and rightly so.
        }
        tail.close();
    }

    private void leave() {
        var self = cluster.brokers().get(nodeId);
        if (self != null && !self.fenced()) {
            write(List.of(encode(BrokerRegistrationChangeRecord.builder()
                    .brokerId(nodeId).brokerEpoch(self.epoch()).fenced((byte) 1).build())));
            tail.sync();
        }
    }
}
