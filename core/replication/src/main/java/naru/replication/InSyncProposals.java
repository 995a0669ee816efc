package naru.replication;

import java.util.SortedMap;

/**
 * The one change of the in-sync set that a leader has asked for and does not know the outcome of. While that is so, the set
 * may be the committed one or the proposed one, and what counts is both together.
 */
final class InSyncProposals {

    /** Brokers, each with the epoch of the process that had everything: the next process of that broker may lack some (KIP-903). */
    private SortedMap<Integer, Long> proposed;
    private long number;
    private boolean saidAgain;
    private boolean mustSayAgain;
    private boolean mustVoid;

    boolean isUnderWay() {
        return proposed != null;
    }

    /** The newest proposal's. */
    long number() {
        return number;
    }

    void begin(SortedMap<Integer, Long> members) {
        proposed = members;
        number++;
        saidAgain = false;
        mustSayAgain = false;
        mustVoid = false;
    }

    /** True when the broker may have become a member by what was proposed. */
    boolean mayHave(int brokerId) {
        return proposed != null && proposed.containsKey(brokerId);
    }

    /** A record was committed that is newer than the proposal: it was that, or the proposal came to nothing. */
    void settled() {
        proposed = null;
        mustSayAgain = false;
    }

    /**
     * True when nothing is under way any more. A proposal that was sent twice may have been refused the second time and still be
     * committed the first; it is settled by a newer partition epoch alone.
     */
    boolean refused(long refusedNumber) {
        if (proposed == null || refusedNumber != number) {
            return false;
        }
        if (saidAgain) {
            mustSayAgain = true;
            mustVoid = true;
            return false;
        }
        settled();
        return true;
    }

    void lost(long lostNumber) {
        mustSayAgain |= proposed != null && lostNumber == number;
    }

    boolean mustSayAgain() {
        return mustSayAgain;
    }

    /**
     * What to send: the proposal once more, in the words of the first time; or, where that was refused meanwhile, what is wanted now:
     * the new partition epoch that it brings makes the proposal void.
     */
    SortedMap<Integer, Long> again(SortedMap<Integer, Long> wanted) {
        mustSayAgain = false;
        saidAgain = true;
        number++;
        return mustVoid ? wanted : proposed;
    }
}
