package naru.coordination.transactions;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.ShardRuntime;
import naru.protocol.ErrorCode;

/** All transactional ids of a shard, and the one way in which the fact of one changes: a record, committed. */
final class TransactionalIds {

    /** Tombstones of one batch. */
    private static final int EXPIRED_AT_ONCE_MAX = 1_000;

    private final Map<String, TransactionalId> byName = new TreeMap<>();
    private final ShardRuntime runtime;
    private final Supplier<TransactionSettings> settings;
    private final Consumer<TransactionalId> whenDone;

    /** @param whenDone hears of an id after each of its records, whether it was written or not */
    TransactionalIds(ShardRuntime runtime, Supplier<TransactionSettings> settings, Consumer<TransactionalId> whenDone) {
        this.runtime = runtime;
        this.settings = settings;
        this.whenDone = whenDone;
    }

    /** Null when nobody has it; also for no name. */
    TransactionalId get(String name) {
        return name == null ? null : byName.get(name);
    }

    TransactionalId create(String name) {
        return byName.computeIfAbsent(name, TransactionalId::new);
    }

    int count() {
        return byName.size();
    }

    List<TransactionalId> all() {
        return List.copyOf(byName.values());
    }

    void clear() {
        byName.clear();
    }

    /** A record of the log: committed now, or before this shard was made. */
    void apply(CoordinatorRecord record) {
        var fact = TransactionRecords.read(record);
        if (fact == null) {
            return;
        }
        if (fact.transaction() == null) {
            byName.remove(fact.transactionalId());
        } else {
            create(fact.transactionalId()).now = fact.transaction();
        }
    }

    /** True while this fact of the id is the last word. */
    boolean isPresent(TransactionalId id, Transaction fact) {
        return byName.get(id.name) == id && id.now == fact && runtime.availability() == ErrorCode.NONE;
    }

    /** Writes the fact; once it is committed it is the last word. Tells NONE then, else why it is not. */
    void become(TransactionalId id, Transaction next, Consumer<ErrorCode> then) {
        id.pending = true;
        var record = TransactionRecords.of(id.name, next, settings.get().generation());
        runtime.submit(List.of(record), error -> {
            id.pending = false;
            if (error == ErrorCode.NONE) {
                id.now = next; // what was applied from the record, and the last epoch, which is in no record
            } else if (id.now == null) {
                byName.remove(id.name);
            }
            then.accept(error);
            if (runtime.availability() == ErrorCode.NONE) {
                whenDone.accept(id);
            }
        });
    }

    /** Forgets ids that nothing was written for since {@code expirationMs}, unless a transaction of theirs is not over. */
    void expire(long nowMs, long expirationMs) {
        var expired = new ArrayList<TransactionalId>();
        for (var id : byName.values()) {
            boolean over = id.now != null && !id.pending && switch (id.now.state()) {
                case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT -> true;
                case ONGOING, PREPARE_COMMIT, PREPARE_ABORT, DEAD, PREPARE_EPOCH_FENCE -> false;
            };
            if (over && nowMs - id.now.updateMs() >= expirationMs) {
                expired.add(id);
            }
        }
        for (int from = 0; from < expired.size(); from += EXPIRED_AT_ONCE_MAX) {
            bury(expired.subList(from, Math.min(from + EXPIRED_AT_ONCE_MAX, expired.size())));
        }
    }

    private void bury(List<TransactionalId> expired) {
        expired.forEach(id -> id.pending = true);
        runtime.submit(expired.stream().map(id -> TransactionRecords.tombstone(id.name)).toList(), _ ->
                expired.forEach(id -> {
                    id.pending = false;
                    whenDone.accept(id);
                }));
    }
}
