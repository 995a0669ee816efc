package naru.configuration;

import static naru.configuration.Allowed.*;
import static naru.configuration.ConfigKey.Importance.*;
import static naru.configuration.ConfigKey.key;
import static naru.configuration.ConfigType.*;

import java.util.List;

/** Keys about one topic. Names, types, defaults and ranges are Kafka 4.3's. */
final class TopicKeys {

    static final List<ConfigKey> ALL = List.of(
            key("cleanup.policy", LIST, "delete", MEDIUM, anyOf("compact", "delete")).follows("log.cleanup.policy")
                    .says("delete removes old segments, compact keeps the last value of each key; both may be given."),
            key("compression.gzip.level", INT, "-1", MEDIUM, betweenOr(1, 9, -1)).follows("compression.gzip.level")
                    .says("The level for compression.type=gzip; -1 is the codec's own."),
            key("compression.lz4.level", INT, "9", MEDIUM, between(1, 17)).follows("compression.lz4.level")
                    .says("The level for compression.type=lz4."),
            key("compression.type", STRING, "producer", MEDIUM, oneOf("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer")).follows("compression.type")
                    .says("How batches are stored; producer keeps what the producer chose."),
            key("compression.zstd.level", INT, "3", MEDIUM, between(-131072, 22)).follows("compression.zstd.level")
                    .says("The level for compression.type=zstd."),
            key("delete.retention.ms", LONG, "86400000", MEDIUM, atLeast(0)).follows("log.cleaner.delete.retention.ms")
                    .says("How long a compacted topic keeps the mark that a key was deleted."),
            key("file.delete.delay.ms", LONG, "60000", MEDIUM, atLeast(0)).follows("log.segment.delete.delay.ms")
                    .says("How long a file that is given up stays on the disk for those who still read it."),
            key("flush.messages", LONG, "9223372036854775807", MEDIUM, atLeast(1)).follows("log.flush.interval.messages")
                    .says("After how many records a log is brought to the disk, beyond what the durability asks for."),
            key("flush.ms", LONG, "9223372036854775807", MEDIUM, atLeast(0)).follows("log.flush.interval.ms", "log.flush.scheduler.interval.ms")
                    .says("After which time a log is brought to the disk, beyond what the durability asks for."),
            key("follower.replication.throttled.replicas", LIST, "", MEDIUM, throttled())
                    .says("Followers whose fetching is throttled, as partition:broker; * for all."),
            key("index.interval.bytes", INT, "4096", MEDIUM, atLeast(0)).follows("log.index.interval.bytes")
                    .says("About how many bytes of a segment lie between two entries of its index."),
            key("internal.segment.bytes", INT, null, MEDIUM, any()).hidden(),
            key("leader.replication.throttled.replicas", LIST, "", MEDIUM, throttled())
                    .says("Leaders whose followers are throttled, as partition:broker; * for all."),
            key("local.retention.bytes", LONG, "-2", MEDIUM, atLeast(-2)).follows("log.local.retention.bytes")
                    .says("How many bytes of a partition stay here when the rest is in remote storage; -2 follows retention.bytes."),
            key("local.retention.ms", LONG, "-2", MEDIUM, atLeast(-2)).follows("log.local.retention.ms")
                    .says("How long records stay here when they are in remote storage; -2 follows retention.ms."),
            key("max.compaction.lag.ms", LONG, "9223372036854775807", MEDIUM, atLeast(1)).follows("log.cleaner.max.compaction.lag.ms")
                    .says("The longest that a record may stay uncompacted."),
            key("max.message.bytes", INT, "1048588", MEDIUM, atLeast(0)).follows("message.max.bytes")
                    .says("The largest record batch accepted, in bytes after compression."),
            key("message.timestamp.after.max.ms", LONG, "3600000", MEDIUM, atLeast(0)).follows("log.message.timestamp.after.max.ms")
                    .says("How far in the future a record's own time may lie."),
            key("message.timestamp.before.max.ms", LONG, "9223372036854775807", MEDIUM, atLeast(0)).follows("log.message.timestamp.before.max.ms")
                    .says("How far in the past a record's own time may lie."),
            key("message.timestamp.type", STRING, "CreateTime", MEDIUM, oneOf("CreateTime", "LogAppendTime")).follows("log.message.timestamp.type")
                    .says("Whether records keep their creator's time or get the time of their append."),
            key("min.cleanable.dirty.ratio", DOUBLE, "0.5", MEDIUM, between(0, 1)).follows("log.cleaner.min.cleanable.ratio")
                    .says("The part of a log that must be uncompacted before it is compacted."),
            key("min.compaction.lag.ms", LONG, "0", MEDIUM, atLeast(0)).follows("log.cleaner.min.compaction.lag.ms")
                    .says("The shortest that a record stays uncompacted."),
            key("min.insync.replicas", INT, "1", MEDIUM, atLeast(1)).follows("min.insync.replicas")
                    .says("In-sync replicas needed before a write with acks=all is accepted."),
            key("preallocate", BOOLEAN, "false", MEDIUM, any()).follows("log.preallocate")
                    .says("Whether the file of a new segment takes its full size at once."),
            key("remote.log.copy.disable", BOOLEAN, "false", MEDIUM, any())
                    .says("Whether nothing more is copied to remote storage."),
            key("remote.log.delete.on.disable", BOOLEAN, "false", MEDIUM, any())
                    .says("Whether remote storage is emptied when it is switched off."),
            key("remote.storage.enable", BOOLEAN, "false", MEDIUM, any())
                    .says("Whether older segments go to remote storage."),
            key("retention.bytes", LONG, "-1", MEDIUM, any()).follows("log.retention.bytes")
                    .says("How many bytes of a partition are kept; -1 sets no bound."),
            key("retention.ms", LONG, "604800000", MEDIUM, atLeast(-1)).follows("log.retention.ms", "log.retention.minutes*60000", "log.retention.hours*3600000")
                    .says("How long records are kept; -1 keeps them for ever."),
            key("segment.bytes", INT, "1073741824", MEDIUM, atLeast(1048576)).follows("log.segment.bytes")
                    .says("A segment file is closed when it would grow beyond this many bytes."),
            key("segment.index.bytes", INT, "10485760", MEDIUM, atLeast(4)).follows("log.index.size.max.bytes")
                    .says("How large a segment's index may grow."),
            key("segment.jitter.ms", LONG, "0", MEDIUM, atLeast(0)).follows("log.roll.jitter.ms", "log.roll.jitter.hours*3600000")
                    .says("How much of segment.ms is left to chance, so that not all partitions roll at once."),
            key("segment.ms", LONG, "604800000", MEDIUM, atLeast(1)).follows("log.roll.ms", "log.roll.hours*3600000")
                    .says("A segment is closed after this time even when it is not full."),
            key("unclean.leader.election.enable", BOOLEAN, "false", MEDIUM, any()).follows("unclean.leader.election.enable")
                    .says("Whether a replica that was not in sync may lead when no other can; what it lacks is lost."),
            key("naru.durability", STRING, "auto", HIGH, oneOf("auto", "fsync", "memory")).follows("naru.durability")
                    .says("What an acknowledgement means: two memories or one disk (auto), every disk (fsync), memory alone (memory)."));

    private TopicKeys() {}
}
