package naru.metadata;

import java.util.ArrayList;
import java.util.List;
import naru.base.Randomness;
import naru.configuration.BrokerSettings;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.AllocateProducerIdsRequest;
import naru.protocol.message.AllocateProducerIdsResponse;
import naru.protocol.message.BrokerRegistrationRequest;
import naru.protocol.message.BrokerRegistrationResponse;
import naru.protocol.message.ProducerIdsRecord;
import naru.protocol.message.RegisterBrokerRecord;

/** Decides how the cluster changes. Knows nothing but its arguments: same question, same cluster, same dice, same answer. */
public final class Controller {

    /** Producer ids that a broker takes at once. */
    public static final int PRODUCER_ID_BLOCK = 1_000;

    /** Partitions that one request may create, as in Kafka; so a million topics in one request are refused in one go. */
    public static final int PARTITIONS_PER_REQUEST_MAX = 10_000;

    private final TopicCommands topics;
    private final ConfigCommands configs;

    public Controller(BrokerSettings settings) {
        this.topics = new TopicCommands(settings);
        this.configs = new ConfigCommands(settings);
    }

    public Decision decide(Command command, Situation now, Randomness randomness) {
        var cluster = now.cluster();
        return switch (command) {
            case Command.CreateTopics it -> topics.create(it.request(), cluster, randomness);
            case Command.DeleteTopics it -> topics.delete(it.request(), cluster);
            case Command.CreatePartitions it -> new PartitionCommands().create(it.request(), cluster, randomness);
            case Command.AlterConfigs it -> configs.replace(it.request(), cluster);
            case Command.IncrementalAlterConfigs it -> configs.change(it.request(), cluster);
            case Command.AllocateProducerIds it -> allocate(it.request(), cluster);
            case Command.RegisterLoneBroker it -> register(it.request(), now);
            case Command.RegisterBroker _, Command.BrokerHeartbeat _, Command.FenceBrokers _, Command.UnregisterBroker _,
                    Command.RegisterController _, Command.AlterPartition _, Command.ElectLeaders _,
                    Command.BalanceLeaders _, Command.AlterPartitionReassignments _,
                    Command.ListPartitionReassignments _, Command.AssignReplicasToDirs _, Command.UpdateFeatures _ ->
                    new Decision(List.of(), Declined.answer(command, ErrorCode.UNSUPPORTED_VERSION, null));
        };
    }

    private static Decision allocate(AllocateProducerIdsRequest asked, Cluster cluster) {
        var broker = cluster.brokers().get(asked.brokerId());
        if (broker == null || broker.epoch() != asked.brokerEpoch()) {
            return new Decision(List.of(), AllocateProducerIdsResponse.builder()
                    .errorCode(ErrorCode.STALE_BROKER_EPOCH.code()).build());
        }
        long first = cluster.nextProducerId();
        var taken = new ProducerIdsRecord(asked.brokerId(), asked.brokerEpoch(), first + PRODUCER_ID_BLOCK);
        return new Decision(List.of(taken), AllocateProducerIdsResponse.builder()
                .producerIdStart(first).producerIdLen(PRODUCER_ID_BLOCK).build());
    }

    /**
     * Registers unfenced: where the controller is in the same process, a broker that asks is alive. Partitions that
     * nobody leads and that it may lead get it as their leader.
     */
    private static Decision register(BrokerRegistrationRequest asked, Situation now) {
        int id = asked.brokerId();
        var records = new ArrayList<Message>();
        records.add(new RegisterBrokerRecord(
                id, false, asked.incarnationId(), now.endOffset(),
                asked.listeners().stream().map(one -> new RegisterBrokerRecord.BrokerEndpoint(
                        one.name(), one.host(), one.port(), one.securityProtocol())).toList(),
                asked.features().stream().map(one -> new RegisterBrokerRecord.BrokerFeature(
                        one.name(), one.minSupportedVersion(), one.maxSupportedVersion())).toList(),
                asked.rack(), false, false, asked.logDirs(), null));
        for (var topic : now.cluster().topics()) {
            for (int i = 0; i < topic.partitions().size(); i++) {
                var partition = topic.partitions().get(i);
                if (partition.leader() < 0 && Partitions.mayLead(partition, id)) {
                    records.add(Partitions.led(partition, topic.id(), i, id));
                }
            }
        }
        return new Decision(records, BrokerRegistrationResponse.builder().brokerEpoch(now.endOffset()).build());
    }
}
