package naru.network;

import static naru.base.Invariant.check;

import java.net.InetAddress;
import java.util.Map;

/**
 * How many connections one address may have open.
 *
 * @param usualMax {@code max.connections.per.ip}
 * @param others addresses that may have another number, {@code max.connections.per.ip.overrides}
 */
public record AddressQuota(int usualMax, Map<InetAddress, Integer> others) {

    public static final AddressQuota NONE = new AddressQuota(Integer.MAX_VALUE, Map.of());

    public AddressQuota {
        check(usualMax >= 0, "a number of connections is not negative");
        others = Map.copyOf(others);
    }

    int maxFor(InetAddress address) {
        return others.getOrDefault(address, usualMax);
    }
}
