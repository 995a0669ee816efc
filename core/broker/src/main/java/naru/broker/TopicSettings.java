package naru.broker;

import java.util.Locale;
import java.util.SortedMap;
import naru.configuration.BrokerSettings;
import naru.configuration.ConfigKey;
import naru.log.CompactionRules;
import naru.log.LogConfig;
import naru.metadata.Cluster;
import naru.metadata.ConfigView;
import naru.protocol.batch.Compression;
import naru.replication.Durability;
import naru.replication.PartitionLeader;

/** The words of a topic's configuration as what its logs and leaders go by; one for all its partitions. */
record TopicSettings(LogConfig log, PartitionLeader.Rules leader) {

    static TopicSettings of(Cluster cluster, BrokerSettings broker, String topic) {
        var view = new ConfigView(cluster, broker);
        return new TopicSettings(logConfig(view.topicSettings(topic), view), rules(broker.nodeId(), topic, view));
    }

    private static LogConfig logConfig(SortedMap<String, String> settings, ConfigView view) {
        var policies = ConfigKey.split(settings.get("cleanup.policy"));
        boolean compacts = policies.contains("compact");
        // What is written to now is never compacted: it must not stay that for longer than records may wait.
        long segmentMsMax = compacts ? number(settings, "max.compaction.lag.ms") : Long.MAX_VALUE;
        return new LogConfig(
                integer(settings, "segment.bytes"),
                Math.min(number(settings, "segment.ms"), segmentMsMax),
                number(settings, "segment.jitter.ms"),
                integer(settings, "segment.index.bytes"),
                integer(settings, "index.interval.bytes"),
                number(settings, "retention.ms"),
                number(settings, "retention.bytes"),
                number(settings, "file.delete.delay.ms"),
                policies.contains("delete"),
                compacts,
                integer(settings, "max.message.bytes"),
                compression(settings.get("compression.type")),
                settings.get("message.timestamp.type").equals("LogAppendTime"),
                number(settings, "message.timestamp.before.max.ms"),
                number(settings, "message.timestamp.after.max.ms"),
                number(settings, "flush.messages"),
                number(settings, "flush.ms"),
                Integer.parseInt(view.ofBroker("producer.id.expiration.ms")),
                new CompactionRules(
                        Double.parseDouble(settings.get("min.cleanable.dirty.ratio")),
                        number(settings, "min.compaction.lag.ms"),
                        number(settings, "max.compaction.lag.ms"),
                        number(settings, "delete.retention.ms")));
    }

    private static PartitionLeader.Rules rules(int nodeId, String topic, ConfigView view) {
        return new PartitionLeader.Rules(
                nodeId,
                Integer.parseInt(view.ofTopic(topic, "min.insync.replicas")),
                Integer.parseInt(view.ofBroker("replica.lag.time.max.ms")),
                durability(topic, view));
    }

    /** To flush every single message means, in Kafka too, that nobody is answered before. */
    private static Durability durability(String topic, ConfigView view) {
        var wanted = Durability.valueOf(view.ofTopic(topic, "naru.durability").toUpperCase(Locale.ROOT));
        boolean flushesAll = wanted == Durability.MEMORY && view.ofTopic(topic, "flush.messages").equals("1");
        return flushesAll ? Durability.FSYNC : wanted;
    }

    /** Null keeps what the producer chose. */
    private static Compression compression(String name) {
        return switch (name) {
            case "producer" -> null;
            case "uncompressed" -> Compression.NONE;
            default -> Compression.valueOf(name.toUpperCase(Locale.ROOT));
        };
    }

    private static int integer(SortedMap<String, String> settings, String key) {
        return Integer.parseInt(settings.get(key));
    }

    private static long number(SortedMap<String, String> settings, String key) {
        return Long.parseLong(settings.get(key));
    }
}
