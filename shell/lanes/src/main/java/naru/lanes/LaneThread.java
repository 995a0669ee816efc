package naru.lanes;

import io.netty.util.concurrent.FastThreadLocalThread;

/** The thread of one lane; it knows its number, and the instant of the turn it is in. */
final class LaneThread extends FastThreadLocalThread {

    final int lane;
    private boolean wallRead;
    private boolean monotonicRead;
    private long nowMs;
    private long nowNs;

    LaneThread(int lane, Runnable body) {
        super(body, "naru-lane-" + lane);
        this.lane = lane;
    }

    /** The next question for the time reads the clock again. */
    void forgetTime() {
        wallRead = false;
        monotonicRead = false;
    }

    long nowMs() {
        if (!wallRead) {
            nowMs = System.currentTimeMillis();
            wallRead = true;
        }
        return nowMs;
    }

    long nowNs() {
        if (!monotonicRead) {
            nowNs = System.nanoTime();
            monotonicRead = true;
        }
        return nowNs;
    }
}
