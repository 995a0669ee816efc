package naru.coordination.groups;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import naru.coordination.runtime.ClientIdentity;
import naru.coordination.runtime.Deadlines;
import naru.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import naru.protocol.message.JoinGroupResponse;
import naru.protocol.message.SyncGroupResponse;

/** One member of a classic group, and the answers it waits for. */
final class Member {

    static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    String id;
    final String instanceId;
    final ClientIdentity client;
    int sessionTimeoutMs;
    int rebalanceTimeoutMs;
    List<JoinGroupRequestProtocol> protocols;
    ByteBuffer assignment = NOTHING;
    /** Present while a JoinGroup or a SyncGroup of this member waits for its answer. */
    Consumer<JoinGroupResponse> joining;
    Consumer<SyncGroupResponse> syncing;
    Deadlines.Deadline session;
    /** The generation it joined in; until the next one its session deadline runs even while it waits. */
    int bornIn;

    Member(String id, String instanceId, ClientIdentity client, int sessionTimeoutMs, int rebalanceTimeoutMs,
            List<JoinGroupRequestProtocol> protocols) {
        this.id = id;
        this.instanceId = instanceId;
        this.client = client;
        this.sessionTimeoutMs = sessionTimeoutMs;
        this.rebalanceTimeoutMs = rebalanceTimeoutMs;
        this.protocols = protocols;
    }

    boolean isWaiting() {
        return joining != null || syncing != null;
    }

    boolean supports(String protocol) {
        return protocols.stream().anyMatch(one -> one.name().equals(protocol));
    }

    ByteBuffer metadata(String protocol) {
        return protocols.stream().filter(one -> one.name().equals(protocol)).findFirst()
                .map(JoinGroupRequestProtocol::metadata).orElse(NOTHING).duplicate();
    }
}
