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
import naru.protocol.message.FeatureLevelRecord;
import naru.protocol.message.LeaderChangeMessage;

/**
 * The metadata log of a quorum of one: committed is what is on this disk. Lives on lane 0.
 *
 * <p>One batch at a time: the next is written when the one before is synced, and takes everything along that came
 * meanwhile. So after a power cut nothing but the last batch can be torn, and {@link Replay} may refuse all other damage.
 */
public final class LoneMetadataLog implements MetadataLog {

    /** Feature level of metadata version 4.3-IV0. */
    static final short METADATA_VERSION = 30;

    /** What Kafka's own engine puts into one batch. */
    static final int BATCH_BYTES_MAX = 8 << 20;

    private static final short LEADER_CHANGE = 2;
    // Length, attributes, times, offsets, lengths of key and value, headers: with the longest varints.
    private static final int RECORD_BYTES_EXTRA = 32;

    private record Waiting(List<Message> batch, List<ByteBuffer> encoded, int bytes, Consumer<Outcome> whenDecided) {}

    private final Lanes lanes;
    private final Clock clock;
    private final String folder;
    private final Tail tail;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final ArrayDeque<Waiting> underWay = new ArrayDeque<>();
    private final Writer writer = new Writer(1 << 10);
    private final List<String> findings;
    private final int epoch;
    private Cluster cluster;
    private Follower follower;
    private long end;
    private Throwable broken;

    /**
     * Opens the log in {@code folder}, or begins one. Blocks; called before the lanes run.
     *
     * @param directory the id of the folder's {@link MetaProperties}
     * @throws DamagedMetadata when what lies there cannot be trusted; the message names the file and the place
     */
    public LoneMetadataLog(Disk disk, String folder, int nodeId, Uuid directory, Lanes lanes, Clock clock) {
        this.lanes = lanes;
        this.clock = clock;
        this.folder = folder;
        String own = folder + "/__cluster_metadata-0";
        disk.createFolders(own);
        int epochKnown = QuorumState.epoch(disk, own);
        var replay = Replay.of(disk, own, epochKnown);
        this.epoch = Math.max(replay.epoch(), epochKnown) + 1;
        this.cluster = replay.cluster();
        this.end = replay.end();
        this.findings = replay.findings();
        QuorumState.write(disk, own, nodeId, epoch);
        this.tail = new Tail(disk, replay.segment(), replay.position());
        begin(nodeId, directory, replay.isOpen());
        disk.syncFolder(own);
        disk.syncFolder(folder);
    }

    /** Every epoch begins with its leader's name; the first one also with what Kafka calls a bootstrap. */
    private void begin(int nodeId, Uuid directory, boolean isTransactionOpen) {
        var leader = new LeaderChangeMessage((short) 0, nodeId,
                List.of(new LeaderChangeMessage.Voter(nodeId, directory)),
                List.of(new LeaderChangeMessage.Voter(nodeId, directory)));
        var key = ByteBuffer.allocate(4).putShort((short) 0).putShort(LEADER_CHANGE).flip();
        writer.reset();
        leader.write(writer, 0);
        tail.write(new BatchBuilder().control().baseOffset(end).leaderEpoch(epoch)
                .add(clock.nowMs(), key, ByteBuffer.wrap(writer.toBytes())).build());
        end++;
        tail.sync();
        var first = new ArrayList<Message>();
        if (isTransactionOpen) {
            first.add(new AbortTransactionRecord("the leader that began it is gone"));
        }
        if (cluster.features().isEmpty()) {
            first.add(new FeatureLevelRecord("metadata.version", METADATA_VERSION));
        }
        if (!first.isEmpty()) {
            write(first.stream().map(record -> StoredRecords.encode(record, writer)).toList());
            tail.sync();
            cluster = cluster.withAll(first);
        }
    }

    /** The offset that the next record gets: what a broker's registration names as its epoch. */
    public long end() {
        return end;
    }

    public int epoch() {
        return epoch;
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
        var encoded = batch.stream().map(record -> StoredRecords.encode(record, writer)).toList();
        long bytes = encoded.stream().mapToLong(one -> one.remaining() + RECORD_BYTES_EXTRA).sum();
        if (bytes > BATCH_BYTES_MAX) {
            later(whenDecided, new Outcome.Failed(new IllegalArgumentException(
                    "a decision of " + bytes + " bytes is longer than " + BATCH_BYTES_MAX)));
            return;
        }
        waiting.add(new Waiting(batch, encoded, (int) bytes, whenDecided));
        writeNext();
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
        while (!waiting.isEmpty() && bytes + waiting.getFirst().bytes() <= BATCH_BYTES_MAX) {
            var taken = waiting.removeFirst();
            bytes += taken.bytes();
            records.addAll(taken.encoded());
            underWay.addLast(taken);
        }
        long before = end;
        try {
            write(records);
        } catch (DiskFailure failure) {
            // Taken back by the tail: what is tried next may succeed.
            lanes.post(lanes.current(), () -> fail(failure));
            return;
        }
        lanes.offLane(folder, Lanes.Work.SYNC, () -> {
            if (!records.isEmpty()) {
                tail.sync();
            }
            return null;
        }, outcome -> onSynced(before, outcome));
    }

    private void write(List<ByteBuffer> records) {
        if (records.isEmpty()) {
            return;
        }
        var builder = new BatchBuilder().baseOffset(end).leaderEpoch(epoch);
        long nowMs = clock.nowMs();
        records.forEach(record -> builder.add(nowMs, null, record));
        tail.write(builder.build());
        end += records.size();
    }

    private void onSynced(long before, Lanes.Outcome<Object> outcome) {
        if (outcome instanceof Lanes.Outcome.Failed<Object>(Throwable why)) {
            // A failed sync says nothing about what a second one would mean: this log takes nothing more.
            broken = why;
            underWay.addAll(waiting);
            waiting.clear();
            fail(why);
            return;
        }
        long offset = before;
        // Who is told may append at once; that waits in line until all of these are told.
        for (var decided : List.copyOf(underWay)) {
            offset += decided.batch().size();
            cluster = cluster.withAll(decided.batch());
            if (follower != null && !decided.batch().isEmpty()) {
                follower.onCommitted(decided.batch(), offset);
            }
            decided.whenDecided().accept(new Outcome.Committed(offset));
        }
        underWay.clear();
        writeNext();
    }

    private void fail(Throwable why) {
        List.copyOf(underWay).forEach(one -> one.whenDecided().accept(new Outcome.Failed(why)));
        underWay.clear();
        writeNext();
    }

    public void close() {
        tail.close();
    }
}
