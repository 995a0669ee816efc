package naru.clusters.pipeline;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import naru.histories.Event;
import naru.histories.HistoryFile;
import naru.histories.Operation;
import naru.histories.Stage;
import org.slf4j.LoggerFactory;

/** What each client process has: a name, a history to write, and an ear for the end of its input, which is its end. */
final class Telling {

    /** How a client process ends when something may have happened or not: it comes back under another name. */
    static final int IN_DOUBT = 3;

    private final HistoryFile history;
    private final CountDownLatch stop = new CountDownLatch(1);

    Telling(Path file) throws IOException {
        ((Logger) LoggerFactory.getLogger("ROOT")).setLevel(Level.ERROR);
        history = new HistoryFile(file);
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (System.in.read() >= 0) { }
            } catch (IOException e) {
                System.err.println(e);
            }
            stop.countDown();
        });
    }

    void tell(String process, Stage stage, Operation operation) {
        history.add(new Event(nowNs(), process, stage, operation));
    }

    /** The wall clock: the only one that is the same for all processes of a history. */
    static long nowNs() {
        var now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    boolean isOver() {
        return stop.getCount() == 0;
    }

    /** Waits a while, or until it is over. */
    void think(long ms) throws InterruptedException {
        stop.await(ms, TimeUnit.MILLISECONDS);
    }

    /** Tells the parent that something was achieved. */
    static void progress() {
        synchronized (System.out) {
            System.out.println('.');
            System.out.flush();
        }
    }

    /** Ends the process at once: what is not told stays in doubt. */
    static void giveUp(String process, Throwable why) {
        System.err.println(process + " gives up: " + why + (why.getCause() == null ? "" : ", by " + why.getCause()));
        Runtime.getRuntime().halt(IN_DOUBT);
    }
}
