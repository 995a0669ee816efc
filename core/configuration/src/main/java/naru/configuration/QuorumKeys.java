package naru.configuration;

import static naru.configuration.Allowed.*;
import static naru.configuration.ClusterDefaults.unlessSet;
import static naru.configuration.ConfigKey.Importance.*;
import static naru.configuration.ConfigKey.key;
import static naru.configuration.ConfigType.*;

import java.util.List;

/** Keys about the node, its roles and the quorum of controllers. Names, types, defaults and ranges are Kafka 4.3's. */
final class QuorumKeys {

    static final List<ConfigKey> ALL = List.of(
            key("broker.heartbeat.interval.ms", INT, "2000", MEDIUM, any())
                    .says("How often a broker tells the controllers that it lives." + unlessSet("broker.heartbeat.interval.ms"))
                    .breaks("Longer than a third of broker.session.timeout.ms: one late heartbeat, and a healthy broker is taken for dead."),
            key("broker.id", INT, "-1", HIGH, any())
                    .says("The old name of node.id.")
                    .breaks("Another number than node.id beside it is refused."),
            key("broker.rack", STRING, null, MEDIUM, any())
                    .says("The failure domain of this broker; replicas are spread over racks, and a consumer with client.rack may read from "
                            + "its own.")
                    .breaks("Replicas that are thought to be apart fail together. Brokers without one count as one rack of their own."),
            key("broker.session.timeout.ms", INT, "9000", MEDIUM, any())
                    .says("A broker that is not heard for so long is taken for dead, and others lead its partitions."
                            + unlessSet("broker.session.timeout.ms") + " The active controller's value counts.")
                    .breaks("Short: a pause of the machine costs leaders. Long: producers and consumers of a dead broker wait so long, unless "
                            + "its process is known to be gone."),
            key("controller.listener.names", LIST, null, HIGH, entriesNeeded())
                    .says("Names of the listeners on which controllers are asked; they are not for clients.")
                    .breaks("A broker alone and its controllers must mean the same name. A listener that should serve clients and is named "
                            + "here serves none."),
            key("controller.performance.always.log.threshold.ms", LONG, "2000", MEDIUM, atLeast(0)).hidden()
                    .says("Events of Kafka's controller that take longer are logged."),
            key("controller.performance.sample.period.ms", LONG, "60000", MEDIUM, atLeast(100)).hidden()
                    .says("How often the events of Kafka's controller are summed up."),
            key("controller.quorum.append.linger.ms", INT, "25", MEDIUM, atLeast(0))
                    .says("How long the active controller collects records before it writes them." + unlessSet("controller.quorum.append.linger.ms"))
                    .breaks("Each millisecond is added to every creation of a topic and every election."),
            key("controller.quorum.auto.join.enable", BOOLEAN, "false", LOW, any())
                    .says("Whether a controller that is no voter asks to become one."),
            key("controller.quorum.bootstrap.servers", LIST, "", HIGH, servers())
                    .says("Controllers to ask who leads, as host:port separated by commas.")
                    .breaks("None of them reachable: a node never finds its cluster, and a broker ends after "
                            + "initial.broker.registration.timeout.ms."),
            key("controller.quorum.election.backoff.max.ms", INT, "1000", HIGH, atLeast(0))
                    .says("The longest that a candidate waits before it stands again." + unlessSet("controller.quorum.election.backoff.max.ms")),
            key("controller.quorum.election.timeout.ms", INT, "1000", HIGH, atLeast(0))
                    .says("How long a candidate waits for votes." + unlessSet("controller.quorum.election.timeout.ms"))
                    .breaks("Shorter than the network and the disks need: elections without end."),
            key("controller.quorum.fetch.max.bytes", INT, "1048576", LOW, atLeast(1))
                    .says("The most metadata in one fetch."),
            key("controller.quorum.fetch.snapshot.max.bytes", INT, "1048576", LOW, atLeast(1))
                    .says("The most bytes of a snapshot in one fetch."),
            key("controller.quorum.fetch.timeout.ms", INT, "2000", HIGH, atLeast(0))
                    .says("A controller that hears nothing of the leader for so long stands for election." + unlessSet("controller.quorum.fetch.timeout.ms"))
                    .breaks("Below 500 is refused: a leader with nothing to tell would be taken for dead. Long: a leader that is cut off is "
                            + "missed for as long."),
            key("controller.quorum.request.timeout.ms", INT, "2000", MEDIUM, atLeast(0))
                    .says("How long a controller waits for the answer of another one." + unlessSet("controller.quorum.request.timeout.ms")),
            key("controller.quorum.retry.backoff.ms", INT, "20", LOW, atLeast(0))
                    .says("How long a request to another controller waits before it is tried again."),
            key("controller.quorum.voters", LIST, "", HIGH, voters())
                    .says("The controllers that vote, as id@host:port separated by commas; empty where the metadata log itself says it.")
                    .breaks("Different lists on different nodes: two majorities are possible, and with them two clusters. Every node needs "
                            + "the same list, and the ports that listeners say."),
            key("controller.quota.window.num", INT, "11", LOW, atLeast(1))
                    .says("Samples that the quota on topic creation is calculated from."),
            key("controller.quota.window.size.seconds", INT, "1", LOW, atLeast(1))
                    .says("How long one such sample lasts."),
            key("controller.socket.timeout.ms", INT, "30000", MEDIUM, any())
                    .says("How long a broker waits for the answer of the active controller."),
            key("early.start.listeners", LIST, null, HIGH, entries())
                    .says("Listeners that are open before the others."),
            key("initial.broker.registration.timeout.ms", INT, "60000", MEDIUM, any())
                    .says("A broker that no controller has taken for so long ends, and says so.")
                    .breaks("Shorter than the controllers of a cold cluster need to elect a leader: brokers that start with them give up."),
            key("internal.metadata.delete.delay.millis", LONG, "60000", LOW, any()).hidden()
                    .says("For Kafka's tests: how long old files of the metadata log stay."),
            key("internal.metadata.log.segment.bytes", INT, null, LOW, any()).hidden()
                    .says("For Kafka's tests: segments of the metadata log that are smaller than allowed."),
            key("internal.metadata.max.batch.size.in.bytes", INT, "8388608", LOW, any()).hidden()
                    .says("For Kafka's tests: the largest batch of metadata."),
            key("metadata.log.dir", STRING, null, HIGH, any())
                    .says("The folder that holds the metadata log; the first of log.dirs when not set.")
                    .breaks("Another one than before: a node that has forgotten its cluster. Move __cluster_metadata-0 along."),
            key("metadata.log.max.record.bytes.between.snapshots", LONG, "20971520", HIGH, atLeast(1))
                    .says("After so many bytes of metadata a snapshot is written.")
                    .breaks("Large: a node that starts reads more."),
            key("metadata.log.max.snapshot.interval.ms", LONG, "3600000", HIGH, atLeast(0))
                    .says("After this time a snapshot is written, if there is anything new; 0 for never by the clock."),
            key("metadata.log.segment.bytes", INT, "1073741824", HIGH, atLeast(8388608))
                    .says("The size at which a segment of the metadata log is closed."),
            key("metadata.log.segment.ms", LONG, "604800000", HIGH, any())
                    .says("The age at which a segment of the metadata log is closed."),
            key("metadata.max.idle.interval.ms", INT, "500", LOW, atLeast(0))
                    .says("How often Kafka's controller writes a record that says nothing."),
            key("metadata.max.retention.bytes", LONG, "104857600", HIGH, any())
                    .says("Beyond this size, old segments and snapshots of the metadata log go.")
                    .breaks("Small: a node that was away reads a snapshot instead of what is new; nothing is lost."),
            key("metadata.max.retention.ms", LONG, "604800000", HIGH, any())
                    .says("Beyond this age, segments and snapshots of the metadata log go, as far as a newer snapshot stands for them."),
            key("node.id", INT, null, HIGH, atLeast(0))
                    .says("This node's number in the cluster. Unless set, 1.")
                    .breaks("Two nodes with one number: the second is refused while the first is alive. Another number than the data folder "
                            + "was made for is refused at the start."),
            key("process.roles", LIST, null, HIGH, someOf("broker", "controller"))
                    .says("What this node does: broker, controller, or both. Unless set, both.")
                    .breaks("Every node that is a controller votes: with more than five of them each decision waits for more disks."),
            key("server.max.startup.time.ms", LONG, "9223372036854775807", MEDIUM, atLeast(0)).hidden()
                    .says("How long a start of Kafka may take."),
            key("unstable.api.versions.enable", BOOLEAN, "false", HIGH, any()).hidden()
                    .says("Whether Kafka offers versions of requests that are still being made."),
            key("unstable.feature.versions.enable", BOOLEAN, "false", HIGH, any()).hidden()
                    .says("Whether Kafka offers versions of features that are still being made."));

    private QuorumKeys() {}
}
