package naru.configuration;

import static naru.configuration.Allowed.*;
import static naru.configuration.ConfigKey.Importance.*;
import static naru.configuration.ConfigKey.key;
import static naru.configuration.ConfigType.*;

import java.util.List;

/** Keys about replication and leadership. Names, types, defaults and ranges are Kafka 4.3's. */
final class ReplicationKeys {

    static final List<ConfigKey> ALL = List.of(
            key("alter.log.dirs.replication.quota.window.num", INT, "11", LOW, atLeast(1)),
            key("alter.log.dirs.replication.quota.window.size.seconds", INT, "1", LOW, atLeast(1)),
            key("auto.leader.rebalance.enable", BOOLEAN, "true", HIGH, any()),
            key("controlled.shutdown.enable", BOOLEAN, "true", MEDIUM, any()),
            key("delete.records.purgatory.purge.interval.requests", INT, "1", MEDIUM, any()),
            key("fetch.purgatory.purge.interval.requests", INT, "1000", MEDIUM, any()),
            key("leader.imbalance.check.interval.seconds", LONG, "300", HIGH, atLeast(1)),
            key("num.replica.alter.log.dirs.threads", INT, null, HIGH, any()),
            key("num.replica.fetchers", INT, "1", HIGH, atLeast(1)).clusterWide(),
            key("producer.purgatory.purge.interval.requests", INT, "1000", MEDIUM, any()),
            key("quota.window.num", INT, "11", LOW, atLeast(1)),
            key("quota.window.size.seconds", INT, "1", LOW, atLeast(1)),
            key("replica.fetch.backoff.ms", INT, "1000", MEDIUM, atLeast(0)),
            key("replica.fetch.max.bytes", INT, "1048576", MEDIUM, atLeast(0)),
            key("replica.fetch.min.bytes", INT, "1", HIGH, any()),
            key("replica.fetch.response.max.bytes", INT, "10485760", MEDIUM, atLeast(0)),
            key("replica.fetch.wait.max.ms", INT, "500", HIGH, any()),
            key("replica.high.watermark.checkpoint.interval.ms", LONG, "5000", HIGH, any()),
            key("replica.lag.time.max.ms", LONG, "30000", HIGH, any()),
            key("replica.selector.class", STRING, null, MEDIUM, any()),
            key("replica.socket.receive.buffer.bytes", INT, "65536", HIGH, any()),
            key("replica.socket.timeout.ms", INT, "30000", HIGH, any()),
            key("replication.quota.window.num", INT, "11", LOW, atLeast(1)),
            key("replication.quota.window.size.seconds", INT, "1", LOW, atLeast(1)));

    private ReplicationKeys() {}
}
