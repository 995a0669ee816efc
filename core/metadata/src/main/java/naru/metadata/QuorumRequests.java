package naru.metadata;

import java.util.function.Consumer;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;

/**
 * The door through which other nodes reach the quorum behind a {@link MetadataLog}: Vote, BeginQuorumEpoch,
 * EndQuorumEpoch, Fetch and FetchSnapshot of {@code __cluster_metadata}, DescribeQuorum, AddRaftVoter, RemoveRaftVoter
 * and UpdateRaftVoter.
 */
public interface QuorumRequests {

    /**
     * Takes a request that came in on a lane; the answer comes back on that lane, in a later turn.
     *
     * @param listener the name of the listener it came through
     * @param request of the newest shape; what it holds is the frame's own and must be copied to be kept
     */
    void take(ApiKey api, short version, String listener, String clientId, Message request, Consumer<Message> answer);
}
