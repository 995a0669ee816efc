package naru.quorum;

import naru.base.Clock;

/** When the next snapshot of the metadata is due: enough has been written since the last, or it is old. On lane 0. */
public final class SnapshotSchedule {

    /** After a failure, when the disk was full, say. */
    private static final long AGAIN_MS = 60_000;

    private final Rules rules;
    private final Clock clock;
    private long bytes;
    private long covered;
    private long begunMs;
    private long notBeforeMs;
    private boolean underWay;

    /** @param bytes of log that the newest snapshot does not cover */
    public SnapshotSchedule(Rules rules, Clock clock, long bytes) {
        this.rules = rules;
        this.clock = clock;
        this.bytes = bytes;
        this.begunMs = clock.nowMs();
    }

    /** The log has grown by so many bytes. */
    public void onWritten(long more) {
        bytes += more;
    }

    /** What was in the log has gone: a snapshot of somebody else stands for it. */
    public void onLoaded() {
        bytes = 0;
        covered = 0;
        begunMs = clock.nowMs();
    }

    /** True when one is to be begun now. */
    public boolean isDue() {
        long nowMs = clock.nowMs();
        if (underWay || bytes == 0 || nowMs < notBeforeMs) {
            return false;
        }
        return bytes >= rules.snapshotBytes()
                || rules.snapshotIntervalMs() > 0 && nowMs - begunMs >= rules.snapshotIntervalMs();
    }

    /** One is made of everything so far. */
    public void begin() {
        underWay = true;
        covered = bytes;
    }

    /** @param isThere false when it could not be made: the next is due a minute later at the earliest */
    public void end(boolean isThere) {
        underWay = false;
        if (isThere) {
            bytes -= covered;
            begunMs = clock.nowMs();
        } else {
            notBeforeMs = clock.nowMs() + AGAIN_MS;
        }
    }
}
