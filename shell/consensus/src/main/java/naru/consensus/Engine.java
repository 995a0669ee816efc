package naru.consensus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import naru.base.Clock;
import naru.base.Disk;
import naru.base.Lanes;
import naru.base.Randomness;
import naru.metadata.Cluster;
import naru.metadata.MetadataLog.Outcome;
import naru.metadata.MetadataLog.RaiseAnswer;
import naru.protocol.Message;
import naru.quorum.OpenTransaction;
import naru.quorum.Rules;
import naru.quorum.SharedLog;
import naru.quorum.SnapshotId;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.errors.InvalidUpdateVersionException;
import org.apache.kafka.common.feature.SupportedVersionRange;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.raft.BatchReader;
import org.apache.kafka.raft.Endpoints;
import org.apache.kafka.raft.KafkaRaftClient;
import org.apache.kafka.raft.LeaderAndEpoch;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.raft.RaftBridge;
import org.apache.kafka.raft.RaftClient;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.raft.RaftResponse;
import org.apache.kafka.raft.errors.BufferAllocationException;
import org.apache.kafka.raft.errors.NotLeaderException;
import org.apache.kafka.server.common.KRaftVersion;
import org.apache.kafka.snapshot.SnapshotReader;
import org.apache.kafka.snapshot.SnapshotWriter;

/**
 * Kafka's engine and what it holds on to. Whoever polls it is its only thread; everything else reaches it through its
 * mail, and hears of it on lane 0.
 */
final class Engine {

    /** How long a leader with nothing new lets a follower wait. */
    static final int FETCH_WAIT_MS = 250;

    /** So much later than the one before a voter misses a leader, by its id: two that stand at once take each other's votes. */
    private static final int TURN_MS = 50;

    private static final int TURNS = 4;

    private static final short VERSION_MAX = 1;

    /**
     * After as many polls in which nothing happened, the engine rests, whatever it says: an observer that waits for the
     * answer of one server while others are free would be polled without a pause.
     */
    private static final int IDLE_POLLS_MAX = 3;

    private static final int IDLE_MS = 5;

    private record Undecided(long last, Consumer<Outcome> whenDecided) {}

    private final Lanes lanes;
    private final Audience audience;
    private final Membership self;
    private final EngineTime time;
    private final Inbox inbox;
    private final Outbox outbox;
    private final Expirations expirations;
    private final SharedLog log;
    private final Metrics metrics;
    private final KafkaRaftClient<StoredEntry> client;
    private final Succession succession;
    private final Queue<Runnable> mail = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Undecided> undecided = new ArrayDeque<>();
    private final OpenTransaction transaction = new OpenTransaction();
    private final Electorate electorate;
    private int leader = -1;
    private int idlePolls;

    /** What of the world an engine needs. */
    record World(Disk disk, String folder, Lanes lanes, Clock clock, Randomness randomness, Postman postman) {}

    /** @param whenWoken called from any thread when it wants to be polled again before the time it said */
    Engine(World world, Membership self, Rules rules, Audience audience, Runnable whenWoken) {
        this.lanes = world.lanes();
        this.audience = audience;
        this.self = self;
        this.time = new EngineTime(world.clock());
        this.electorate = new Electorate(self.listener());
        this.inbox = new Inbox(whenWoken);
        this.outbox = new Outbox(lanes, world.postman(), self.listener(), time, this::onAddressed, this::onForeign);
        this.expirations = new Expirations(time);
        this.log = new SharedLog(world.disk(), world.folder(), rules, world.clock());
        this.metrics = new Metrics(time);
        this.client = RaftBridge.client(
                new RaftBridge.Self(self.nodeId(), Ids.kafkas(self.directory()), self.canVote(), self.clusterId(),
                        endpoints(self), self.bootstrapServers().stream().map(Address::unresolved).toList()),
                new RaftBridge.World(time, new DiceAsRandom(world.randomness()), expirations, inbox, new SmallBuffers(),
                        outbox, new EngineLog(log)),
                StoredEntry.SERDE, new SupportedVersionRange((short) 0, VERSION_MAX), FETCH_WAIT_MS, config(self));
        this.succession = new Succession(client, self, time, outbox::fetchSentMs);
        client.register(new Telling());
        var voters = new TreeMap<Integer, java.net.InetSocketAddress>();
        self.voters().forEach((id, address) -> voters.put(id, address.unresolved()));
        boolean isEmpty = log.end() == 0 && log.snapshots().newest() == null;
        client.initialize(voters, new ElectionFile(world.disk(), world.folder(), isEmpty), metrics, _ -> { });
    }

