package naru.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.BindException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class CannotListenTest {

    private static String told(String host, int port, String said) {
        return new CannotListen(new ListenerAt("PLAINTEXT", new InetSocketAddress(host, port)), new BindException(said)).getMessage();
    }

    @Test
    void eachReasonHasItsAdvice() {
        assertThat(told("127.0.0.1", 9092, "bind(..) failed with error(-98): Address already in use")).isEqualTo(
                "cannot listen on 127.0.0.1:9092 (PLAINTEXT): Address already in use; end what listens there, or choose another address");
        assertThat(told("0.0.0.0", 80, "bind(..) failed with error(-13): Permission denied")).isEqualTo(
                "cannot listen on 0.0.0.0:80 (PLAINTEXT): Permission denied; choose a port from 1024 on, those below are for administrators");
        assertThat(told("192.0.2.1", 9092, "Cannot assign requested address")).isEqualTo(
                "cannot listen on 192.0.2.1:9092 (PLAINTEXT): Cannot assign requested address; choose an address of this machine, or 0.0.0.0 for all it has");
        var nowhere = new ListenerAt("PLAINTEXT", InetSocketAddress.createUnresolved("no-such-host.invalid", 9092));
        assertThat(new CannotListen(nowhere, new IllegalArgumentException())).hasMessage("cannot listen on no-such-host.invalid:9092 (PLAINTEXT): "
                + "there is no host of that name; choose an address of this machine, or 0.0.0.0 for all it has");
    }
}
