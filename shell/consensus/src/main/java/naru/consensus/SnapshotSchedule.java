package naru.consensus;

import naru.base.Clock;
import naru.quorum.Rules;

/** When the next snapshot is due. On lane 0. */
final class SnapshotSchedule {

    /** After a failure, when the disk was full, say. */
    private static final long AGAIN_MS = 60_000;

    private final Rules rules;
    private final Clock clock;
    private long bytes;
    private long covered;
    private long begunMs;
    private long notBeforeMs;
    private boolean underWay;

    SnapshotSchedule(Rules rules, Clock clock) {
        this.rules = rules;
        this.clock = clock;
        this.begunMs = clock.nowMs();
    }

    void onWritten(int more) {
        bytes += more;
    }

    void onLoaded() {
        bytes = 0;
        covered = 0;
        begunMs = clock.nowMs();
    }

    boolean isDue() {
        long nowMs = clock.nowMs();
        if (underWay || bytes == 0 || nowMs < notBeforeMs) {
            return false;
        }
        return bytes >= rules.snapshotBytes()
                || rules.snapshotIntervalMs() > 0 && nowMs - begunMs >= rules.snapshotIntervalMs();
    }

    void begin() {
        underWay = true;
        covered = bytes;
    }

    void end(boolean isThere) {
        underWay = false;
        if (isThere) {
            bytes -= covered;
            begunMs = clock.nowMs();
        } else {
            notBeforeMs = clock.nowMs() + AGAIN_MS;
        }
    }
}
