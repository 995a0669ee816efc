package naru.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class BrokerSettingsTest {

    @Test
    void nothingSaidIsABrokerOnThisMachine() {
        var settings = BrokerSettings.parse(Map.of());
        assertThat(settings.nodeId()).isEqualTo(1);
        assertThat(settings.listeners()).hasToString("[PLAINTEXT://127.0.0.1:9092]");
        assertThat(settings.internalReplicas("offsets.topic.replication.factor", 1)).isEqualTo(1);
        assertThat(settings.groupInitialRebalanceDelayMs(1)).isZero();
        assertThat(settings.groupInitialRebalanceDelayMs(3)).isEqualTo(3_000);
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void listenersMayHaveNamesAndBeToldToClientsOtherwise() {
        var settings = BrokerSettings.parse(Map.of(
                "listeners", "inside://:9092, OUTSIDE://[::1]:9094",
                "advertised.listeners", "INSIDE://broker:9092,OUTSIDE://localhost:9094",
                "listener.security.protocol.map", "INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT"));
        assertThat(settings.listeners()).hasToString("[INSIDE://:9092, OUTSIDE://[::1]:9094]");
        assertThat(settings.advertised()).hasToString("[INSIDE://broker:9092, OUTSIDE://localhost:9094]");
    }

    @Test
    void oldSpellingsAreUnderstood() {
        var settings = BrokerSettings.parse(Map.of("broker.id", "7", "port", "9100", "log.retention.hours", "2"));
        assertThat(settings.nodeId()).isEqualTo(7);
        assertThat(settings.listeners()).hasToString("[PLAINTEXT://:9100]");
        assertThat(settings.topicDefault(ConfigKeys.TOPIC.get("retention.ms"))).isEqualTo("7200000");
        assertThat(settings.warnings()).hasSize(1);
    }

    @Test
    void whoListensEverywhereIsFoundUnderTheNameOfItsMachineUntilToldOtherwise() {
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
    void aBadValueNamesKeyValueAndWhatIsAllowed() {
        assertThatThrownBy(() -> BrokerSettings.parse(Map.of("num.partitions", "0", "log.segment.bytes", "big")))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("Invalid value 0 for configuration num.partitions: Value must be at least 1")
                .hasMessageContaining("Invalid value big for configuration log.segment.bytes: Not a number of type INT");
    }

    @Test
    void zookeeperIsAnsweredWithTheLinesToWriteInstead() {
        assertThatThrownBy(() -> BrokerSettings.parse(Map.of("zookeeper.connect", "localhost:2181", "broker.id", "3")))
                .hasMessageContaining("process.roles=broker,controller")
                .hasMessageContaining("node.id=3");
    }

    @Test
    void anUnknownKeyIsAWarning() {
        assertThat(BrokerSettings.parse(Map.of("num.partitons", "3")).warnings())
                .containsExactly("unknown configuration 'num.partitons' is ignored");
    }

    @Test
    void foldersAndInternalTopicsFollowWhatIsSet() {
        var unset = BrokerSettings.parse(Map.of());
        assertThat(unset.logFolders()).containsExactly("data");
        assertThat(unset.metadataFolder()).isEqualTo("data");
        assertThat(unset.internalInSyncMin("transaction.state.log.min.isr", 1)).isEqualTo(1);
        assertThat(unset.internalInSyncMin("transaction.state.log.min.isr", 3)).isEqualTo(2);
        assertThat(unset.internalReplicas("offsets.topic.replication.factor", 5)).isEqualTo(3);
        var set = BrokerSettings.parse(Map.of("log.dirs", "a, b", "metadata.log.dir", "c",
                "transaction.state.log.min.isr", "3", "offsets.topic.replication.factor", "4"));
        assertThat(set.logFolders()).containsExactly("a", "b");
        assertThat(set.metadataFolder()).isEqualTo("c");
        assertThat(set.internalInSyncMin("transaction.state.log.min.isr", 2)).isEqualTo(3);
        assertThat(set.internalReplicas("offsets.topic.replication.factor", 1)).isEqualTo(4);
    }

    @Test
    void aControllerAloneIsNotServedYet() {
        assertThatThrownBy(() -> BrokerSettings.parse(Map.of("process.roles", "controller")))
                .isInstanceOf(BadConfiguration.class).hasMessageContaining("must contain broker");
        assertThat(BrokerSettings.parse(Map.of("process.roles", "controller,broker")).list("process.roles"))
                .containsExactly("controller", "broker");
    }

    @Test
    void onlyClientsAreToldWhereToConnect() {
        var settings = BrokerSettings.parse(Map.of("listeners", "PLAINTEXT://here:9092,CONTROLLER://here:9093",
                "controller.listener.names", "CONTROLLER", "listener.security.protocol.map", "CONTROLLER:plaintext"));
        assertThat(settings.advertised()).hasToString("[PLAINTEXT://here:9092]");
    }
}
