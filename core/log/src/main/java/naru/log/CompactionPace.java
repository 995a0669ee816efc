package naru.log;

import static naru.base.Invariant.check;

/**
 * How much the compaction of a lane gives way to everything else. Nobody waits for a round, while whoever produces may wait for the processor and the
 * disk that it uses; so it rests long while it keeps up. When more waits for it than when it last looked, it rests half as long, round by round.
 */
public final class CompactionPace {

    /** Sixteen times as long as it works: some 6 % of a processor. */
    static final int CALM = 16;
    /** As long as it works: with one thread still half of a processor. */
    static final int HURRIED = 1;

    private long waiting;
    private int rest = CALM;

    /** Hears, between rounds, how many bytes now wait for one. */
    public void onLook(long dirtyBytes) {
        check(dirtyBytes >= 0, "less than nothing cannot wait");
        boolean fallsBehind = waiting > 0 && dirtyBytes > waiting;
        rest = fallsBehind ? Math.max(HURRIED, rest / 2) : Math.min(CALM, rest * 2);
        waiting = dirtyBytes;
    }

    /** How many times as long as a step took the next round shall rest after it. */
    public int rest() {
        return rest;
    }
}
