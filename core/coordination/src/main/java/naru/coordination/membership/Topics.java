package naru.coordination.membership;

import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import naru.base.Uuid;

/** The topics of the cluster as groups see them: handed in by the host, always the newest the lane knows. */
public interface Topics {

    /**
     * What an assignment depends on.
     *
     * @param partitions how many there are, numbered from 0
     * @param racks by partition, the racks that hold a replica of it; empty when no broker has a rack
     */
    record Shape(String name, Uuid id, int partitions, List<SortedSet<String>> racks) {}

    /** Null when there is no such topic. */
    Shape named(String name);

    /** Null when there is no such topic. */
    Shape withId(Uuid id);

    /** The names of all topics, in order: a value of its own that any thread may read. */
    Collection<String> names();
}
