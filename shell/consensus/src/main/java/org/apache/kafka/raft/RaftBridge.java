package org.apache.kafka.raft;

import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.OptionalInt;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.feature.SupportedVersionRange;
import org.apache.kafka.common.memory.MemoryPool;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.LogContext;
import org.apache.kafka.server.common.serialization.RecordSerde;

/**
 * The door to the one constructor of {@link KafkaRaftClient} that takes the dice and the queue of messages from outside.
 * It is open to this package only, hence this class in Kafka's package. Nothing else of ours may live here.
 */
public final class RaftBridge {

    private RaftBridge() {}

    /** What of the world is handed in. */
    public record World(
            Time time, Random random, ExpirationService expirations, RaftMessageQueue messages, MemoryPool buffers,
            NetworkChannel channel, RaftLog log) {}

    /** Who this node is. */
    public record Self(
            int nodeId, Uuid directory, boolean canVote, String clusterId, Endpoints endpoints,
            Collection<InetSocketAddress> bootstrapServers) {}

    public static <T> KafkaRaftClient<T> client(
            Self self, World world, RecordSerde<T> serde, SupportedVersionRange versions, int fetchWaitMsMax,
            QuorumConfig config) {
        return new KafkaRaftClient<>(
                OptionalInt.of(self.nodeId()), self.directory(), serde, world.channel(), world.messages(), world.log(),
                world.buffers(), world.time(), world.expirations(), fetchWaitMsMax, self.canVote(), self.clusterId(),
                self.bootstrapServers(), self.endpoints(), versions,
                new LogContext("[quorum of node " + self.nodeId() + "] "), world.random(), config);
    }

    /** Whether this node's vote counts now. */
    public static boolean isVoter(KafkaRaftClient<?> client) {
        return client.quorum().isVoter();
    }

    /** The epoch that this node is in, and the leader that it fetches from or is; -1 for none. */
    public static int epoch(KafkaRaftClient<?> client) {
        return client.quorum().epoch();
    }

    public static int leader(KafkaRaftClient<?> client) {
        return client.quorum().leaderIdOrSentinel();
    }

    /** Where that leader is asked, on the listener of controllers; null when there is none, or it is not known. */
    public static InetSocketAddress leaderAddress(KafkaRaftClient<?> client, ListenerName listener) {
        return client.quorum().leaderEndpoints().address(listener).orElse(null);
    }

    public static boolean isFollower(KafkaRaftClient<?> client) {
        return client.quorum().isFollower();
    }
}
