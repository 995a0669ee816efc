package naru.lanes;

import naru.base.Clock;

/**
 * The machine's clock. On a lane it is read once a turn, when first asked for, so that everything decided in one turn
 * is decided at one instant; elsewhere every call reads.
 */
final class TurnClock implements Clock {

    @Override
    public long nowMs() {
        return Thread.currentThread() instanceof LaneThread lane ? lane.nowMs() : System.currentTimeMillis();
    }

    @Override
    public long nowNs() {
        return Thread.currentThread() instanceof LaneThread lane ? lane.nowNs() : System.nanoTime();
    }
}
