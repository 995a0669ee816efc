package naru.server;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import naru.base.Disk;
import naru.base.Peers;
import naru.base.Uuid;
import naru.client.Timing;
import naru.configuration.BrokerSettings;
import naru.configuration.Listener;
import naru.consensus.Address;
import naru.consensus.ConsensusThread;
import naru.consensus.Membership;
import naru.consensus.PeerPostman;
import naru.consensus.RaftMetadataLog;
import naru.lanes.Dice;
import naru.lanes.LaneGroup;
import naru.metadata.MetadataLog;
import naru.metadata.QuorumRequests;
import naru.quorum.DamagedMetadata;
import naru.quorum.QuorumState;
import naru.quorum.Rules;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The metadata of a cluster: the quorum's engine on a thread of its own. Loaded only where there is a cluster. */
final class SharedMetadata implements NodeMetadata {

    private static final Logger LOG = LoggerFactory.getLogger(SharedMetadata.class);

    private final RaftMetadataLog log;
    private final ConsensusThread thread;

    private SharedMetadata(RaftMetadataLog log, Consumer<Throwable> onFailure) {
        this.log = log;
        this.thread = new ConsensusThread(log, onFailure);
    }

    /** What it is wired to. */
    record World(Disk disk, LaneGroup lanes, Peers peers, Timing timing, Consumer<Throwable> onFailure) {}

    /**
     * Opens the log; blocking, before the lanes run.
     *
     * @param directory the id of the metadata folder
     * @param reachable where this node's listeners for controllers are reached by others
     */
    static SharedMetadata open(
            World world, BrokerSettings settings, Rules rules, String clusterId, Uuid directory,
            Iterable<Listener> reachable) {
        SortedMap<String, Address> endpoints = new TreeMap<>();
        reachable.forEach(one -> endpoints.put(one.name(), new Address(one.host(), one.port())));
        var self = Membership.of(settings, clusterId, directory, endpoints);
        var kept = QuorumState.read(world.disk(), settings.metadataFolder());
        var before = kept == null ? List.<Integer>of() : kept.voters().stream().sorted().toList();
        if (self.voters().isEmpty() && before.equals(List.of(self.nodeId()))) {
            self = self.aloneBefore();
        }
        boolean isOther = !before.isEmpty() && !before.equals(List.copyOf(self.voters().keySet()));
        if (isOther && !QuorumState.isNamedByLog(world.disk(), settings.metadataFolder())) {
            throw new DamagedMetadata("the voters of this node's quorum are " + before + ", and controller.quorum.voters names "
                    + self.voters().keySet() + ": name the same on every node; voters that come and go need kraft.version 1 ("
                    + "kafka-features.sh upgrade --feature kraft.version=1 while all of them run)");
        }
        var postman = new PeerPostman(
                world.peers(), world.timing(), "raft-client-" + settings.nodeId(), self.timeouts().requestMs());
        var log = new RaftMetadataLog(world.disk(), settings.metadataFolder(), self, rules, world.lanes(),
                world.lanes().clock(), new Dice(), postman);
        log.findings().forEach(LOG::warn);
        log.whenRefused(world.onFailure()::accept);
        return new SharedMetadata(log, world.onFailure());
    }

    @Override
    public MetadataLog log() {
        return log;
    }

    @Override
    public QuorumRequests requests() {
        return log;
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void leave() throws InterruptedException {
        thread.leave();
    }

    @Override
    public void close() throws InterruptedException {
        thread.stop();
    }
}
