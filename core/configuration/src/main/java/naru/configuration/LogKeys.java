package naru.configuration;

import static naru.configuration.Allowed.*;
import static naru.configuration.ConfigKey.Importance.*;
import static naru.configuration.ConfigKey.key;
import static naru.configuration.ConfigType.*;

import java.util.List;

/** Keys about what every log obeys unless its topic says otherwise. Names, types, defaults and ranges are Kafka 4.3's. */
final class LogKeys {

    static final List<ConfigKey> ALL = List.of(
            key("auto.create.topics.enable", BOOLEAN, "true", HIGH, any())
                    .says("Whether asking for the metadata of a missing topic creates it."),
            key("compression.gzip.level", INT, "-1", MEDIUM, betweenOr(1, 9, -1)).clusterWide(),
            key("compression.lz4.level", INT, "9", MEDIUM, between(1, 17)).clusterWide(),
            key("compression.type", STRING, "producer", HIGH, oneOf("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer")).clusterWide()
                    .says("How batches are stored; producer keeps what the producer chose."),
            key("compression.zstd.level", INT, "3", MEDIUM, between(-131072, 22)).clusterWide(),
            key("cordoned.log.dirs", LIST, "", MEDIUM, entries()).perBroker(),
            key("create.topic.policy.class.name", CLASS, null, LOW, any()),
            key("default.replication.factor", INT, "1", MEDIUM, any())
                    .says("Replicas of a topic whose creator does not say."),
            key("delete.topic.enable", BOOLEAN, "true", HIGH, any())
                    .says("Whether topics may be deleted."),
            key("log.cleaner.backoff.ms", LONG, "15000", MEDIUM, atLeast(0)).clusterWide(),
            key("log.cleaner.dedupe.buffer.size", LONG, "134217728", MEDIUM, any()).clusterWide(),
            key("log.cleaner.delete.retention.ms", LONG, "86400000", MEDIUM, atLeast(0)).clusterWide(),
            key("log.cleaner.enable", BOOLEAN, "true", MEDIUM, any()),
            key("log.cleaner.io.buffer.load.factor", DOUBLE, "0.9", MEDIUM, any()).clusterWide(),
            key("log.cleaner.io.buffer.size", INT, "524288", MEDIUM, atLeast(0)).clusterWide(),
            key("log.cleaner.io.max.bytes.per.second", DOUBLE, "1.7976931348623157E308", MEDIUM, any()).clusterWide(),
            key("log.cleaner.max.compaction.lag.ms", LONG, "9223372036854775807", MEDIUM, atLeast(1)).clusterWide(),
            key("log.cleaner.min.cleanable.ratio", DOUBLE, "0.5", MEDIUM, between(0, 1)).clusterWide(),
            key("log.cleaner.min.compaction.lag.ms", LONG, "0", MEDIUM, atLeast(0)).clusterWide(),
            key("log.cleaner.threads", INT, "1", MEDIUM, atLeast(0)).clusterWide(),
            key("log.cleanup.policy", LIST, "delete", MEDIUM, anyOf("compact", "delete")).clusterWide(),
            key("log.dir", LIST, "/tmp/kafka-logs", HIGH, entriesNeeded())
                    .says("The folder that holds partitions when log.dirs is not set."),
            key("log.dir.failure.timeout.ms", LONG, "30000", LOW, atLeast(1)),
            key("log.dirs", LIST, null, HIGH, entriesNeeded())
                    .says("Folders that hold partitions, separated by commas; log.dir when not set."),
            key("log.flush.interval.messages", LONG, "9223372036854775807", HIGH, atLeast(1)).clusterWide(),
            key("log.flush.interval.ms", LONG, null, HIGH, any()).clusterWide(),
            key("log.flush.offset.checkpoint.interval.ms", INT, "60000", HIGH, atLeast(0)),
            key("log.flush.scheduler.interval.ms", LONG, "9223372036854775807", HIGH, any()),
            key("log.flush.start.offset.checkpoint.interval.ms", INT, "60000", HIGH, atLeast(0)),
            key("log.index.interval.bytes", INT, "4096", MEDIUM, atLeast(0)).clusterWide(),
            key("log.index.size.max.bytes", INT, "10485760", MEDIUM, atLeast(4)).clusterWide(),
            key("log.initial.task.delay.ms", LONG, "30000", LOW, atLeast(0)).hidden(),
            key("log.local.retention.bytes", LONG, "-2", MEDIUM, atLeast(-2)).clusterWide(),
            key("log.local.retention.ms", LONG, "-2", MEDIUM, atLeast(-2)).clusterWide(),
            key("log.message.timestamp.after.max.ms", LONG, "3600000", MEDIUM, atLeast(0)).clusterWide(),
            key("log.message.timestamp.before.max.ms", LONG, "9223372036854775807", MEDIUM, atLeast(0)).clusterWide(),
            key("log.message.timestamp.type", STRING, "CreateTime", MEDIUM, oneOf("CreateTime", "LogAppendTime")).clusterWide(),
            key("log.preallocate", BOOLEAN, "false", MEDIUM, any()).clusterWide(),
            key("log.retention.bytes", LONG, "-1", HIGH, any()).clusterWide()
                    .says("How many bytes of a partition are kept; -1 sets no bound."),
            key("log.retention.check.interval.ms", LONG, "300000", MEDIUM, atLeast(1)),
            key("log.retention.hours", INT, "168", HIGH, any())
                    .says("How long records are kept, in hours."),
            key("log.retention.minutes", INT, null, HIGH, any())
                    .says("How long records are kept, in minutes; wins over hours."),
            key("log.retention.ms", LONG, null, HIGH, any()).clusterWide()
                    .says("How long records are kept; -1 keeps them for ever. Wins over minutes and hours."),
            key("log.roll.hours", INT, "168", HIGH, atLeast(1)),
            key("log.roll.jitter.hours", INT, "0", HIGH, atLeast(0)),
            key("log.roll.jitter.ms", LONG, null, HIGH, any()).clusterWide(),
            key("log.roll.ms", LONG, null, HIGH, any()).clusterWide(),
            key("log.segment.bytes", INT, "1073741824", HIGH, atLeast(1048576)).clusterWide()
                    .says("A segment file is closed when it would grow beyond this many bytes."),
            key("log.segment.delete.delay.ms", LONG, "60000", HIGH, atLeast(0)).clusterWide(),
            key("message.max.bytes", INT, "1048588", HIGH, atLeast(0)).clusterWide()
                    .says("The largest record batch accepted, in bytes after compression."),
            key("min.insync.replicas", INT, "1", HIGH, atLeast(1)).clusterWide()
                    .says("In-sync replicas needed before a write with acks=all is accepted."),
            key("num.partitions", INT, "1", MEDIUM, atLeast(1))
                    .says("Partitions of a topic whose creator does not say."),
            key("num.recovery.threads.per.data.dir", INT, "2", HIGH, atLeast(1)).clusterWide(),
            key("unclean.leader.election.enable", BOOLEAN, "false", HIGH, any()).clusterWide(),
            key("unclean.leader.election.interval.ms", LONG, "300000", MEDIUM, atLeast(1)).hidden(),
            key("naru.durability", STRING, "auto", HIGH, oneOf("auto", "fsync", "memory")).clusterWide()
                    .says("What an acknowledgement means: two memories or one disk (auto), every disk (fsync), memory alone (memory)."));

    private LogKeys() {}
}
