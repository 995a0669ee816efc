package naru.configuration;

import static naru.configuration.Allowed.entries;
import static naru.configuration.Allowed.between;
import static naru.configuration.ConfigKey.Importance.MEDIUM;
import static naru.configuration.ConfigKey.key;

import java.util.List;

/** Keys about what clients are asked to measure (KIP-714). */
final class ClientMetricsKeys {

    static final List<ConfigKey> ALL = List.of(
            key("interval.ms", ConfigType.INT, "300000", MEDIUM, between(100, 3_600_000)),
            key("match", ConfigType.LIST, "", MEDIUM, entries()),
            key("metrics", ConfigType.LIST, "", MEDIUM, entries()));

    private ClientMetricsKeys() {}
}
