package naru.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.TreeMap;
import naru.configuration.BrokerSettings;
import org.junit.jupiter.api.Test;

/** What was asked for and is not there yet is said at the start, before anything is touched. */
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
    void aNodeOfAnotherClusterDoesNotBeginOneOfItsOwn() {
        isRefused("its own controller", "process.roles=broker", "controller.listener.names=CONTROLLER",
                "controller.quorum.bootstrap.servers=other:9093");
        isRefused("names 2@other:9093", "node.id=1", "controller.quorum.voters=1@localhost:9093,2@other:9093");
    }
}
