package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.util.Map;
import java.util.TreeMap;
import naru.base.TopicPartition;

/**
 * What became of each record that a share group hands out, by what its members saw: in one pair of hands at a time, counted each
 * time that it is handed out, never again once somebody was told that it is done with, and in the end done with or handed out as
 * often as may be.
 */
final class Deliveries {

    /** An answer may be on its way for so long, from the decision to the client that hears it. */
    private static final long ON_ITS_WAY_NS = 600_000_000;

    /** One record in somebody's hands. */
    static final class Hold {
        private final TopicPartition partition;
        private final long offset;
        private final int count;
        private final String holder;
        private long lockedUntilNs;
        private boolean ended;
        private boolean lost;

        private Hold(TopicPartition partition, long offset, int count, String holder, long lockedUntilNs) {
            this.partition = partition;
            this.offset = offset;
            this.count = count;
            this.holder = holder;
            this.lockedUntilNs = lockedUntilNs;
        }

        TopicPartition partition() {
            return partition;
        }

        long offset() {
            return offset;
        }

        /** Its lock lasts for as long as this at least, unless the connection or the broker ends before. */
        boolean isLocked(long nowNs) {
            return nowNs < lockedUntilNs;
        }

        /** The holder says that it is done with it, or gives it back. */
        void end() {
            ended = true;
        }

        /** The holder lost its connection, and the broker may have known before. */
        void lose() {
            ended = true;
            lost = true;
        }
    }

    private static final class Fate {
        private Hold hold;
        private long doneNs = Long.MAX_VALUE;
        /** How many said that they are done with it and have no answer, or never will. */
        private int perhapsDone;
        private int countMax;
        /** How often it was handed out, as was written before somebody heard that it was given back; and when that was. */
        private int countKept;
        private long keptNs;
    }

    private final Timeline timeline;
    private final int countLimit;
    private final Map<TopicPartition, TreeMap<Long, Fate>> fates = new TreeMap<>();
    private int answersLost;
    private int handedOut;
    private int done;

    /** @param countLimit how often a record may be handed out */
    Deliveries(Timeline timeline, int countLimit) {
        this.timeline = timeline;
        this.countLimit = countLimit;
    }

    private Fate fate(TopicPartition partition, long offset) {
        return fates.computeIfAbsent(partition, _ -> new TreeMap<>()).computeIfAbsent(offset, _ -> new Fate());
    }

    /**
     * Somebody was given a record.
     *
     * @param askedNs when the question left
     * @param lockMs how long it has it, from when the broker decided on
     */
    Hold handedOut(TopicPartition partition, long offset, int count, String holder, long askedNs, long nowNs, long lockMs) {
        var fate = fate(partition, offset);
        String what = partition + "@" + offset;
        long decidedNs = Math.max(askedNs, nowNs - ON_ITS_WAY_NS);
        unless(fate.doneNs > decidedNs, what + " was handed out to " + holder + ", and somebody was told before that it is done with");
        unless(count >= 1 && count <= countLimit, what + " was handed out for the " + count + "th time, of at most " + countLimit);
        unless(fate.keptNs > decidedNs || count > fate.countKept, what + " was handed out for the " + count
                + "th time, and it was given back after the " + fate.countKept + "th");
        var other = fate.hold;
        if (other != null && !other.ended && other.isLocked(nowNs)) {
            timeline.after(ON_ITS_WAY_NS, () -> unless(other.lost, what + " was handed out to " + holder + ", and " + other.holder + " had it"));
        }
        fate.countMax = Math.max(fate.countMax, count);
        fate.hold = new Hold(partition, offset, count, holder, lockEnd(askedNs, lockMs));
        handedOut++;
        return fate.hold;
    }

    /** A lock that was renewed lasts from when that was asked. */
    void renewed(Hold hold, long askedNs, long lockMs) {
        hold.lockedUntilNs = Math.max(hold.lockedUntilNs, lockEnd(askedNs, lockMs));
    }

    /** The broker counts whole milliseconds. */
    private static long lockEnd(long askedNs, long lockMs) {
        return askedNs + (lockMs - 2) * 1_000_000;
    }

    /** Somebody says that it is done with it, or that nobody should have it, and does not know yet whether that counts. */
    void finishing(Hold hold) {
        hold.end();
        fate(hold.partition, hold.offset).perhapsDone++;
    }

    /** It does not count. */
    void refused(Hold hold) {
        fate(hold.partition, hold.offset).perhapsDone--;
    }

    /** The broker says that it counts; it says so too, as Kafka does, of a record that is so long over that it does not matter. */
    void finished(Hold hold, long nowNs) {
        var fate = fate(hold.partition, hold.offset);
        if (!hold.isLocked(nowNs)) {
            return;
        }
        unless(fate.doneNs == Long.MAX_VALUE, hold.partition + "@" + hold.offset + " is done with twice, the second time by " + hold.holder);
        fate.doneNs = nowNs;
        done++;
    }

    void gaveBack(Hold hold, long nowNs) {
        var fate = fate(hold.partition, hold.offset);
        if (hold.count > fate.countKept) {
            fate.countKept = hold.count;
            fate.keptNs = nowNs;
        }
    }

    /** Somebody who had asked for records lost its connection: what it was given it will never know. */
    void answerLost() {
        answersLost++;
    }

    /** What nobody is done with, although it was not handed out as often as may be; null when there is nothing. */
    String leftOver(TopicPartition partition, Iterable<Long> written) {
        for (long offset : written) {
            var fate = fate(partition, offset);
            boolean over = fate.doneNs != Long.MAX_VALUE || fate.perhapsDone > 0 || fate.countMax + answersLost >= countLimit;
            if (!over) {
                return partition + "@" + offset + ", which was handed out " + fate.countMax + " times";
            }
        }
        return null;
    }

    int handedOut() {
        return handedOut;
    }

    int done() {
        return done;
    }
}
