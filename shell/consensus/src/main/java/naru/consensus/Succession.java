package naru.consensus;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.common.message.EndQuorumEpochRequestData;
import org.apache.kafka.common.message.VoteRequestData;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.raft.KafkaRaftClient;
import org.apache.kafka.raft.RaftBridge;
import org.apache.kafka.raft.RaftRequest;

/**
 * Speeds up what follows when the leader is gone, or silent: this node hands its own engine the farewell that the leader could not
 * send. An election is always safe, at worst one too many.
 *
 * <p>It does so for two reasons. A refused connection tells for certain what a timeout would only suspect. And when another
 * voter asks whether it might stand, because it has missed the leader, and this node waits for an answer of the leader that
 * is overdue, then both have missed it: by itself the engine would say no until its own timeout is over, too.
 *
 * <p>Two that stand at once take each other's votes, and then both wait for a while. So whoever finds a connection refused waits
 * its turn, by id, and stands earlier when it is asked: who asks has no votes, and gives its own.
 */
final class Succession {

    /** Between two farewells. */
    private static final int AGAIN_MS = 50;

    private static final int TURN_MS = 50;
    /** Of those who were asked by somebody else: they hear of it at the same time. */
    private static final int ASKED_TURN_MS = 20;
    private static final int TURNS_MAX = 8;
    private static final int IDS_LOOKED_AT = 1_000;
    private static final int NOBODY = -1;
    private static final int NO_EPOCH = -1;

    /**
     * So much later than a leader with nothing to tell answers, its answer is overdue. Less would find a leader missing that a busy machine
     * holds up for a moment; and when somebody else's patience has ended, so much has passed in any case.
     */
    private static final int OVERDUE_MS = 500;

    private final KafkaRaftClient<?> client;
    private final Membership self;
    private final Time time;
    private final Supplier<OptionalLong> fetchSentMs;
    private volatile int dead = NOBODY;
    private int deadEpoch;
    private long nextMs;
    private int askedEpoch = NO_EPOCH;
    private OptionalLong askedWhileFetchSentMs = OptionalLong.empty();
    private long askedNextMs;

    /** @param fetchSentMs when the fetch was sent that the leader has not answered; empty when there is none */
    Succession(KafkaRaftClient<?> client, Membership self, Time time, Supplier<OptionalLong> fetchSentMs) {
        this.client = client;
        this.self = self;
        this.time = time;
        this.fetchSentMs = fetchSentMs;
    }

    /** On the engine's thread. */
    void onRefused(int nodeId) {
        if (!isFollowing(nodeId) || dead == nodeId && deadEpoch == RaftBridge.epoch(client)) {
            return;
        }
        dead = nodeId;
        deadEpoch = RaftBridge.epoch(client);
        nextMs = time.milliseconds() + (long) turn(NOBODY) * TURN_MS;
    }

    /** On the engine's thread, when it has answered: before, it would have stood at the same time as who asked. */
    void onAnsweredTo(ApiMessage request) {
        if (!(request instanceof VoteRequestData asked)) {
            return;
        }
        for (var topic : asked.topics()) {
            for (var partition : topic.partitions()) {
                if (partition.preVote() && partition.replicaEpoch() == RaftBridge.epoch(client)) {
                    onMissedBy(partition.replicaId());
                }
            }
        }
    }

    /** Another voter has not heard the leader of this epoch for so long that it would stand. */
    private void onMissedBy(int nodeId) {
        int leader = RaftBridge.leader(client);
        if (nodeId == leader || !isFollowing(leader)) {
            return;
        }
        askedEpoch = RaftBridge.epoch(client);
        askedWhileFetchSentMs = fetchSentMs.get();
        askedNextMs = time.milliseconds() + (long) turn(nodeId) * ASKED_TURN_MS;
        if (dead != leader && askedWhileFetchSentMs.isPresent()) {
            askedNextMs = Math.max(askedNextMs, askedWhileFetchSentMs.getAsLong() + Engine.FETCH_WAIT_MS + OVERDUE_MS);
        }
    }

    /** How many of the other survivors come first: those of lower ids, without the one who has had its turn. */
    private int turn(int had) {
        int before = 0;
        int leader = RaftBridge.leader(client);
        var listener = ListenerName.normalised(self.listener());
        for (int id = Math.max(0, self.nodeId() - IDS_LOOKED_AT); id < self.nodeId() && before < TURNS_MAX; id++) {
            before += id != leader && id != had && client.voterNode(id, listener).isPresent() ? 1 : 0;
        }
        return before;
    }

    private boolean isFollowing(int nodeId) {
        return RaftBridge.isFollower(client) && RaftBridge.isVoter(client) && RaftBridge.leader(client) == nodeId;
    }

    /** Does what is due. */
    void run() {
        if (dead != NOBODY) {
            runRefused();
        }
        if (askedEpoch != NO_EPOCH && time.milliseconds() >= askedNextMs) {
            runAsked();
        }
    }

    private void runRefused() {
        if (RaftBridge.epoch(client) != deadEpoch) {
            dead = NOBODY;
            return;
        }
        if (time.milliseconds() < nextMs) {
            return;
        }
        if (isFollowing(dead)) {
            bidFarewell(dead, deadEpoch);
        }
        nextMs = time.milliseconds() + AGAIN_MS;
    }

    private void runAsked() {
        int leader = RaftBridge.leader(client);
        boolean isMissed = dead == leader || askedWhileFetchSentMs.isPresent() && askedWhileFetchSentMs.equals(fetchSentMs.get());
        if (RaftBridge.epoch(client) == askedEpoch && isFollowing(leader) && isMissed) {
            bidFarewell(leader, askedEpoch);
        }
        askedEpoch = NO_EPOCH;
    }

    private void bidFarewell(int leader, int epoch) {
        client.handle(new RaftRequest.Inbound(ListenerName.normalised(self.listener()), 0,
                ApiKeys.END_QUORUM_EPOCH.latestVersion(), farewell(leader, epoch), time.milliseconds()));
    }

    private EndQuorumEpochRequestData farewell(int leader, int epoch) {
        var ours = new EndQuorumEpochRequestData.ReplicaInfo()
                .setCandidateId(self.nodeId()).setCandidateDirectoryId(Ids.kafkas(self.directory()));
        var partition = new EndQuorumEpochRequestData.PartitionData()
                .setPartitionIndex(EngineLog.PARTITION.partition())
                .setLeaderId(leader)
                .setLeaderEpoch(epoch)
                .setPreferredCandidates(List.of(ours));
        return new EndQuorumEpochRequestData()
                .setClusterId(self.clusterId())
                .setTopics(List.of(new EndQuorumEpochRequestData.TopicData()
                        .setTopicName(EngineLog.PARTITION.topic()).setPartitions(List.of(partition))));
    }

    /** From any thread: whether it matters that this node answers. */
    boolean isTakenForDead(int nodeId) {
        return dead == nodeId;
    }

    /** Somebody answers at the address after all. */
    void onAnswered(int nodeId) {
        if (dead == nodeId) {
            dead = NOBODY;
        }
    }

    /** Milliseconds until the next farewell. */
    long waitMs() {
        long soonestMs = Math.min(dead == NOBODY ? Long.MAX_VALUE : nextMs, askedEpoch == NO_EPOCH ? Long.MAX_VALUE : askedNextMs);
        return soonestMs == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, soonestMs - time.milliseconds());
    }
}
