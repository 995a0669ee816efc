package naru.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    void aNodeIsAloneWhereNobodyElseIsAsked() {
        var alone = BrokerSettings.parse(Map.of());
        assertThat(alone.isAlone()).isTrue();
        assertThat(alone.text("broker.session.timeout.ms")).as("Kafka's, as nobody waits for it").isEqualTo("9000");
        assertThat(BrokerSettings.parse(Map.of("process.roles", "controller,broker")).isAlone()).isTrue();
        var combined = BrokerSettings.parse(cluster("broker,controller", "PLAINTEXT://here:9092,CONTROLLER://here:9093"));
        assertThat(combined.isAlone()).isFalse();
        assertThat(combined.controllerListeners()).hasToString("[CONTROLLER://here:9093]");
        assertThat(combined.voters()).containsExactly(new Voter(1, "here", 9093), new Voter(2, "::1", 9093));
        assertThat(combined.integer("broker.session.timeout.ms")).isEqualTo(1_500);
        assertThat(combined.integer("broker.heartbeat.interval.ms")).isEqualTo(200);
    }

    /** Whoever listens for other controllers can be joined; a port that was drawn nobody can be told of. */
    @Test
    void aNodeThatOthersCanJoinIsNotAlone() {
        var own = new TreeMap<>(Map.of("controller.listener.names", "CONTROLLER", "listeners", "PLAINTEXT://:9092,CONTROLLER://:9093"));
        assertThat(BrokerSettings.parse(own).isAlone()).isFalse();
        assertThat(BrokerSettings.parse(own).namesOnlyItself()).isTrue();
        own.put("controller.quorum.bootstrap.servers", "localhost:9093");
        assertThat(BrokerSettings.parse(own).namesOnlyItself()).isTrue();
        own.put("controller.quorum.bootstrap.servers", "localhost:9094");
        assertThat(BrokerSettings.parse(own).namesOnlyItself()).as("another port").isFalse();
        own.put("controller.quorum.bootstrap.servers", "here:9093");
        assertThat(BrokerSettings.parse(own).namesOnlyItself()).as("perhaps another machine").isFalse();
        own.put("advertised.listeners", "PLAINTEXT://here:9092,CONTROLLER://here:9093");
        assertThat(BrokerSettings.parse(own).namesOnlyItself()).as("this machine's name").isTrue();
        assertThat(BrokerSettings.parse(own).advertisedToClients()).hasToString("[PLAINTEXT://here:9092]");
        own.put("controller.quorum.bootstrap.servers", "here:9093,there:9093");
        assertThat(BrokerSettings.parse(own).namesOnlyItself()).isFalse();
        own.keySet().removeAll(List.of("controller.quorum.bootstrap.servers", "advertised.listeners"));
        own.put("listeners", "PLAINTEXT://:9092,CONTROLLER://:0");
        assertThat(BrokerSettings.parse(own).isAlone()).isTrue();
    }

    @Test
    void aControllerAloneListensForControllersAlone() {
        var controller = BrokerSettings.parse(cluster("controller", "CONTROLLER://here:9093"));
        assertThat(controller.isBroker()).isFalse();
        assertThat(controller.advertised()).isEmpty();
        assertThatThrownBy(() -> BrokerSettings.parse(cluster("controller", "PLAINTEXT://here:9092,CONTROLLER://here:9093")))
                .isInstanceOf(BadConfiguration.class).hasMessageContaining("listens for controllers alone");
        assertThatThrownBy(() -> BrokerSettings.parse(Map.of("process.roles", "controller")))
                .isInstanceOf(BadConfiguration.class).hasMessageContaining("controller.listener.names");
    }

    @Test
    void aBrokerAloneHasToKnowItsControllers() {
        var settings = cluster("broker", "PLAINTEXT://here:9092");
        settings.put("node.id", "3");
        assertThat(BrokerSettings.parse(settings).isController()).isFalse();
        settings.remove("controller.listener.names");
        assertThatThrownBy(() -> BrokerSettings.parse(settings)).hasMessageContaining("controller.listener.names");
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("node.id", "2");
        assertThatThrownBy(() -> BrokerSettings.parse(settings)).hasMessageContaining("cannot be among the voters");
        settings.remove("controller.quorum.voters");
        assertThatThrownBy(() -> BrokerSettings.parse(settings)).hasMessageContaining("controller.quorum.bootstrap.servers");
    }

    @Test
    void aControllerIsAmongItsVoters() {
        var settings = cluster("broker,controller", "PLAINTEXT://here:9092,CONTROLLER://here:9093");
        settings.put("node.id", "7");
        assertThatThrownBy(() -> BrokerSettings.parse(settings)).hasMessageContaining("has to be among the voters");
    }

    private static TreeMap<String, String> cluster(String roles, String listeners) {
        var settings = new TreeMap<String, String>();
        settings.put("process.roles", roles);
        settings.put("node.id", "1");
        settings.put("listeners", listeners);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("controller.quorum.voters", "1@here:9093,2@[::1]:9093");
        return settings;
    }

    @Test
    void onlyClientsAreToldWhereToConnect() {
        var settings = BrokerSettings.parse(Map.of("listeners", "PLAINTEXT://here:9092,CONTROLLER://here:9093",
                "controller.listener.names", "CONTROLLER", "listener.security.protocol.map", "CONTROLLER:plaintext"));
        assertThat(settings.advertised()).hasToString("[PLAINTEXT://here:9092]");
    }
}
