package naru.configuration;

import static naru.configuration.Allowed.*;
import static naru.configuration.ConfigKey.Importance.*;
import static naru.configuration.ConfigKey.key;
import static naru.configuration.ConfigType.*;

import java.util.List;

/** Keys about storage in a remote tier. Names, types, defaults and ranges are Kafka 4.3's. */
final class RemoteStorageKeys {

    static final List<ConfigKey> ALL = List.of(
            key("follower.fetch.last.tiered.offset.enable", BOOLEAN, "false", MEDIUM, any()).clusterWide()
                    .says("Whether a new follower begins where remote storage ends."),
            key("remote.fetch.max.wait.ms", INT, "500", MEDIUM, atLeast(1)).clusterWide()
                    .says("How long a fetch may wait for remote storage."),
            key("remote.list.offsets.request.timeout.ms", LONG, "30000", MEDIUM, atLeast(1)).clusterWide()
                    .says("How long a search by time in remote storage may take."),
            key("remote.log.index.file.cache.total.size.bytes", LONG, "1073741824", LOW, atLeast(1)).clusterWide()
                    .says("How much of the indexes of remote segments is kept here."),
            key("remote.log.index.file.cache.ttl.ms", LONG, "900000", LOW, atLeast(-1)).hidden()
                    .says("How long such an index is kept that nobody asks for."),
            key("remote.log.manager.copier.thread.pool.size", INT, "10", MEDIUM, atLeast(1)).clusterWide()
                    .says("Threads that copy segments to remote storage."),
            key("remote.log.manager.copy.max.bytes.per.second", LONG, "9223372036854775807", MEDIUM, atLeast(1)).clusterWide()
                    .says("What may be copied to remote storage in a second."),
            key("remote.log.manager.copy.quota.window.num", INT, "11", MEDIUM, atLeast(1))
                    .says("Samples that this rate is calculated from."),
            key("remote.log.manager.copy.quota.window.size.seconds", INT, "1", MEDIUM, atLeast(1))
                    .says("How long one such sample lasts."),
            key("remote.log.manager.expiration.thread.pool.size", INT, "10", MEDIUM, atLeast(1)).clusterWide()
                    .says("Threads that delete from remote storage."),
            key("remote.log.manager.fetch.max.bytes.per.second", LONG, "9223372036854775807", MEDIUM, atLeast(1)).clusterWide()
                    .says("What may be read from remote storage in a second."),
            key("remote.log.manager.fetch.quota.window.num", INT, "11", MEDIUM, atLeast(1))
                    .says("Samples that this rate is calculated from."),
            key("remote.log.manager.fetch.quota.window.size.seconds", INT, "1", MEDIUM, atLeast(1))
                    .says("How long one such sample lasts."),
            key("remote.log.manager.follower.thread.pool.size", INT, "2", MEDIUM, atLeast(1)).clusterWide()
                    .says("Threads that follow what leaders copy."),
            key("remote.log.manager.task.interval.ms", LONG, "30000", LOW, atLeast(1))
                    .says("How often segments are looked for that can be copied."),
            key("remote.log.manager.task.retry.backoff.max.ms", LONG, "30000", LOW, atLeast(1)).hidden()
                    .says("The longest wait after a copy that failed."),
            key("remote.log.manager.task.retry.backoff.ms", LONG, "500", LOW, atLeast(1)).hidden()
                    .says("The first wait after a copy that failed."),
            key("remote.log.manager.task.retry.jitter", DOUBLE, "0.2", LOW, between(0, 0.5)).hidden()
                    .says("How much of that wait is left to chance."),
            key("remote.log.manager.thread.pool.size", INT, "2", MEDIUM, atLeast(1))
                    .says("Threads of the remote log in older versions."),
            key("remote.log.metadata.custom.metadata.max.bytes", INT, "128", LOW, atLeast(0))
                    .says("The most that a plug-in may note about a remote segment."),
            key("remote.log.metadata.manager.class.name", STRING, "org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager", MEDIUM, notEmpty())
                    .says("The class that knows what lies in remote storage."),
            key("remote.log.metadata.manager.class.path", STRING, null, MEDIUM, any())
                    .says("Where that class is found."),
            key("remote.log.metadata.manager.impl.prefix", STRING, "rlmm.config.", MEDIUM, notEmpty())
                    .says("How the names of that class's own settings begin."),
            key("remote.log.metadata.manager.listener.name", STRING, null, MEDIUM, notEmpty())
                    .says("The listener that this class uses."),
            key("remote.log.reader.max.pending.tasks", INT, "100", MEDIUM, atLeast(1))
                    .says("Reads from remote storage that may wait."),
            key("remote.log.reader.threads", INT, "10", MEDIUM, atLeast(1)).clusterWide()
                    .says("Threads that read from remote storage."),
            key("remote.log.storage.manager.class.name", STRING, null, MEDIUM, notEmpty())
                    .says("The class that stores segments elsewhere."),
            key("remote.log.storage.manager.class.path", STRING, null, MEDIUM, any())
                    .says("Where that class is found."),
            key("remote.log.storage.manager.impl.prefix", STRING, "rsm.config.", MEDIUM, notEmpty())
                    .says("How the names of that class's own settings begin."),
            key("remote.log.storage.system.enable", BOOLEAN, "false", MEDIUM, any())
                    .says("Whether segments may go to remote storage at all."));

    private RemoteStorageKeys() {}
}
