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
                    .says("delete removes old segments, compact keeps the last value of each key; both may be given.")
                    .breaks("compact on a topic whose records have no key: its producers hear INVALID_RECORD. delete on a topic that is "
                            + "somebody's table: keys that are not written again vanish after retention.ms."),
            key("compression.gzip.level", INT, "-1", MEDIUM, betweenOr(1, 9, -1)).follows("compression.gzip.level")
                    .says("The level for compression.type=gzip; -1 is the codec's own."),
            key("compression.lz4.level", INT, "9", MEDIUM, between(1, 17)).follows("compression.lz4.level")
                    .says("The level for compression.type=lz4."),
            key("compression.type", STRING, "producer", MEDIUM, oneOf("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer")).follows("compression.type")
                    .says("How batches are stored; producer keeps what the producer chose.")
                    .breaks("Anything but producer makes the broker unpack and pack again each batch that comes in another codec."),
            key("compression.zstd.level", INT, "3", MEDIUM, between(-131072, 22)).follows("compression.zstd.level")
                    .says("The level for compression.type=zstd."),
            key("delete.retention.ms", LONG, "86400000", MEDIUM, atLeast(0)).follows("log.cleaner.delete.retention.ms")
                    .says("How long a compacted topic keeps the mark that a key was deleted.")
                    .breaks("Shorter than a consumer needs to read the whole topic: it may see a key and never hear that it was deleted."),
            key("file.delete.delay.ms", LONG, "60000", MEDIUM, atLeast(0)).follows("log.segment.delete.delay.ms")
                    .says("How long a file that is given up stays on the disk for those who still read it."),
            key("flush.messages", LONG, "9223372036854775807", MEDIUM, atLeast(1)).follows("log.flush.interval.messages")
                    .says("After how many records a log is brought to the disk, beyond what the durability asks for.")
                    .breaks("Small: each sync costs what a disk's sync costs. 1 with naru.durability=memory means fsync."),
            key("flush.ms", LONG, "9223372036854775807", MEDIUM, atLeast(0)).follows("log.flush.interval.ms", "log.flush.scheduler.interval.ms")
                    .says("After which time a log is brought to the disk, beyond what the durability asks for."),
            key("follower.replication.throttled.replicas", LIST, "", MEDIUM, throttled())
                    .says("Followers whose fetching is throttled, as partition:broker; * for all."),
            key("index.interval.bytes", INT, "4096", MEDIUM, atLeast(0)).follows("log.index.interval.bytes")
                    .says("About how many bytes of a segment lie between two entries of its index.")
                    .breaks("Small: larger indexes. Large: more is read to find an offset."),
            key("internal.segment.bytes", INT, null, MEDIUM, any()).hidden()
                    .says("For Kafka's tests: segments that are smaller than allowed."),
            key("leader.replication.throttled.replicas", LIST, "", MEDIUM, throttled())
                    .says("Leaders whose followers are throttled, as partition:broker; * for all."),
            key("local.retention.bytes", LONG, "-2", MEDIUM, atLeast(-2)).follows("log.local.retention.bytes")
                    .says("How many bytes of a partition stay here when the rest is in remote storage; -2 follows retention.bytes."),
            key("local.retention.ms", LONG, "-2", MEDIUM, atLeast(-2)).follows("log.local.retention.ms")
                    .says("How long records stay here when they are in remote storage; -2 follows retention.ms."),
            key("max.compaction.lag.ms", LONG, "9223372036854775807", MEDIUM, atLeast(1)).follows("log.cleaner.max.compaction.lag.ms")
                    .says("The longest that a record may stay uncompacted; also the longest that a segment of a compacted topic is written "
                            + "to."),
            key("max.message.bytes", INT, "1048588", MEDIUM, atLeast(0)).follows("message.max.bytes")
                    .says("The largest record batch accepted, in bytes after compression.")
                    .breaks("Smaller than producers make their batches: they hear MESSAGE_TOO_LARGE."),
            key("message.timestamp.after.max.ms", LONG, "3600000", MEDIUM, atLeast(0)).follows("log.message.timestamp.after.max.ms")
                    .says("How far in the future a record's own time may lie.")
                    .breaks("Small, with clocks that differ: INVALID_TIMESTAMP. Large: one record from the future keeps its segment from "
                            + "going by age."),
            key("message.timestamp.before.max.ms", LONG, "9223372036854775807", MEDIUM, atLeast(0)).follows("log.message.timestamp.before.max.ms")
                    .says("How far in the past a record's own time may lie.")
                    .breaks("Small: nothing old can be imported (INVALID_TIMESTAMP)."),
            key("message.timestamp.type", STRING, "CreateTime", MEDIUM, oneOf("CreateTime", "LogAppendTime")).follows("log.message.timestamp.type")
                    .says("Whether records keep their creator's time or get the time of their append.")
                    .breaks("CreateTime with old times: imported records are deleted at once by retention.ms, which goes by them."),
            key("min.cleanable.dirty.ratio", DOUBLE, "0.5", MEDIUM, between(0, 1)).follows("log.cleaner.min.cleanable.ratio")
                    .says("The part of a log that must be uncompacted before it is compacted.")
                    .breaks("Near 0: the log is written again and again. Near 1: up to twice the disk, and readers see more old values."),
            key("min.compaction.lag.ms", LONG, "0", MEDIUM, atLeast(0)).follows("log.cleaner.min.compaction.lag.ms")
                    .says("The shortest that a record stays uncompacted.")
                    .breaks("Longer than max.compaction.lag.ms is refused."),
            key("min.insync.replicas", INT, "1", MEDIUM, atLeast(1)).follows("min.insync.replicas")
                    .says("In-sync replicas needed before a write with acks=all is accepted.")
                    .breaks("As many as there are replicas: one broker that is away stops every producer with acks=all (NOT_ENOUGH_REPLICAS)."),
            key("preallocate", BOOLEAN, "false", MEDIUM, any()).follows("log.preallocate")
                    .says("Whether the file of a new segment takes its full size at once."),
            key("remote.log.copy.disable", BOOLEAN, "false", MEDIUM, any())
                    .says("Whether nothing more is copied to remote storage."),
            key("remote.log.delete.on.disable", BOOLEAN, "false", MEDIUM, any())
                    .says("Whether remote storage is emptied when it is switched off."),
            key("remote.storage.enable", BOOLEAN, "false", MEDIUM, any())
                    .says("Whether older segments go to remote storage."),
            key("retention.bytes", LONG, "-1", MEDIUM, any()).follows("log.retention.bytes")
                    .says("How many bytes of a partition are kept; -1 sets no bound.")
                    .breaks("It counts for each partition. Small: what a consumer has not read yet is deleted under its feet."),
            key("retention.ms", LONG, "604800000", MEDIUM, atLeast(-1)).follows("log.retention.ms", "log.retention.minutes*60000", "log.retention.hours*3600000")
                    .says("How long records are kept; -1 keeps them for ever.")
                    .breaks("Shorter than a consumer is away: it misses what was deleted, and goes on where auto.offset.reset says. Records "
                            + "go by whole segments, when the newest of one is old enough."),
            key("segment.bytes", INT, "1073741824", MEDIUM, atLeast(1048576)).follows("log.segment.bytes")
                    .says("A segment file is closed when it would grow beyond this many bytes.")
                    .breaks("Small: very many files. Large: retention and compaction, which take whole segments, come late."),
            key("segment.index.bytes", INT, "10485760", MEDIUM, atLeast(4)).follows("log.index.size.max.bytes")
                    .says("How large a segment's index may grow.")
                    .breaks("Small: a segment is closed when its index is full, long before segment.bytes."),
            key("segment.jitter.ms", LONG, "0", MEDIUM, atLeast(0)).follows("log.roll.jitter.ms", "log.roll.jitter.hours*3600000")
                    .says("How much of segment.ms is left to chance, so that not all partitions roll at once."),
            key("segment.ms", LONG, "604800000", MEDIUM, atLeast(1)).follows("log.roll.ms", "log.roll.hours*3600000")
                    .says("A segment is closed after this time even when it is not full.")
                    .breaks("Short, with many quiet partitions: very many small files. Long: old records of a quiet partition stay, because "
                            + "their segment is still written to."),
            key("unclean.leader.election.enable", BOOLEAN, "false", MEDIUM, any()).follows("unclean.leader.election.enable")
                    .says("Whether a replica that was not in sync may lead when no other can.")
                    .breaks("Switched on, what that replica lacks is lost, although it was acknowledged."),
            key("naru.durability", STRING, "auto", HIGH, oneOf("auto", "fsync", "memory")).follows("naru.durability")
                    .says("What an acknowledgement means: two memories or one disk (auto), every disk (fsync), memory alone (memory).")
                    .breaks("memory gives up what was acknowledged last when the machines that have it lose power together."));

    private TopicKeys() {}
}
