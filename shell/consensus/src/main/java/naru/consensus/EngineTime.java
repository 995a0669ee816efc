package naru.consensus;

import naru.base.Clock;
import org.apache.kafka.common.utils.Time;

/**
 * The engine's clock. Its milliseconds are the wall clock's at the start and monotonic from there: somebody who sets the
 * wall clock must not depose a leader. They also go into batches, which may so differ from the wall clock later.
 */
final class EngineTime implements Time {

    private static final long NS_PER_MS = 1_000_000;

    private final Clock clock;
    private final long beganMs;
    private final long beganNs;

    EngineTime(Clock clock) {
        this.clock = clock;
        this.beganMs = clock.nowMs();
        this.beganNs = clock.nowNs();
    }

    @Override
    public long milliseconds() {
        return beganMs + (clock.nowNs() - beganNs) / NS_PER_MS;
    }

    @Override
    public long nanoseconds() {
        return clock.nowNs();
    }

    @Override
    public void sleep(long ms) {
        throw new UnsupportedOperationException("the engine is polled, it never sleeps");
    }
}
