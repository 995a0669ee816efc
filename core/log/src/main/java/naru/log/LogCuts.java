package naru.log;

import static naru.base.Invariant.check;

import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import naru.base.DiskFailure;
import naru.base.TopicPartition;

/**
 * Takes the end of a log away, or all of it, because its leader has other records there. Owned by the log's lane.
 *
 * <p>A crash at any moment finds either the log as it was, or the log cut; and once a cut is told to be done, nothing of what was
 * cut comes back. The order sees to that: no journal speaks of the log any more; the checkpoints say no more than what stays to
 * be on the medium; then the files are cut, and synced. Nothing is appended meanwhile.
 */
public final class LogCuts {

    private final Log log;
    private final Segments segments;
    private final EpochCache epochs;
    private final LogSafety safety;
    private boolean underWay;
    // The checkpoints were to take back what they say of this log, and may not have.
    private boolean maySayMore;
    private int count;

    LogCuts(Log log, Segments segments, EpochCache epochs, LogSafety safety) {
        this.log = log;
        this.segments = segments;
        this.epochs = epochs;
        this.safety = safety;
    }

    /** True from the call until it is told that all is done: appends are refused. */
    public boolean isUnderWay() {
        return underWay;
    }

    /** Changes with every cut that took something away: what was planned before looks at records that may be gone. */
    int count() {
        return count;
    }

    /**
     * Between turns: drops the records at and behind {@code offset}, and the batch that holds it. Where nothing is left, the log's start
     * stays.
     *
     * @param home the log's
     * @param whenDone hears on this lane that a power cut changes nothing any more (null), or why the log is as it was; within this
     *     call when there was nothing to drop. Never told when the folder breaks
     */
    public void truncateTo(
            long offset, LaneLogs home, ToLongFunction<TopicPartition> highWatermark, Consumer<DiskFailure> whenDone) {
        check(offset >= log.logStart(), "below its start a log begins anew");
        check(!log.isStaged(), "a log is cut between turns");
        if (offset >= log.writtenEnd()) {
            epochs.truncateFromEnd(offset);
            whenDone.accept(null);
            return;
        }
        begin(home, new Cut(log.logStart(), CutPlace.of(segments, offset, log.logStart()), false), highWatermark, whenDone);
    }

    /**
     * As {@link #truncateTo}: everything goes, and the log begins at {@code offset}. Where that cannot be noted any more when everything
     * has gone, it is empty where it was.
     */
    public void startAnewAt(
            long offset, LaneLogs home, ToLongFunction<TopicPartition> highWatermark, Consumer<DiskFailure> whenDone) {
        check(!log.isStaged(), "a log is cut between turns");
        long start = log.logStart();
        if (offset >= start || segments.isEmpty()) {
            begin(home, new Cut(offset, offset, true), highWatermark, whenDone);
            return;
        }
        // If the checkpoints said that the log begins further in front, a crash would bring back what had been deleted there.
        begin(home, new Cut(start, start, true), highWatermark, why -> {
            if (why != null) {
                whenDone.accept(why);
            } else {
                begin(home, new Cut(offset, offset, true), highWatermark, _ -> whenDone.accept(null));
            }
        });
    }

    /** What will be: nothing is left when the log ends where it starts. */
    private record Cut(long logStart, long end, boolean anew) {

        boolean takesAll() {
            return end == logStart;
        }
    }

    private void begin(
            LaneLogs home, Cut cut, ToLongFunction<TopicPartition> highWatermark, Consumer<DiskFailure> whenDone) {
        check(!underWay, "one cut at a time");
        underWay = true;
        log.compaction().whenNotSwitching(() -> {
            if (home.isOpen(log)) {
                home.journal().settle(log, () -> announce(home, cut, highWatermark, whenDone));
            }
        });
    }

    private void announce(
            LaneLogs home, Cut cut, ToLongFunction<TopicPartition> highWatermark, Consumer<DiskFailure> whenDone) {
        if (!home.isOpen(log)) {
            return;
        }
        long start = log.logStart();
        boolean isSaid = !cut.takesAll() && !maySayMore && safety.recoveryPoint() <= cut.end();
        log.beginAt(cut.logStart());
        safety.announceCut(Math.min(safety.recoveryPoint(), cut.end()));
        if (isSaid) {
            // The checkpoints say no more than this lane knows, so they need not be written anew. That is the rule after an election:
            // what a follower has to drop is young, and writing down all logs of a folder for each would hold up everybody.
            carryOut(home, cut, whenDone);
            return;
        }
        home.noteStarts(highWatermark, why -> {
            if (!home.isOpen(log)) {
                return;
            }
            if (why != null) {
                giveUp(start, why, whenDone);
            } else {
                maySayMore = false;
                carryOut(home, cut, whenDone);
            }
        });
    }

    private void giveUp(long start, DiskFailure why, Consumer<DiskFailure> whenDone) {
        log.beginAt(start);
        maySayMore = true;
        safety.cutGivenUp();
        underWay = false;
        whenDone.accept(why);
    }

    private void carryOut(LaneLogs home, Cut cut, Consumer<DiskFailure> whenDone) {
        try {
            log.cutAt(cut.end(), cut.takesAll(), cut.anew());
        } catch (DiskFailure why) {
            home.broke(why); // half of it may be done: only a start can bring that in order
            return;
        }
        count++;
        safety.cutAt(cut.end());
        home.journal().forget(log);
        if (log.compaction().cleanedTo() > cut.end()) {
            home.cleaned(log, cut.end());
        }
        home.flush(log, () -> {
            if (home.isOpen(log)) {
                underWay = false;
                whenDone.accept(null);
            }
        });
    }
}
