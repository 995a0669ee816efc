package naru.lanes;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ManualIoEventLoop;

/** The event loop of one lane, driven by the lane's own turns. It does not sleep while the lane's inbox holds something. */
final class LaneLoop extends ManualIoEventLoop {

    private final Lane lane;

    LaneLoop(Lane lane, Thread owner, IoHandlerFactory handlers) {
        super(owner, handlers);
        this.lane = lane;
    }

    /** Asked again right before the system call that sleeps, so a post between the lane's look and the sleep counts. */
    @Override
    protected boolean canBlock() {
        return super.canBlock() && !lane.hasMail();
    }
}
