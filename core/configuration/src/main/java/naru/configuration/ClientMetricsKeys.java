package naru.configuration;

import static naru.configuration.Allowed.entries;
import static naru.configuration.Allowed.between;
import static naru.configuration.ConfigKey.Importance.MEDIUM;
import static naru.configuration.ConfigKey.key;

import java.util.List;

/** Keys about what clients are asked to measure (KIP-714). */
final class ClientMetricsKeys {

    static final List<ConfigKey> ALL = List.of(
            key("interval.ms", ConfigType.INT, "300000", MEDIUM, between(100, 3_600_000))
                    .says("How often clients are asked to push what they measured."),
            key("match", ConfigType.LIST, "", MEDIUM, entries())
                    .says("Which clients are meant, as attribute=expression."),
            key("metrics", ConfigType.LIST, "", MEDIUM, entries())
                    .says("Which metrics are asked for, by the beginnings of their names; * for all."));

    private ClientMetricsKeys() {}
}
