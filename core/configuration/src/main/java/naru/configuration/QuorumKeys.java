package naru.configuration;

import static naru.configuration.Allowed.*;
import static naru.configuration.ConfigKey.Importance.*;
import static naru.configuration.ConfigKey.key;
import static naru.configuration.ConfigType.*;

import java.util.List;

/** Keys about the node, its roles and the quorum of controllers. Names, types, defaults and ranges are Kafka 4.3's. */
final class QuorumKeys {

    static final List<ConfigKey> ALL = List.of(
            key("broker.heartbeat.interval.ms", INT, "2000", MEDIUM, any()),
            key("broker.id", INT, "-1", HIGH, any()),
            key("broker.rack", STRING, null, MEDIUM, any())
                    .says("The failure domain of this broker; replicas are spread over racks."),
            key("broker.session.timeout.ms", INT, "9000", MEDIUM, any()),
            key("controller.listener.names", LIST, null, HIGH, entriesNeeded()),
            key("controller.performance.always.log.threshold.ms", LONG, "2000", MEDIUM, atLeast(0)).hidden(),
            key("controller.performance.sample.period.ms", LONG, "60000", MEDIUM, atLeast(100)).hidden(),
            key("controller.quorum.append.linger.ms", INT, "25", MEDIUM, atLeast(0)),
            key("controller.quorum.auto.join.enable", BOOLEAN, "false", LOW, any()),
            key("controller.quorum.bootstrap.servers", LIST, "", HIGH, servers()),
            key("controller.quorum.election.backoff.max.ms", INT, "1000", HIGH, atLeast(0)),
            key("controller.quorum.election.timeout.ms", INT, "1000", HIGH, atLeast(0)),
            key("controller.quorum.fetch.max.bytes", INT, "1048576", LOW, atLeast(1)),
            key("controller.quorum.fetch.snapshot.max.bytes", INT, "1048576", LOW, atLeast(1)),
            key("controller.quorum.fetch.timeout.ms", INT, "2000", HIGH, atLeast(0)),
            key("controller.quorum.request.timeout.ms", INT, "2000", MEDIUM, atLeast(0)),
            key("controller.quorum.retry.backoff.ms", INT, "20", LOW, atLeast(0)),
            key("controller.quorum.voters", LIST, "", HIGH, voters()),
            key("controller.quota.window.num", INT, "11", LOW, atLeast(1)),
            key("controller.quota.window.size.seconds", INT, "1", LOW, atLeast(1)),
            key("controller.socket.timeout.ms", INT, "30000", MEDIUM, any()),
            key("early.start.listeners", LIST, null, HIGH, entries()),
            key("initial.broker.registration.timeout.ms", INT, "60000", MEDIUM, any()),
            key("internal.metadata.delete.delay.millis", LONG, "60000", LOW, any()).hidden(),
            key("internal.metadata.log.segment.bytes", INT, null, LOW, any()).hidden(),
            key("internal.metadata.max.batch.size.in.bytes", INT, "8388608", LOW, any()).hidden(),
            key("metadata.log.dir", STRING, null, HIGH, any()),
            key("metadata.log.max.record.bytes.between.snapshots", LONG, "20971520", HIGH, atLeast(1)),
            key("metadata.log.max.snapshot.interval.ms", LONG, "3600000", HIGH, atLeast(0)),
            key("metadata.log.segment.bytes", INT, "1073741824", HIGH, atLeast(8388608)),
            key("metadata.log.segment.ms", LONG, "604800000", HIGH, any()),
            key("metadata.max.idle.interval.ms", INT, "500", LOW, atLeast(0)),
            key("metadata.max.retention.bytes", LONG, "104857600", HIGH, any()),
            key("metadata.max.retention.ms", LONG, "604800000", HIGH, any()),
            key("node.id", INT, null, HIGH, atLeast(0))
                    .says("This node's number in the cluster."),
            key("process.roles", LIST, null, HIGH, someOf("broker", "controller"))
                    .says("What this node does: broker, controller, or both."),
            key("server.max.startup.time.ms", LONG, "9223372036854775807", MEDIUM, atLeast(0)).hidden(),
            key("unstable.api.versions.enable", BOOLEAN, "false", HIGH, any()).hidden(),
            key("unstable.feature.versions.enable", BOOLEAN, "false", HIGH, any()).hidden());

    private QuorumKeys() {}
}
