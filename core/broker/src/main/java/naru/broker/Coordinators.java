package naru.broker;

import java.util.List;
import java.util.TreeSet;
import naru.coordination.groups.GroupSettings;
import naru.coordination.groups.GroupShard;
import naru.coordination.groups.Surroundings;
import naru.coordination.shares.ShareGroups;
import naru.coordination.transactions.TransactionSettings;
import naru.coordination.transactions.TransactionShard;
import naru.metadata.Changes;
import naru.metadata.Cluster;

/** The coordinators of one lane, by kind, and what operators and the cluster tell them. */
final class Coordinators {

    private static final long MS_PER_MINUTE = 60_000;
    private static final String TRANSACTION_VERSION = "transaction.version";

    private final LaneBroker lane;
    private final ShardHost<GroupShard> groups;
    private final ShareCoordination shares;
    private final ShardHost<TransactionShard> transactions;
    private final List<ShardHost<?>> all;
    private GroupSettings settings = GroupSettings.DEFAULT;
    private ConsumerConfiguration consumers;
    private TransactionSettings transactionSettings = TransactionSettings.DEFAULT;

    Coordinators(LaneBroker lane) {
        this.lane = lane;
        this.groups = new ShardHost<>(lane,
                log -> new GroupShard(surroundings(), log, lane.broker().clock(), lane.randomness(),
                        List.of(ground -> new ShareGroups(ground, new LaneSharing(lane)))));
        this.shares = new ShareCoordination(lane);
        this.transactions = new ShardHost<>(lane, (log, partition) -> new TransactionShard(() -> transactionSettings, log,
                lane.producerIds(), new TransactionVerdicts(lane, partition), lane.broker().clock()));
        this.all = List.of(groups, transactions, shares.host());
    }

    private Surroundings surroundings() {
        return new Surroundings(() -> settings, id -> consumers.of(id), new GroupTopics(lane), new TopicSearches(lane));
    }

    ShardHost<GroupShard> groups() {
        return groups;
    }

    ShareCoordination shares() {
        return shares;
    }

    ShardHost<TransactionShard> transactions() {
        return transactions;
    }

    /** Those whose state is kept in this topic; null when it is nobody's. */
    ShardHost<?> of(String topic) {
        return switch (topic) {
            case InternalTopics.OFFSETS -> groups;
            case InternalTopics.SHARES -> shares.host();
            case InternalTopics.TRANSACTIONS -> transactions;
            default -> null;
        };
    }

    /** This lane leads a partition now, of whatever topic. */
    void onLed(Partition partition) {
        var host = of(partition.name().topic());
        if (host != null) {
            host.onLed(partition);
        }
    }

    void onLost(Partition partition) {
        var host = of(partition.name().topic());
        if (host != null) {
            host.onLost(partition);
        }
    }

    /** The controller's newest decision: what operators set may have changed, and topics may be gone. */
    void onCluster(Cluster before, Changes changes) {
        settings = currentSettings();
        consumers = new ConsumerConfiguration(lane.configuration(), shardPartOf(InternalTopics.OFFSETS));
        transactionSettings = currentTransactionSettings();
        shares.onCluster();
        var gone = new TreeSet<String>();
        for (var id : changes.removed()) {
            var topic = before.topic(id);
            if (topic != null) {
                gone.add(topic.name());
            }
        }
        if (!gone.isEmpty()) {
            all.forEach(host -> host.onTopicsDeleted(gone));
        }
        var changed = new TreeSet<String>();
        changes.topics().forEach(id -> changed.add(lane.cluster().topic(id).name()));
        if (!changed.isEmpty()) {
            groups.all().forEach(shard -> shard.onTopicsChanged(changed));
        }
    }

    private GroupSettings currentSettings() {
        var configuration = lane.configuration();
        int brokers = lane.cluster().brokers().size();
        return new GroupSettings(
                Integer.parseInt(configuration.ofBroker("group.min.session.timeout.ms")),
                Integer.parseInt(configuration.ofBroker("group.max.session.timeout.ms")),
                lane.broker().settings().groupInitialRebalanceDelayMs(brokers),
                Integer.parseInt(configuration.ofBroker("group.max.size")),
                Integer.parseInt(configuration.ofBroker("offset.metadata.max.bytes")),
                Integer.parseInt(configuration.ofBroker("offsets.retention.minutes")) * MS_PER_MINUTE,
                Long.parseLong(configuration.ofBroker("offsets.retention.check.interval.ms")),
                shardPartOf(InternalTopics.OFFSETS));
    }

    private TransactionSettings currentTransactionSettings() {
        var configuration = lane.configuration();
        return new TransactionSettings(
                Integer.parseInt(configuration.ofBroker("transaction.max.timeout.ms")),
                Long.parseLong(configuration.ofBroker("transaction.abort.timed.out.transaction.cleanup.interval.ms")),
                Long.parseLong(configuration.ofBroker("transactional.id.expiration.ms")),
                Long.parseLong(configuration.ofBroker("transaction.remove.expired.transaction.cleanup.interval.ms")),
                Long.parseLong(configuration.ofBroker("add.partitions.to.txn.retry.backoff.max.ms")),
                shardPartOf(InternalTopics.TRANSACTIONS),
                lane.cluster().features().getOrDefault(TRANSACTION_VERSION, (short) 0));
    }

    /** The broker's groups and transactional ids are spread evenly over the shards, by their names. */
    private int shardPartOf(String name) {
        var topic = lane.cluster().topic(name);
        return Math.max(1, lane.limits().groupsMax() / (topic == null ? 1 : Math.max(1, topic.partitions().size())));
    }

    void endTurn() {
        for (int i = 0; i < all.size(); i++) {
            all.get(i).endTurn();
        }
    }
}
