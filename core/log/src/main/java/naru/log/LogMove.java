package naru.log;

import static naru.base.Invariant.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import naru.base.DiskFailure;
import naru.base.TopicPartition;
import naru.protocol.Records;

/**
 * A partition's log on its way from one log folder to another while it is served (KIP-113). A copy of it grows in the other folder
 * and takes its place in one turn, when nothing is missing in it. Owned by the partition's lane.
 *
 * <p>A crash at any moment loses nothing. Before anything else, no journal and no checkpoint of the other folder speaks of a former
 * life of the partition there any more ({@link #begin}). What was copied is on the medium, and the checkpoints say so, before the copy gets its name
 * ({@link #secure}); from then on nothing is durable there before the name is, and the old folder keeps what it has until that is
 * so ({@link #settle}). So a start may find the partition in both: {@link FoundTwice}.
 */
public final class LogMove {

    private final LaneLogs from;
    private final LaneLogs to;
    private final Log source;
    private final Log copy;
    /** What was copied before a crash may not be what the crash left of the log. */
    private boolean doubtful;
    /** Up to there the copy is as compaction has left the log. What it takes out of the log from now on, the copy may have already. */
    private final long cleanedTo;
    private boolean begun;
    private int cutsWhenRead;

    /**
     * Opens the copy that is in the other folder, or begins one.
     *
     * @throws DiskFailure when that folder refuses
     */
    public LogMove(LaneLogs from, LaneLogs to, Log source, long nowMs) {
        check(from != to, "a partition moves to another folder");
        this.from = from;
        this.to = to;
        this.source = source;
        this.copy = to.futures().open(source, nowMs);
        this.doubtful = copy.logEnd() > copy.logStart();
        this.cleanedTo = doubtful ? LogCompaction.NEVER : source.compaction().cleanedTo();
    }

    public LaneLogs to() {
        return to;
    }

    /** What the partition's log will be. */
    public Log copy() {
        return copy;
    }

    /** How many offsets are missing. */
    public long lag() {
        return source.writtenEnd() - copy.logEnd();
    }

    private TopicPartition name() {
        return source.name();
    }

    /** Hears on this lane when copying may begin (null), or why it has to be tried again. */
    public void begin(ToLongFunction<TopicPartition> highWatermark, Consumer<DiskFailure> whenReady) {
        to.journal().settle(() -> {
            if (isPossible()) {
                // What the checkpoints say may be of a copy before this one.
                to.noteStarts(highWatermark, why -> {
                    begun = why == null;
                    whenReady.accept(why);
                });
            }
        });
    }

    /** True when both folders work, and both logs are there. */
    public boolean isPossible() {
        return from.isOpen(source) && to.isOpen(copy);
    }

    /**
     * Between turns: where the log was cut or begins later, the copy follows.
     *
     * @return false while that takes its time
     */
    public boolean bringInLine(ToLongFunction<TopicPartition> highWatermark) {
        check(begun, "a move begins before anything is copied");
        if (source.cuts().isUnderWay() || copy.cuts().isUnderWay()) {
            return false;
        }
        if (copy.config() != source.config()) {
            copy.configure(source.config());
        }
        // A leader that starts again after a power cut may give an offset twice in one epoch.
        boolean isAnother = doubtful && !LastBatch.isIn(source, copy);
        doubtful = false;
        long common = isAnother ? copy.logStart() : common();
        long start = source.logStart();
        boolean isEmpty = copy.logEnd() == copy.logStart();
        if (start > copy.logEnd() || start < copy.logStart() || common <= copy.logStart() && !isEmpty) {
            copy.cuts().startAnewAt(start, to, highWatermark, this::onCut);
        } else if (common < copy.logEnd()) {
            copy.cuts().truncateTo(common, to, highWatermark, this::onCut);
        } else if (start > copy.logStart()) {
            copy.deleteRecordsBefore(start);
        }
        return !copy.cuts().isUnderWay();
    }

    /** @param why it was not cut; then the next look finds the same once more */
    private void onCut(DiskFailure why) {
        doubtful |= why != null;
    }

    /** Up to where the copy has what the log has: two logs of a partition that have a batch of one epoch at one offset are alike before it. */
    private long common() {
        long end = Math.min(copy.logEnd(), source.writtenEnd());
        while (end > copy.logStart()) {
            int ours = copy.epochAt(end - 1);
            int theirs = source.epochAt(end - 1);
            if (ours == theirs) {
                return end;
            }
            var newer = ours > theirs ? copy : source;
            end = Math.min(end - 1, newer.endOffsetOfEpoch(Math.max(ours, theirs) - 1).endOffset());
        }
        return end;
    }

