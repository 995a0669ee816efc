package naru.metadata;

import java.util.List;
import naru.base.Uuid;
import naru.protocol.message.AlterConfigsRequest;
import naru.protocol.message.CreatePartitionsRequest;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.DeleteTopicsRequest;
import naru.protocol.message.IncrementalAlterConfigsRequest;
import naru.protocol.message.RegisterBrokerRecord.BrokerEndpoint;
import naru.protocol.message.RegisterBrokerRecord.BrokerFeature;

/** Everything that may be asked of the controller. The reply is the response message of the same name. */
public sealed interface Command {

    record CreateTopics(CreateTopicsRequest request) implements Command {}

    record DeleteTopics(DeleteTopicsRequest request) implements Command {}

    record CreatePartitions(CreatePartitionsRequest request) implements Command {}

    record AlterConfigs(AlterConfigsRequest request) implements Command {}

    record IncrementalAlterConfigs(IncrementalAlterConfigsRequest request) implements Command {}

    /** Answered with an AllocateProducerIdsResponse. */
    record AllocateProducerIds(int brokerId, long brokerEpoch) implements Command {}

    /**
     * A broker process has started; asked once by each process. Answered with a BrokerRegistrationResponse.
     *
     * @param incarnation drawn anew by each process
     * @param epoch the offset at which the registration will stand in the log
     * @param rack null when it has none
     */
    record RegisterBroker(
            int id, Uuid incarnation, long epoch, List<BrokerEndpoint> endpoints, List<BrokerFeature> features,
            String rack, List<Uuid> directories) implements Command {}
}
