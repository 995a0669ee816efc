package naru.simulation;

import naru.base.Clock;

/** Virtual time. The wall clock may jump, forward and back; the monotonic one never does. */
public final class SimulatedClock implements Clock {

    /** The wall clock at the beginning of every story: 2026-01-01T00:00:00Z, in ms. */
    public static final long FIRST_MS = 1_767_225_600_000L;

    private final Timeline timeline;
    private long jumpedMs;
    private long latestMs = FIRST_MS;
    private long driftPpm;
    private long changedNs;
    private long shownNs;

    public SimulatedClock(Timeline timeline) {
        this.timeline = timeline;
    }

    @Override
    public long nowMs() {
        long nowMs = FIRST_MS + jumpedMs + nowNs() / 1_000_000;
        latestMs = Math.max(latestMs, nowMs);
        return nowMs;
    }

    /** The latest time that it has ever shown. */
    long latestMs() {
        return Math.max(latestMs, nowMs());
    }

    /** How far it stands from where it would be had nobody touched it. */
    long aheadMs() {
        return jumpedMs;
    }

    @Override
    public long nowNs() {
        long passed = timeline.nowNs() - changedNs;
        return shownNs + passed + passed * driftPpm / 1_000_000;
    }

    /** Somebody, or NTP, set the wall clock. */
    public void jumpMs(long ms) {
        jumpedMs += ms;
    }

    /** From now on it shows so many microseconds too much in each second; less than nothing for one that is slow. */
    public void driftPpm(long ppm) {
        shownNs = nowNs();
        changedNs = timeline.nowNs();
        driftPpm = ppm;
    }
}
