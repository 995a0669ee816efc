package naru.coordination.transactions;

import static naru.coordination.transactions.Transaction.GENERATION_ONE;
import static naru.coordination.transactions.Transaction.GENERATION_TWO;
import static naru.coordination.transactions.Transaction.NO_EPOCH;
import static naru.coordination.transactions.Transaction.NO_ID;

import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import naru.base.Clock;
import naru.base.TopicPartition;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.Deadlines;
import naru.coordination.runtime.Shard;
import naru.coordination.runtime.ShardLog;
import naru.coordination.runtime.ShardRuntime;
import naru.protocol.ErrorCode;
import naru.protocol.message.DescribeTransactionsResponse;
import naru.protocol.message.EndTxnRequest;
import naru.protocol.message.EndTxnResponse;
import naru.protocol.message.InitProducerIdRequest;
import naru.protocol.message.InitProducerIdResponse;
import naru.protocol.message.ListTransactionsRequest;
import naru.protocol.message.ListTransactionsResponse;

/**
 * The transaction coordinator over one partition of {@code __transaction_state}: every transactional id whose name falls
 * there. Answers go out when the record behind them is committed. Of a verdict the answer goes out before its markers are
 * written, as in Kafka: from then on it can only be carried out, by this shard or by the one that replays its log.
 */
public final class TransactionShard implements Shard {

    /** PRODUCER_FENCED did not exist before these versions. */
    private static final int INIT_VERSION_WITH_FENCED = 4;

    private static final int END_VERSION_WITH_FENCED = 2;
    private static final int END_VERSION_OF_GENERATION_TWO = 5;

    private final Supplier<TransactionSettings> settings;
    private final Clock clock;
    private final Deadlines deadlines = new Deadlines();
    private final ProducerIds producerIds;
    private final ShardRuntime runtime;
    private final TransactionalIds ids;
    private final Closing closing;
    private final Deadlines.Deadline expiry;

    /** @param settings asked whenever something is decided, so that what an operator changes counts from then on */
    public TransactionShard(
            Supplier<TransactionSettings> settings, ShardLog log, ProducerIds producerIds, Markers markers, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.producerIds = producerIds;
        this.runtime = new ShardRuntime(log, this::replay);
        this.ids = new TransactionalIds(runtime, settings, this::onDone);
        this.closing = new Closing(ids, markers, clock);
        this.expiry = deadlines.create(this::expire);
    }

    @Override
    public void replay(CoordinatorRecord record, long producerId) {
        ids.apply(record);
    }

    /** Nobody writes here inside a transaction. */
    @Override
    public void onTransactionEnded(long producerId, short producerEpoch, boolean committed) {}

    /** Markers of a topic that is gone are not missed. */
    @Override
    public void onTopicsDeleted(SortedSet<String> topics) {}

    /** Verdicts that were written but maybe not carried out are carried out now. */
    @Override
    public void onLoaded() {
        tick();
        runtime.onLoaded();
        ids.all().forEach(this::onFact);
        expiry.in(settings.get().expiryIntervalMs());
    }

    @Override
    public void onUnloaded() {
        var all = ids.all();
        runtime.onUnloaded();
        ids.clear();
        all.forEach(id -> id.unload(ErrorCode.NOT_COORDINATOR));
        deadlines.clear();
    }

    @Override
    public void onTime() {
        tick();
        deadlines.run();
    }

    @Override
    public long nextDeadlineMs() {
        return deadlines.nextMs();
    }

    private void tick() {
        deadlines.advance(clock.nowNs() / 1_000_000);
    }

    private void expire() {
        ids.expire(clock.nowMs(), settings.get().expirationMs());
        expiry.in(settings.get().expiryIntervalMs());
    }

    /** After every record of this id, whether it was written or not. */
    private void onDone(TransactionalId id) {
        onFact(id);
        id.resumed().forEach(this::add);
    }

    /** What must happen by itself. */
    private void onFact(TransactionalId id) {
        if (id.now == null) {
            return;
        }
        switch (id.now.state()) {
            case ONGOING -> watch(id, id.now.startMs() + id.now.timeoutMs() - clock.nowMs());
            case PREPARE_COMMIT, PREPARE_ABORT -> {
                watch(id, Closing.RETRY_MS);
                closing.carryOut(id);
            }
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT, DEAD, PREPARE_EPOCH_FENCE -> {
                if (id.deadline != null) {
                    id.deadline.cancel();
                }
            }
        }
    }

    private void watch(TransactionalId id, long delayMs) {
        if (id.deadline == null) {
            id.deadline = deadlines.create(() -> onDue(id));
        }
        id.deadline.in(Math.max(0, delayMs));
    }

