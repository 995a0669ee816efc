package naru.broker;

import naru.metadata.Command;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.AlterConfigsRequest;
import naru.protocol.message.AlterConfigsResponse;
import naru.protocol.message.CreatePartitionsRequest;
import naru.protocol.message.CreatePartitionsResponse;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.DeleteTopicsRequest;
import naru.protocol.message.DeleteTopicsResponse;
import naru.protocol.message.IncrementalAlterConfigsRequest;
import naru.protocol.message.IncrementalAlterConfigsResponse;

/** The APIs that change the cluster: each is one command to the controller, whose reply is the answer. */
final class CommandHandlers {

    private CommandHandlers() {}

    private static void decide(LaneBroker lane, Request request, Command command, Message refusal) {
        lane.broker().decide(lane.number(), command, request::answer, () -> request.answer(refusal));
    }

    static Handler<CreateTopicsRequest> createTopics(LaneBroker lane) {
        return (request, asked) -> decide(lane, request, new Command.CreateTopics(asked),
                CreateTopicsResponse.builder().topics(asked.topics().stream()
                        .map(topic -> CreateTopicsResponse.CreatableTopicResult.builder()
                                .name(topic.name()).errorCode(ErrorCode.NOT_CONTROLLER.code()).build())
                        .toList()).build());
    }

    static Handler<DeleteTopicsRequest> deleteTopics(LaneBroker lane) {
        return (request, asked) -> decide(lane, request, new Command.DeleteTopics(asked),
                DeleteTopicsResponse.builder().responses(asked.topics().stream()
                        .map(topic -> DeleteTopicsResponse.DeletableTopicResult.builder().name(topic.name())
                                .topicId(topic.topicId()).errorCode(ErrorCode.NOT_CONTROLLER.code()).build())
                        .toList()).build());
    }

    static Handler<CreatePartitionsRequest> createPartitions(LaneBroker lane) {
        return (request, asked) -> decide(lane, request, new Command.CreatePartitions(asked),
                CreatePartitionsResponse.builder().results(asked.topics().stream()
                        .map(topic -> CreatePartitionsResponse.CreatePartitionsTopicResult.builder()
                                .name(topic.name()).errorCode(ErrorCode.NOT_CONTROLLER.code()).build())
                        .toList()).build());
    }

    static Handler<AlterConfigsRequest> alterConfigs(LaneBroker lane) {
        return (request, asked) -> decide(lane, request, new Command.AlterConfigs(asked),
                AlterConfigsResponse.builder().responses(asked.resources().stream()
                        .map(one -> new AlterConfigsResponse.AlterConfigsResourceResponse(
                                ErrorCode.NOT_CONTROLLER.code(), null, one.resourceType(), one.resourceName()))
                        .toList()).build());
    }

    static Handler<IncrementalAlterConfigsRequest> incrementalAlterConfigs(LaneBroker lane) {
        return (request, asked) -> decide(lane, request, new Command.IncrementalAlterConfigs(asked),
                IncrementalAlterConfigsResponse.builder().responses(asked.resources().stream()
                        .map(one -> new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse(
                                ErrorCode.NOT_CONTROLLER.code(), null, one.resourceType(), one.resourceName()))
                        .toList()).build());
    }
}
