package naru.log;

/**
 * What is known about a log before its files are looked at, from checkpoints and the journal.
 *
 * @param logStart its first offset; -1 when unknown
 * @param recoveryPoint what lies before this offset is on the medium
 * @param clean the log was closed and synced
 * @param activeBase the base of its last segment when {@code end} and {@code activeBytes} were noted; -1 when unknown
 * @param activeBytes the length of that segment then
 * @param end the log's end then
 * @param scanBase the segment in which bytes may be torn, as the journal says; -1 when it names none
 * @param scanPosition from where on they may be torn in that segment
 */
record LogFacts(
        long logStart, long recoveryPoint, boolean clean, long activeBase, long activeBytes, long end,
        long scanBase, long scanPosition) {

    static final LogFacts NONE = new LogFacts(-1, 0, false, -1, -1, -1, -1, -1);

    /** True when the last segment is exactly what it was when its end was noted, and all of it was on the medium then. */
    boolean knowsEnd(long lastBase, long lastBytes) {
        return scanBase < 0 && recoveryPoint >= end && activeBase == lastBase && activeBytes == lastBytes && end >= 0;
    }

    LogFacts withLogStart(long offset) {
        return new LogFacts(offset, recoveryPoint, clean, activeBase, activeBytes, end, scanBase, scanPosition);
    }

    /** Nothing behind the recovery point is taken for granted. */
    LogFacts withoutEnd() {
        return new LogFacts(logStart, recoveryPoint, false, -1, -1, -1, -1, -1);
    }

    LogFacts withScan(long base, long position) {
        return new LogFacts(logStart, recoveryPoint, clean, activeBase, activeBytes, end, base, position);
    }
}
