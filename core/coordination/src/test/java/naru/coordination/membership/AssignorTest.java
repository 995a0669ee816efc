package naru.coordination.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.coordination.groups.StoryTopics;
import naru.coordination.membership.Assignor.Subscriber;
import org.junit.jupiter.api.Test;

/** What every assignment must be, for random members, topics and pasts. Each failure names its seed. */
class AssignorTest {

    private static final int RUNS = Integer.getInteger("naru.runs", 2_000);

    private final StoryTopics topics = new StoryTopics();

    private Uuid topic(String name, int partitions) {
        topics.put(name, partitions);
        return topics.named(name).id();
    }

    private static Subscriber member(Partitions current, Uuid... topics) {
        return new Subscriber(null, null, new TreeSet<>(List.of(topics)), current);
    }

    @Test
    void rangeGivesEveryTopicInRunsAndTheFirstMembersMore() {
        var a = topic("a", 5);
        var b = topic("b", 2);
        var members = new TreeMap<String, Subscriber>();
        members.put("m1", member(Partitions.NONE, a, b));
        members.put("m2", member(Partitions.NONE, a, b));
        members.put("m0", new Subscriber("static", null, new TreeSet<>(List.of(a)), Partitions.NONE));
        var assigned = new RangeAssignor().assign(members, topics);
        assertThat(assigned.get("m0").of(a)).containsExactly(0, 1);
        assertThat(assigned.get("m1").of(a)).containsExactly(2, 3);
        assertThat(assigned.get("m2").of(a)).containsExactly(4);
        assertThat(assigned.get("m1").of(b)).containsExactly(0);
        assertThat(assigned.get("m2").of(b)).containsExactly(1);
    }

    @Test
    void uniformTakesFromItsRackFirst() {
        topics.put("a", 4, List.of(racks("r1"), racks("r2"), racks("r1"), racks("r2")));
        var a = topics.named("a").id();
        var members = new TreeMap<String, Subscriber>();
        members.put("m1", new Subscriber(null, "r2", new TreeSet<>(List.of(a)), Partitions.NONE));
        members.put("m2", new Subscriber(null, "r1", new TreeSet<>(List.of(a)), Partitions.NONE));
        var assigned = new UniformAssignor().assign(members, topics);
        assertThat(assigned.get("m1").of(a)).containsExactly(1, 3);
        assertThat(assigned.get("m2").of(a)).containsExactly(0, 2);
    }

    private static TreeSet<String> racks(String... names) {
        return new TreeSet<>(List.of(names));
    }

    @Test
    void everyAssignmentIsWholeBalancedAndLeavesInPlaceWhatItCan() {
        for (long seed = 1; seed <= RUNS; seed++) {
            var random = new Random(seed);
            var world = new StoryTopics();
            var ids = new ArrayList<Uuid>();
            for (int i = 0, count = 1 + random.nextInt(4); i < count; i++) {
                world.put("t" + i, 1 + random.nextInt(12));
                ids.add(world.named("t" + i).id());
            }
            boolean same = random.nextBoolean();
            var members = members(random, world, ids, same);
            for (var assignor : List.of(new UniformAssignor(), new RangeAssignor())) {
                var assigned = assignor.assign(members, world);
                String where = assignor.name() + ", seed " + seed;
                checkWhole(where, members, world, ids, assigned);
                if (assignor instanceof UniformAssignor) {
                    checkBalance(where, members, assigned);
                    if (same) {
                        checkSticky(where, members, ids, world, assigned);
                    }
                }
                assertThat(assignor.assign(members, world)).as(where).isEqualTo(assigned);
                var again = new TreeMap<String, Subscriber>();
                members.forEach((id, member) -> again.put(id, new Subscriber(
                        member.instanceId(), member.rackId(), member.topics(), assigned.get(id))));
                assertThat(assignor.assign(again, world)).as(where + ": nothing changed, nothing moves").isEqualTo(assigned);
            }
        }
    }

    private static SortedMap<String, Subscriber> members(Random random, StoryTopics world, List<Uuid> ids, boolean same) {
        var members = new TreeMap<String, Subscriber>();
        var taken = new TreeSet<TopicPartition>();
        for (int i = 0, count = 1 + random.nextInt(8); i < count; i++) {
            var mine = new TreeSet<Uuid>();
            ids.stream().filter(_ -> same || random.nextBoolean()).forEach(mine::add);
            var current = Partitions.builder();
            for (var id : ids) {
                var shape = world.withId(id);
                for (int p = 0; p < shape.partitions() + 2; p++) {
                    if (random.nextInt(4) == 0 && taken.add(new TopicPartition(shape.name(), p))) {
                        current.add(id, p);
                    }
                }
            }
            members.put("m" + i, new Subscriber(random.nextInt(4) == 0 ? "i" + i : null, null, mine, current.build()));
        }
        return members;
    }

    private static void checkWhole(String where, SortedMap<String, Subscriber> members, StoryTopics world, List<Uuid> ids,
            SortedMap<String, Partitions> assigned) {
        assertThat(assigned.keySet()).as(where).isEqualTo(members.keySet());
        for (var id : ids) {
            var owners = new HashMap<Integer, String>();
            assigned.forEach((member, partitions) -> partitions.of(id).forEach(partition -> {
                assertThat(owners.put(partition, member)).as(where + ": two owners").isNull();
                assertThat(members.get(member).topics()).as(where).contains(id);
            }));
            boolean wanted = members.values().stream().anyMatch(member -> member.topics().contains(id));
            assertThat(owners.size()).as(where).isEqualTo(wanted ? world.withId(id).partitions() : 0);
        }
    }

    /** No single partition could move and make two members more alike. */
    private static void checkBalance(String where, SortedMap<String, Subscriber> members, SortedMap<String, Partitions> assigned) {
        for (var rich : assigned.entrySet()) {
            for (var poor : assigned.entrySet()) {
                boolean couldMove = rich.getValue().byTopic().keySet().stream()
                        .anyMatch(members.get(poor.getKey()).topics()::contains);
                int difference = rich.getValue().count() - poor.getValue().count();
                assertThat(couldMove && difference > 1).as(where + ": " + rich + " beside " + poor).isFalse();
            }
        }
    }

    /** As many stay as any balanced assignment could leave in place. */
    private static void checkSticky(String where, SortedMap<String, Subscriber> members, List<Uuid> ids, StoryTopics world,
            SortedMap<String, Partitions> assigned) {
        int partitions = ids.stream().mapToInt(id -> world.withId(id).partitions()).sum();
        int floor = partitions / members.size();
        int more = partitions % members.size();
        int kept = 0;
        int best = 0;
        Map<String, Integer> usable = new TreeMap<>();
        for (var member : members.entrySet()) {
            int count = 0;
            for (var topic : member.getValue().current().byTopic().entrySet()) {
                for (int partition : topic.getValue()) {
                    if (partition < world.withId(topic.getKey()).partitions()) {
                        count++;
                        kept += assigned.get(member.getKey()).has(topic.getKey(), partition) ? 1 : 0;
                    }
                }
            }
            usable.put(member.getKey(), count);
            best += Math.min(count, floor);
        }
        best += Math.min(more, (int) usable.values().stream().filter(count -> count > floor).count());
        assertThat(kept).as(where + ": kept").isEqualTo(best);
    }
}
