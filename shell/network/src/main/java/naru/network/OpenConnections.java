package naru.network;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts who is here: in all, and from each address. Clients come on lane 0 and go on every lane. */
final class OpenConnections {

    private final int connectionsMax;
    private final AddressQuota quota;
    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    OpenConnections(int connectionsMax, AddressQuota quota) {
        this.connectionsMax = connectionsMax;
        this.quota = quota;
    }

    /**
     * Counts one more, unless there are too many. Only on lane 0.
     *
     * @return why not; null when it may come in
     */
    String admit(InetAddress from) {
        if (all.get() >= connectionsMax) {
            return connectionsMax + " connections are open already";
        }
        int max = quota.maxFor(from);
        if (byAddress.getOrDefault(from, 0) >= max) {
            return "its address has " + max + " connections already";
        }
        all.incrementAndGet();
        byAddress.merge(from, 1, Integer::sum);
        return null;
    }

    /** @return how many are left */
    int leave(InetAddress from) {
        byAddress.computeIfPresent(from, (_, count) -> count == 1 ? null : count - 1);
        return all.decrementAndGet();
    }

    int count() {
        return all.get();
    }
}
