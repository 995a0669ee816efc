package naru.clusters.pipeline;

import java.util.Map;

/** Settings for clients that are to outlive a broker's death. */
final class Settings {

    private Settings() {}

    static Map<String, Object> producer(String bootstrap, String id) {
        return Map.of("bootstrap.servers", bootstrap, "transactional.id", id, "transaction.timeout.ms", 20_000,
                "delivery.timeout.ms", 30_000, "request.timeout.ms", 5_000, "max.block.ms", 60_000L,
                "reconnect.backoff.ms", 10L, "reconnect.backoff.max.ms", 100L, "linger.ms", 0L,
                "buffer.memory", 1_000_000L);
    }

    static Map<String, Object> consumer(String bootstrap) {
        return Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed", "enable.auto.commit", false,
                "auto.offset.reset", "none", "reconnect.backoff.ms", 10L, "reconnect.backoff.max.ms", 100L,
                "fetch.max.wait.ms", 100, "request.timeout.ms", 5_000, "default.api.timeout.ms", 60_000);
    }
}
