package naru.broker;

import naru.metadata.Command;
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

/** Commands as requests between nodes, and requests as commands. */
final class CommandMessages {

    private CommandMessages() {}

    /** Null for what nobody asks from outside. */
    static Message requestOf(Command command) {
        return switch (command) {
            case Command.CreateTopics it -> it.request();
            case Command.DeleteTopics it -> it.request();
            case Command.CreatePartitions it -> it.request();
            case Command.AlterConfigs it -> it.request();
            case Command.IncrementalAlterConfigs it -> it.request();
            case Command.AllocateProducerIds it -> it.request();
            case Command.RegisterBroker it -> it.request();
            case Command.BrokerHeartbeat it -> it.request();
            case Command.UnregisterBroker it -> it.request();
            case Command.RegisterController it -> it.request();
            case Command.AlterPartition it -> it.request();
            case Command.ElectLeaders it -> it.request();
            case Command.AlterPartitionReassignments it -> it.request();
            case Command.ListPartitionReassignments it -> it.request();
            case Command.AssignReplicasToDirs it -> it.request();
            case Command.UpdateFeatures it -> it.request();
            case Command.RegisterLoneBroker _, Command.FenceBrokers _, Command.BalanceLeaders _ -> null;
        };
    }

    /** Null when the request is not one that a controller decides. */
    static Command commandOf(Message request) {
        return switch (request) {
            case CreateTopicsRequest it -> new Command.CreateTopics(it);
            case DeleteTopicsRequest it -> new Command.DeleteTopics(it);
            case CreatePartitionsRequest it -> new Command.CreatePartitions(it);
            case AlterConfigsRequest it -> new Command.AlterConfigs(it);
            case IncrementalAlterConfigsRequest it -> new Command.IncrementalAlterConfigs(it);
            case AllocateProducerIdsRequest it -> new Command.AllocateProducerIds(it);
            case BrokerRegistrationRequest it -> new Command.RegisterBroker(it);
            case BrokerHeartbeatRequest it -> new Command.BrokerHeartbeat(it);
            case UnregisterBrokerRequest it -> new Command.UnregisterBroker(it);
            case ControllerRegistrationRequest it -> new Command.RegisterController(it);
            case AlterPartitionRequest it -> new Command.AlterPartition(it);
            case ElectLeadersRequest it -> new Command.ElectLeaders(it);
            case AlterPartitionReassignmentsRequest it -> new Command.AlterPartitionReassignments(it);
            case ListPartitionReassignmentsRequest it -> new Command.ListPartitionReassignments(it);
            case AssignReplicasToDirsRequest it -> new Command.AssignReplicasToDirs(it);
            case UpdateFeaturesRequest it -> new Command.UpdateFeatures(it);
            default -> null;
        };
    }
}