    private void onDue(TransactionalId id) {
        if (id.now.state().isClosing()) {
            watch(id, Closing.RETRY_MS);
            closing.carryOut(id);
        } else if (id.now.state() == TransactionState.ONGOING && !id.pending) {
            ids.become(id, Endings.fencing(id.now, generation(), clock.nowMs()), error -> {
                if (error != ErrorCode.NONE) {
                    watch(id, settings.get().abortRetryMs());
                }
            });
        }
    }

    /** What the broker speaks where no client asked. */
    private short generation() {
        return settings.get().generation() >= GENERATION_TWO ? GENERATION_TWO : GENERATION_ONE;
    }

    /** NONE when a request about this id may go on. */
    private ErrorCode admit(String transactionalId) {
        tick();
        boolean valid = transactionalId != null && !transactionalId.isEmpty() && TransactionRecords.fits(transactionalId);
        return valid ? runtime.availability() : ErrorCode.INVALID_REQUEST;
    }

    // --- InitProducerId ---

    public void initProducerId(InitProducerIdRequest request, int version, Consumer<InitProducerIdResponse> reply) {
        var wish = new Beginnings.Wish(request.transactionTimeoutMs(), request.producerId(), request.producerEpoch());
        initialise(request.transactionalId(), wish, NO_ID, (error, now) -> reply.accept(error == ErrorCode.NONE
                ? new InitProducerIdResponse(0, error.code(), now.producerId(), now.epoch(), NO_ID, NO_EPOCH)
                : new InitProducerIdResponse(0, told(error, version, INIT_VERSION_WITH_FENCED), NO_ID, NO_EPOCH, NO_ID, NO_EPOCH)));
    }

    private static short told(ErrorCode error, int version, int versionWithFenced) {
        boolean unheardOf = error == ErrorCode.PRODUCER_FENCED && version < versionWithFenced;
        return (unheardOf ? ErrorCode.INVALID_PRODUCER_EPOCH : error).code();
    }

    /** Hears what became of a decision; the fact only where there was no error. */
    private interface Outcome {
        void accept(ErrorCode error, Transaction now);
    }

    private void initialise(String name, Beginnings.Wish wish, long freshId, Outcome outcome) {
        var admitted = admit(name);
        if (admitted != ErrorCode.INVALID_REQUEST
                && (wish.timeoutMs() <= 0 || wish.timeoutMs() > settings.get().timeoutMaxMs())) {
            admitted = ErrorCode.INVALID_TRANSACTION_TIMEOUT;
        }
        var id = ids.get(name);
        if (admitted == ErrorCode.NONE && id == null && ids.count() >= settings.get().idsMax()) {
            admitted = ErrorCode.COORDINATOR_NOT_AVAILABLE;
        }
        if (admitted == ErrorCode.NONE && id != null && id.pending) {
            admitted = ErrorCode.CONCURRENT_TRANSACTIONS;
        }
        if (admitted != ErrorCode.NONE) {
            outcome.accept(admitted, null);
            return;
        }
        switch (Beginnings.initialise(id == null ? null : id.now, wish, freshId, clock.nowMs())) {
            case Step.TakeId _ -> producerIds.next(
                    fresh -> initialise(name, wish, fresh, outcome), error -> outcome.accept(error, null));
            case Step.Become(var next) -> {
                var of = id == null ? ids.create(name) : id;
                of.forgetChannels();
                ids.become(of, next, error -> outcome.accept(error, next));
            }
            // The epoch this takes is nobody's: the client asks again, and gets the one after.
            case Step.Fence _ -> ids.become(id, Endings.fencing(id.now, generation(), clock.nowMs()), error ->
                    outcome.accept(error == ErrorCode.NONE ? ErrorCode.CONCURRENT_TRANSACTIONS : error, null));
            case Step.Refuse(var why) -> outcome.accept(why, null);
            case Step.Stay _ -> outcome.accept(ErrorCode.NONE, id.now);
        }
    }

    // --- AddPartitionsToTxn, AddOffsetsToTxn ---

    /**
     * The transaction reaches these partitions, and begins with them if it has not begun.
     *
     * @param channel of a client of generation one; null where the epoch tells the transaction
     */
    public void addPartitions(Claim claim, SortedSet<TopicPartition> partitions, Channel channel, Consumer<ErrorCode> reply) {
        tick();
        add(new TransactionalId.Adding(claim, partitions, channel, clock.nowMs() + settings.get().patienceMs(), reply));
    }

