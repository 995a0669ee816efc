package naru.log;

import java.util.function.LongConsumer;

/** How far one log is known to be on the medium, and who hears of it. */
final class LogSafety {

    private long recoveryPoint;
    // The end of what was written without the journal; it matters until it lies before the recovery point.
    private long leftOutEnd = -1;
    // The last frame of the journal that speaks of this log.
    private long frame;
    // A sync that began before a cut speaks of records that are not there any more.
    private int life;
    private boolean cutAnnounced;
    // The name of the log's folder may not be on the medium.
    private boolean unnamed;
    private LongConsumer whenDurable = end -> { };
    private boolean dirty;
    private Runnable whenDirty = () -> { };

    LogSafety(long recoveryPoint) {
        this.recoveryPoint = recoveryPoint;
    }

    long recoveryPoint() {
        return recoveryPoint;
    }

    void whenDurable(LongConsumer listener) {
        whenDurable = listener;
    }

    void durableTo(long end) {
        whenDurable.accept(end);
    }

    void whenDirty(Runnable listener) {
        whenDirty = listener;
    }

    void becomeDirty() {
        if (!dirty) {
            dirty = true;
            whenDirty.run();
        }
    }

    void syncBegins() {
        dirty = false;
    }

    int life() {
        return life;
    }

    /** True when what was synced is still what is there. */
    boolean syncedTo(long end, int begunIn) {
        if (begunIn != life || cutAnnounced) {
            return false;
        }
        recoveryPoint = Math.max(recoveryPoint, end);
        unnamed = false;
        return true;
    }

    /** The log's folder is new, or has another name: only a sync that begins now makes anything in it safe. */
    void named() {
        life++;
        unnamed = true;
        becomeDirty();
    }

    boolean isUnnamed() {
        return unnamed;
    }

    /** From now on nobody may say that anything behind {@code end} is on the medium. */
    void announceCut(long end) {
        life++;
        cutAnnounced = true;
        recoveryPoint = end;
    }

    void cutAt(long end) {
        life++;
        cutAnnounced = false;
        leftOutEnd = Math.min(leftOutEnd, end);
    }

    /** Nothing was cut after all. */
    void cutGivenUp() {
        cutAnnounced = false;
        becomeDirty();
    }

    /** What this turn writes is in no frame of the journal. */
    void leftOut(long end) {
        leftOutEnd = end;
    }

    /** True while bytes that no frame holds may be missing from the medium: what lies behind them is not safe either. */
    boolean hasGap() {
        return unnamed || recoveryPoint < leftOutEnd;
    }

    void inFrame(long sequence) {
        frame = sequence;
    }

    long frame() {
        return frame;
    }
}
