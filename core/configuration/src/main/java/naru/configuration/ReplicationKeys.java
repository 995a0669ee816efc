package naru.configuration;

import static naru.configuration.Allowed.*;
import static naru.configuration.ConfigKey.Importance.*;
import static naru.configuration.ConfigKey.key;
import static naru.configuration.ConfigType.*;

import java.util.List;

/** Keys about replication and leadership. Names, types, defaults and ranges are Kafka 4.3's. */
final class ReplicationKeys {

    static final List<ConfigKey> ALL = List.of(
            key("alter.log.dirs.replication.quota.window.num", INT, "11", LOW, atLeast(1))
                    .says("Samples that the throttle of moves between folders is calculated from."),
            key("alter.log.dirs.replication.quota.window.size.seconds", INT, "1", LOW, atLeast(1))
                    .says("How long one such sample lasts."),
            key("auto.leader.rebalance.enable", BOOLEAN, "true", HIGH, any())
                    .says("Whether leaders go back to the first replica of each partition when its broker is back.")
                    .breaks("Switched off, after a restart of each broker some lead much and some nothing, until somebody elects by hand."),
            key("controlled.shutdown.enable", BOOLEAN, "true", MEDIUM, any())
                    .says("Whether a broker that stops gives away what it leads first.")
                    .breaks("Switched off, a planned stop costs clients what a crash costs them."),
            key("delete.records.purgatory.purge.interval.requests", INT, "1", MEDIUM, any())
                    .says("When Kafka sweeps answered deletions of records out of its queue."),
            key("fetch.purgatory.purge.interval.requests", INT, "1000", MEDIUM, any())
                    .says("When Kafka sweeps answered fetches out of its queue."),
            key("leader.imbalance.check.interval.seconds", LONG, "300", HIGH, atLeast(1))
                    .says("How often the active controller looks for leaders that should go back."),
            key("num.replica.alter.log.dirs.threads", INT, null, HIGH, any())
                    .says("Threads that move partitions between folders."),
            key("num.replica.fetchers", INT, "1", HIGH, atLeast(1)).clusterWide()
                    .says("Connections that Kafka fetches on from each leader."),
            key("producer.purgatory.purge.interval.requests", INT, "1000", MEDIUM, any())
                    .says("When Kafka sweeps answered produces out of its queue."),
            key("quota.window.num", INT, "11", LOW, atLeast(1))
                    .says("Samples that quotas of clients are calculated from."),
            key("quota.window.size.seconds", INT, "1", LOW, atLeast(1))
                    .says("How long one such sample lasts."),
            key("replica.fetch.backoff.ms", INT, "1000", MEDIUM, atLeast(0))
                    .says("The longest that a follower waits before it asks again where fetching failed."),
            key("replica.fetch.max.bytes", INT, "1048576", MEDIUM, atLeast(0))
                    .says("The most that a follower fetches of one partition at once; a first batch comes even when it is larger."),
            key("replica.fetch.min.bytes", INT, "1", HIGH, any())
                    .says("The least that a leader waits for before it answers a follower.")
                    .breaks("More than 1: what is acknowledged by all waits for replica.fetch.wait.max.ms."),
            key("replica.fetch.response.max.bytes", INT, "10485760", MEDIUM, atLeast(0))
                    .says("The most that one answer to a follower holds."),
            key("replica.fetch.wait.max.ms", INT, "500", HIGH, any())
                    .says("The longest that a leader keeps a follower waiting when there is nothing new.")
                    .breaks("Longer than replica.lag.time.max.ms: followers of quiet partitions fall out of the in-sync set and come back, "
                            + "again and again."),
            key("replica.high.watermark.checkpoint.interval.ms", LONG, "5000", HIGH, any())
                    .says("How often Kafka writes down the high watermarks."),
            key("replica.lag.time.max.ms", LONG, "30000", HIGH, any())
                    .says("A follower that has not caught up with its leader for so long is not in sync any more.")
                    .breaks("Short: in-sync sets shrink under load, and min.insync.replicas stops producers. Long: an acks=all waits so long "
                            + "for a follower that hangs."),
            key("replica.selector.class", STRING, null, MEDIUM, any())
                    .says("org.apache.kafka.common.replica.RackAwareReplicaSelector lets consumers read from an in-sync replica in their "
                            + "own rack (KIP-392); any other value changes nothing."),
            key("replica.socket.receive.buffer.bytes", INT, "65536", HIGH, any())
                    .says("The system's buffer for what a follower receives."),
            key("replica.socket.timeout.ms", INT, "30000", HIGH, any())
                    .says("How long a follower waits for its leader in Kafka."),
            key("replication.quota.window.num", INT, "11", LOW, atLeast(1))
                    .says("Samples that the throttle of replication is calculated from."),
            key("replication.quota.window.size.seconds", INT, "1", LOW, atLeast(1))
                    .says("How long one such sample lasts."));

    /** Of brokers, and set while they run alone: a file that names them is told that they are unknown. */
    static final List<ConfigKey> RATES = List.of(
            key("follower.replication.throttled.rate", LONG, "9223372036854775807", MEDIUM, atLeast(0)).clusterWide()
                    .says("Bytes a second that replicas named in follower.replication.throttled.replicas may fetch to catch up."),
            key("leader.replication.throttled.rate", LONG, "9223372036854775807", MEDIUM, atLeast(0)).clusterWide()
                    .says("Bytes a second that replicas named in leader.replication.throttled.replicas may be sent to catch up."),
            key("replica.alter.log.dirs.io.max.bytes.per.second", LONG, "9223372036854775807", MEDIUM, atLeast(0)).clusterWide()
                    .says("Bytes a second that are copied of replicas on their way from one log folder to another."));

    private ReplicationKeys() {}
}
