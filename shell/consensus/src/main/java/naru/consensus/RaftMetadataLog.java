package naru.consensus;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import naru.base.Clock;
import naru.base.Disk;
import naru.base.Lanes;
import naru.base.Randomness;
import naru.metadata.Cluster;
import naru.metadata.MetadataLog;
import naru.metadata.QuorumRequests;
import naru.protocol.Message;
import naru.protocol.Writer;
import naru.protocol.message.AbortTransactionRecord;
import naru.protocol.message.ApiKey;
import naru.quorum.Beginning;
import naru.quorum.DamagedMetadata;
import naru.quorum.Rules;
import naru.quorum.SnapshotId;
import naru.quorum.SnapshotSchedule;
import naru.quorum.StoredRecords;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.snapshot.SnapshotWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata log of a quorum of several, over Kafka's Raft engine. The engine is polled from outside, by a
 * {@link ConsensusThread} in a process and by virtual time in a simulation; all else happens on lane 0.
 *
 * <p>What it tells its follower: a value at first (the empty one, before anything is known), and again when a snapshot
 * was loaded; then every committed batch, also those that are about the quorum itself and say nothing, because they move
 * the end of the log.
 */
public final class RaftMetadataLog implements MetadataLog, QuorumRequests {

    private static final Logger LOG = LoggerFactory.getLogger(RaftMetadataLog.class);
    private static final int LEAVING_MS_MAX = 1_000;

    private final Lanes lanes;
    private final Membership self;
    private final SnapshotSchedule snapshots;
    private final List<Message> beginning;
    private final Writer writer = new Writer(1 << 10);
    private final String folder;
    private final Engine engine;
    private volatile Runnable whenWoken = () -> { };
    private volatile Consumer<DamagedMetadata> whenRefused = _ -> { };

    // Of lane 0.
    private Cluster cluster = Cluster.EMPTY;
    private SnapshotId at = new SnapshotId(0, 0);
    private long lastMs;
    private boolean isWhole = true;
    private Follower follower;
    private int leaderId = -1;
    private int leaderEpoch;
    private boolean leads;

    /**
     * Opens the log in {@code folder}, which must be formatted. Blocks; called before the lanes run.
     *
     * @param postman called on lane 0 alone
     * @throws DamagedMetadata when what lies there cannot be trusted; the message names the file and the place
     */
    public RaftMetadataLog(
            Disk disk, String folder, Membership self, Rules rules, Lanes lanes, Clock clock, Randomness randomness,
            Postman postman) {
        this.lanes = lanes;
        this.self = self;
        this.folder = folder;
        this.snapshots = new SnapshotSchedule(rules, clock, 0);
        this.beginning = self.canVote() ? Beginning.of(disk, folder, clock.nowMs()) : List.of();
        this.engine = new Engine(
                new Engine.World(disk, folder, lanes, clock, randomness, postman), self, rules, new OnLane(),
                () -> whenWoken.run());
    }

    /** What opening the log repaired, in sentences. */
    public List<String> findings() {
        return engine.findings();
    }

    /** @param task called from any thread, when {@link #poll} should be called before the time it said */
    public void whenWoken(Runnable task) {
        whenWoken = task;
    }

    /** @param task called on lane 0, perhaps again and again, while this node has come to the wrong cluster; says what to do */
    public void whenRefused(Consumer<DamagedMetadata> task) {
        whenRefused = task;
    }

    /**
     * Lets the engine do what there is to do. Blocks for as long as the disk takes. By one thread at a time.
     *
     * @return milliseconds after which it must be called again at the latest; 0 for at once
     */
    public long poll() {
        return engine.poll();
    }

    @Override
    public void follow(Follower newFollower) {
        follower = newFollower;
        follower.onSnapshot(cluster, at.end());
        follower.onLeader(leaderId, leaderEpoch);
        if (leads) {
            follower.onLeadership(leaderEpoch);
        }
    }

    @Override
    public Address addressOf(int controllerId) {
        return engine.electorate().addressOf(controllerId);
    }

    @Override
    public short quorumVersion() {
        return engine.electorate().version();
    }

    @Override
    public void append(int epoch, List<Message> batch, Consumer<Outcome> whenDecided) {
        if (!leads || epoch != leaderEpoch) {
            lanes.post(0, () -> whenDecided.accept(new Outcome.NotLeader()));
        } else if (batch.isEmpty()) {
            lanes.post(0, () -> whenDecided.accept(new Outcome.Committed(at.end())));
        } else {
            engine.append(epoch, encoded(batch, StoredRecords.level(cluster)), whenDecided);
        }
    }

    @Override
    public void raiseQuorumVersion(int epoch, short version, boolean rehearsed, Consumer<RaiseAnswer> whenAnswered) {
        engine.raiseVersion(epoch, version, rehearsed, whenAnswered);
    }

