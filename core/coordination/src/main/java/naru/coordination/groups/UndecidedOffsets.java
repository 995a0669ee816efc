package naru.coordination.groups;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.coordination.runtime.CoordinatorRecord;

/** What producers committed inside transactions that are not ended yet, in the order of the log. */
final class UndecidedOffsets {

    private final Map<Long, List<CoordinatorRecord>> byProducer = new TreeMap<>();

    void add(long producerId, CoordinatorRecord record) {
        byProducer.computeIfAbsent(producerId, _ -> new ArrayList<>()).add(record);
    }

    /** What the producer's transaction wrote; it is no longer undecided. */
    List<CoordinatorRecord> end(long producerId) {
        var ended = byProducer.remove(producerId);
        return ended == null ? List.of() : ended;
    }

    void clear() {
        byProducer.clear();
    }
}
