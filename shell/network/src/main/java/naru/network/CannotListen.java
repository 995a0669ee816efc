package naru.network;

import java.io.IOException;
import java.net.InetSocketAddress;

/** An address that cannot be bound, with what to do about it. */
final class CannotListen extends IOException {

    private static final long serialVersionUID = 1;

    private static final int FIRST_PORT_FOR_EVERYBODY = 1_024;

    CannotListen(ListenerAt at, Throwable why) {
        super("cannot listen on " + at.address().getHostString() + ":" + at.address().getPort() + " (" + at.name() + "): "
                + told(at.address(), why), why);
    }

    /** The system's own words say what it is; Java has one exception for all of them. */
    private static String told(InetSocketAddress address, Throwable why) {
        if (address.isUnresolved()) {
            return "there is no host of that name; choose an address of this machine, or 0.0.0.0 for all it has";
        }
        String said = withoutCall(String.valueOf(why.getMessage()));
        if (said.contains("Permission denied")) {
            return said + "; choose a port from " + FIRST_PORT_FOR_EVERYBODY + " on, those below are for administrators";
        }
        if (said.contains("Cannot assign requested address")) {
            return said + "; choose an address of this machine, or 0.0.0.0 for all it has";
        }
        return said + "; end what listens there, or choose another address";
    }

    /** Netty's {@code bind(..) failed with error(-98): Address already in use} without its first half. */
    private static String withoutCall(String said) {
        int end = said.startsWith("bind(") ? said.indexOf("): ") : -1;
        return end < 0 ? said : said.substring(end + 3);
    }
}
