package naru.coordination.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import naru.protocol.ErrorCode;

/**
 * The path of every decision of a shard: records, written, applied, answered. State that lives in the log changes only
 * when its record is committed, by the same {@code apply} that replays the log, so a failed append leaves nothing behind
 * and a rebuilt shard equals the one that was lost. Knows nothing of groups.
 */
public final class ShardRuntime {

    private enum Phase { LOADING, ACTIVE, UNLOADED }

    private record Pending(List<CoordinatorRecord> records, long producerId, Consumer<ErrorCode> whenDone) {}

    /** What a committed record means; the same for one that is replayed. */
    public interface Facts {
        /** @param producerId as in {@link Shard#replay} */
        void apply(CoordinatorRecord record, long producerId);
    }

    private final ShardLog log;
    private final Facts facts;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private Phase phase = Phase.LOADING;

    public ShardRuntime(ShardLog log, Facts facts) {
        this.log = log;
        this.facts = facts;
    }

    /** NONE when the shard may decide, else what every request is answered with. */
    public ErrorCode availability() {
        return switch (phase) {
            case LOADING -> ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
            case ACTIVE -> ErrorCode.NONE;
            case UNLOADED -> ErrorCode.NOT_COORDINATOR;
        };
    }

    public void onLoaded() {
        phase = Phase.ACTIVE;
    }

    public void onUnloaded() {
        phase = Phase.UNLOADED;
        var lost = List.copyOf(pending);
        pending.clear();
        lost.forEach(one -> one.whenDone().accept(ErrorCode.NOT_COORDINATOR));
    }

    /** Tells NONE once the records are committed and applied, else why they are not there. */
    public void submit(List<CoordinatorRecord> records, Consumer<ErrorCode> whenDone) {
        submit(records, null, whenDone);
    }

    /** @param transaction as in {@link ShardLog#append} */
    public void submit(List<CoordinatorRecord> records, ShardLog.Transaction transaction, Consumer<ErrorCode> whenDone) {
        if (records.isEmpty()) {
            whenDone.accept(ErrorCode.NONE);
            return;
        }
        var one = new Pending(records, transaction == null ? Shard.NO_PRODUCER : transaction.producerId(), whenDone);
        pending.addLast(one);
        log.append(records, transaction, outcome -> on(outcome, one));
    }

    private void on(ShardLog.Outcome outcome, Pending one) {
        if (pending.peekFirst() == one) {
            pending.removeFirst();
        } else if (!pending.removeIf(other -> other == one)) {
            return;
        }
        switch (outcome) {
            case ShardLog.Outcome.Committed _ -> {
                one.records().forEach(record -> facts.apply(record, one.producerId()));
                one.whenDone().accept(ErrorCode.NONE);
            }
            case ShardLog.Outcome.Failed(var why) -> one.whenDone().accept(told(why));
        }
    }

    /** What the client of a coordinator is told, so that it looks for another one where there may be one. */
    private static ErrorCode told(ErrorCode why) {
        return switch (why) {
            case UNKNOWN_TOPIC_OR_PARTITION, NOT_ENOUGH_REPLICAS, NOT_ENOUGH_REPLICAS_AFTER_APPEND, REQUEST_TIMED_OUT ->
                    ErrorCode.COORDINATOR_NOT_AVAILABLE;
            case NOT_LEADER_OR_FOLLOWER, KAFKA_STORAGE_ERROR -> ErrorCode.NOT_COORDINATOR;
            case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_FETCH_SIZE -> ErrorCode.UNKNOWN_SERVER_ERROR;
            default -> why;
        };
    }
}
