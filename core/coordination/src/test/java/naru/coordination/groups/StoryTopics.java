package naru.coordination.groups;

import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import naru.base.Uuid;
import naru.coordination.membership.Topics;

/** Topics that a test makes, grows and takes away. */
public final class StoryTopics implements Topics {

    private final TreeMap<String, Shape> byName = new TreeMap<>();
    private long ids;

    /** Made, or grown, or given other racks. */
    public void put(String name, int partitions, List<SortedSet<String>> racks) {
        var known = byName.get(name);
        byName.put(name, new Shape(name, known == null ? new Uuid(1, ++ids) : known.id(), partitions, racks));
    }

    public void put(String name, int partitions) {
        put(name, partitions, List.of());
    }

    public void remove(String name) {
        byName.remove(name);
    }

    @Override
    public Shape named(String name) {
        return byName.get(name);
    }

    @Override
    public Shape withId(Uuid id) {
        return byName.values().stream().filter(shape -> shape.id().equals(id)).findFirst().orElse(null);
    }

    @Override
    public Collection<String> names() {
        return List.copyOf(byName.keySet());
    }
}
