package naru.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class BrokerSettingsTest {

    @Test
    void nothing_said_is_a_broker_on_this_machine() {
        var settings = BrokerSettings.parse(Map.of());
        assertThat(settings.nodeId()).isEqualTo(1);
        assertThat(settings.listeners()).hasToString("[PLAINTEXT://127.0.0.1:9092]");
        assertThat(settings.internalReplicas("offsets.topic.replication.factor", 1)).isEqualTo(1);
        assertThat(settings.groupInitialRebalanceDelayMs(1)).isZero();
        assertThat(settings.groupInitialRebalanceDelayMs(3)).isEqualTo(3_000);
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void listeners_may_have_names_and_be_told_to_clients_otherwise() {
        var settings = BrokerSettings.parse(Map.of(
                "listeners", "inside://:9092, OUTSIDE://[::1]:9094",
                "advertised.listeners", "INSIDE://broker:9092,OUTSIDE://localhost:9094",
                "listener.security.protocol.map", "INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT"));
        assertThat(settings.listeners()).hasToString("[INSIDE://:9092, OUTSIDE://[::1]:9094]");
        assertThat(settings.advertised()).hasToString("[INSIDE://broker:9092, OUTSIDE://localhost:9094]");
    }

    @Test
    void old_spellings_are_understood() {
        var settings = BrokerSettings.parse(Map.of("broker.id", "7", "port", "9100", "log.retention.hours", "2"));
        assertThat(settings.nodeId()).isEqualTo(7);
        assertThat(settings.listeners()).hasToString("[PLAINTEXT://:9100]");
        assertThat(settings.topicDefault(ConfigKeys.TOPIC.get("retention.ms"))).isEqualTo("7200000");
        assertThat(settings.warnings()).hasSize(1);
    }

    @Test
    void who_listens_everywhere_is_found_under_the_name_of_its_machine_until_told_otherwise() {
        for (var host : new String[] {"", "0.0.0.0", "[::]"}) {
            var settings = BrokerSettings.parse(Map.of("listeners", "PLAINTEXT://" + host + ":9092"));
            assertThat(settings.advertised()).hasToString("[PLAINTEXT://:9092]");
        }
        for (var host : new String[] {"0.0.0.0", "[::]"}) {
            assertThatThrownBy(() -> BrokerSettings.parse(Map.of("advertised.listeners", "PLAINTEXT://" + host + ":9092")))
                    .isInstanceOf(BadConfiguration.class).hasMessageContaining("clients cannot connect to");
        }
    }

    @Test
    void a_bad_value_names_key_value_and_what_is_allowed() {
        assertThatThrownBy(() -> BrokerSettings.parse(Map.of("num.partitions", "0", "log.segment.bytes", "big")))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("Invalid value 0 for configuration num.partitions: Value must be at least 1")
                .hasMessageContaining("Invalid value big for configuration log.segment.bytes: Not a number of type INT");
    }

    @Test
    void zookeeper_is_answered_with_the_lines_to_write_instead() {
        assertThatThrownBy(() -> BrokerSettings.parse(Map.of("zookeeper.connect", "localhost:2181", "broker.id", "3")))
                .hasMessageContaining("process.roles=broker,controller")
                .hasMessageContaining("node.id=3");
    }

    @Test
    void an_unknown_key_is_a_warning() {
        assertThat(BrokerSettings.parse(Map.of("num.partitons", "3")).warnings())
                .containsExactly("unknown configuration 'num.partitons' is ignored");
    }
}
