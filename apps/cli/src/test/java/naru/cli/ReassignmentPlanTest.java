package naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.cli.wire.Place;
import org.junit.jupiter.api.Test;

class ReassignmentPlanTest {

    private static SortedMap<Place, List<Integer>> now(List<List<Integer>> replicas) {
        var now = new TreeMap<Place, List<Integer>>();
        for (int i = 0; i < replicas.size(); i++) {
            now.put(new Place("t", i), replicas.get(i));
        }
        return now;
    }

    @Test
    void whatIsBalancedStays() {
        assertThat(ReassignmentPlan.spread(now(List.of(List.of(1, 2), List.of(2, 3), List.of(3, 1))), List.of(1, 2, 3), 0).replicas()).isEmpty();
    }

    @Test
    void aBrokerThatGoesGivesAllItHas() {
        var plan = ReassignmentPlan.spread(now(List.of(List.of(1, 2), List.of(2, 3), List.of(3, 1))), List.of(1, 2), 0);
        assertThat(plan.replicas().values()).allSatisfy(replicas -> assertThat(replicas).containsExactlyInAnyOrder(1, 2));
        assertThat(plan.replicas()).doesNotContainKey(new Place("t", 0));
    }

    @Test
    void whateverTheClusterEveryoneHasAFairShare() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            int brokers = 1 + random.nextInt(8);
            int copies = 1 + random.nextInt(brokers);
            var all = new ArrayList<Integer>();
            for (int id = 0; id < brokers; id++) {
                all.add(id);
            }
            var replicas = new ArrayList<List<Integer>>();
            for (int i = random.nextInt(30); i >= 0; i--) {
                var shuffled = new ArrayList<>(all);
                Collections.shuffle(shuffled, random);
                replicas.add(List.copyOf(shuffled.subList(0, 1 + random.nextInt(brokers))));
            }
            var before = now(replicas);
            var after = new TreeMap<>(before);
            after.putAll(ReassignmentPlan.spread(before, all, copies).replicas());
            var load = new int[brokers];
            after.values().forEach(one -> {
                assertThat(one).as("seed " + seed).hasSize(copies).hasSameSizeAs(new TreeSet<>(one));
                one.forEach(id -> load[id]++);
            });
            int fair = (after.size() * copies + brokers - 1) / brokers;
            for (int one : load) {
                assertThat(one).as("seed " + seed + ", round " + round).isLessThanOrEqualTo(fair);
            }
        }
    }
}
