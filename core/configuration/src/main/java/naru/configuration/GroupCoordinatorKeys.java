package naru.configuration;

import static naru.configuration.Allowed.*;
import static naru.configuration.ConfigKey.Importance.*;
import static naru.configuration.ConfigKey.key;
import static naru.configuration.ConfigType.*;

import java.util.List;

/** Keys about group, offset, share and transaction coordinators. Names, types, defaults and ranges are Kafka 4.3's. */
final class GroupCoordinatorKeys {

    static final List<ConfigKey> ALL = List.of(
            key("add.partitions.to.txn.retry.backoff.max.ms", INT, "100", HIGH, atLeast(0))
                    .says("How long the first request for a partition of a transaction may wait for the end of the one before."),
            key("add.partitions.to.txn.retry.backoff.ms", INT, "20", HIGH, atLeast(1))
                    .says("How often Kafka looks whether the transaction before has ended."),
            key("group.consumer.assignment.interval.ms", INT, "1000", MEDIUM, atLeast(0)).clusterWide()
                    .says("Changes in a group within this time become one new assignment (KIP-848).")
                    .breaks("0 makes one for every member that comes: a group of a hundred that starts is rearranged a hundred times."),
            key("group.consumer.assignors", LIST, "uniform,range", MEDIUM, entriesNeeded())
                    .says("Assignors that members may choose, the first for those who do not: uniform, range.")
                    .breaks("A member that asks for another one is refused (UNSUPPORTED_ASSIGNOR)."),
            key("group.consumer.heartbeat.interval.ms", INT, "5000", MEDIUM, atLeast(1))
                    .says("How often members of the consumer protocol are told to speak up."),
            key("group.consumer.max.assignment.interval.ms", INT, "15000", MEDIUM, atLeast(0))
                    .says("The most that a group may set as consumer.assignment.interval.ms."),
            key("group.consumer.max.heartbeat.interval.ms", INT, "15000", MEDIUM, atLeast(1))
                    .says("The most that a group may set as consumer.heartbeat.interval.ms."),
            key("group.consumer.max.session.timeout.ms", INT, "60000", MEDIUM, atLeast(1))
                    .says("The most that a group may set as consumer.session.timeout.ms."),
            key("group.consumer.max.size", INT, "2147483647", MEDIUM, atLeast(1))
                    .says("Members of one group of the consumer protocol; one more is refused (GROUP_MAX_SIZE_REACHED)."),
            key("group.consumer.migration.policy", STRING, "bidirectional", MEDIUM, oneOfAnyCase("DISABLED", "DOWNGRADE", "UPGRADE", "BIDIRECTIONAL"))
                    .says("Whether a group may move between the classic and the consumer protocol while it lives, and which way.")
                    .breaks("DISABLED: the first member with the other protocol is refused until the group is empty, so clients cannot be "
                            + "exchanged one by one."),
            key("group.consumer.min.assignment.interval.ms", INT, "0", MEDIUM, atLeast(0))
                    .says("The least that a group may set as consumer.assignment.interval.ms."),
            key("group.consumer.min.heartbeat.interval.ms", INT, "5000", MEDIUM, atLeast(1))
                    .says("The least that a group may set as consumer.heartbeat.interval.ms."),
            key("group.consumer.min.session.timeout.ms", INT, "45000", MEDIUM, atLeast(1))
                    .says("The least that a group may set as consumer.session.timeout.ms."),
            key("group.consumer.regex.refresh.interval.ms", INT, "600000", MEDIUM, atLeast(10000)).hidden()
                    .says("How often the topics of a group that subscribes by an expression are looked for again, beside every change of "
                            + "topics."),
            key("group.consumer.session.timeout.ms", INT, "45000", MEDIUM, atLeast(1))
                    .says("A member of the consumer protocol that is silent for so long is put out of its group.")
                    .breaks("Short: a pause of a client costs it its partitions. Long: partitions of a client that died wait so long."),
            key("group.coordinator.append.linger.ms", INT, "-1", MEDIUM, atLeast(-1))
                    .says("How long Kafka's group coordinator collects records before it writes them."),
            key("group.coordinator.background.threads", INT, "2", HIGH, atLeast(1))
                    .says("Threads of Kafka's group coordinator for what nobody waits for."),
            key("group.coordinator.cached.buffer.max.bytes", INT, "1048588", MEDIUM, atLeast(524288)).clusterWide()
                    .says("The largest buffer that Kafka's group coordinator keeps for the next write."),
            key("group.coordinator.rebalance.protocols", LIST, "classic,consumer,streams", MEDIUM, someOf("consumer", "classic", "share", "streams"))
                    .says("Which protocols Kafka offers to groups."),
            key("group.coordinator.threads", INT, "4", HIGH, atLeast(1))
                    .says("Threads of Kafka's group coordinator."),
            key("group.initial.rebalance.delay.ms", INT, "3000", MEDIUM, any())
                    .says("How long a new classic group waits for more members; 0 where there is one broker, unless set.")
                    .breaks("0 in a cluster: a group that starts with many members is rearranged for each of them."),
            key("group.max.session.timeout.ms", INT, "1800000", MEDIUM, any())
                    .says("The most that a member of a classic group may ask for as its session timeout.")
                    .breaks("Consumers that ask for more are refused (INVALID_SESSION_TIMEOUT)."),
            key("group.max.size", INT, "2147483647", MEDIUM, atLeast(1))
                    .says("Members of one classic group; one more is refused (GROUP_MAX_SIZE_REACHED)."),
            key("group.min.session.timeout.ms", INT, "6000", MEDIUM, any())
                    .says("The least that a member of a classic group may ask for as its session timeout.")
                    .breaks("Consumers that ask for less are refused (INVALID_SESSION_TIMEOUT)."),
            key("group.share.assignment.interval.ms", INT, "1000", MEDIUM, atLeast(0)).clusterWide()
                    .says("How changes in a share group are collected into one assignment."),
            key("group.share.assignors", LIST, "simple", MEDIUM, entriesNeeded())
                    .says("Assignors of share groups."),
            key("group.share.delivery.count.limit", INT, "5", MEDIUM, between(2, 10))
                    .says("How often a record is handed out before it is given up.")
                    .breaks("Small: records are given up because of clients that died, not because of the records."),
            key("group.share.heartbeat.interval.ms", INT, "5000", MEDIUM, atLeast(1))
                    .says("How often members of a share group are told to speak up."),
            key("group.share.initialize.retry.interval.ms", INT, "30000", LOW, atLeast(1)).hidden()
                    .says("When a share group tries again to begin with a partition where that failed."),
            key("group.share.max.assignment.interval.ms", INT, "15000", MEDIUM, atLeast(0))
                    .says("The most that a group may set as share.assignment.interval.ms."),
            key("group.share.max.delivery.count.limit", INT, "10", MEDIUM, between(5, 25))
                    .says("The most that a group may set as share.delivery.count.limit."),
            key("group.share.max.heartbeat.interval.ms", INT, "15000", MEDIUM, atLeast(1))
                    .says("The most that a group may set as share.heartbeat.interval.ms."),
            key("group.share.max.partition.max.record.locks", INT, "4000", MEDIUM, between(2000, 10000))
                    .says("The most that a group may set as share.partition.max.record.locks."),
            key("group.share.max.record.lock.duration.ms", INT, "60000", MEDIUM, between(30000, 3600000))
                    .says("The most that a group may set as share.record.lock.duration.ms."),
            key("group.share.max.session.timeout.ms", INT, "60000", MEDIUM, atLeast(1))
                    .says("The most that a group may set as share.session.timeout.ms."),
            key("group.share.max.share.sessions", INT, "2000", MEDIUM, atLeast(1))
                    .says("Share sessions of the whole broker; one more is refused (SHARE_SESSION_LIMIT_REACHED)."),
            key("group.share.max.size", INT, "200", MEDIUM, between(1, 1000))
                    .says("Members of one share group; one more is refused (GROUP_MAX_SIZE_REACHED)."),
            key("group.share.min.assignment.interval.ms", INT, "0", MEDIUM, atLeast(0))
                    .says("The least that a group may set as share.assignment.interval.ms."),
            key("group.share.min.delivery.count.limit", INT, "2", MEDIUM, between(2, 5))
                    .says("The least that a group may set as share.delivery.count.limit."),
            key("group.share.min.heartbeat.interval.ms", INT, "5000", MEDIUM, atLeast(1))
                    .says("The least that a group may set as share.heartbeat.interval.ms."),
            key("group.share.min.partition.max.record.locks", INT, "100", MEDIUM, between(100, 2000))
                    .says("The least that a group may set as share.partition.max.record.locks."),
            key("group.share.min.record.lock.duration.ms", INT, "15000", MEDIUM, between(1000, 30000))
                    .says("The least that a group may set as share.record.lock.duration.ms."),
            key("group.share.min.session.timeout.ms", INT, "45000", MEDIUM, atLeast(1))
                    .says("The least that a group may set as share.session.timeout.ms."),
            key("group.share.partition.max.record.locks", INT, "2000", MEDIUM, between(100, 10000))
                    .says("How many records of a partition may be in the hands of a share group's members.")
                    .breaks("Small: members wait although there are records."),
            key("group.share.persister.class.name", STRING, "org.apache.kafka.server.share.persister.DefaultStatePersister", MEDIUM, any()).hidden()
                    .says("The class that keeps the state of share groups in Kafka."),
            key("group.share.record.lock.duration.ms", INT, "30000", MEDIUM, between(1000, 3600000))
                    .says("How long a member of a share group has for a record before another one gets it.")
                    .breaks("Shorter than the work on a record takes: it is done twice."),
            key("group.share.session.timeout.ms", INT, "45000", MEDIUM, atLeast(1))
                    .says("A member of a share group that is silent for so long is put out of its group."),
            key("group.streams.assignment.interval.ms", INT, "1000", MEDIUM, atLeast(0)).clusterWide()
                    .says("How changes in a streams group are collected into one assignment."),
            key("group.streams.heartbeat.interval.ms", INT, "5000", MEDIUM, atLeast(1))
                    .says("How often members of a streams group are told to speak up."),
            key("group.streams.initial.rebalance.delay.ms", INT, "3000", MEDIUM, atLeast(0))
                    .says("How long a new streams group waits for more members."),
            key("group.streams.max.assignment.interval.ms", INT, "15000", MEDIUM, atLeast(0))
                    .says("The most that a group may set as streams.assignment.interval.ms."),
            key("group.streams.max.heartbeat.interval.ms", INT, "15000", MEDIUM, atLeast(1))
                    .says("The most that a group may set as streams.heartbeat.interval.ms."),
            key("group.streams.max.session.timeout.ms", INT, "60000", MEDIUM, atLeast(1))
                    .says("The most that a group may set as streams.session.timeout.ms."),
            key("group.streams.max.size", INT, "2147483647", MEDIUM, atLeast(1))
                    .says("Members of one streams group."),
            key("group.streams.max.standby.replicas", INT, "2", MEDIUM, atLeast(0))
                    .says("The most that a group may set as streams.num.standby.replicas."),
            key("group.streams.min.assignment.interval.ms", INT, "0", MEDIUM, atLeast(0))
                    .says("The least that a group may set as streams.assignment.interval.ms."),
            key("group.streams.min.heartbeat.interval.ms", INT, "5000", MEDIUM, atLeast(1))
                    .says("The least that a group may set as streams.heartbeat.interval.ms."),
            key("group.streams.min.session.timeout.ms", INT, "45000", MEDIUM, atLeast(1))
                    .says("The least that a group may set as streams.session.timeout.ms."),
            key("group.streams.num.standby.replicas", INT, "0", MEDIUM, atLeast(0))
                    .says("Copies of a streams group's state that stand by."),
            key("group.streams.session.timeout.ms", INT, "45000", MEDIUM, atLeast(1))
                    .says("A member of a streams group that is silent for so long is put out of its group."),
            key("offset.metadata.max.bytes", INT, "4096", HIGH, any())
                    .says("The longest note that may be committed with an offset."),
            key("offsets.commit.timeout.ms", INT, "5000", HIGH, atLeast(1))
                    .says("How long Kafka waits for the replicas of a commit."),
            key("offsets.load.buffer.size", INT, "5242880", HIGH, atLeast(1))
                    .says("How much Kafka reads at once when it loads groups."),
            key("offsets.retention.check.interval.ms", LONG, "600000", HIGH, atLeast(1))
                    .says("How often offsets are looked for that may be forgotten."),
            key("offsets.retention.minutes", INT, "10080", HIGH, atLeast(1))
                    .says("How long offsets of a group without members are kept.")
                    .breaks("Shorter than a consumer is away: it begins where auto.offset.reset says, which is to read everything again or to "
                            + "miss what came meanwhile."),
            key("offsets.topic.compression.codec", INT, "0", HIGH, any())
                    .says("How batches of the offsets topic are packed."),
            key("offsets.topic.num.partitions", INT, "50", HIGH, atLeast(1))
                    .says("Partitions of the offsets topic, when it is created.")
                    .breaks("Partitions that are added to the topic later: groups look for their offsets in the wrong place, and seem to have "
                            + "none."),
            key("offsets.topic.replication.factor", SHORT, "3", HIGH, atLeast(1))
                    .says("Replicas of the offsets topic, when it is created; the smaller of 3 and the number of brokers unless set.")
                    .breaks("Set, and more than there are brokers: groups find no coordinator."),
            key("offsets.topic.segment.bytes", INT, "104857600", HIGH, atLeast(1))
                    .says("Segments of the offsets topic, when it is created.")
                    .breaks("Large: a coordinator that moves reads more before it serves."),
            key("producer.id.expiration.check.interval.ms", INT, "600000", LOW, atLeast(1)).hidden()
                    .says("How often Kafka looks for producers to be forgotten."),
            key("producer.id.expiration.ms", INT, "86400000", LOW, atLeast(1)).clusterWide()
                    .says("A producer that has written nothing for so long is forgotten.")
                    .breaks("Shorter than a producer goes on trying: what it sends again may be written twice."),
            key("share.coordinator.append.linger.ms", INT, "-1", MEDIUM, atLeast(-1))
                    .says("How long Kafka's share coordinator collects records before it writes them."),
            key("share.coordinator.cached.buffer.max.bytes", INT, "1048588", MEDIUM, atLeast(524288)).clusterWide()
                    .says("The largest buffer that Kafka's share coordinator keeps for the next write."),
            key("share.coordinator.cold.partition.snapshot.interval.ms", INT, "300000", LOW, atLeast(1)).hidden()
                    .says("A share partition on which nothing happened for so long gets a snapshot, so that old records can go."),
            key("share.coordinator.load.buffer.size", INT, "5242880", HIGH, atLeast(1))
                    .says("How much Kafka reads at once when it loads share groups."),
            key("share.coordinator.snapshot.update.records.per.snapshot", INT, "500", MEDIUM, between(0, 500))
                    .says("Updates of a share partition's state after which its whole state is written.")
                    .breaks("Large: a coordinator that starts reads more."),
            key("share.coordinator.state.topic.compression.codec", INT, "0", HIGH, any())
                    .says("How batches of the share state topic are packed."),
            key("share.coordinator.state.topic.min.isr", SHORT, "2", HIGH, atLeast(1))
                    .says("min.insync.replicas of the share state topic, when it is created; at most one less than its replicas unless set."),
            key("share.coordinator.state.topic.num.partitions", INT, "50", HIGH, atLeast(1))
                    .says("Partitions of the share state topic, when it is created.")
                    .breaks("Partitions that are added to the topic later: share groups look for their state in the wrong place."),
            key("share.coordinator.state.topic.prune.interval.ms", INT, "300000", LOW, atLeast(1)).hidden()
                    .says("How often records of the share state topic that are of no use any more are deleted."),
            key("share.coordinator.state.topic.replication.factor", SHORT, "3", HIGH, atLeast(1))
                    .says("Replicas of the share state topic, when it is created; the smaller of 3 and the number of brokers unless set.")
                    .breaks("Set, and more than there are brokers: share groups find no coordinator."),
            key("share.coordinator.state.topic.segment.bytes", INT, "104857600", HIGH, atLeast(1))
                    .says("Segments of the share state topic, when it is created."),
            key("share.coordinator.threads", INT, "1", MEDIUM, atLeast(1))
                    .says("Threads of Kafka's share coordinator."),
            key("share.coordinator.write.timeout.ms", INT, "5000", HIGH, atLeast(1))
                    .says("How long Kafka waits for the replicas of a share group's state."),
            key("share.fetch.purgatory.purge.interval.requests", INT, "1000", MEDIUM, any())
                    .says("When Kafka sweeps answered share fetches out of its queue."),
            key("telemetry.max.bytes", INT, "1048576", LOW, atLeast(1))
                    .says("The largest report of metrics that a client may push."),
            key("transaction.abort.timed.out.transaction.cleanup.interval.ms", INT, "10000", LOW, atLeast(1))
                    .says("How often markers that could not be written are tried again; a transaction itself is aborted when its time has "
                            + "come, not at a look around."),
            key("transaction.max.timeout.ms", INT, "900000", HIGH, atLeast(1))
                    .says("The longest time that a producer may ask for, for its transactions.")
                    .breaks("Small: producers are refused (INVALID_TRANSACTION_TIMEOUT). Large: readers of committed records may wait so long "
                            + "for a producer that died."),
            key("transaction.partition.verification.enable", BOOLEAN, "true", LOW, any()).clusterWide()
                    .says("Whether the coordinator is asked, before the first batch of an old client's transaction is taken, that there is "
                            + "such a transaction.")
                    .breaks("Switched off, a late batch can open a transaction that nobody ends, and readers of committed records stop there."),
            key("transaction.remove.expired.transaction.cleanup.interval.ms", INT, "3600000", LOW, atLeast(1))
                    .says("How often transactional ids are looked for that may be forgotten."),
            key("transaction.state.log.load.buffer.size", INT, "5242880", HIGH, atLeast(1))
                    .says("How much Kafka reads at once when it loads transactions."),
            key("transaction.state.log.min.isr", INT, "2", HIGH, atLeast(1))
                    .says("min.insync.replicas of the transaction topic, when it is created; at most one less than its replicas unless set."),
            key("transaction.state.log.num.partitions", INT, "50", HIGH, atLeast(1))
                    .says("Partitions of the transaction topic, when it is created.")
                    .breaks("Partitions that are added to the topic later: transactional ids are looked for in the wrong place."),
            key("transaction.state.log.replication.factor", SHORT, "3", HIGH, atLeast(1))
                    .says("Replicas of the transaction topic, when it is created; the smaller of 3 and the number of brokers unless set.")
                    .breaks("Set, and more than there are brokers: transactional producers find no coordinator."),
            key("transaction.state.log.segment.bytes", INT, "104857600", HIGH, atLeast(1))
                    .says("Segments of the transaction topic, when it is created."),
            key("transaction.two.phase.commit.enable", BOOLEAN, "false", LOW, any())
                    .says("Whether producers may prepare a transaction and end it from outside (KIP-939)."),
            key("transactional.id.expiration.ms", INT, "604800000", HIGH, atLeast(1))
                    .says("A transactional id that was not used for so long is forgotten.")
                    .breaks("Shorter than a producer pauses: its next transaction is refused (INVALID_PRODUCER_ID_MAPPING), and it has to "
                            + "begin anew."));

    private GroupCoordinatorKeys() {}
}
