package naru.log;

import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;

/** Logs, and how far each was written: who waits for the medium. */
final class WaitingLogs {

    private final ArrayList<Log> logs = new ArrayList<>();
    private final LongArrayList ends = new LongArrayList();

    void add(Log log, long end) {
        if (!logs.isEmpty() && logs.getLast() == log) {
            ends.set(ends.size() - 1, end);
        } else {
            logs.add(log);
            ends.add(end);
        }
    }

    boolean isEmpty() {
        return logs.isEmpty();
    }

    /** True when what one of them waits for lies behind bytes that no frame holds and that may not be on the medium. */
    boolean isBehindGap() {
        for (var log : logs) {
            if (log.safety().hasGap()) {
                return true;
            }
        }
        return false;
    }

    void forget(Log log) {
        for (int i = logs.size() - 1; i >= 0; i--) {
            if (logs.get(i) == log) {
                logs.remove(i);
                ends.removeLong(i);
            }
        }
    }

    /** There was no room for them in a frame: what the next frames hold lies behind what this one would have held. */
    void leftOut() {
        logs.forEach(log -> log.safety().leftOut(log.logEnd()));
    }

    void tell() {
        for (int i = 0; i < logs.size(); i++) {
            logs.get(i).safety().durableTo(ends.getLong(i));
        }
    }
}
