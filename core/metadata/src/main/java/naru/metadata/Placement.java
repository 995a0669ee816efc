package naru.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import naru.base.Randomness;
import naru.protocol.ErrorCode;

/** Which brokers hold a new partition: round robin from a random broker, replicas on different racks where there are. */
final class Placement {

    private final List<Integer> ring;
    /** Brokers that are away or leaving: they get replicas only where the others are too few, and lead nothing at first. */
    private final List<Integer> spare = new ArrayList<>();
    private final int start;
    private final int racks;

    /** Brokers whose folders are all cordoned are left out. */
    Placement(Cluster cluster, Randomness randomness) {
        var byRack = new TreeMap<String, List<Integer>>();
        for (var broker : cluster.brokers().values()) {
            if (isOpen(broker)) {
                byRack.computeIfAbsent(broker.rack() == null ? "" : broker.rack(), _ -> new ArrayList<>()).add(broker.id());
            } else if (!Directories.isCordoned(broker)) {
                spare.add(broker.id());
            }
        }
        this.ring = interleaved(byRack);
        this.racks = byRack.size();
        this.start = ring.isEmpty() ? 0 : randomness.nextInt(ring.size());
    }

    private static boolean isOpen(BrokerNode broker) {
        return broker.isActive() && !Directories.isCordoned(broker);
    }

    /** One broker of each rack in turn, so that neighbours in the ring are on different racks. */
    private static List<Integer> interleaved(TreeMap<String, List<Integer>> byRack) {
        var ring = new ArrayList<Integer>();
        for (int round = 0; byRack.values().stream().anyMatch(notEmpty(round)); round++) {
            for (var rack : byRack.values()) {
                if (round < rack.size()) {
                    ring.add(rack.get(round));
                }
            }
        }
        return ring;
    }

    private static java.util.function.Predicate<List<Integer>> notEmpty(int round) {
        return rack -> round < rack.size();
    }

    /** The replicas of partition {@code number}, the leader first. */
    List<Integer> replicas(int number, int count) throws Refused {
        if (ring.isEmpty() && !spare.isEmpty()) {
            throw new Refused(ErrorCode.INVALID_REPLICATION_FACTOR, "Unable to replicate the partition " + count
                    + " time(s): All brokers are currently fenced or in controlled shutdown.");
        }
        if (count > ring.size() + spare.size()) {
            throw new Refused(ErrorCode.INVALID_REPLICATION_FACTOR, "Unable to replicate the partition " + count
                    + " time(s): The target replication factor of " + count + " cannot be reached because only "
                    + (ring.size() + spare.size()) + " broker(s) are registered or some brokers have all their log directories cordoned.");
        }
        int leader = (start + number) % ring.size();
        // After one whole turn the followers move on by one, so that the same two brokers are not always together.
        int shift = racks > 1 || ring.size() < 3 ? 0 : number / ring.size() % (ring.size() - 1);
        var replicas = new ArrayList<Integer>();
        replicas.add(ring.get(leader));
        for (int i = 1; i < Math.min(count, ring.size()); i++) {
            int step = 1 + (shift + i - 1) % (ring.size() - 1);
            replicas.add(ring.get((leader + step) % ring.size()));
        }
        for (int i = 0; i < count - ring.size(); i++) {
            replicas.add(spare.get((number + i) % spare.size()));
        }
        return replicas;
    }
}
