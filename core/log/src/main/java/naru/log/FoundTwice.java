package naru.log;

import java.util.List;
import java.util.function.Consumer;
import naru.base.TopicPartition;

/**
 * A partition that lies in several log folders when it is opened. A crash while it moved leaves it so, or somebody who took a folder
 * away and brought it back later. What was appended last is in the one that is further (decision 36). Of the other nothing is
 * deleted that is not also there.
 */
public final class FoundTwice {

    private FoundTwice() {}

    /**
     * Blocking: leaves the partition in one of its folders.
     *
     * @param holders open folders, all of which have the partition
     * @param whenFound hears what was done, in a sentence
     * @return whose partition it is
     */
    public static LaneLogs furthest(
            List<LaneLogs> holders, TopicPartition name, LogConfig config, long nowMs, Consumer<String> whenFound) {
        var best = holders.getFirst();
        for (var other : holders.subList(1, holders.size())) {
            var one = best.open(name, config, nowMs);
            var two = other.open(name, config, nowMs);
            whenFound.accept(isFurther(two, one) ? keep(other, two, best, one) : keep(best, one, other, two));
            best = isFurther(two, one) ? other : best;
        }
        return best;
    }

    private static boolean isFurther(Log one, Log other) {
        // A log of which all was deleted knows no epoch any more, but where it ends.
        boolean bothKnow = one.lastEpoch() >= 0 && other.lastEpoch() >= 0;
        return bothKnow && one.lastEpoch() != other.lastEpoch() ? one.lastEpoch() > other.lastEpoch() : one.logEnd() > other.logEnd();
    }

    private static String keep(LaneLogs home, Log kept, LaneLogs from, Log gone) {
        String found = kept.name() + " was found in " + home.path() + " and in " + from.path();
        boolean hasAll = hasAll(kept, gone);
        if (hasAll) {
            // What was deleted in one must not come back with the other.
            kept.deleteRecordsBefore(Math.min(Math.max(kept.logStart(), gone.logStart()), kept.writtenEnd()));
        }
        home.futures().syncAll();
        if (hasAll) {
            from.delete(gone.name());
            return found + ", because a crash came while it was moved; " + home.path() + " has all of it";
        }
        return found + "; the one in " + home.path() + " was written last and is served, and what the other has besides is set aside: "
                + from.futures().setAside(gone) + " may be deleted when nobody misses it";
    }

    private static boolean hasAll(Log kept, Log gone) {
        return gone.writtenEnd() <= gone.logStart() || LastBatch.isIn(kept, gone);
    }
}
