package naru.metadata;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
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

/**
 * Everything that may be asked of the controller. One that stands for a request carries the request, and its reply is
 * the response of the same name; the others say what their reply is. {@link Declined} has the answer for each of them
 * where nothing can be decided.
 */
public sealed interface Command {

    record CreateTopics(CreateTopicsRequest request) implements Command {}

    record DeleteTopics(DeleteTopicsRequest request) implements Command {}

    record CreatePartitions(CreatePartitionsRequest request) implements Command {}

    record AlterConfigs(AlterConfigsRequest request) implements Command {}

    record IncrementalAlterConfigs(IncrementalAlterConfigsRequest request) implements Command {}

    record AllocateProducerIds(AllocateProducerIdsRequest request) implements Command {}

    /**
     * A broker process of a cluster has started; asked until it is answered, by the same incarnation. It is fenced until
     * its heartbeats say that it knows of its own registration.
     */
    record RegisterBroker(BrokerRegistrationRequest request) implements Command {}

    /**
     * The broker of this very process has started, and there is no other: a broker that asks is alive, so it is not
     * fenced, and nobody waits for its heartbeats. Answered as {@link RegisterBroker}.
     */
    record RegisterLoneBroker(BrokerRegistrationRequest request) implements Command {}

    /** A broker is alive, and says how far it has come, and whether it wants to leave. */
    record BrokerHeartbeat(BrokerHeartbeatRequest request) implements Command {}

    /**
     * These brokers were not heard for a session's length, or their processes are known to be gone. The reply is null.
     *
     * @param epochs by number, the registration that is meant: one that has registered anew since is left alone
     */
    record FenceBrokers(SortedMap<Integer, Long> epochs) implements Command {

        public FenceBrokers {
            epochs = Collections.unmodifiableSortedMap(new TreeMap<>(epochs));
        }
    }

    record UnregisterBroker(UnregisterBrokerRequest request) implements Command {}

    record RegisterController(ControllerRegistrationRequest request) implements Command {}

    /** A leader proposes who is in sync. What comes of it, it learns from what is committed; the reply only tells why not. */
    record AlterPartition(AlterPartitionRequest request) implements Command {}

    record ElectLeaders(ElectLeadersRequest request) implements Command {}

    /**
     * Leaderships go back to the preferred leaders, some of them ({@link Controller#LEADERS_BALANCED_MAX}) at a time. The
     * reply is null.
     */
    record BalanceLeaders() implements Command {}

    record AlterPartitionReassignments(AlterPartitionReassignmentsRequest request) implements Command {}

    record ListPartitionReassignments(ListPartitionReassignmentsRequest request) implements Command {}

    record AssignReplicasToDirs(AssignReplicasToDirsRequest request) implements Command {}

    /** @param quorum what the quorum answered to the question that this command raised; null while it was not asked */
    record UpdateFeatures(UpdateFeaturesRequest request, MetadataLog.RaiseAnswer quorum) implements Command {

        public UpdateFeatures(UpdateFeaturesRequest request) {
            this(request, null);
        }

        public UpdateFeatures answered(MetadataLog.RaiseAnswer answer) {
            return new UpdateFeatures(request, answer);
        }
    }

    /** True where each partition's record stands for itself, and what was begun is done again if the rest is lost. */
    default boolean mayBeDivided() {
        return switch (this) {
            case BrokerHeartbeat _, FenceBrokers _, RegisterBroker _, RegisterLoneBroker _, UnregisterBroker _, ElectLeaders _,
                    BalanceLeaders _, AlterPartitionReassignments _ -> true;
            case CreateTopics _, DeleteTopics _, CreatePartitions _, AlterConfigs _, IncrementalAlterConfigs _, AllocateProducerIds _,
                    RegisterController _, AlterPartition _, ListPartitionReassignments _, AssignReplicasToDirs _,
                    UpdateFeatures _ -> false;
        };
    }
}
