package naru.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import naru.cli.wire.Place;

/** Which brokers shall keep which partitions, so that as little as possible moves and all have about as much to do. */
record ReassignmentPlan(SortedMap<Place, List<Integer>> replicas) {

    /**
     * Makes a plan.
     *
     * @param now the replicas of each partition
     * @param brokers who may keep them
     * @param copies how many replicas each shall have; 0 for as many as it has
     */
    static ReassignmentPlan spread(SortedMap<Place, List<Integer>> now, Collection<Integer> brokers, int copies) {
        var load = new TreeMap<Integer, Integer>();
        var leads = new TreeMap<Integer, Integer>();
        brokers.forEach(broker -> {
            load.put(broker, 0);
            leads.put(broker, 0);
        });
        int sum = now.values().stream().mapToInt(one -> copies > 0 ? copies : one.size()).sum();
        int fair = (sum + brokers.size() - 1) / brokers.size();
        var planned = new TreeMap<Place, List<Integer>>();
        // First what may stay, as far as nobody gets more than a fair share; then the rest goes to whoever has least.
        now.forEach((place, replicas) -> {
            var staying = new ArrayList<Integer>();
            for (int broker : replicas) {
                if (load.containsKey(broker) && load.get(broker) < fair && staying.size() < wanted(replicas, copies)) {
                    staying.add(broker);
                    load.merge(broker, 1, Integer::sum);
                }
            }
            planned.put(place, staying);
        });
        planned.forEach((place, replicas) -> {
            while (replicas.size() < wanted(now.get(place), copies)) {
                int least = load.entrySet().stream().filter(one -> !replicas.contains(one.getKey()))
                        .min(Comparator.comparingInt(Map.Entry::getValue)).orElseThrow().getKey();
                replicas.add(least);
                load.merge(least, 1, Integer::sum);
            }
        });
        relieve(planned, now, load, fair);
        planned.forEach((place, replicas) -> {
            // The first is the preferred leader: whoever leads least of those.
            int first = replicas.stream().min(Comparator.<Integer>comparingInt(leads::get)
                    .thenComparingInt(broker -> broker.equals(now.get(place).getFirst()) ? 0 : 1)).orElseThrow();
            replicas.remove((Integer) first);
            replicas.addFirst(first);
            leads.merge(first, 1, Integer::sum);
        });
        planned.entrySet().removeIf(one -> one.getValue().equals(now.get(one.getKey())));
        return new ReassignmentPlan(planned);
    }

    /** Takes from whoever has more than a fair share, and gives to whoever has least: what was to move anyway first. */
    private static void relieve(SortedMap<Place, List<Integer>> planned, SortedMap<Place, List<Integer>> now, SortedMap<Integer, Integer> load, int fair) {
        while (true) {
            int most = Collections.max(load.entrySet(), Map.Entry.comparingByValue()).getKey();
            int least = Collections.min(load.entrySet(), Map.Entry.comparingByValue()).getKey();
            if (load.get(most) <= fair) {
                return;
            }
            // There is always one: who has more replicas than another has one of a partition that the other does not have.
            var given = planned.entrySet().stream().filter(one -> one.getValue().contains(most) && !one.getValue().contains(least))
                    .min(Comparator.comparing(one -> now.get(one.getKey()).contains(most))).orElseThrow();
            given.getValue().set(given.getValue().indexOf(most), least);
            load.merge(most, -1, Integer::sum);
            load.merge(least, 1, Integer::sum);
        }
    }

    private static int wanted(List<Integer> replicas, int copies) {
        return copies > 0 ? copies : replicas.size();
    }
}