    private void add(TransactionalId.Adding asked) {
        var admitted = admit(asked.claim().transactionalId());
        if (admitted != ErrorCode.NONE) {
            asked.reply().accept(admitted);
            return;
        }
        var id = ids.get(asked.claim().transactionalId());
        var channel = asked.channel();
        short generation = channel == null ? GENERATION_TWO : GENERATION_ONE;
        long nowMs = clock.nowMs();
        var step = Reach.add(id == null ? null : id.now, asked.claim(), asked.partitions(), generation, nowMs);
        boolean ours = !(step instanceof Step.Refuse(var why)) || why == ErrorCode.CONCURRENT_TRANSACTIONS;
        if (ours && channel != null && id.isLate(channel, asked.partitions(), nowMs)) {
            asked.reply().accept(ErrorCode.CONCURRENT_TRANSACTIONS);
        } else if (ours && id.isBusy()) {
            id.park(deadlines, asked, nowMs);
        } else {
            switch (step) {
                case Step.Become(var next) -> ids.become(id, next, asked.reply());
                case Step.Stay _ -> asked.reply().accept(ErrorCode.NONE);
                case Step.Refuse(var refused) -> asked.reply().accept(refused);
                case Step.TakeId _, Step.Fence _ -> asked.reply().accept(ErrorCode.UNKNOWN_SERVER_ERROR);
            }
        }
    }

    /** Whether the transaction reaches these partitions: NONE, or TRANSACTION_ABORTABLE, or why it cannot be said. */
    public void verifyPartitions(Claim claim, SortedSet<TopicPartition> partitions, Consumer<SortedMap<TopicPartition, ErrorCode>> reply) {
        var admitted = admit(claim.transactionalId());
        var id = ids.get(claim.transactionalId());
        if (admitted == ErrorCode.NONE) {
            admitted = Reach.refusal(id == null ? null : id.now, claim);
        }
        var answers = new TreeMap<TopicPartition, ErrorCode>();
        for (var partition : partitions) {
            answers.put(partition, admitted != ErrorCode.NONE ? admitted : id.now.partitions().contains(partition)
                    ? ErrorCode.NONE : ErrorCode.TRANSACTION_ABORTABLE);
        }
        reply.accept(answers);
    }

    // --- EndTxn ---

    /** @param channel that the request came on */
    public void endTxn(EndTxnRequest request, int version, Channel channel, Consumer<EndTxnResponse> reply) {
        boolean bumps = version >= END_VERSION_OF_GENERATION_TWO;
        var claim = new Claim(request.transactionalId(), request.producerId(), request.producerEpoch());
        end(claim, request.committed(), bumps ? null : channel, NO_ID, (error, now) -> reply.accept(
                error == ErrorCode.NONE && bumps
                        ? new EndTxnResponse(0, error.code(), now.producerId(), now.epoch())
                        : new EndTxnResponse(0, told(error, version, END_VERSION_WITH_FENCED), NO_ID, NO_EPOCH)));
    }

    private void end(Claim claim, boolean commit, Channel channel, long freshId, Outcome outcome) {
        var admitted = admit(claim.transactionalId());
        if (admitted != ErrorCode.NONE) {
            outcome.accept(admitted, null);
            return;
        }
        var id = ids.get(claim.transactionalId());
        var now = id == null ? null : id.now;
        long nowMs = clock.nowMs();
        var step = channel == null
                ? Endings.ofGenerationTwo(now, claim, commit, freshId, nowMs)
                : Endings.ofGenerationOne(now, claim, commit, nowMs);
        boolean foreign = step instanceof Step.Refuse(var why)
                && (why == ErrorCode.INVALID_PRODUCER_ID_MAPPING || why == ErrorCode.PRODUCER_FENCED);
        boolean late = !foreign && channel != null && id.isLate(channel, commit, nowMs);
        if (!foreign && (id.isBusy() || late)) {
            outcome.accept(ErrorCode.CONCURRENT_TRANSACTIONS, null);
            return;
        }
        switch (step) {
            case Step.Become(var next) -> ids.become(id, next, error -> outcome.accept(error, next.completed(nowMs)));
            case Step.Stay _ -> outcome.accept(ErrorCode.NONE, now);
            case Step.TakeId _ -> producerIds.next(
                    fresh -> end(claim, commit, channel, fresh, outcome), error -> outcome.accept(error, null));
            case Step.Refuse(var refused) -> outcome.accept(refused, null);
            case Step.Fence _ -> outcome.accept(ErrorCode.UNKNOWN_SERVER_ERROR, null);
        }
    }

    // --- ListTransactions, DescribeTransactions ---

    /** The states in the question that do not exist; to be told once, however many shards are asked. */
    public static List<String> unknownStates(ListTransactionsRequest request) {
        return Overview.unknownStates(request);
    }

    /** @param named which ids are asked for, where the request has a pattern */
    public void listTransactions(ListTransactionsRequest request, Predicate<String> named, Consumer<ListTransactionsResponse> reply) {
        tick();
        reply.accept(Overview.list(runtime.availability(), ids, request, named, clock.nowMs()));
    }

    public void describeTransaction(String transactionalId, Consumer<DescribeTransactionsResponse.TransactionState> reply) {
        reply.accept(Overview.describe(admit(transactionalId), transactionalId, ids.get(transactionalId)));
    }
}
