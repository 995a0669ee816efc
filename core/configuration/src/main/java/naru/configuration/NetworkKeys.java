package naru.configuration;

import static naru.configuration.Allowed.*;
import static naru.configuration.ConfigKey.Importance.*;
import static naru.configuration.ConfigKey.key;
import static naru.configuration.ConfigType.*;

import java.util.List;

/** Keys about listeners, connections, requests, metrics. Names, types, defaults and ranges are Kafka 4.3's. */
final class NetworkKeys {

    static final List<ConfigKey> ALL = List.of(
            key("advertised.listeners", LIST, null, HIGH, entriesNeeded())
                    .says("What clients and other brokers are told to connect to; the listeners themselves when not set, under this "
                            + "machine's name where they listen on every address.")
                    .breaks("The most common fault of all: a client reaches the first broker, is told of an address it cannot reach, and "
                            + "times out. Name what the client can resolve and reach, for each listener that its network uses."),
            key("alter.config.policy.class.name", CLASS, null, LOW, any())
                    .says("A class that may refuse a change of configuration."),
            key("background.threads", INT, "10", HIGH, atLeast(1)).clusterWide()
                    .says("Threads for what Kafka does by the way."),
            key("client.quota.callback.class", CLASS, null, LOW, any())
                    .says("A class that decides about quotas of clients."),
            key("config.providers", LIST, "", LOW, entries()).clusterWide()
                    .says("Names of classes that fill in placeholders in values."),
            key("connections.max.idle.ms", LONG, "600000", MEDIUM, any())
                    .says("A connection on which nothing happens for so long is closed.")
                    .breaks("Shorter than clients pause: each request after a pause costs a new connection. Longer than a firewall between "
                            + "them remembers: connections die without a word, and requests on them time out."),
            key("fetch.max.bytes", INT, "57671680", MEDIUM, atLeast(1024))
                    .says("The most that one answer to a fetch holds, whatever the consumer asks for; a first batch is sent even when it is "
                            + "larger.")
                    .breaks("Small: consumers with many partitions need many round trips."),
            key("inter.broker.listener.name", STRING, null, MEDIUM, any())
                    .says("The listener over which brokers speak to each other; the one named like security.inter.broker.protocol when not "
                            + "set.")
                    .breaks("A name that other brokers do not have, or an advertised address they cannot reach: nothing is replicated, and "
                            + "the in-sync sets shrink to the leaders."),
            key("kafka.metrics.polling.interval.secs", INT, "10", LOW, atLeast(1))
                    .says("How often Kafka's own metrics reporters are asked."),
            key("kafka.metrics.reporters", LIST, "", LOW, entries())
                    .says("Classes that report Kafka's older metrics."),
            key("listener.security.protocol.map", STRING, "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT", LOW, any()).perBroker()
                    .says("Which protocol each listener speaks, as NAME:PROTOCOL; so far only PLAINTEXT is served.")
                    .breaks("A listener with a name of its own that the map lacks is refused at the start, and so is one that asks for TLS or "
                            + "SASL."),
            key("listeners", LIST, "PLAINTEXT://:9092", HIGH, entriesNeeded()).perBroker()
                    .says("Where the broker listens, as NAME://host:port separated by commas; an empty host is every address.")
                    .breaks("An empty host lets everybody in who reaches the machine: access control is not there yet. A port in use is "
                            + "refused at the start."),
            key("max.connection.creation.rate", INT, "2147483647", MEDIUM, atLeast(0)).clusterWide()
                    .says("How many connections may be opened in a second."),
            key("max.connections", INT, "2147483647", MEDIUM, atLeast(0)).clusterWide()
                    .says("Connections of the whole broker; one more is closed at once.")
                    .breaks("Small: clients that come late are turned away, with a line in the broker's log. Larger than the open files that "
                            + "the system allows: accepting fails there instead."),
            key("max.connections.per.ip", INT, "2147483647", MEDIUM, atLeast(0)).clusterWide()
                    .says("Connections from one address; one more is closed at once.")
                    .breaks("Small: clients behind one address translation share it and turn each other away."),
            key("max.connections.per.ip.overrides", STRING, "", MEDIUM, any()).clusterWide()
                    .says("Other limits for some addresses, as host:number, separated by commas."),
            key("max.incremental.fetch.session.cache.slots", INT, "1000", MEDIUM, atLeast(0))
                    .says("How many fetch sessions the broker remembers (KIP-227).")
                    .breaks("Fewer than consumers and followers: some name all their partitions in each fetch again, which costs both sides "
                            + "time."),
            key("max.request.partition.size.limit", INT, "2000", MEDIUM, atLeast(1))
                    .says("The most partitions in one answer to DescribeTopicPartitions."),
            key("metric.reporters", LIST, "org.apache.kafka.common.metrics.JmxReporter", LOW, entries()).clusterWide()
                    .says("Classes that report metrics."),
            key("metrics.num.samples", INT, "2", LOW, atLeast(1))
                    .says("Samples that a rate is calculated from."),
            key("metrics.recording.level", STRING, "INFO", LOW, any())
                    .says("Which metrics are recorded."),
            key("metrics.sample.window.ms", LONG, "30000", LOW, atLeast(1))
                    .says("How long one sample of a rate lasts."),
            key("num.io.threads", INT, "8", HIGH, atLeast(1)).clusterWide()
                    .says("Threads that work on requests in Kafka."),
            key("num.network.threads", INT, "3", HIGH, atLeast(1)).clusterWide()
                    .says("Threads that read and write sockets in Kafka."),
            key("queued.max.request.bytes", LONG, "-1", MEDIUM, any())
                    .says("Bytes of requests that may wait in Kafka before sockets are read no more."),
            key("queued.max.requests", INT, "500", HIGH, atLeast(1))
                    .says("Requests that may wait in Kafka before sockets are read no more."),
            key("request.timeout.ms", INT, "30000", HIGH, any())
                    .says("How long a broker waits for the answer of another one.")
                    .breaks("Short: slow answers are taken for lost connections, and asked for again."),
            key("socket.connection.setup.timeout.max.ms", LONG, "30000", MEDIUM, any())
                    .says("The longest that connecting to another broker may take, after several attempts."),
            key("socket.connection.setup.timeout.ms", LONG, "10000", MEDIUM, any())
                    .says("How long the first attempt to connect to another broker may take."),
            key("socket.listen.backlog.size", INT, "50", MEDIUM, atLeast(1))
                    .says("Connections that the system keeps until they are accepted.")
                    .breaks("Small: when very many clients connect at once, some wait for a second attempt of the system. The system's own "
                            + "limit (net.core.somaxconn) counts as well."),
            key("socket.receive.buffer.bytes", INT, "102400", HIGH, any())
                    .says("The system's buffer for what a socket receives."),
            key("socket.request.max.bytes", INT, "104857600", HIGH, atLeast(1))
                    .says("The longest request; a longer one closes the connection.")
                    .breaks("Smaller than producers' max.request.size: their requests end the connection, again and again. Large: one client "
                            + "may take so much memory at once."),
            key("socket.send.buffer.bytes", INT, "102400", HIGH, any())
                    .says("The system's buffer for what a socket sends."));

    private NetworkKeys() {}
}