    /** Between turns: what is to be copied next, batches from one on; {@link Records#EMPTY} when nothing is. Whoever gets it closes it. */
    public Records next(int bytesMax, long nowMs) {
        cutsWhenRead = source.cuts().count() + copy.cuts().count();
        if (lag() == 0) {
            return Records.EMPTY;
        }
        var records = source.read(copy.logEnd(), bytesMax, source.writtenEnd(), true).records();
        if (records.sizeInBytes() == 0 && source.activeBase() == source.writtenEnd()) {
            copy.succession().endAt(source.writtenEnd(), nowMs); // compaction has left nothing in front of it
            copy.succession().learnEpochs(source.succession());
        }
        return records;
    }

    /**
     * Appends what was read, in any turn, before anything else is read; not when one of the logs was cut meanwhile.
     *
     * @param bytes from position to limit; not needed any more when this returns
     * @throws DiskFailure when it could not be written, or is not what it was
     */
    public void take(ByteBuffer bytes, long nowMs) {
        if (cutsWhenRead != source.cuts().count() + copy.cuts().count() || copy.cuts().isUnderWay()
                || source.cuts().isUnderWay()) {
            return;
        }
        if (copy.appendAsFollower(bytes, Integer.MAX_VALUE, nowMs) instanceof Appended.Refused(var why)) {
            throw new DiskFailure(DiskFailure.Kind.DAMAGED, source.folder(), new IOException(why.message()));
        }
        copy.writeStaged();
    }

    /** Brings what was copied to the medium, and into the checkpoints of its folder; hears on this lane when that is done, or why not. */
    public void secure(ToLongFunction<TopicPartition> highWatermark, Consumer<DiskFailure> whenSafe) {
        long end = copy.writtenEnd();
        to.flush(copy, () -> {
            if (isPossible()) {
                to.noteStarts(highWatermark, why -> whenSafe.accept(why != null ? why : whyNotSafe(end)));
            }
        });
    }

    /** Between turns: whether the copy may take the place of the log now. */
    public boolean isComplete() {
        return lag() == 0 && copy.logStart() == source.logStart() && !source.isStaged() && !source.cuts().isUnderWay()
                && !copy.cuts().isUnderWay() && !source.compaction().isSwitching() && !to.futures().isLeft(name());
    }

    /**
     * Between turns: from now on the copy is the partition's log, and the old one is closed.
     *
     * @throws DiskFailure when that folder refuses; then everything is as it was
     */
    public void finish(long highWatermark) {
        check(isComplete(), "a copy that lacks something is not the partition");
        copy.configure(source.config());
        copy.succession().write(source.succession(), source.logStart(), source.writtenEnd());
        to.futures().takesItsPlace(copy);
        copy.succession().takeOver(source.succession());
        from.futures().leave(source, highWatermark);
        from.depart(source);
        to.arrive(copy, highWatermark, cleanedTo);
    }

    /** After {@link #finish}: makes it last, then takes away what is left in the old folder. Hears why that has to be tried again, or null. */
    public void settle(ToLongFunction<TopicPartition> highWatermark, Consumer<DiskFailure> whenSettled) {
        long end = copy.writtenEnd();
        to.flush(copy, () -> {
            if (to.isOpen(copy)) {
                to.noteStarts(highWatermark, why -> {
                    var problem = why != null ? why : whyNotSafe(end);
                    whenSettled.accept(problem != null ? problem : clear(highWatermark));
                });
            }
        });
    }

    /**
     * Null when everything up to there is on the medium, and the checkpoints tell of it: indexes may have found no room, a cut may have
     * come in between, and where the partition lay in that folder before they still tell of that.
     */
    private DiskFailure whyNotSafe(long end) {
        boolean isSafe = !copy.safety().isUnnamed() && !to.futures().isLeft(name())
                && copy.recoveryPoint() >= Math.min(end, copy.writtenEnd());
        return isSafe ? null : new DiskFailure(DiskFailure.Kind.FULL, copy.folder(), null);
    }

    private DiskFailure clear(ToLongFunction<TopicPartition> highWatermark) {
        try {
            if (from.failure() == null) {
                from.futures().clear(name());
                from.noteStarts(highWatermark, _ -> { });
            }
            return null;
        } catch (DiskFailure why) {
            return why;
        }
    }

    /** The partition stays where it is. */
    public void giveUp() {
        if (to.failure() == null) {
            to.futures().drop(name());
        }
    }
}
