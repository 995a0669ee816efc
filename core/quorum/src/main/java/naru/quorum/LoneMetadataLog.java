package naru.quorum;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import naru.base.Clock;
import naru.base.Disk;
import naru.base.DiskFile;
import naru.base.Lanes;
import naru.base.Uuid;
import naru.metadata.Cluster;
import naru.metadata.MetadataLog;
import naru.protocol.Message;
import naru.protocol.Writer;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.message.FeatureLevelRecord;
import naru.protocol.message.LeaderChangeMessage;

/** The metadata log of a quorum of one: committed is what is on this disk. Lives on lane 0. */
public final class LoneMetadataLog implements MetadataLog {

    /** Feature level of metadata version 4.3-IV0. */
    static final short METADATA_VERSION = 30;

    private static final short LEADER_CHANGE = 2;

    private record Waiting(List<Message> batch, long end, Consumer<Outcome> whenDecided) {}

    private final Lanes lanes;
    private final Clock clock;
    private final String folder;
    private final DiskFile file;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Writer writer = new Writer(1 << 10);
    private final int epoch;
    private Cluster cluster;
    private Follower follower;
    private long position;
    private long end;
    private boolean syncing;
    private Throwable broken;

    /**
     * Opens the log in {@code folder}, or begins one. Blocks; called before the lanes run.
     *
     * @param directory the id of the folder's {@link MetaProperties}
     */
    public LoneMetadataLog(Disk disk, String folder, int nodeId, Uuid directory, Lanes lanes, Clock clock) {
        this.lanes = lanes;
        this.clock = clock;
        this.folder = folder;
        String own = folder + "/__cluster_metadata-0";
        disk.createFolders(own);
        var replay = Replay.of(disk, own);
        this.epoch = Math.max(replay.epoch(), QuorumState.epoch(disk, own)) + 1;
        this.cluster = replay.cluster();
        this.end = replay.end();
        this.position = replay.position();
        this.file = disk.open(replay.segment());
        file.truncate(position);
        QuorumState.write(disk, own, nodeId, epoch);
        begin(nodeId, directory);
        file.sync();
        disk.syncFolder(own);
        disk.syncFolder(folder);
    }

    /** Every epoch begins with its leader's name; the first one also with what Kafka calls a bootstrap. */
    private void begin(int nodeId, Uuid directory) {
        var leader = new LeaderChangeMessage((short) 0, nodeId,
                List.of(new LeaderChangeMessage.Voter(nodeId, directory)),
                List.of(new LeaderChangeMessage.Voter(nodeId, directory)));
        var key = ByteBuffer.allocate(4).putShort((short) 0).putShort(LEADER_CHANGE).flip();
        writer.reset();
        leader.write(writer, 0);
        write(new BatchBuilder().control().baseOffset(end).leaderEpoch(epoch)
                .add(clock.nowMs(), key, ByteBuffer.wrap(writer.toBytes())).build(), 1);
        if (cluster.features().isEmpty()) {
            List<Message> bootstrap = List.of(new FeatureLevelRecord("metadata.version", METADATA_VERSION));
            write(encode(bootstrap), bootstrap.size());
            cluster = cluster.withAll(bootstrap);
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

    @Override
    public void follow(Follower newFollower) {
        follower = newFollower;
        follower.onSnapshot(cluster, end);
        follower.onLeadership(epoch);
    }

    @Override
    public void append(int byEpoch, List<Message> batch, Consumer<Outcome> whenDecided) {
        if (byEpoch != epoch || broken != null) {
            Outcome outcome = broken == null ? new Outcome.NotLeader() : new Outcome.Failed(broken);
            lanes.post(lanes.current(), () -> whenDecided.accept(outcome));
            return;
        }
        if (!batch.isEmpty()) {
            try {
                write(encode(batch), batch.size());
            } catch (RuntimeException failure) {
                broken = failure;
                lanes.post(lanes.current(), () -> whenDecided.accept(new Outcome.Failed(failure)));
                return;
            }
        }
        waiting.add(new Waiting(batch, end, whenDecided));
        sync();
    }

    private ByteBuffer encode(List<Message> batch) {
        var builder = new BatchBuilder().baseOffset(end).leaderEpoch(epoch);
        for (var record : batch) {
            builder.add(clock.nowMs(), null, StoredRecords.encode(record, writer));
        }
        return builder.build();
    }

    private void write(ByteBuffer batch, int records) {
        int length = batch.remaining();
        file.write(new ByteBuffer[] {batch}, position);
        position += length;
        end += records;
    }

    /** One sync at a time; what arrives meanwhile shares the next. */
    private void sync() {
        if (syncing || waiting.isEmpty()) {
            return;
        }
        syncing = true;
        long upTo = end;
        lanes.offLane(folder, Lanes.Work.SYNC, () -> {
            file.sync();
            return null;
        }, outcome -> onSynced(upTo, outcome));
    }

    private void onSynced(long upTo, Lanes.Outcome<Object> outcome) {
        syncing = false;
        if (outcome instanceof Lanes.Outcome.Failed<Object>(Throwable why)) {
            // A failed sync says nothing about what a second one would mean: this log takes nothing more.
            broken = why;
            var lost = new ArrayList<>(waiting);
            waiting.clear();
            lost.forEach(one -> one.whenDecided().accept(new Outcome.Failed(why)));
            return;
        }
        while (!waiting.isEmpty() && waiting.getFirst().end() <= upTo) {
            var decided = waiting.removeFirst();
            cluster = cluster.withAll(decided.batch());
            if (follower != null && !decided.batch().isEmpty()) {
                follower.onCommitted(decided.batch(), decided.end());
            }
            decided.whenDecided().accept(new Outcome.Committed(decided.end()));
        }
        sync();
    }

    public void close() {
        file.close();
    }

    /** Who leads under which epoch: {@code quorum-state}, as Kafka writes it. */
    private static final class QuorumState {

        private static int epoch(Disk disk, String own) {
            String path = own + "/quorum-state";
            if (!disk.exists(path)) {
                return 0;
            }
            var text = new String(disk.readAll(path), StandardCharsets.UTF_8);
            var matcher = java.util.regex.Pattern.compile("\"leaderEpoch\"\\s*:\\s*(\\d+)").matcher(text);
            if (!matcher.find()) {
                throw new DamagedMetadata(path + " names no leaderEpoch");
            }
            return Integer.parseInt(matcher.group(1));
        }

        private static void write(Disk disk, String own, int nodeId, int epoch) {
            String text = "{\"clusterId\":\"\",\"leaderId\":" + nodeId + ",\"leaderEpoch\":" + epoch
                    + ",\"votedId\":-1,\"appliedOffset\":0,\"currentVoters\":[{\"voterId\":" + nodeId
                    + "}],\"data_version\":0}";
            disk.replace(own + "/quorum-state", text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
