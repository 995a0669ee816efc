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
                    .says("Whether asking for the metadata of a missing topic creates it, with num.partitions and "
                            + "default.replication.factor.")
                    .breaks("A misspelt topic name becomes a topic, and its records are missed elsewhere; switched off, programs that count "
                            + "on it hear UNKNOWN_TOPIC_OR_PARTITION until the topic is created."),
            key("compression.gzip.level", INT, "-1", MEDIUM, betweenOr(1, 9, -1)).clusterWide()
                    .says("The level at which batches are packed again where compression.type asks for gzip."),
            key("compression.lz4.level", INT, "9", MEDIUM, between(1, 17)).clusterWide()
                    .says("The level at which batches are packed again where compression.type asks for lz4."),
            key("compression.type", STRING, "producer", HIGH, oneOf("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer")).clusterWide()
                    .says("How batches are stored; producer keeps what the producer chose. Default of the topics' key.")
                    .breaks("Anything but producer makes the broker unpack and pack again each batch that comes in another codec: several "
                            + "times the processor time of a produce."),
            key("compression.zstd.level", INT, "3", MEDIUM, between(-131072, 22)).clusterWide()
                    .says("The level at which batches are packed again where compression.type asks for zstd."),
            key("cordoned.log.dirs", LIST, "", MEDIUM, entries()).perBroker()
                    .says("Folders that get no new partitions; * for all of them.")
                    .breaks("All folders of all brokers: no topic can be created."),
            key("create.topic.policy.class.name", CLASS, null, LOW, any())
                    .says("A class that may refuse the creation of a topic."),
            key("default.replication.factor", INT, "1", MEDIUM, any())
                    .says("Replicas of a topic whose creator does not say.")
                    .breaks("More than there are brokers: no such topic can be created (INVALID_REPLICATION_FACTOR). One in a cluster: topics "
                            + "that are gone for as long as their broker is."),
            key("delete.topic.enable", BOOLEAN, "true", HIGH, any())
                    .says("Whether topics may be deleted.")
                    .breaks("Switched off, every deletion is answered TOPIC_DELETION_DISABLED."),
            key("log.cleaner.backoff.ms", LONG, "15000", MEDIUM, atLeast(0)).clusterWide()
                    .says("How long compaction rests when it found nothing to do.")
                    .breaks("Long: compacted topics stay large, and deleted keys are read for longer."),
            key("log.cleaner.dedupe.buffer.size", LONG, "134217728", MEDIUM, any()).clusterWide()
                    .says("Memory in bytes for the table of keys that compaction keeps, shared by log.cleaner.threads.")
                    .breaks("Small: a log with many keys takes many rounds, each of which reads it again."),
            key("log.cleaner.delete.retention.ms", LONG, "86400000", MEDIUM, atLeast(0)).clusterWide()
                    .says("Default of delete.retention.ms of topics."),
            key("log.cleaner.enable", BOOLEAN, "true", MEDIUM, any())
                    .says("Whether anything is compacted at all.")
                    .breaks("Switched off, compacted topics grow without end, the offsets of groups and the states of transactions among "
                            + "them, and a start that reads them takes longer and longer."),
            key("log.cleaner.io.buffer.load.factor", DOUBLE, "0.9", MEDIUM, any()).clusterWide()
                    .says("How full the table of keys may get, from 0 to 1.")
                    .breaks("Near 1 a table holds more keys and finds each of them more slowly."),
            key("log.cleaner.io.buffer.size", INT, "524288", MEDIUM, atLeast(0)).clusterWide()
                    .says("Buffers for the input and output of Kafka's log cleaner."),
            key("log.cleaner.io.max.bytes.per.second", DOUBLE, "1.7976931348623157E308", MEDIUM, any()).clusterWide()
                    .says("What compaction may read and write in a second, all threads together.")
                    .breaks("Small: compaction falls behind what is written, and topics grow. Unbounded: on a slow disk, produce and fetch "
                            + "feel it."),
            key("log.cleaner.max.compaction.lag.ms", LONG, "9223372036854775807", MEDIUM, atLeast(1)).clusterWide()
                    .says("Default of max.compaction.lag.ms of topics."),
            key("log.cleaner.min.cleanable.ratio", DOUBLE, "0.5", MEDIUM, between(0, 1)).clusterWide()
                    .says("Default of min.cleanable.dirty.ratio of topics."),
            key("log.cleaner.min.compaction.lag.ms", LONG, "0", MEDIUM, atLeast(0)).clusterWide()
                    .says("Default of min.compaction.lag.ms of topics."),
            key("log.cleaner.threads", INT, "1", MEDIUM, atLeast(0)).clusterWide()
                    .says("How many compactions may be under way at a time.")
                    .breaks("0 compacts nothing: see log.cleaner.enable."),
            key("log.cleanup.policy", LIST, "delete", MEDIUM, anyOf("compact", "delete")).clusterWide()
                    .says("Default of cleanup.policy of topics.")
                    .breaks("With compact, records without a key are refused in every topic that does not say otherwise."),
            key("log.dir", LIST, "/tmp/kafka-logs", HIGH, entriesNeeded())
                    .says("The folder that holds partitions when log.dirs is not set."),
            key("log.dir.failure.timeout.ms", LONG, "30000", LOW, atLeast(1))
                    .says("How long a broker goes on that cannot tell the controllers of a failed folder."),
            key("log.dirs", LIST, null, HIGH, entriesNeeded())
                    .says("Folders that hold partitions, separated by commas; log.dir when not set.")
                    .breaks("A folder that is taken out takes its partitions along: without replicas elsewhere their records are gone for "
                            + "clients until it is back. A folder of another node or cluster is refused at the start."),
            key("log.flush.interval.messages", LONG, "9223372036854775807", HIGH, atLeast(1)).clusterWide()
                    .says("Default of flush.messages of topics."),
            key("log.flush.interval.ms", LONG, null, HIGH, any()).clusterWide()
                    .says("Default of flush.ms of topics."),
            key("log.flush.offset.checkpoint.interval.ms", INT, "60000", HIGH, atLeast(0))
                    .says("How often the places up to which logs are on the medium, and their high watermarks, are written down.")
                    .breaks("Long: a start after a crash reads and checks more. Short: more small writes."),
            key("log.flush.scheduler.interval.ms", LONG, "9223372036854775807", HIGH, any())
                    .says("Stands in for log.flush.interval.ms where that is not set."),
            key("log.flush.start.offset.checkpoint.interval.ms", INT, "60000", HIGH, atLeast(0))
                    .says("How often the places where logs begin are written down.")
                    .breaks("Long: after a crash a log may begin at an earlier offset again, with records that retention had dropped."),
            key("log.index.interval.bytes", INT, "4096", MEDIUM, atLeast(0)).clusterWide()
                    .says("Default of index.interval.bytes of topics."),
            key("log.index.size.max.bytes", INT, "10485760", MEDIUM, atLeast(4)).clusterWide()
                    .says("Default of segment.index.bytes of topics."),
            key("log.initial.task.delay.ms", LONG, "30000", LOW, atLeast(0)).hidden()
                    .says("How long a broker waits after its start before it looks after its logs."),
            key("log.local.retention.bytes", LONG, "-2", MEDIUM, atLeast(-2)).clusterWide()
                    .says("Default of local.retention.bytes of topics."),
            key("log.local.retention.ms", LONG, "-2", MEDIUM, atLeast(-2)).clusterWide()
                    .says("Default of local.retention.ms of topics."),
            key("log.message.timestamp.after.max.ms", LONG, "3600000", MEDIUM, atLeast(0)).clusterWide()
                    .says("Default of message.timestamp.after.max.ms of topics."),
            key("log.message.timestamp.before.max.ms", LONG, "9223372036854775807", MEDIUM, atLeast(0)).clusterWide()
                    .says("Default of message.timestamp.before.max.ms of topics."),
            key("log.message.timestamp.type", STRING, "CreateTime", MEDIUM, oneOf("CreateTime", "LogAppendTime")).clusterWide()
                    .says("Default of message.timestamp.type of topics."),
            key("log.preallocate", BOOLEAN, "false", MEDIUM, any()).clusterWide()
                    .says("Default of preallocate of topics."),
            key("log.retention.bytes", LONG, "-1", HIGH, any()).clusterWide()
                    .says("How many bytes of a partition are kept; -1 sets no bound. Default of retention.bytes of topics.")
                    .breaks("It counts for each partition, not for a topic or the disk: multiply it by the partitions that lie here before "
                            + "you trust it to save the disk."),
            key("log.retention.check.interval.ms", LONG, "300000", MEDIUM, atLeast(1))
                    .says("How often segments are looked for that retention may delete.")
                    .breaks("Long: a disk fills up between two looks."),
            key("log.retention.hours", INT, "168", HIGH, any())
                    .says("How long records are kept, in hours, where neither minutes nor ms are set.")
                    .breaks("Records go by whole segments, so a record may stay for as long again as log.roll.hours."),
            key("log.retention.minutes", INT, null, HIGH, any())
                    .says("How long records are kept, in minutes; wins over hours."),
            key("log.retention.ms", LONG, null, HIGH, any()).clusterWide()
                    .says("How long records are kept; -1 keeps them for ever. Wins over minutes and hours. Default of retention.ms of "
                            + "topics.")
                    .breaks("Shorter than a consumer is away: what it has not read is deleted, and it goes on where auto.offset.reset says."),
            key("log.roll.hours", INT, "168", HIGH, atLeast(1))
                    .says("How long a segment is written to, in hours, where log.roll.ms is not set."),
            key("log.roll.jitter.hours", INT, "0", HIGH, atLeast(0))
                    .says("How much of that is left to chance, in hours, where log.roll.jitter.ms is not set."),
            key("log.roll.jitter.ms", LONG, null, HIGH, any()).clusterWide()
                    .says("Default of segment.jitter.ms of topics."),
            key("log.roll.ms", LONG, null, HIGH, any()).clusterWide()
                    .says("Default of segment.ms of topics; wins over hours."),
            key("log.segment.bytes", INT, "1073741824", HIGH, atLeast(1048576)).clusterWide()
                    .says("A segment file is closed when it would grow beyond this many bytes. Default of segment.bytes of topics."),
            key("log.segment.delete.delay.ms", LONG, "60000", HIGH, atLeast(0)).clusterWide()
                    .says("How long files that are given up stay on the disk for those who still read them; also how often folders of "
                            + "deleted partitions are removed, for which the value at the start counts.")
                    .breaks("Long: the disk is freed late. 0 is safe: who reads an old file keeps it open."),
            key("message.max.bytes", INT, "1048588", HIGH, atLeast(0)).clusterWide()
                    .says("The largest record batch accepted, in bytes after compression. Default of max.message.bytes of topics.")
                    .breaks("Smaller than what a producer makes of its batch.size and max.request.size: it hears MESSAGE_TOO_LARGE, and drops "
                            + "the batch when it cannot split it. Larger than consumers and followers fetch at once is safe: a first batch is "
                            + "sent however large it is."),
            key("min.insync.replicas", INT, "1", HIGH, atLeast(1)).clusterWide()
                    .says("In-sync replicas needed before a write with acks=all is accepted. Default of the topics' key. "
                            + "In new clusters the file counts until the first broker registers; after that it is changed for all brokers.")
                    .breaks("As many as there are replicas: one broker that is away stops every producer with acks=all (NOT_ENOUGH_REPLICAS). "
                            + "One: an acknowledgement may rest on the leader's disk alone."),
            key("num.partitions", INT, "1", MEDIUM, atLeast(1))
                    .says("Partitions of a topic whose creator does not say.")
                    .breaks("One: a topic that only one member of a group can read. Partitions can be added later, but then keys change their "
                            + "places."),
            key("num.recovery.threads.per.data.dir", INT, "2", HIGH, atLeast(1)).clusterWide()
                    .says("Threads for a folder's logs when Kafka starts after a crash."),
            key("unclean.leader.election.enable", BOOLEAN, "false", HIGH, any()).clusterWide()
                    .says("Whether a replica that was not in sync may lead when no other can. Default of the topics' key.")
                    .breaks("Switched on, acknowledged records are lost whenever such a replica leads. Switched off, a partition whose "
                            + "in-sync replicas are all gone waits for one of them."),
            key("unclean.leader.election.interval.ms", LONG, "300000", MEDIUM, atLeast(1)).hidden()
                    .says("How often Kafka's controller looks for partitions without a leader that may elect one uncleanly."),
            key("naru.durability", STRING, "auto", HIGH, oneOf("auto", "fsync", "memory")).clusterWide()
                    .says("What an acknowledgement means: two memories or one disk (auto), every disk (fsync), memory alone (memory). "
                            + "Default of the topics' key.")
                    .breaks("memory gives up what was acknowledged last when the machine of a single replica, or those of all replicas at "
                            + "once, lose power. fsync makes every acks=all wait for the disks."));

    private LogKeys() {}
}
