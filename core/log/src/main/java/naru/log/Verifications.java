package naru.log;

import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;

/** The producers for which a coordinator is being asked. Kept in memory alone: who loses one asks again. */
final class Verifications {

    private static final int SMALL = 1;

    private final Long2ObjectLinkedOpenHashMap<Verification> standing = new Long2ObjectLinkedOpenHashMap<>(SMALL);
    private final int countMax;

    /** @param countMax beyond it the oldest is void */
    Verifications(int countMax) {
        this.countMax = countMax;
    }

    Verification begin(long producerId, short epoch, int sequence, boolean bumpsEpochs, long nowMs) {
        var known = standing.get(producerId);
        if (known != null) {
            known.joinedBy(epoch, sequence);
            return known;
        }
        if (standing.size() >= countMax) {
            standing.removeFirst();
        }
        var begun = new Verification(producerId, epoch, sequence, bumpsEpochs, nowMs);
        standing.put(producerId, begun);
        return begun;
    }

    /** Null when the producer has none. */
    Verification of(long producerId) {
        return standing.get(producerId);
    }

    /** True for what {@link #begin} gave, unless it is void by now. */
    boolean admits(Verification shown, long producerId) {
        return shown == Verification.UNNEEDED || shown != null && standing.get(producerId) == shown;
    }

    /** A transaction of the producer began or ended. */
    void end(long producerId) {
        if (!standing.isEmpty()) {
            standing.remove(producerId);
        }
    }

    /** Takes back what the end of an earlier transaction has made void. */
    void renew(Verification pass) {
        standing.put(pass.producerId(), pass);
    }

    void expire(long nowMs, long ageMsMax) {
        while (!standing.isEmpty() && nowMs - standing.get(standing.firstLongKey()).sinceMs() >= ageMsMax) {
            standing.removeFirst();
        }
    }

    void clear() {
        standing.clear();
    }
}
