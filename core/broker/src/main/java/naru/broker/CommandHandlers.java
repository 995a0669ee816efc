package naru.broker;

import java.util.function.Function;
import naru.metadata.Command;
import naru.metadata.Declined;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.AllocateProducerIdsRequest;
import naru.protocol.message.AlterConfigsRequest;
import naru.protocol.message.AlterPartitionReassignmentsRequest;
import naru.protocol.message.AlterPartitionRequest;
import naru.protocol.message.AssignReplicasToDirsRequest;
import naru.protocol.message.BrokerHeartbeatRequest;
import naru.protocol.message.BrokerRegistrationRequest;
import naru.protocol.message.ControllerRegistrationRequest;
import naru.protocol.message.CreatePartitionsRequest;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.DeleteTopicsRequest;
import naru.protocol.message.ElectLeadersRequest;
import naru.protocol.message.IncrementalAlterConfigsRequest;
import naru.protocol.message.ListPartitionReassignmentsRequest;
import naru.protocol.message.UnregisterBrokerRequest;
import naru.protocol.message.UpdateFeaturesRequest;

/** The APIs that change the cluster: each is one command to the controller, whose reply is the answer. */
final class CommandHandlers {

    private CommandHandlers() {}

    private static <M extends Message> Handler<M> of(LaneBroker lane, Function<M, Command> command) {
        return (request, asked) -> {
            var wanted = command.apply(asked);
            lane.broker().decide(lane.number(), wanted, Asker.of(request), request::answer,
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

    static Handler<ElectLeadersRequest> electLeaders(LaneBroker lane) {
        return of(lane, Command.ElectLeaders::new);
    }

    static Handler<AlterPartitionReassignmentsRequest> alterReassignments(LaneBroker lane) {
        return of(lane, Command.AlterPartitionReassignments::new);
    }

    static Handler<ListPartitionReassignmentsRequest> listReassignments(LaneBroker lane) {
        return of(lane, Command.ListPartitionReassignments::new);
    }

    static Handler<UpdateFeaturesRequest> updateFeatures(LaneBroker lane) {
        return of(lane, Command.UpdateFeatures::new);
    }

    static Handler<UnregisterBrokerRequest> unregisterBroker(LaneBroker lane) {
        return of(lane, Command.UnregisterBroker::new);
    }

    // --- those that nodes of a cluster ask, on the controllers' listener ---

    static Handler<AlterPartitionRequest> alterPartition(LaneBroker lane) {
        return of(lane, Command.AlterPartition::new);
    }

    static Handler<BrokerRegistrationRequest> registerBroker(LaneBroker lane) {
        return of(lane, Command.RegisterBroker::new);
    }

    static Handler<BrokerHeartbeatRequest> heartbeat(LaneBroker lane) {
        return of(lane, Command.BrokerHeartbeat::new);
    }

    static Handler<ControllerRegistrationRequest> registerController(LaneBroker lane) {
        return of(lane, Command.RegisterController::new);
    }

    static Handler<AllocateProducerIdsRequest> allocateProducerIds(LaneBroker lane) {
        return of(lane, Command.AllocateProducerIds::new);
    }

    static Handler<AssignReplicasToDirsRequest> assignReplicas(LaneBroker lane) {
        return of(lane, Command.AssignReplicasToDirs::new);
    }
}
