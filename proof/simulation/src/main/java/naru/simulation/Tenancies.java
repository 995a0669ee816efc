package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.base.TopicPartition;

/**
 * Who uses which partition of a group, by what its members do and not by what the broker believes: from the moment when one begins
 * to use it until it has given it up. Two at a time are a mistake, unless one of them has been out of touch so long that the
 * group had to go on without it.
 */
final class Tenancies {

    /** Somebody who uses partitions. */
    interface Tenant {
        /** When the last message left of which it knows that it arrived. */
        long heardNs();
    }

    private final long patienceMs;
    private final Map<TopicPartition, List<Tenant>> tenants = new TreeMap<>();

    /** @param patienceMs how long a group waits for one who is silent */
    Tenancies(long patienceMs) {
        this.patienceMs = patienceMs;
    }

    void begin(TopicPartition partition, Tenant tenant, long nowNs) {
        var present = tenants.computeIfAbsent(partition, _ -> new ArrayList<>());
        for (var other : present) {
            unless(nowNs - other.heardNs() >= patienceMs * 1_000_000, tenant + " got " + partition + ", and " + other
                    + " has it, of whom the group heard " + (nowNs - other.heardNs()) / 1_000_000 + " ms ago");
        }
        present.add(tenant);
    }

    void end(TopicPartition partition, Tenant tenant) {
        tenants.getOrDefault(partition, List.of()).remove(tenant);
    }

    /** True when somebody else uses it. */
    boolean hasOther(TopicPartition partition, Tenant tenant) {
        return tenants.getOrDefault(partition, List.of()).stream().anyMatch(other -> other != tenant);
    }
}
