package naru.coordination.shares;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import naru.protocol.ErrorCode;

/** Keeps state as a coordinator does, and answers when told. */
final class InMemoryKeeper implements StateKeeper {

    private record Write(Change change, Consumer<ErrorCode> whenWritten) {}

    private final Deque<Write> waiting = new ArrayDeque<>();
    final List<Change> changes = new ArrayList<>();
    private List<StateBatch> batches = new ArrayList<>();
    private long start;

    InMemoryKeeper(long start) {
        this.start = start;
    }

    @Override
    public void read(Consumer<Kept> whenRead) {
        whenRead.accept(kept());
    }

    Kept kept() {
        return new Kept(ErrorCode.NONE, 3, start, batches);
    }

    @Override
    public void write(Change change, Consumer<ErrorCode> whenWritten) {
        waiting.addLast(new Write(change, whenWritten));
    }

    int waiting() {
        return waiting.size();
    }

    /** The oldest write is settled, in whatever way. */
    void answer(ErrorCode error) {
        var write = waiting.removeFirst();
        if (error == ErrorCode.NONE) {
            changes.add(write.change());
            start = Math.max(start, write.change().start());
            batches = StateBatches.combine(batches, write.change().batches(), start);
        }
        write.whenWritten().accept(error);
    }

    void commitAll() {
        while (!waiting.isEmpty()) {
            answer(ErrorCode.NONE);
        }
    }

    /** The leader is lost with everything that was on its way. */
    void forgetUnwritten() {
        waiting.clear();
    }
}
