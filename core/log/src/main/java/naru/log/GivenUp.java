package naru.log;

import static naru.base.Invariant.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import naru.base.DiskFailure;
import naru.base.TopicPartition;
import naru.base.Uuid;

/**
 * Replicas of one lane that are not in a folder any more, while its journal or its checkpoints speak of them. After a crash recovery would
 * put what the journal says into a replica of the same partition that came later, over what that one holds, and would take that one
 * for damaged where it lacks what the checkpoints say; so there is none until both have forgotten.
 */
public final class GivenUp {

    private record Replica(Uuid topicId, int partition) {}

    /** Who speaks of it, and who waits until nobody does. */
    private static final class Memory {
        private final List<Runnable> waiting = new ArrayList<>();
        private boolean inJournal;
        private boolean inCheckpoints;
        /** The checkpoints are being written without it. */
        private boolean leaving;

        private Memory(boolean inJournal, boolean inCheckpoints) {
            this.inJournal = inJournal;
            this.inCheckpoints = inCheckpoints;
        }
    }

    private final TreeMap<Replica, Memory> remembered =
            new TreeMap<>(Comparator.comparing(Replica::topicId).thenComparingInt(Replica::partition));

    private final LaneLogs folder;

    GivenUp(LaneLogs folder) {
        this.folder = folder;
    }

    /** The checkpoints of the process before speak of this one, which is not in the folder any more. */
    void missing(Catalogue.Entry entry) {
        remembered.put(new Replica(entry.topicId(), entry.name().partition()), new Memory(false, true));
    }

    /** As {@link LaneLogs#delete}, where the partition may come back: its topic goes on, with other replicas. */
    public void take(Log log) {
        if (folder.isOpen(log) && folder.journal() != null) {
            var replica = new Replica(log.topicId(), log.name().partition());
            var memory = new Memory(true, log.recoveryPoint() > 0);
            var before = remembered.put(replica, memory);
            check(before == null || before.waiting.isEmpty(), "nobody waits for what is here");
            folder.journal().settle(log, () -> {
                memory.inJournal = false;
                forget(replica, memory);
            });
        }
        folder.delete(log.name());
    }

    private void forget(Replica replica, Memory memory) {
        if (!memory.inJournal && !memory.inCheckpoints && remembered.remove(replica, memory)) {
            memory.waiting.forEach(Runnable::run);
        }
    }

    /**
     * The checkpoints are about to be written without those that are remembered by now.
     *
     * @param whenWritten hears why they could not be, or null
     * @param onLane runs on this lane
     * @return who is to hear that instead
     */
    Consumer<DiskFailure> leaveOut(Consumer<DiskFailure> whenWritten, Consumer<Runnable> onLane) {
        var spokenOf = remembered.values().stream().filter(memory -> memory.inCheckpoints).toList();
        spokenOf.forEach(memory -> memory.leaving = true);
        return spokenOf.isEmpty() ? whenWritten : why -> {
            whenWritten.accept(why);
            onLane.accept(() -> {
                spokenOf.forEach(memory -> memory.leaving = false);
                if (why == null) {
                    leftOut(spokenOf);
                }
            });
        };
    }

    private void leftOut(List<Memory> memories) {
        memories.forEach(memory -> memory.inCheckpoints = false);
        new TreeMap<>(remembered).forEach(this::forget);
    }

    /** True while the journal or the checkpoints speak of an earlier replica of this partition. */
    public boolean has(TopicPartition name, Uuid topicId) {
        return remembered.containsKey(new Replica(topicId, name.partition()));
    }

    /**
     * Runs {@code then} on the lane, in a later turn, when the partition that {@link #has is} here is forgotten. The checkpoints are
     * written for it now; when that fails, the next that are written will do.
     */
    public void whenForgotten(TopicPartition name, Uuid topicId, ToLongFunction<TopicPartition> highWatermark, Runnable then) {
        var memory = remembered.get(new Replica(topicId, name.partition()));
        if (memory.inCheckpoints && !memory.leaving && memory.waiting.isEmpty()) {
            folder.report(highWatermark, _ -> { });
        }
        memory.waiting.add(then);
    }
}
