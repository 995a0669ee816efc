package naru.coordination.transactions;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import naru.base.Clock;
import naru.base.TopicPartition;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.Shard;
import naru.coordination.runtime.ShardLog;
import naru.protocol.ErrorCode;
import naru.protocol.message.DescribeTransactionsResponse;
import naru.protocol.message.EndTxnRequest;
import naru.protocol.message.EndTxnResponse;
import naru.protocol.message.InitProducerIdRequest;
import naru.protocol.message.InitProducerIdResponse;
import naru.protocol.message.ListTransactionsRequest;
import naru.protocol.message.ListTransactionsResponse;

/** The words in which stories about transactions are told: a log in memory, partitions that take markers, time that moves when told. */
final class TransactionStory {

    static final String ID = "payments";
    static final int NEWEST = 5;

    /** A verdict as it reached a partition. */
    record Marked(TopicPartition partition, Markers.Verdict verdict) {}

    private record Append(List<CoordinatorRecord> records, Consumer<ShardLog.Outcome> whenCommitted) {}

    private record Marking(Markers.Verdict verdict, SortedSet<TopicPartition> partitions,
            Consumer<SortedMap<TopicPartition, ErrorCode>> whenWritten) {}

    private final Deque<Append> appends = new ArrayDeque<>();
    private final Deque<Marking> markings = new ArrayDeque<>();
    final List<CoordinatorRecord> written = new ArrayList<>();
    final List<Marked> marked = new ArrayList<>();
    /** Partitions that refuse markers, and how. */
    final SortedMap<TopicPartition, ErrorCode> refusing = new TreeMap<>();
    /** Whether the log and the partitions answer by themselves. */
    boolean prompt = true;
    TransactionSettings settings = TransactionSettings.DEFAULT;
    long nextProducerId = 1_000;
    ErrorCode noProducerId;
    long nowMs = 1_000_000;
    private long connections;
    final Clock clock = new Clock() {
        @Override
        public long nowMs() {
            return nowMs;
        }

        @Override
        public long nowNs() {
            return nowMs * 1_000_000;
        }
    };
    TransactionShard shard = fresh();

    TransactionStory() {
        shard.onLoaded();
    }

    TransactionShard fresh() {
        return new TransactionShard(() -> settings,
                (records, _, whenCommitted) -> appends.addLast(new Append(records, whenCommitted)),
                (given, none) -> {
                    if (noProducerId == null) {
                        given.accept(nextProducerId++);
                    } else {
                        none.accept(noProducerId);
                    }
                },
                (verdict, partitions, whenWritten) -> markings.addLast(new Marking(verdict, partitions, whenWritten)),
                clock);
    }

    /** Of the log's first records, only the last of each key is left, and no tombstone. */
    void compact(int records) {
        var left = new LinkedHashMap<String, CoordinatorRecord>();
        for (var record : written.subList(0, records)) {
            var key = Arrays.toString(record.key());
            left.remove(key);
            left.put(key, record);
        }
        left.values().removeIf(record -> record.value() == null);
        written.subList(0, records).clear();
        written.addAll(0, left.values());
    }

    /** The broker dies: what was not committed never happened. */
    void restart() {
        restart(false);
    }

    /** @param marks whether the markers that were under way were written before nobody could hear of it */
    void restart(boolean marks) {
        shard.onUnloaded();
        appends.clear();
        for (var marking : markings) {
            marking.partitions().forEach(one -> marked.addAll(marks ? List.of(new Marked(one, marking.verdict())) : List.of()));
        }
        markings.clear();
        shard = fresh();
        written.forEach(record -> shard.replay(record, Shard.NO_PRODUCER));
        shard.onLoaded();
        settle();
    }

    void settle() {
        while (prompt && (commitOne() || markOne())) {
            continue;
        }
    }

    boolean commitOne() {
        var append = appends.pollFirst();
        if (append == null) {
            return false;
        }
        written.addAll(append.records());
        append.whenCommitted().accept(new ShardLog.Outcome.Committed());
        return true;
    }

    boolean failOne(ErrorCode why) {
        var append = appends.pollFirst();
        if (append == null) {
            return false;
        }
        append.whenCommitted().accept(new ShardLog.Outcome.Failed(why));
        return true;
    }

