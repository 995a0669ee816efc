package naru.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenersTest {

    private final List<String> complaints = new ArrayList<>();

    @Test
    void everyPortAndEveryProtocolIsRead() {
        assertThat(read("listeners", "PLAINTEXT://a:0,ssl://b:65535,SASL_SSL://[::1]:7"))
                .hasToString("[PLAINTEXT://a:0, SSL://b:65535, SASL_SSL://[::1]:7]");
        assertThat(complaints).isEmpty();
    }

    @Test
    void portsThatAreNone() {
        for (var port : List.of("-1", "65536", "", "x")) {
            complains("listeners", "PLAINTEXT://a:" + port, "is not a number from 0 to 65535");
        }
    }

    @Test
    void whatIsNoListener() {
        for (var text : List.of("://a:1", "PLAINTEXT", "PLAINTEXT:1", "PLAINTEXT//a:1")) {
            complains("listeners", text, "is not NAME://host:port");
        }
        complains("listeners", "", "at least one NAME://host:port is needed");
        complains("listeners", " , ", "at least one NAME://host:port is needed");
    }

    @Test
    void namesAndPortsAreTakenOnce() {
        complains("listeners", "PLAINTEXT://a:1,plaintext://a:2", "PLAINTEXT comes twice");
        complains("listeners", "PLAINTEXT://a:1,SSL://a:1", "1 comes twice");
    }

    @Test
    void onePortOnTwoAddressesAndAnyPortTwice() {
        read("listeners", "PLAINTEXT://a:1,SSL://b:1");
        read("listeners", "PLAINTEXT://a:0,SSL://a:0");
        read("advertised.listeners", "PLAINTEXT://a:1,SSL://a:1");
        assertThat(complaints).isEmpty();
    }

    @Test
    void aNameNeedsAProtocol() {
        complains("listeners", "INSIDE://a:1", "add INSIDE:PLAINTEXT");
        new Listeners("INSIDE:PLAINTEXT,OUTSIDE,:SSL,OTHER:TLS", complaints);
        assertThat(complaints).hasSize(2)
                .anySatisfy(one -> assertThat(one).contains("'OUTSIDE' is not NAME:PROTOCOL"))
                .anySatisfy(one -> assertThat(one).contains("'OTHER:TLS' is not NAME:PROTOCOL"));
    }

    private List<Listener> read(String key, String text) {
        return new Listeners("", complaints).read(key, text);
    }

    private void complains(String key, String text, String why) {
        complaints.clear();
        read(key, text);
        assertThat(complaints).as(text).singleElement().asString()
                .startsWith("Invalid value " + text + " for configuration " + key + ": ").contains(why);
        complaints.clear();
    }
}
