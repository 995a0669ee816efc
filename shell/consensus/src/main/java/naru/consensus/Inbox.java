package naru.consensus;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.raft.RaftMessage;
import org.apache.kafka.raft.RaftMessageQueue;

/**
 * The engine's messages. It never waits: what the engine wants to wait for is noted, so that whoever drives it can.
 * Anyone may add; only the one who drives takes out.
 */
final class Inbox implements RaftMessageQueue {

    private record Entry(RaftMessage message, CompletableFuture<RaftMessage> future) implements QueueEntry {}

    private final Queue<QueueEntry> waiting = new ConcurrentLinkedQueue<>();
    private final Runnable whenWoken;
    private volatile boolean awake;
    private long wantedMs;

    Inbox(Runnable whenWoken) {
        this.whenWoken = whenWoken;
    }

    /** From here on somebody who wakes wants another poll. */
    void beginPoll() {
        awake = false;
    }

    /** Whether something came since the poll began. */
    boolean isAwake() {
        return awake || !waiting.isEmpty();
    }

    /** Milliseconds that the engine would have waited; 0 after a message. */
    long waitMs() {
        return wantedMs;
    }

    @Override
    public Optional<QueueEntry> poll(long timeoutMs) {
        var next = waiting.poll();
        wantedMs = next == null ? timeoutMs : 0;
        return Optional.ofNullable(next);
    }

    @Override
    public CompletionStage<RaftMessage> add(RaftMessage message) {
        var entry = new Entry(message, new CompletableFuture<>());
        waiting.add(entry);
        wakeup();
        return entry.future();
    }

    @Override
    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    @Override
    public void wakeup() {
        awake = true;
        whenWoken.run();
    }
}
