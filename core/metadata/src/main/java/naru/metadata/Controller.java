package naru.metadata;

import java.util.List;
import naru.base.Randomness;
import naru.configuration.BrokerSettings;
import naru.protocol.ErrorCode;
import naru.protocol.message.AllocateProducerIdsRequest;
import naru.protocol.message.AllocateProducerIdsResponse;
import naru.protocol.message.ProducerIdsRecord;

/** Decides how the cluster changes. Knows nothing but its arguments: same question, same cluster, same dice, same answer. */
public final class Controller {

    /** Producer ids that a broker takes at once. */
    public static final int PRODUCER_ID_BLOCK = 1_000;

    /** Partitions that one request may create, as in Kafka; so a million topics in one request are refused in one go. */
    public static final int PARTITIONS_PER_REQUEST_MAX = 10_000;

    /** Leaderships that go back to the preferred leaders at once, so that not every client is sent elsewhere together. */
    public static final int LEADERS_BALANCED_MAX = 1_000;

    private final TopicCommands topics;
    private final ConfigCommands configs;
    private final Registrations registrations;
    private final BrokerCommands brokers;
    private final InSyncCommands inSync;
    private final ElectionCommands elections;
    private final ReassignmentCommands reassignments;
    private final FolderCommands folders;
    private final FeatureCommands features;

    /** @param clusterId as in {@code meta.properties}; who names another one does not belong here */
    public Controller(BrokerSettings settings, String clusterId) {
        this.topics = new TopicCommands(settings);
        this.configs = new ConfigCommands(settings);
        this.registrations = new Registrations(settings, clusterId);
        this.brokers = new BrokerCommands(settings);
        this.inSync = new InSyncCommands(settings);
        this.elections = new ElectionCommands(settings);
        this.reassignments = new ReassignmentCommands(settings);
        this.folders = new FolderCommands(settings);
        this.features = new FeatureCommands(settings);
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
            case Command.RegisterBroker it -> registrations.register(it.request(), now);
            case Command.RegisterLoneBroker it -> registrations.registerAlone(it.request(), now);
            case Command.RegisterController it -> registrations.registerController(it.request(), cluster);
            case Command.BrokerHeartbeat it -> brokers.heartbeat(it.request(), now);
            case Command.FenceBrokers it -> brokers.fence(it.epochs(), cluster);
            case Command.UnregisterBroker it -> brokers.unregister(it.request(), now);
            case Command.AlterPartition it -> inSync.alter(it.request(), cluster);
            case Command.ElectLeaders it -> elections.elect(it.request(), cluster);
            case Command.BalanceLeaders _ -> elections.balance(cluster);
            case Command.AlterPartitionReassignments it -> reassignments.alter(it.request(), cluster);
            case Command.ListPartitionReassignments it -> reassignments.list(it.request(), cluster);
            case Command.AssignReplicasToDirs it -> folders.assign(it.request(), cluster);
            case Command.UpdateFeatures it -> features.update(it, now);
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
}
