package naru.configuration;

import static naru.configuration.Allowed.*;
import static naru.configuration.ConfigKey.Importance.*;
import static naru.configuration.ConfigKey.key;
import static naru.configuration.ConfigType.*;

import java.util.List;

/** Keys about storage in a remote tier. Names, types, defaults and ranges are Kafka 4.3's. */
final class RemoteStorageKeys {

    static final List<ConfigKey> ALL = List.of(
            key("follower.fetch.last.tiered.offset.enable", BOOLEAN, "false", MEDIUM, any()).clusterWide(),
            key("remote.fetch.max.wait.ms", INT, "500", MEDIUM, atLeast(1)).clusterWide(),
            key("remote.list.offsets.request.timeout.ms", LONG, "30000", MEDIUM, atLeast(1)).clusterWide(),
            key("remote.log.index.file.cache.total.size.bytes", LONG, "1073741824", LOW, atLeast(1)).clusterWide(),
            key("remote.log.index.file.cache.ttl.ms", LONG, "900000", LOW, atLeast(-1)).hidden(),
            key("remote.log.manager.copier.thread.pool.size", INT, "10", MEDIUM, atLeast(1)).clusterWide(),
            key("remote.log.manager.copy.max.bytes.per.second", LONG, "9223372036854775807", MEDIUM, atLeast(1)).clusterWide(),
            key("remote.log.manager.copy.quota.window.num", INT, "11", MEDIUM, atLeast(1)),
            key("remote.log.manager.copy.quota.window.size.seconds", INT, "1", MEDIUM, atLeast(1)),
            key("remote.log.manager.expiration.thread.pool.size", INT, "10", MEDIUM, atLeast(1)).clusterWide(),
            key("remote.log.manager.fetch.max.bytes.per.second", LONG, "9223372036854775807", MEDIUM, atLeast(1)).clusterWide(),
            key("remote.log.manager.fetch.quota.window.num", INT, "11", MEDIUM, atLeast(1)),
            key("remote.log.manager.fetch.quota.window.size.seconds", INT, "1", MEDIUM, atLeast(1)),
            key("remote.log.manager.follower.thread.pool.size", INT, "2", MEDIUM, atLeast(1)).clusterWide(),
            key("remote.log.manager.task.interval.ms", LONG, "30000", LOW, atLeast(1)),
            key("remote.log.manager.task.retry.backoff.max.ms", LONG, "30000", LOW, atLeast(1)).hidden(),
            key("remote.log.manager.task.retry.backoff.ms", LONG, "500", LOW, atLeast(1)).hidden(),
            key("remote.log.manager.task.retry.jitter", DOUBLE, "0.2", LOW, between(0, 0.5)).hidden(),
            key("remote.log.manager.thread.pool.size", INT, "2", MEDIUM, atLeast(1)),
            key("remote.log.metadata.custom.metadata.max.bytes", INT, "128", LOW, atLeast(0)),
            key("remote.log.metadata.manager.class.name", STRING, "org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager", MEDIUM, notEmpty()),
            key("remote.log.metadata.manager.class.path", STRING, null, MEDIUM, any()),
            key("remote.log.metadata.manager.impl.prefix", STRING, "rlmm.config.", MEDIUM, notEmpty()),
            key("remote.log.metadata.manager.listener.name", STRING, null, MEDIUM, notEmpty()),
            key("remote.log.reader.max.pending.tasks", INT, "100", MEDIUM, atLeast(1)),
            key("remote.log.reader.threads", INT, "10", MEDIUM, atLeast(1)).clusterWide(),
            key("remote.log.storage.manager.class.name", STRING, null, MEDIUM, notEmpty()),
            key("remote.log.storage.manager.class.path", STRING, null, MEDIUM, any()),
            key("remote.log.storage.manager.impl.prefix", STRING, "rsm.config.", MEDIUM, notEmpty()),
            key("remote.log.storage.system.enable", BOOLEAN, "false", MEDIUM, any()));

    private RemoteStorageKeys() {}
}
