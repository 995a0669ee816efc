package naru.metadata;

import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.AllocateProducerIdsResponse;
import naru.protocol.message.AlterConfigsResponse;
import naru.protocol.message.AlterPartitionReassignmentsResponse;
import naru.protocol.message.AlterPartitionResponse;
import naru.protocol.message.AssignReplicasToDirsResponse;
import naru.protocol.message.BrokerHeartbeatResponse;
import naru.protocol.message.BrokerRegistrationResponse;
import naru.protocol.message.ControllerRegistrationResponse;
import naru.protocol.message.CreatePartitionsResponse;
import naru.protocol.message.CreatePartitionsResponse.CreatePartitionsTopicResult;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import naru.protocol.message.DeleteTopicsResponse;
import naru.protocol.message.DeleteTopicsResponse.DeletableTopicResult;
import naru.protocol.message.ElectLeadersResponse;
import naru.protocol.message.IncrementalAlterConfigsResponse;
import naru.protocol.message.ListPartitionReassignmentsResponse;
import naru.protocol.message.UnregisterBrokerResponse;
import naru.protocol.message.UpdateFeaturesResponse;

/** The answer to a command of which nothing came: nobody could decide it, or all of it is refused for one reason. */
public final class Declined {

    private Declined() {}

    /**
     * The response with one error for everything that was asked.
     *
     * @param message null for none; left out where the response has no place for it
     * @return null for commands that nobody asked from outside
     */
    public static Message answer(Command command, ErrorCode why, String message) {
        short code = why.code();
        return switch (command) {
            case Command.CreateTopics it -> topics(it, code, message);
            case Command.DeleteTopics it -> topics(it, code, message);
            case Command.CreatePartitions it -> new CreatePartitionsResponse(0, it.request().topics().stream()
                    .map(topic -> new CreatePartitionsTopicResult(topic.name(), code, message)).toList());
            case Command.AlterConfigs it -> new AlterConfigsResponse(0, it.request().resources().stream()
                    .map(one -> new AlterConfigsResponse.AlterConfigsResourceResponse(
                            code, message, one.resourceType(), one.resourceName())).toList());
            case Command.IncrementalAlterConfigs it -> new IncrementalAlterConfigsResponse(0,
                    it.request().resources().stream()
                            .map(one -> new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse(
                                    code, message, one.resourceType(), one.resourceName())).toList());
            case Command.AllocateProducerIds _ -> AllocateProducerIdsResponse.builder().errorCode(code).build();
            case Command.RegisterBroker _ -> BrokerRegistrationResponse.builder().errorCode(code).build();
            case Command.RegisterLoneBroker _ -> BrokerRegistrationResponse.builder().errorCode(code).build();
            case Command.BrokerHeartbeat _ -> BrokerHeartbeatResponse.builder().errorCode(code).build();
            case Command.UnregisterBroker _ ->
                    UnregisterBrokerResponse.builder().errorCode(code).errorMessage(message).build();
            case Command.RegisterController _ ->
                    ControllerRegistrationResponse.builder().errorCode(code).errorMessage(message).build();
            case Command.AlterPartition _ -> AlterPartitionResponse.builder().errorCode(code).build();
            case Command.ElectLeaders _ -> ElectLeadersResponse.builder().errorCode(code).build();
            case Command.AlterPartitionReassignments _ ->
                    AlterPartitionReassignmentsResponse.builder().errorCode(code).errorMessage(message).build();
            case Command.ListPartitionReassignments _ ->
                    ListPartitionReassignmentsResponse.builder().errorCode(code).errorMessage(message).build();
            case Command.AssignReplicasToDirs _ -> AssignReplicasToDirsResponse.builder().errorCode(code).build();
            case Command.UpdateFeatures _ ->
                    UpdateFeaturesResponse.builder().errorCode(code).errorMessage(message).build();
            case Command.FenceBrokers _ -> null;
            case Command.BalanceLeaders _ -> null;
        };
    }

    private static Message topics(Command.CreateTopics asked, short code, String message) {
        return new CreateTopicsResponse(0, asked.request().topics().stream()
                .map(topic -> CreatableTopicResult.builder()
                        .name(topic.name()).errorCode(code).errorMessage(message).build())
                .toList());
    }

    private static Message topics(Command.DeleteTopics asked, short code, String message) {
        return new DeleteTopicsResponse(0, asked.request().topics().stream()
                .map(topic -> DeletableTopicResult.builder()
                        .name(topic.name()).topicId(topic.topicId()).errorCode(code).errorMessage(message).build())
                .toList());
    }
}
