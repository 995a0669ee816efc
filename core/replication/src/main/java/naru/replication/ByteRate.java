package naru.replication;

import static naru.base.Invariant.check;

/**
 * So many bytes a second, on average: what is not used is kept for one second, and what was too much is made up for before
 * there is room again. So a single piece may be larger than a second's worth, and the average still holds.
 */
public final class ByteRate {

    /** No limit. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    private static final long MS_IN_SECOND = 1_000;
    private static final long TENTHS = 10;

    private long bytesPerSecond = UNLIMITED;
    /** Negative while there is something to be made up for. In bytes. */
    private double room;
    private long atMs;

    /** @param newBytesPerSecond above 0; {@link #UNLIMITED} for no limit */
    public void limitTo(long newBytesPerSecond, long nowMs) {
        check(newBytesPerSecond > 0, "something must be let through");
        if (newBytesPerSecond != bytesPerSecond) {
            bytesPerSecond = newBytesPerSecond;
            room = newBytesPerSecond;
            atMs = nowMs;
        }
    }

    /** Bytes that may go through at once; 0 when none may. */
    public long room(long nowMs) {
        if (bytesPerSecond == UNLIMITED) {
            return UNLIMITED;
        }
        refill(nowMs);
        return Math.max(0, (long) room);
    }

    /** A clock that goes back gives nothing and takes nothing. */
    private void refill(long nowMs) {
        double gained = (double) bytesPerSecond * Math.max(0, nowMs - atMs) / MS_IN_SECOND;
        room = Math.min(bytesPerSecond, room + gained);
        atMs = nowMs;
    }

    /** They went through, whether there was room or not. */
    public void spend(long bytes, long nowMs) {
        if (bytesPerSecond != UNLIMITED) {
            refill(nowMs);
            room -= bytes;
        }
    }

    /** Milliseconds until it is worth while to look again: until there is room for what a tenth of a second brings; 0 when there is. */
    public long msUntilRoom(long nowMs) {
        double wanted = Math.max(1, bytesPerSecond / TENTHS);
        return room(nowMs) >= wanted ? 0 : (long) Math.ceil((wanted - room) * MS_IN_SECOND / bytesPerSecond);
    }
}
