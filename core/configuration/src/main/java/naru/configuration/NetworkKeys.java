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
                    .says("What clients are told to connect to; the listeners themselves when not set."),
            key("alter.config.policy.class.name", CLASS, null, LOW, any()),
            key("background.threads", INT, "10", HIGH, atLeast(1)).clusterWide(),
            key("client.quota.callback.class", CLASS, null, LOW, any()),
            key("config.providers", LIST, "", LOW, entries()).clusterWide(),
            key("connections.max.idle.ms", LONG, "600000", MEDIUM, any()),
            key("fetch.max.bytes", INT, "57671680", MEDIUM, atLeast(1024)),
            key("inter.broker.listener.name", STRING, null, MEDIUM, any()),
            key("kafka.metrics.polling.interval.secs", INT, "10", LOW, atLeast(1)),
            key("kafka.metrics.reporters", LIST, "", LOW, entries()),
            key("listener.security.protocol.map", STRING, "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT", LOW, any()).perBroker(),
            key("listeners", LIST, "PLAINTEXT://:9092", HIGH, entriesNeeded()).perBroker()
                    .says("Where the broker listens, as NAME://host:port separated by commas; an empty host is every interface."),
            key("max.connection.creation.rate", INT, "2147483647", MEDIUM, atLeast(0)).clusterWide(),
            key("max.connections", INT, "2147483647", MEDIUM, atLeast(0)).clusterWide()
                    .says("Connections of the whole broker."),
            key("max.connections.per.ip", INT, "2147483647", MEDIUM, atLeast(0)).clusterWide()
                    .says("Connections from one address."),
            key("max.connections.per.ip.overrides", STRING, "", MEDIUM, any()).clusterWide(),
            key("max.incremental.fetch.session.cache.slots", INT, "1000", MEDIUM, atLeast(0)),
            key("max.request.partition.size.limit", INT, "2000", MEDIUM, atLeast(1)),
            key("metric.reporters", LIST, "org.apache.kafka.common.metrics.JmxReporter", LOW, entries()).clusterWide(),
            key("metrics.num.samples", INT, "2", LOW, atLeast(1)),
            key("metrics.recording.level", STRING, "INFO", LOW, any()),
            key("metrics.sample.window.ms", LONG, "30000", LOW, atLeast(1)),
            key("num.io.threads", INT, "8", HIGH, atLeast(1)).clusterWide(),
            key("num.network.threads", INT, "3", HIGH, atLeast(1)).clusterWide(),
            key("queued.max.request.bytes", LONG, "-1", MEDIUM, any()),
            key("queued.max.requests", INT, "500", HIGH, atLeast(1)),
            key("request.timeout.ms", INT, "30000", HIGH, any()),
            key("socket.connection.setup.timeout.max.ms", LONG, "30000", MEDIUM, any()),
            key("socket.connection.setup.timeout.ms", LONG, "10000", MEDIUM, any()),
            key("socket.listen.backlog.size", INT, "50", MEDIUM, atLeast(1)),
            key("socket.receive.buffer.bytes", INT, "102400", HIGH, any()),
            key("socket.request.max.bytes", INT, "104857600", HIGH, atLeast(1))
                    .says("The longest request; a longer one closes the connection."),
            key("socket.send.buffer.bytes", INT, "102400", HIGH, any()));

    private NetworkKeys() {}
}