    private static Endpoints endpoints(Membership self) {
        var endpoints = new HashMap<ListenerName, java.net.InetSocketAddress>();
        self.endpoints().forEach((name, address) -> endpoints.put(ListenerName.normalised(name), address.unresolved()));
        return Endpoints.fromInetSocketAddresses(endpoints);
    }

    private static QuorumConfig config(Membership self) {
        var times = self.timeouts();
        Map<String, Object> values = new HashMap<>();
        values.put(QuorumConfig.QUORUM_FETCH_TIMEOUT_MS_CONFIG, times.fetchMs() + self.nodeId() % TURNS * TURN_MS);
        values.put(QuorumConfig.QUORUM_ELECTION_TIMEOUT_MS_CONFIG, times.electionMs());
        values.put(QuorumConfig.QUORUM_ELECTION_BACKOFF_MAX_MS_CONFIG, times.backoffMaxMs());
        values.put(QuorumConfig.QUORUM_REQUEST_TIMEOUT_MS_CONFIG, times.requestMs());
        values.put(QuorumConfig.QUORUM_RETRY_BACKOFF_MS_CONFIG, times.retryMs());
        values.put(QuorumConfig.QUORUM_LINGER_MS_CONFIG, times.lingerMs());
        values.put(QuorumConfig.QUORUM_FETCH_MAX_BYTES_CONFIG, times.fetchBytes());
        values.put(QuorumConfig.QUORUM_FETCH_SNAPSHOT_MAX_BYTES_CONFIG, times.snapshotBytes());
        values.put(QuorumConfig.QUORUM_AUTO_JOIN_ENABLE_CONFIG, times.joins());
        return new QuorumConfig(new AbstractConfig(QuorumConfig.CONFIG_DEF, values, false));
    }

    List<String> findings() {
        return log.findings();
    }

    Electorate electorate() {
        return electorate;
    }

    /** Does what there is to do; the milliseconds after which it wants to be polled again at the latest. */
    long poll() {
        inbox.beginPoll();
        for (var task = mail.poll(); task != null; task = mail.poll()) {
            task.run();
        }
        expirations.run();
        succession.run();
        client.poll();
        outbox.flush();
        if (!mail.isEmpty() || inbox.isAwake()) {
            idlePolls = 0;
            return 0;
        }
        long waitMs = Math.min(inbox.waitMs(), Math.min(expirations.waitMs(), succession.waitMs()));
        idlePolls = waitMs == 0 ? idlePolls + 1 : 0;
        return idlePolls > IDLE_POLLS_MAX ? IDLE_MS : waitMs;
    }

    /** From any thread. */
    private void mail(Runnable task) {
        mail.add(task);
        inbox.wakeup();
    }

    private void tell(Runnable task) {
        lanes.post(0, task);
    }

    private void onAddressed(int nodeId, boolean isThere) {
        if (!isThere) {
            mail(() -> succession.onRefused(nodeId));
        } else if (succession.isTakenForDead(nodeId)) {
            mail(() -> succession.onAnswered(nodeId));
        }
    }

    /** Once a leader has been heard of, a stranger at some address is the stranger's fault. */
    private void onForeign(Address at) {
        if (!electorate.hasHeardOfLeader()) {
            audience.onForeign(at);
        }
    }

    /** From any thread; the outcome comes on lane 0. */
    void append(int epoch, List<StoredEntry> entries, Consumer<Outcome> whenDecided) {
        mail(() -> {
            try {
                long last = client.prepareAppend(epoch, entries);
                client.schedulePreparedAppend();
                undecided.addLast(new Undecided(last, whenDecided));
            } catch (NotLeaderException | IllegalArgumentException _) {
                tell(() -> whenDecided.accept(new Outcome.NotLeader()));
            } catch (BufferAllocationException | org.apache.kafka.common.errors.ApiException refused) {
                tell(() -> whenDecided.accept(new Outcome.Failed(refused)));
            }
        });
    }

    /** From any thread; the answer comes on lane 0, and before what was appended after the call. */
    void raiseVersion(int epoch, short version, boolean rehearsed, Consumer<RaiseAnswer> whenAnswered) {
        mail(() -> {
            RaiseAnswer answer;
            try {
                client.upgradeKRaftVersion(epoch, KRaftVersion.fromFeatureLevel(version), rehearsed);
                answer = new RaiseAnswer.Granted();
            } catch (NotLeaderException | IllegalArgumentException _) {
                answer = new RaiseAnswer.NotLeader();
            } catch (InvalidUpdateVersionException | IllegalStateException refused) {
                answer = new RaiseAnswer.Refused(refused.getMessage()); // a voter that has not said what it knows, or not in which folder it is
            }
            var said = answer;
            tell(() -> whenAnswered.accept(said));
        });
    }

