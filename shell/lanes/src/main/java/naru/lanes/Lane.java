package naru.lanes;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import naru.base.LaneProgram;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;

/**
 * One thread that decides. A turn: hear (sockets, then mail), decide, end the program's turn, flush.
 *
 * <p>Mail from other threads lies in one queue, and at most one wake-up for it is under way. The wake-up is a task
 * given to the loop, not a bare {@code wakeup()}: one of those that comes while a turn is running is forgotten, and the
 * lane then sleeps beside a full inbox.
 */
public final class Lane {

    /** Mail taken in one turn, so that a flood from other lanes cannot keep the answers of this turn waiting. */
    private static final int MAIL_PER_TURN_MAX = 1_024;

    /** How long the loop's own tasks (accepted connections, timers of the network) may take in one turn. */
    private static final long LOOP_TASKS_NS_MAX = 2_000_000;

    private final int index;
    private final FailureHandler onFailure;
    private final MpscUnboundedVarHandleArrayQueue<Runnable> mail = new MpscUnboundedVarHandleArrayQueue<>(1_024);
    private final AtomicBoolean wakeUnderWay = new AtomicBoolean();
    private final Runnable wake = () -> wakeUnderWay.set(false);
    private final List<EndOfTurn> endsOfTurn = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private LaneProgram program;
    private volatile LaneThread thread;
    /** Null until the lane starts, and mail just waits. */
    private volatile LaneLoop loop;
    private volatile boolean stopping;

    Lane(int index, FailureHandler onFailure) {
        this.index = index;
        this.onFailure = onFailure;
    }

    void give(LaneProgram itsProgram) {
        program = itsProgram;
    }

    void start() {
        thread = new LaneThread(index, this::live);
        loop = new LaneLoop(this, thread, Transport.ioHandlers());
        thread.start();
    }

    public int index() {
        return index;
    }

    /** For the network: where this lane's channels are registered. Not before it has started. */
    public EventLoop eventLoop() {
        return loop;
    }

    public LaneProgram program() {
        return program;
    }

    /** True on this lane's own thread. */
    public boolean isHere() {
        return Thread.currentThread() == thread;
    }

    /** Adds what is done last in every turn. On the lane. */
    public void atEndOfTurn(EndOfTurn last) {
        endsOfTurn.add(last);
    }

    /** Runs the task on this lane in a later turn, in order of posting. From any thread; never blocks. */
    public void post(Runnable task) {
        mail.offer(task);
        var sleeper = loop;
        // The lane looks at its mail before it sleeps, so only others need to wake it, once it has begun.
        if (sleeper != null && !isHere() && !wakeUnderWay.get() && wakeUnderWay.compareAndSet(false, true)) {
            sleeper.execute(wake);
        }
    }

    boolean hasMail() {
        return !mail.isEmpty();
    }

    /** This lane's code is wrong, or its memory is gone: the lane ends and the process is told. */
    public void fail(Throwable why) {
        stopping = true;
        onFailure.onFailure("lane " + index, why);
    }

    void stop() {
        post(() -> stopping = true);
    }

    boolean awaitEnd(long ms) throws InterruptedException {
        return ended.await(ms, java.util.concurrent.TimeUnit.MILLISECONDS);
    }

    private void live() {
        try {
            program.onStart();
            program.endTurn();
            while (!stopping) {
                turn();
            }
        } catch (Throwable broken) {
            fail(broken);
        } finally {
            // Also of a lane that gave up: who waits for its sockets, or for its end, must not wait for ever.
            try {
                closeLoop();
            } finally {
                ended.countDown();
            }
        }
    }

    private void turn() {
        loop.run(sleepNs(), LOOP_TASKS_NS_MAX);
        takeMail();
        long deadlineNs = program.nextDeadlineNs();
        if (deadlineNs != Long.MAX_VALUE && deadlineNs - thread.nowNs() <= 0) {
            program.onTime();
        }
        program.endTurn();
        for (int i = 0; i < endsOfTurn.size(); i++) {
            endsOfTurn.get(i).flush();
        }
    }

    /** How long this lane may sleep: -1 not at all, 0 until something happens, else nanoseconds. The loop's own words. */
    private long sleepNs() {
        thread.forgetTime();
        if (hasMail()) {
            return -1;
        }
        long deadlineNs = program.nextDeadlineNs();
        if (deadlineNs == Long.MAX_VALUE) {
            return 0;
        }
        long leftNs = deadlineNs - System.nanoTime();
        return leftNs <= 0 ? -1 : leftNs;
    }

    /** What these tasks post is for a later turn: who does something long in pieces lets others in between them. */
    private void takeMail() {
        int there = Math.min(mail.size(), MAIL_PER_TURN_MAX);
        for (int taken = 0; taken < there; taken++) {
            mail.poll().run();
        }
    }

    private void closeLoop() {
        loop.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
        while (!loop.isTerminated()) {
            loop.runNow();
        }
    }
}
