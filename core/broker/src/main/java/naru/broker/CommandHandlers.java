package naru.broker;

import java.util.function.Function;
import naru.metadata.Command;
import naru.metadata.Declined;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.AlterConfigsRequest;
import naru.protocol.message.CreatePartitionsRequest;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.DeleteTopicsRequest;
import naru.protocol.message.IncrementalAlterConfigsRequest;

/** The APIs that change the cluster: each is one command to the controller, whose reply is the answer. */
final class CommandHandlers {

    private CommandHandlers() {}

    private static <M extends Message> Handler<M> of(LaneBroker lane, Function<M, Command> command) {
        return (request, asked) -> {
            var wanted = command.apply(asked);
            lane.broker().decide(lane.number(), wanted, request::answer,
                    () -> request.answer(Declined.answer(wanted, ErrorCode.NOT_CONTROLLER, null)));
        };
    }

    static Handler<CreateTopicsRequest> createTopics(LaneBroker lane) {
        return of(lane, Command.CreateTopics::new);
    }

    static Handler<DeleteTopicsRequest> deleteTopics(LaneBroker lane) {
        return of(lane, Command.DeleteTopics::new);
    }

    static Handler<CreatePartitionsRequest> createPartitions(LaneBroker lane) {
        return of(lane, Command.CreatePartitions::new);
    }

    static Handler<AlterConfigsRequest> alterConfigs(LaneBroker lane) {
        return of(lane, Command.AlterConfigs::new);
    }

    static Handler<IncrementalAlterConfigsRequest> incrementalAlterConfigs(LaneBroker lane) {
        return of(lane, Command.IncrementalAlterConfigs::new);
    }
}