    boolean markOne() {
        var marking = markings.pollFirst();
        if (marking == null) {
            return false;
        }
        var results = new TreeMap<TopicPartition, ErrorCode>();
        for (var partition : marking.partitions()) {
            var refused = refusing.getOrDefault(partition, ErrorCode.NONE);
            results.put(partition, refused);
            if (refused == ErrorCode.NONE) {
                marked.add(new Marked(partition, marking.verdict()));
            }
        }
        marking.whenWritten().accept(results);
        return true;
    }

    void pass(long ms) {
        long untilMs = nowMs + ms;
        while (shard.nextDeadlineMs() <= untilMs) {
            nowMs = Math.max(nowMs, shard.nextDeadlineMs());
            shard.onTime();
            settle();
        }
        nowMs = untilMs;
    }

    Channel connection() {
        return new Channel(++connections, connections);
    }

    AtomicReference<InitProducerIdResponse> init(String name, int timeoutMs, long producerId, int epoch, int version) {
        var answer = new AtomicReference<InitProducerIdResponse>();
        shard.initProducerId(InitProducerIdRequest.builder().transactionalId(name).transactionTimeoutMs(timeoutMs)
                .producerId(producerId).producerEpoch((short) epoch).build(), version, answer::set);
        settle();
        return answer;
    }

    /** A producer begins, and goes on after errors that a client goes on after. */
    Claim begin() {
        for (int i = 0; i < 5; i++) {
            var answer = init(ID, 60_000, -1, -1, NEWEST).get();
            if (answer.errorCode() == ErrorCode.NONE.code()) {
                return new Claim(ID, answer.producerId(), answer.producerEpoch());
            }
        }
        throw new AssertionError("never initialised");
    }

    /** A producer that goes on after an error (KIP-360). */
    InitProducerIdResponse goOn(Claim claim) {
        return init(claim.transactionalId(), 60_000, claim.producerId(), claim.producerEpoch(), NEWEST).get();
    }

    AtomicReference<ErrorCode> adding(Claim claim, Channel channel, String... partitions) {
        var answer = new AtomicReference<ErrorCode>();
        shard.addPartitions(claim, partitions(partitions), channel, answer::set);
        settle();
        return answer;
    }

    ErrorCode add(Claim claim, Channel channel, String... partitions) {
        return adding(claim, channel, partitions).get();
    }

    SortedMap<TopicPartition, ErrorCode> verify(Claim claim, String... partitions) {
        var answer = new AtomicReference<SortedMap<TopicPartition, ErrorCode>>();
        shard.verifyPartitions(claim, partitions(partitions), answer::set);
        return answer.get();
    }

    AtomicReference<EndTxnResponse> ending(Claim claim, boolean commit, int version, Channel channel) {
        var answer = new AtomicReference<EndTxnResponse>();
        shard.endTxn(new EndTxnRequest(claim.transactionalId(), claim.producerId(), claim.producerEpoch(), commit), version,
                channel, answer::set);
        settle();
        return answer;
    }

    /** Generation one. */
    ErrorCode end(Claim claim, boolean commit, Channel channel) {
        return ErrorCode.of(ending(claim, commit, 4, channel).get().errorCode());
    }

    /** Generation two. */
    EndTxnResponse end(Claim claim, boolean commit) {
        return ending(claim, commit, NEWEST, connection()).get();
    }

    Claim committed(Claim claim) {
        var answer = end(claim, true);
        if (answer.errorCode() != 0) {
            throw new AssertionError(ErrorCode.of(answer.errorCode()));
        }
        return new Claim(claim.transactionalId(), answer.producerId(), answer.producerEpoch());
    }

    DescribeTransactionsResponse.TransactionState describe(String name) {
        var answer = new AtomicReference<DescribeTransactionsResponse.TransactionState>();
        shard.describeTransaction(name, answer::set);
        return answer.get();
    }

    String state() {
        return describe(ID).transactionState();
    }

    ListTransactionsResponse list(ListTransactionsRequest request) {
        var answer = new AtomicReference<ListTransactionsResponse>();
        shard.listTransactions(request, _ -> true, answer::set);
        return answer.get();
    }

    static SortedSet<TopicPartition> partitions(String... names) {
        var all = new TreeSet<TopicPartition>();
        for (var name : names) {
            int dash = name.lastIndexOf('-');
            all.add(new TopicPartition(name.substring(0, dash), Integer.parseInt(name.substring(dash + 1))));
        }
        return all;
    }
}
