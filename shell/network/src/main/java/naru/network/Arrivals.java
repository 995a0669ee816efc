package naru.network;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Requests of one lane that have begun to arrive and are not whole, the oldest first. When their memory is used up, the
 * oldest gives way: a client that means it is done within moments, so whoever has been at it for longest is dead, very
 * slow or hostile. Turning away the newest instead would let a few of those shut everybody out.
 */
final class Arrivals {

    private final Set<Inflow> unfinished = new LinkedHashSet<>();

    void begin(Inflow inflow) {
        unfinished.add(inflow);
    }

    void end(Inflow inflow) {
        unfinished.remove(inflow);
    }

    /** False when there is no other. */
    boolean sacrificeOldestBut(Inflow asker) {
        for (var oldest : unfinished) {
            if (oldest != asker) {
                oldest.giveWay(); // and leaves this set
                return true;
            }
        }
        return false;
    }
}
