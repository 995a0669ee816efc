package naru.coordination.membership;

import java.util.SortedMap;
import java.util.SortedSet;
import naru.base.Uuid;

/** Says which member of a group gets which partitions. The same question has the same answer, always. */
public interface Assignor {

    /**
     * A member as an assignor sees it.
     *
     * @param instanceId null when it is not a static one
     * @param rackId null when it says none
     * @param topics those it subscribes to, all of which exist
     * @param current what the last assignment gave it
     */
    record Subscriber(String instanceId, String rackId, SortedSet<Uuid> topics, Partitions current) {}

    /** By which clients and operators name it. */
    String name();

    /** Every partition of a topic that somebody subscribes to, to exactly one of those; every member has an entry. */
    SortedMap<String, Partitions> assign(SortedMap<String, Subscriber> members, Topics topics);
}
