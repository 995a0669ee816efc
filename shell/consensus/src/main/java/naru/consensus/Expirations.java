package naru.consensus;

import java.util.ArrayList;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.raft.ExpirationService;

/** What the engine wants to hear of no later than at some time. On the engine's thread. */
final class Expirations implements ExpirationService {

    private record Deadline(long ms, long number) implements Comparable<Deadline> {
        @Override
        public int compareTo(Deadline other) {
            int byTime = Long.compare(ms, other.ms);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final Time time;
    private final TreeMap<Deadline, CompletableFuture<?>> waiting = new TreeMap<>();
    private long number;

    Expirations(Time time) {
        this.time = time;
    }

    @Override
    public <T> CompletableFuture<T> failAfter(long timeoutMs) {
        var future = new CompletableFuture<T>();
        if (timeoutMs < Integer.MAX_VALUE) { // an append waits for ever, and nothing is to be kept for it here
            waiting.put(new Deadline(time.milliseconds() + timeoutMs, number++), future);
        }
        return future;
    }

    void run() {
        long nowMs = time.milliseconds();
        while (!waiting.isEmpty() && waiting.firstKey().ms() <= nowMs) {
            waiting.pollFirstEntry().getValue().completeExceptionally(new TimeoutException("nothing came in time"));
        }
        forgetDone();
    }

    /** Milliseconds until the next one. */
    long waitMs() {
        return waiting.isEmpty() ? Long.MAX_VALUE : Math.max(0, waiting.firstKey().ms() - time.milliseconds());
    }

    private void forgetDone() {
        if (waiting.isEmpty()) {
            return;
        }
        var done = new ArrayList<Deadline>();
        waiting.forEach((deadline, future) -> {
            if (future.isDone()) {
                done.add(deadline);
            }
        });
        done.forEach(waiting::remove);
    }
}
