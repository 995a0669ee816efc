package naru.broker;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiFunction;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.AddRaftVoterRequest;
import naru.protocol.message.AddRaftVoterResponse;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DescribeQuorumRequest;
import naru.protocol.message.DescribeQuorumResponse;
import naru.protocol.message.RemoveRaftVoterRequest;
import naru.protocol.message.RemoveRaftVoterResponse;

/** What clients of a broker ask about the quorum, and want of it: answered by whoever leads it (KIP-642, KIP-853). */
final class QuorumHandlers {

    /** Where there is a quorum to ask. */
    static final Set<ApiKey> SERVED = EnumSet.of(ApiKey.DESCRIBE_QUORUM, ApiKey.ADD_RAFT_VOTER, ApiKey.REMOVE_RAFT_VOTER);

    private QuorumHandlers() {}

    static Handler<?> of(LaneBroker lane, ApiKey api) {
        return switch (api) {
            case DESCRIBE_QUORUM -> QuorumHandlers.<DescribeQuorumRequest>of(lane, (why, words) ->
                    DescribeQuorumResponse.builder().errorCode(why).errorMessage(words).build());
            case ADD_RAFT_VOTER -> QuorumHandlers.<AddRaftVoterRequest>of(lane, (why, words) ->
                    AddRaftVoterResponse.builder().errorCode(why).errorMessage(words).build());
            case REMOVE_RAFT_VOTER -> QuorumHandlers.<RemoveRaftVoterRequest>of(lane, (why, words) ->
                    RemoveRaftVoterResponse.builder().errorCode(why).errorMessage(words).build());
            default -> throw Catalogue.servedByNobody(api);
        };
    }

    private static <M extends Message> Handler<M> of(LaneBroker lane, BiFunction<Short, String, Message> declined) {
        return (request, asked) -> lane.broker().askQuorum(
                lane.number(), asked, Asker.of(request), request::answer, why -> declined(declined, why));
    }

    private static Message declined(BiFunction<Short, String, Message> declined, ErrorCode why) {
        return declined.apply(why.code(), null);
    }
}
