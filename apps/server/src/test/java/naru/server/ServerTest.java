package naru.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import naru.configuration.BrokerSettings;
import naru.quorum.DamagedMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was asked for and is not there yet is said at the start, before anything is touched; what is there is not refused. */
class ServerTest {

    private static void isRefused(String because, String... settings) {
        var properties = new TreeMap<String, String>();
        for (var setting : settings) {
            int equals = setting.indexOf('=');
            properties.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        assertThatThrownBy(() -> Server.start(BrokerSettings.parse(properties)))
                .isInstanceOf(Server.Refused.class).hasMessageContaining(because);
    }

    @Test
    void nobodyBelievesThatTheConnectionIsEncryptedWhenItIsNot() {
        isRefused("SECURE asks for SSL", "listeners=PLAINTEXT://127.0.0.1:0,SECURE://127.0.0.1:0",
                "listener.security.protocol.map=SECURE:SSL");
        isRefused("asks for SASL_PLAINTEXT", "listeners=SASL_PLAINTEXT://127.0.0.1:0");
    }

    @Test
    void nobodyBelievesThatAccessIsControlled() {
        isRefused("authorizer.class.name", "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    }

    @Test
    void otherControllersHaveToKnowWhereThisOneIs() {
        isRefused("give it one", "node.id=1", "controller.listener.names=CONTROLLER",
                "listeners=PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0",
                "controller.quorum.voters=1@localhost:9093,2@other:9093");
    }

    /** Else two nodes that start at the same time would found two clusters. */
    @Test
    void aNodeOfAClusterDoesNotBeginOneOfItsOwn(@TempDir Path folder) {
        assertThatThrownBy(() -> Server.start(BrokerSettings.parse(clusterOf(folder, "other:9093", 9093))))
                .isInstanceOf(DamagedMetadata.class).hasMessageContaining("not formatted");
    }

    @Test
    void aFolderIsNotTwoOfOneNodesFolders(@TempDir Path folder) throws Exception {
        var settings = clusterOf(folder, "other:9093", 9093);
        settings.put("log.dirs", folder.resolve("one") + "," + folder.resolve("two"));
        for (var name : new String[] {"one", "two"}) {
            Files.writeString(Files.createDirectories(folder.resolve(name)).resolve("meta.properties"),
                    "cluster.id=c\nnode.id=1\nversion=1\ndirectory.id=AAAAAAAAAAAAAAAAAAAABQ\n");
        }
        assertThatThrownBy(() -> Server.start(BrokerSettings.parse(settings)))
                .isInstanceOf(Server.Refused.class).hasMessageContaining("copies of one folder");
    }

    @Test
    void theVotersAndTheListenersHaveToAgree(@TempDir Path folder) throws Exception {
        var settings = clusterOf(folder, "other:9093", 9094);
        Files.writeString(Files.createDirectories(folder.resolve("data")).resolve("meta.properties"),
                "cluster.id=c\nnode.id=1\nversion=1\ndirectory.id=AAAAAAAAAAAAAAAAAAAABQ\n");
        assertThatThrownBy(() -> Server.start(BrokerSettings.parse(settings)))
                .isInstanceOf(Server.Refused.class).hasMessageContaining("9093").hasMessageContaining("9094");
    }

    /** As a container is that is told nothing but its listeners. */
    @Test
    void aNodeThatNamesNobodyElseVotesAlone(@TempDir Path folder) throws Exception {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var settings = clusterOf(folder, "nobody:1", port);
        settings.remove("controller.quorum.voters");
        var server = Server.start(BrokerSettings.parse(settings));
        assertThat(server.advertised()).extracting(one -> one.name()).containsExactly("PLAINTEXT");
        server.stop();
    }

    private static TreeMap<String, String> clusterOf(Path folder, String other, int port) {
        var settings = new TreeMap<String, String>();
        settings.put("node.id", "1");
        settings.put("log.dirs", folder.resolve("data").toString());
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("listeners", "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:" + port);
        settings.put("controller.quorum.voters", "1@127.0.0.1:9093,2@" + other);
        return settings;
    }
}