    /** From any thread; the answer comes on the thread that polls. */
    void handle(RaftRequest.Inbound request, Consumer<RaftResponse.Outbound> whenAnswered) {
        client.handle(request).thenAccept(answer -> {
            succession.onAnsweredTo(request.data());
            whenAnswered.accept(answer);
        });
    }

    long nowMs() {
        return time.milliseconds();
    }

    /** From any thread. What to write the snapshot with comes on lane 0; nothing when there is one already. */
    void beginSnapshot(SnapshotId at, long lastMs, Consumer<Optional<SnapshotWriter<StoredEntry>>> whenBegun) {
        mail(() -> {
            var writer = client.createSnapshot(Ids.kafkas(at), lastMs);
            tell(() -> whenBegun.accept(writer));
        });
    }

    /** From any thread: gives up leadership in an orderly way, and does not stand again. Goes on until polled enough. */
    void leave(int withinMs) {
        mail(() -> client.shutdown(withinMs));
    }

    boolean isRunning() {
        return client.isRunning();
    }

    /** Nobody polls any more. */
    void close() {
        client.close();
        metrics.close();
        log.close();
    }

    /** Passes on what the engine tells, from its own thread. */
    private final class Telling implements RaftClient.Listener<StoredEntry> {

        /** All that is committed by now is told as one: after a start that may be thousands of batches about the same topics. */
        @Override
        public void handleCommit(BatchReader<StoredEntry> reader) {
            var records = new ArrayList<Message>();
            SnapshotId end = null;
            long lastMs = 0;
            int bytes = 0;
            try (reader) {
                while (reader.hasNext()) {
                    var batch = reader.next();
                    electorate.hear(batch.controlRecords());
                    records.addAll(transaction.counting(batch.records().stream().map(StoredEntry::record).toList()));
                    end = new SnapshotId(batch.lastOffset() + 1, batch.epoch());
                    lastMs = batch.appendTimestamp();
                    bytes += batch.sizeInBytes();
                }
            }
            if (end != null) {
                tellCommitted(records, end, lastMs, bytes);
            }
        }

        private void tellCommitted(List<Message> records, SnapshotId at, long ms, int bytes) {
            boolean isWhole = !transaction.isOpen();
            tell(() -> audience.onCommitted(records, at, ms, bytes, isWhole));
            while (!undecided.isEmpty() && undecided.getFirst().last() < at.end()) {
                var decided = undecided.removeFirst();
                tell(() -> decided.whenDecided().accept(new Outcome.Committed(decided.last() + 1)));
            }
        }

        @Override
        public void handleLoadSnapshot(SnapshotReader<StoredEntry> reader) {
            try (reader) {
                var records = new ArrayList<Message>();
                reader.forEachRemaining(batch -> {
                    electorate.hear(batch.controlRecords());
                    batch.records().forEach(entry -> records.add(entry.record()));
                });
                var cluster = Cluster.EMPTY.withAll(new OpenTransaction().counting(records));
                var at = Ids.ours(reader.snapshotId());
                long lastMs = reader.lastContainedLogTimestamp();
                tell(() -> audience.onLoaded(cluster, at, lastMs));
            }
        }

        /** What a folder was formatted with: about the voters, which the engine knows, and what Beginning reads. */
        @Override
        public void handleLoadBootstrap(SnapshotReader<StoredEntry> reader) {
            try (reader) {
                reader.forEachRemaining(batch -> electorate.hear(batch.controlRecords()));
            }
        }

        @Override
        public void handleLeaderChange(LeaderAndEpoch now) {
            if (leader == self.nodeId()) {
                undecided.forEach(lost -> tell(() -> lost.whenDecided().accept(new Outcome.NotLeader())));
                undecided.clear();
            }
            leader = now.leaderId().orElse(-1);
            int newLeader = leader;
            electorate.leaderIs(leader, RaftBridge.leaderAddress(client, ListenerName.normalised(self.listener())));
            boolean isOpen = transaction.isOpen();
            tell(() -> audience.onLeader(newLeader, now.epoch(), isOpen));
        }
    }
}
