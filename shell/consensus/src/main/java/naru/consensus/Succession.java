package naru.consensus;

import java.util.List;
import org.apache.kafka.common.message.EndQuorumEpochRequestData;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.raft.KafkaRaftClient;
import org.apache.kafka.raft.RaftBridge;
import org.apache.kafka.raft.RaftRequest;

/**
 * Speeds up what follows when the leader's process is gone. A refused connection tells for certain what a timeout would
 * only suspect; so this node hands its own engine the farewell that the dead leader could not send. An election is always
 * safe, at worst one too many.
 *
 * <p>Two that stand at once take each other's votes, so each waits its turn, by id.
 */
final class Succession {

    /** Between two farewells. */
    private static final int AGAIN_MS = 50;

    private static final int TURN_MS = 20;
    private static final int TURNS_MAX = 8;
    private static final int IDS_LOOKED_AT = 1_000;
    private static final int NOBODY = -1;

    private final KafkaRaftClient<?> client;
    private final Membership self;
    private final Time time;
    private volatile int dead = NOBODY;
    private int deadEpoch;
    private long nextMs;

    Succession(KafkaRaftClient<?> client, Membership self, Time time) {
        this.client = client;
        this.self = self;
        this.time = time;
    }

    /** On the engine's thread. */
    void onRefused(int nodeId) {
        if (!isFollowing(nodeId) || dead == nodeId && deadEpoch == RaftBridge.epoch(client)) {
            return;
        }
        dead = nodeId;
        deadEpoch = RaftBridge.epoch(client);
        nextMs = time.milliseconds() + (long) turn() * TURN_MS;
    }

    /** How many of the other survivors come first: those of lower ids. */
    private int turn() {
        int before = 0;
        var listener = ListenerName.normalised(self.listener());
        for (int id = Math.max(0, self.nodeId() - IDS_LOOKED_AT); id < self.nodeId() && before < TURNS_MAX; id++) {
            before += id != dead && client.voterNode(id, listener).isPresent() ? 1 : 0;
        }
        return before;
    }

    private boolean isFollowing(int nodeId) {
        return RaftBridge.isFollower(client) && RaftBridge.isVoter(client) && RaftBridge.leader(client) == nodeId;
    }

    /** Does what is due. */
    void run() {
        if (dead == NOBODY) {
            return;
        }
        if (RaftBridge.epoch(client) != deadEpoch) {
            dead = NOBODY;
            return;
        }
        if (time.milliseconds() < nextMs) {
            return;
        }
        if (isFollowing(dead)) {
            client.handle(new RaftRequest.Inbound(ListenerName.normalised(self.listener()), 0,
                    ApiKeys.END_QUORUM_EPOCH.latestVersion(), farewell(), time.milliseconds()));
        }
        nextMs = time.milliseconds() + AGAIN_MS;
    }

    private EndQuorumEpochRequestData farewell() {
        var ours = new EndQuorumEpochRequestData.ReplicaInfo()
                .setCandidateId(self.nodeId()).setCandidateDirectoryId(Ids.kafkas(self.directory()));
        var partition = new EndQuorumEpochRequestData.PartitionData()
                .setPartitionIndex(EngineLog.PARTITION.partition())
                .setLeaderId(dead)
                .setLeaderEpoch(deadEpoch)
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
        return dead == NOBODY ? Long.MAX_VALUE : Math.max(0, nextMs - time.milliseconds());
    }
}
