package naru.log;

import static naru.base.Invariant.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import naru.base.TopicPartition;
import naru.base.Uuid;

/**
 * Replicas of one lane that were taken out of a folder while the journal spoke of them. After a crash recovery would put what it says
 * into a replica of the same partition that came later, over what that one holds; so there is none until the journal has forgotten.
 */
public final class GivenUp {

    /** As the journal names it. */
    private record Replica(Uuid topicId, int partition) {}

    private final TreeMap<Replica, List<Runnable>> remembered =
            new TreeMap<>(Comparator.comparing(Replica::topicId).thenComparingInt(Replica::partition));

    private final LaneLogs folder;

    GivenUp(LaneLogs folder) {
        this.folder = folder;
    }

    /** As {@link LaneLogs#delete}, where the partition may come back: its topic goes on, with other replicas. */
    public void take(Log log) {
        if (folder.isOpen(log) && folder.journal() != null) {
            var replica = new Replica(log.topicId(), log.name().partition());
            var waiting = new ArrayList<Runnable>();
            check(remembered.putIfAbsent(replica, waiting) == null, "who is remembered is not here");
            folder.journal().settle(log, () -> {
                remembered.remove(replica);
                waiting.forEach(Runnable::run);
            });
        }
        folder.delete(log.name());
    }

    /** True while the journal speaks of an earlier replica of this partition. */
    public boolean has(TopicPartition name, Uuid topicId) {
        return remembered.containsKey(new Replica(topicId, name.partition()));
    }

    /** Runs {@code then} on the lane, in a later turn, when the partition that {@link #has is} here is forgotten. */
    public void whenForgotten(TopicPartition name, Uuid topicId, Runnable then) {
        remembered.get(new Replica(topicId, name.partition())).add(then);
    }
}
