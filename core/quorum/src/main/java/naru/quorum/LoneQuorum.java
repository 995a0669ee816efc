package naru.quorum;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import naru.metadata.QuorumRequests;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.AddRaftVoterRequest;
import naru.protocol.message.AddRaftVoterResponse;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DescribeQuorumRequest;
import naru.protocol.message.DescribeQuorumResponse;
import naru.protocol.message.RemoveRaftVoterRequest;
import naru.protocol.message.RemoveRaftVoterResponse;
import naru.protocol.message.VotersRecord;

/** A quorum of one, as an operator's tools see it (KIP-642, KIP-853): its only voter leads, and nobody can join it. */
public final class LoneQuorum implements QuorumRequests {

    private static final String TOPIC = "__cluster_metadata";

    private final LoneMetadataLog log;

    public LoneQuorum(LoneMetadataLog log) {
        this.log = log;
    }

    @Override
    public void take(
            ApiKey api, short version, String listener, String clientId, Message request, Consumer<Message> answer) {
        var ours = switch (request) {
            case DescribeQuorumRequest asked -> describe(asked);
            case AddRaftVoterRequest asked -> add(asked);
            case RemoveRaftVoterRequest asked -> remove(asked);
            default -> throw new IllegalArgumentException("nobody asks a quorum of one for " + api);
        };
        log.later(() -> answer.accept(ours));
    }

    private DescribeQuorumResponse describe(DescribeQuorumRequest asked) {
        var partitions = asked.topics().stream().flatMap(topic -> topic.partitions().stream()).toList();
        boolean isMeant = asked.topics().size() == 1 && asked.topics().getFirst().topicName().equals(TOPIC)
                && partitions.size() == 1 && partitions.getFirst().partitionIndex() == 0;
        if (!isMeant) {
            return DescribeQuorumResponse.builder().topics(asked.topics().stream().map(LoneQuorum::unknown).toList()).build();
        }
        long nowMs = log.nowMs();
        var self = new DescribeQuorumResponse.ReplicaState(log.nodeId(), log.voterDirectory(), log.end(), nowMs, nowMs);
        var metadata = DescribeQuorumResponse.PartitionData.builder()
                .leaderId(log.nodeId()).leaderEpoch(log.epoch()).highWatermark(log.committedEnd())
                .currentVoters(List.of(self)).observers(List.of()).build();
        var listeners = new ArrayList<DescribeQuorumResponse.Listener>();
        for (var endpoint : endpoints()) {
            listeners.add(new DescribeQuorumResponse.Listener(endpoint.name(), endpoint.host(), endpoint.port()));
        }
        return DescribeQuorumResponse.builder()
                .topics(List.of(new DescribeQuorumResponse.TopicData(TOPIC, List.of(metadata))))
                .nodes(List.of(new DescribeQuorumResponse.Node(log.nodeId(), listeners))).build();
    }

    /** As the log names them; none where it names no voters. */
    private List<VotersRecord.Endpoint> endpoints() {
        var voters = log.quorum().voters();
        return voters == null ? List.of() : voters.voters().getFirst().endpoints();
    }

    private static DescribeQuorumResponse.TopicData unknown(DescribeQuorumRequest.TopicData topic) {
        return new DescribeQuorumResponse.TopicData(topic.topicName(), topic.partitions().stream()
                .map(one -> DescribeQuorumResponse.PartitionData.builder().partitionIndex(one.partitionIndex())
                        .errorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code()).build()).toList());
    }

    private AddRaftVoterResponse add(AddRaftVoterRequest asked) {
        if (log.quorumVersion() == 0) {
            return new AddRaftVoterResponse(0, ErrorCode.UNSUPPORTED_VERSION.code(),
                    "Cluster doesn't support adding voter because the kraft.version feature is 0");
        }
        return asked.voterId() == log.nodeId()
                ? new AddRaftVoterResponse(0, ErrorCode.DUPLICATE_VOTER.code(), "The voter id for " + asked.voterId()
                        + " is already part of the set of voters")
                : new AddRaftVoterResponse(0, ErrorCode.INVALID_REQUEST.code(), "Nobody can join this node, because it does not"
                        + " listen for other controllers: add such a listener to listeners, name it in"
                        + " controller.listener.names, and restart");
    }

    private RemoveRaftVoterResponse remove(RemoveRaftVoterRequest asked) {
        if (log.quorumVersion() == 0) {
            return new RemoveRaftVoterResponse(0, ErrorCode.UNSUPPORTED_VERSION.code(),
                    "Cluster doesn't support removing voter because the kraft.version feature is 0");
        }
        boolean isOwn = asked.voterId() == log.nodeId() && asked.voterDirectoryId().equals(log.voterDirectory());
        return isOwn
                ? new RemoveRaftVoterResponse(0, ErrorCode.INVALID_REQUEST.code(), "The only voter cannot be removed")
                : new RemoveRaftVoterResponse(0, ErrorCode.VOTER_NOT_FOUND.code(),
                        "There is no voter " + asked.voterId() + " with the directory " + asked.voterDirectoryId());
    }
}