    private List<StoredEntry> encoded(List<Message> batch, short level) {
        var entries = new ArrayList<StoredEntry>(batch.size());
        for (var record : batch) {
            entries.add(new StoredEntry(record, StoredRecords.encode(record, level, writer)));
        }
        return entries;
    }

    @Override
    public void take(
            ApiKey api, short version, String listener, String clientId, Message request, Consumer<Message> answer) {
        int lane = lanes.current();
        var inbound = new RaftRequest.Inbound(ListenerName.normalised(listener), 0, version,
                MessageBytes.kafkasRequest(api, request, version), engine.nowMs());
        engine.handle(inbound, outbound -> {
            var ours = MessageBytes.ourResponse(api, outbound.data(), version);
            lanes.post(lane, () -> answer.accept(ours));
        });
    }

    @Override
    public void onTime() {
        if (isWhole && at.end() > 0 && snapshots.isDue()) {
            var moment = cluster;
            snapshots.begin();
            engine.beginSnapshot(at, lastMs, writing -> write(moment, writing));
        }
    }

    /** The value is immutable, so it is walked and written off the lane while the lane goes on. */
    private void write(Cluster moment, Optional<SnapshotWriter<StoredEntry>> writing) {
        if (writing.isEmpty()) {
            snapshots.end(true);
            return;
        }
        lanes.offLane(folder, Lanes.Work.CHORE, () -> {
            try (var snapshot = writing.get()) {
                var own = new Writer(1 << 10);
                short level = StoredRecords.level(moment);
                for (var record : moment.toRecords()) {
                    snapshot.append(List.of(new StoredEntry(record, StoredRecords.encode(record, level, own))));
                }
                snapshot.freeze();
            }
            return null;
        }, outcome -> snapshots.end(outcome instanceof Lanes.Outcome.Done<?>));
    }

    /** Begins to leave: who leads says so to the others, who then need not miss it first. Go on polling. */
    public void leave() {
        engine.leave(LEAVING_MS_MAX);
    }

    /** False once it has left. */
    public boolean isRunning() {
        return engine.isRunning();
    }

    /** Blocking; when nobody polls any more. */
    public void close() {
        engine.close();
    }

    private final class OnLane implements Audience {

        @Override
        public void onLoaded(Cluster loaded, SnapshotId place, long ms) {
            cluster = loaded;
            at = place;
            lastMs = ms;
            isWhole = true;
            snapshots.onLoaded();
            if (follower != null) {
                follower.onSnapshot(cluster, at.end());
            }
        }

        @Override
        public void onCommitted(List<Message> records, SnapshotId place, long ms, int bytes, boolean whole) {
            cluster = cluster.withAll(records);
            at = place;
            lastMs = ms;
            isWhole = whole;
            snapshots.onWritten(bytes);
            if (follower != null) {
                follower.onCommitted(records, at.end());
            }
        }

        @Override
        public void onLeader(int id, int epoch, boolean isTransactionOpen) {
            if (id != leaderId && id >= 0) {
                LOG.info("Node {} decides for the cluster, in epoch {}", id, epoch);
            }
            boolean led = leads;
            leads = false;
            leaderId = id;
            leaderEpoch = epoch;
            if (follower != null) {
                if (led) {
                    follower.onLeadershipLost();
                }
                follower.onLeader(id, epoch);
            }
            if (id == self.nodeId()) {
                begin(epoch, isTransactionOpen);
            }
        }

        @Override
        public void onForeign(naru.consensus.Address stranger) {
            whenRefused.accept(new DamagedMetadata("the controller at " + stranger.host() + ":" + stranger.port()
                    + " belongs to another cluster than " + self.clusterId() + ", which this node's meta.properties names: point"
                    + " this node at the controllers of its own cluster, or give it empty folders formatted for that one"));
        }

        /** A new cluster's log begins with what its first leader was formatted with. Only then somebody decides. */
        private void begin(int epoch, boolean isTransactionOpen) {
            var first = new ArrayList<Message>();
            if (isTransactionOpen) {
                first.add(new AbortTransactionRecord("the leader that began it is gone"));
            }
            if (cluster.features().isEmpty()) {
                first.addAll(beginning);
            }
            if (first.isEmpty()) {
                lead(epoch);
                return;
            }
            short level = StoredRecords.level(cluster.withAll(beginning));
            engine.append(epoch, encoded(first, level), outcome -> {
                if (outcome instanceof Outcome.Committed) {
                    lead(epoch);
                }
            });
        }

        private void lead(int epoch) {
            if (leaderId == self.nodeId() && leaderEpoch == epoch) {
                leads = true;
                if (follower != null) {
                    follower.onLeadership(epoch);
                }
            }
        }
    }
}
