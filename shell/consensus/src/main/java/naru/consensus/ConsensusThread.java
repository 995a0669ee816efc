package naru.consensus;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** The thread that polls the engine in a process. */
public final class ConsensusThread {

    private static final long LEAVING_MS_MAX = 2_000;

    private final RaftMetadataLog log;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;
    private volatile boolean stopping;

    /** @param onFailure called once, on this thread, when the engine cannot go on; the process must then end */
    public ConsensusThread(RaftMetadataLog log, Consumer<Throwable> onFailure) {
        this.log = log;
        this.onFailure = onFailure;
        this.thread = Thread.ofPlatform().name("naru-quorum").unstarted(this::live);
        log.whenWoken(() -> LockSupport.unpark(thread));
    }

    public void start() {
        thread.start();
    }

    /** Blocks until others know that this node leaves, for two seconds at most. The lanes must still run. */
    public void leave() throws InterruptedException {
        log.leave();
        thread.join(LEAVING_MS_MAX);
    }

    /** Blocks until the thread has ended, as if the process had been killed, and closes the log. */
    public void stop() throws InterruptedException {
        stopping = true;
        LockSupport.unpark(thread);
        thread.join();
        log.close();
    }

    private void live() {
        try {
            while (!stopping && log.isRunning()) {
                long waitMs = log.poll();
                if (waitMs > 0 && !stopping) {
                    LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(Math.min(waitMs, Integer.MAX_VALUE)));
                }
            }
        } catch (Throwable broken) {
            onFailure.accept(broken);
        }
    }
}
