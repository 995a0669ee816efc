package naru.coordination.consumers;

import java.util.Collection;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Consumer;

/** Looks through the names of all topics where nobody waits for it. */
public interface TopicSearch {

    /**
     * Does what {@link Expressions#matching} does, on some other thread, and tells it in a later turn of the shard's lane.
     *
     * @param names as {@link naru.coordination.membership.Topics#names} gave them
     */
    void find(SortedSet<String> expressions, Collection<String> names, Consumer<SortedMap<String, SortedSet<String>>> found);
}
