package naru.simulation;

import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import naru.base.DiskFailure;
import naru.base.Peers;
import naru.base.Uuid;
import naru.consensus.Membership;
import naru.consensus.PeerPostman;
import naru.consensus.RaftMetadataLog;
import naru.metadata.Cluster;
import naru.metadata.MetadataLog;
import naru.metadata.QuorumRequests;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;
import naru.quorum.Rules;

/** One process's metadata log as the product has it: the quorum's engine over this machine's disk and network, polled by virtual time. */
final class EngineMetadataLog implements MetadataLog, QuorumRequests {

    /** So small that a story sees segments and snapshots come and go. */
    private static final Rules RULES = new Rules(20_000, 0, 30_000, 604_800_000, 100_000, 604_800_000);
    private static final String LISTENER = "CONTROLLER";
    private static final long STARVED_NS = 2_500_000_000L;

    private final int node;
    private final QuorumHistory history;
    private final SimulatedLanes lanes;
    private final Timeline timeline;
    private final SimulatedRandomness dice;
    private final Consumer<DiskFailure> whenBroken;
    private final RaftMetadataLog log;
    private long pollPlannedNs = Long.MAX_VALUE;
    private long starvedUntilNs;
    private Cluster cluster = Cluster.EMPTY;

    /**
     * @param directory the id of the folder, which must be formatted
     * @param whenBroken hears when the engine cannot go on with this disk
     */
    EngineMetadataLog(Machine machine, Uuid directory, String clusterId, List<Integer> voters, QuorumHistory history,
            SimulatedLanes lanes, Peers peers, Timeline timeline, SimulatedRandomness dice, Consumer<DiskFailure> whenBroken) {
        this.node = machine.id();
        this.history = history;
        this.lanes = lanes;
        this.timeline = timeline;
        this.dice = dice;
        this.whenBroken = whenBroken;
        var addresses = new TreeMap<Integer, naru.consensus.Address>();
        voters.forEach(id -> addresses.put(id, new naru.consensus.Address(Machine.host(id), Machine.CONTROLLER_PORT)));
        var endpoints = new TreeMap<String, naru.consensus.Address>();
        if (voters.contains(node)) {
            endpoints.put(LISTENER, addresses.get(node));
        }
        var self = new Membership(node, directory, clusterId, voters.contains(node), LISTENER, endpoints, addresses, List.of(),
                Membership.Timeouts.USUAL);
        var postman = new PeerPostman(peers, this::afterMs, "raft-client-" + node, self.timeouts().requestMs());
        this.log = new RaftMetadataLog(
                machine.disk(), RealNode.FOLDER, self, RULES, lanes, machine.clock(), dice.fork("engine"), postman);
        log.whenWoken(() -> planPoll(dice.between(1_000, 40_000)));
        history.attach(node, this);
        planPoll(0);
    }

    private Runnable afterMs(long ms, Runnable task) {
        var off = new boolean[1];
        timeline.afterMs(ms, () -> lanes.post(0, () -> {
            if (!off[0]) {
                task.run();
            }
        }));
        return () -> off[0] = true;
    }

    boolean isAlive() {
        return !lanes.isDead();
    }

    /** Others take over when they have not heard of it for long enough. */
    void starve() {
        starvedUntilNs = timeline.nowNs() + STARVED_NS;
    }

    private void planPoll(long delayNs) {
        long atNs = timeline.nowNs() + delayNs;
        if (lanes.isDead() || atNs >= pollPlannedNs) {
            return;
        }
        pollPlannedNs = atNs;
        timeline.after(delayNs, () -> {
            if (!lanes.isDead() && pollPlannedNs == atNs) {
                pollPlannedNs = Long.MAX_VALUE;
                poll();
            }
        });
    }

    private void poll() {
        if (lanes.isStopped() || timeline.nowNs() < starvedUntilNs) {
            planPoll(5_000_000);
            return;
        }
        try {
            long waitMs = log.poll();
            planPoll(waitMs == 0 ? dice.between(1_000, 20_000) : Math.min(waitMs, 60_000) * 1_000_000);
        } catch (DiskFailure failure) {
            whenBroken.accept(failure);
        }
    }

    @Override
    public void append(int epoch, List<Message> batch, Consumer<Outcome> whenDecided) {
        log.append(epoch, batch, whenDecided);
    }

    @Override
    public void raiseQuorumVersion(int epoch, short version, boolean rehearsed, Consumer<RaiseAnswer> whenAnswered) {
        log.raiseQuorumVersion(epoch, version, rehearsed, whenAnswered);
    }

    @Override
    public void follow(Follower follower) {
        log.follow(new Follower() {
            @Override
            public void onSnapshot(Cluster loaded, long endOffset) {
                cluster = loaded;
                history.has(node, endOffset, cluster);
                follower.onSnapshot(loaded, endOffset);
            }

            @Override
            public void onCommitted(List<Message> batch, long endOffset) {
                cluster = cluster.withAll(batch);
                history.has(node, endOffset, cluster);
                follower.onCommitted(batch, endOffset);
            }

            @Override
            public void onLeadership(int epoch) {
                history.leads(node, epoch);
                follower.onLeadership(epoch);
            }

            @Override
            public void onLeadershipLost() {
                history.leadsNoMore(node);
                follower.onLeadershipLost();
            }

            @Override
            public void onLeader(int leaderId, int epoch) {
                follower.onLeader(leaderId, epoch);
            }
        });
    }

    @Override
    public Address addressOf(int controllerId) {
        return log.addressOf(controllerId);
    }

    @Override
    public short quorumVersion() {
        return log.quorumVersion();
    }

    @Override
    public void onTime() {
        log.onTime();
    }

    @Override
    public void take(ApiKey api, short version, String listener, String clientId, Message request, Consumer<Message> answer) {
        log.take(api, version, listener, clientId, request, answer);
    }
}
