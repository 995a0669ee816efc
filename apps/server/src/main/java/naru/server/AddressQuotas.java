package naru.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import naru.network.AddressQuota;

/** Reads {@code max.connections.per.ip.overrides}: {@code host:number}, separated by commas. */
final class AddressQuotas {

    private static final String KEY = "max.connections.per.ip.overrides";

    private AddressQuotas() {}

    static AddressQuota of(int usualMax, String overrides) throws Server.Refused {
        var others = new LinkedHashMap<InetAddress, Integer>();
        for (var entry : overrides.split(",")) {
            if (!entry.isBlank()) {
                int colon = entry.lastIndexOf(':'); // an address of version 6 has colons of its own
                if (colon < 0) {
                    throw refused(overrides, "'" + entry.strip() + "' is not host:number");
                }
                others.put(host(overrides, entry.substring(0, colon).strip()),
                        number(overrides, entry.substring(colon + 1).strip()));
            }
        }
        return new AddressQuota(usualMax, others);
    }

    private static InetAddress host(String overrides, String name) throws Server.Refused {
        try {
            return InetAddress.getByName(name);
        } catch (UnknownHostException nobody) {
            throw refused(overrides, "there is no host '" + name + "'");
        }
    }

    private static int number(String overrides, String text) throws Server.Refused {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException none) {
            // said below
        }
        throw refused(overrides, "'" + text + "' is not a number of connections");
    }

    private static Server.Refused refused(String overrides, String why) {
        return new Server.Refused(KEY + "=" + overrides + ": " + why);
    }
}
