package naru.coordination.consumers;

import java.nio.ByteBuffer;
import java.util.List;
import naru.coordination.runtime.ClientIdentity;
import naru.coordination.runtime.CoordinatorRecord;
import naru.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;

/** The classic groups of the same shard, as far as a group moves from one kind to the other. */
public interface ClassicSide {

    /**
     * A member that moves.
     *
     * @param assignment what its leader gave it, in the words of their protocol
     */
    record Mover(String id, String instanceId, ClientIdentity client, int sessionTimeoutMs, int rebalanceTimeoutMs,
            List<JoinGroupRequestProtocol> protocols, ByteBuffer assignment) {}

    /**
     * A classic group that could become a consumer group, or that a consumer group becomes.
     *
     * @param settled false while a record of it is on its way
     * @param protocolType null when it never had members
     * @param protocol what its members agreed on; null when they have not yet
     */
    record Classic(String id, boolean settled, String protocolType, String protocol, int generation, List<Mover> members) {}

    /** Null when there is none of that id. */
    Classic find(String groupId);

    /** Until it is thawed or dissolved nothing changes in it; its members are told to wait. */
    void freeze(String groupId);

    /** It remains a classic group. */
    void thaw(String groupId);

    /** It is a consumer group now. Who waits for an answer is told to join again. */
    void dissolve(String groupId);

    /** A consumer group has become this one: its record, to be written. */
    CoordinatorRecord record(Classic group);

    /** The record that buries it. */
    CoordinatorRecord tombstone(String groupId);

    /** @param rebalances true when its members must find a new assignment */
    void found(Classic group, boolean rebalances);
}
