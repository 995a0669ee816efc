package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import naru.base.TopicPartition;
import naru.histories.Cause;
import naru.histories.Operation;
import naru.histories.Stage;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.message.AddOffsetsToTxnRequest;
import naru.protocol.message.AddOffsetsToTxnResponse;
import naru.protocol.message.AddPartitionsToTxnRequest;
import naru.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import naru.protocol.message.AddPartitionsToTxnResponse;
import naru.protocol.message.ApiKey;
import naru.protocol.message.EndTxnRequest;
import naru.protocol.message.EndTxnResponse;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.InitProducerIdRequest;
import naru.protocol.message.InitProducerIdResponse;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceResponse;
import naru.protocol.message.TxnOffsetCommitRequest;
import naru.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition;
import naru.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import naru.protocol.message.TxnOffsetCommitResponse;

/**
 * The transactional side of a client, as Kafka's is: it asks again until it is answered, aborts where it must, ends where
 * it is fenced, and speaks either generation of the protocol. The first tells the coordinator of each partition and keeps
 * its epoch from one transaction to the next; the second lets the partitions' leaders tell, and has a new epoch each time.
 */
final class TransactionalClient {

    /** What a client does with its transactions. */
    interface Life {
        /** False when what it does is judged elsewhere, and not by the history of clients. */
        default boolean isInHistory() {
            return true;
        }

        /** No transaction is open; the next may begin. */
        void onIdle();

        /** It was fenced, or cannot know any more where it stands: somebody else goes on in its place. */
        void onDead(String why);
    }

    /** A batch before anybody knows its producer: how many records, how they go in, and who hears where the first one is; -1 when nobody knows. */
    record Letter(int count, Consumer<BatchBuilder> fill, LongConsumer whenWritten) {}

    private static final byte TRANSACTION_KEY = 1;
    private static final int TIMEOUT_MS = 60_000;

    private static final Set<ErrorCode> PASSING = Set.of(
            ErrorCode.COORDINATOR_NOT_AVAILABLE, ErrorCode.NOT_COORDINATOR, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
            ErrorCode.CONCURRENT_TRANSACTIONS, ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
            ErrorCode.REQUEST_TIMED_OUT, ErrorCode.LEADER_NOT_AVAILABLE, ErrorCode.NOT_ENOUGH_REPLICAS,
            ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND, ErrorCode.KAFKA_STORAGE_ERROR, ErrorCode.UNSTABLE_OFFSET_COMMIT);
    private static final Set<ErrorCode> FENCING = Set.of(
            ErrorCode.INVALID_PRODUCER_EPOCH, ErrorCode.PRODUCER_FENCED, ErrorCode.INVALID_PRODUCER_ID_MAPPING,
            ErrorCode.TRANSACTION_COORDINATOR_FENCED);

    private final String name;
    private final String transactionalId;
    private final boolean generationTwo;
    private final World world;
    private final Life life;
    private final Errands errands;
    private final SimulatedRandomness dice;
    private final Map<TopicPartition, Integer> sequences = new TreeMap<>();
    private final Set<TopicPartition> reached = new TreeSet<>();
    private final Set<String> groups = new TreeSet<>();
    private long producerId = -1;
    private short producerEpoch = -1;
    private String transaction;
    private boolean doomed;
    private int number;
    private int committed;
    private long idleSinceNs = -1;

    TransactionalClient(String name, String transactionalId, boolean generationTwo, World world, Life life) {
        this.name = name;
        this.transactionalId = transactionalId;
        this.generationTwo = generationTwo;
        this.world = world;
        this.life = life;
        this.errands = new Errands(name, world);
        this.dice = world.dice().fork(name);
    }

    Errands errands() {
        return errands;
    }

    boolean isIdle() {
        return producerId >= 0 && transaction == null;
    }

    /** When the last of its transactions ended; -1 when it never was idle. */
    long idleSinceNs() {
        return idleSinceNs;
    }

    /** How many of its transactions it knows to be committed. */
    int committed() {
        return committed;
    }

    void start() {
        if (generationTwo && errands.router() != null) {
            errands.router().letStray();
        }
        errands.start();
        var request = FindCoordinatorRequest.builder().key(transactionalId).keyType(TRANSACTION_KEY).build();
        errands.ask(ApiKey.FIND_COORDINATOR, 2, () -> request, message -> {
            if (((FindCoordinatorResponse) message).errorCode() == ErrorCode.NONE.code()) {
                initialise();
            } else {
                errands.again();
            }
        });
    }

    /** The first time for an epoch of its own, later for the next epoch, as clients of generation one do after an error. */
    private void initialise() {
        var request = InitProducerIdRequest.builder().transactionalId(transactionalId).transactionTimeoutMs(TIMEOUT_MS)
                .producerId(producerId).producerEpoch(producerEpoch).build();
        errands.ask(ApiKey.INIT_PRODUCER_ID, 4, () -> request, message -> {
            var answer = (InitProducerIdResponse) message;
            switch (kind(answer.errorCode())) {
                case FINE -> {
                    become(answer.producerId(), answer.producerEpoch());
                    idleSinceNs = world.timeline().nowNs();
                    life.onIdle();
                }
                case PASSING -> errands.again();
                case FENCING, ABORTABLE -> die("no producer id", answer.errorCode());
            }
        });
    }

    private void become(long id, short epoch) {
        if (id != producerId || epoch != producerEpoch) {
            sequences.clear();
        }
        producerId = id;
        producerEpoch = epoch;
    }

    private enum Kind { FINE, PASSING, FENCING, ABORTABLE }

    private static Kind kind(short code) {
        var error = ErrorCode.of(code);
        if (error == ErrorCode.NONE) {
            return Kind.FINE;
        }
        return PASSING.contains(error) ? Kind.PASSING : FENCING.contains(error) ? Kind.FENCING : Kind.ABORTABLE;
    }

    private void die(String what, short code) {
        world.timeline().tell(name + " ends: " + what + ", error " + code);
        errands.kill();
        life.onDead(what);
    }

    private void tell(Stage stage, Operation operation) {
        if (!life.isInHistory()) {
            return;
        }
        world.history().tell(name, stage, operation);
    }

    void begin() {
        transaction = name + "." + number++;
        doomed = false;
        reached.clear();
        groups.clear();
        tell(Stage.OK, new Operation.Begin(transaction));
    }

    /** Sends these values to a partition, one batch; what they answer, or null, is in the same order. */
    void send(TopicPartition to, List<String> values, List<Cause> causes, Runnable next) {
        send(to, letterOf(to, values, causes), next);
    }

    void send(TopicPartition to, Letter letter, Runnable next) {
        sendAtOnce(to, List.of(letter), next);
    }

    /** Sends these batches to one partition, all of them before the first is answered, as clients do that have several requests in flight. */
    void sendAtOnce(TopicPartition to, List<Letter> letters, Runnable next) {
        if (!generationTwo && reached.add(to)) {
            addPartition(to, () -> produce(to, letters, next));
        } else {
            produce(to, letters, next);
        }
    }

    Letter letterOf(TopicPartition to, List<String> values, List<Cause> causes) {
        var sends = new ArrayList<Operation.Send>();
        return new Letter(values.size(), builder -> {
            for (int i = 0; i < values.size(); i++) {
                builder.add(world.clock().nowMs(), null, ByteBuffer.wrap(values.get(i).getBytes(StandardCharsets.UTF_8)));
                var cause = causes == null ? null : causes.get(i);
                sends.add(new Operation.Send(transaction, to.toString(), -1, values.get(i), cause));
                tell(Stage.INVOKE, sends.getLast());
            }
        }, base -> {
            for (int i = 0; i < sends.size(); i++) {
                var send = sends.get(i);
                long offset = base < 0 ? -1 : base + i;
                tell(Stage.OK, new Operation.Send(send.transaction(), send.partition(), offset, send.value(), send.cause()));
            }
        });
    }

    private void addPartition(TopicPartition to, Runnable next) {
        var topic = new AddPartitionsToTxnTopic(to.topic(), List.of(to.partition()));
        var request = AddPartitionsToTxnRequest.builder().v3AndBelowTransactionalId(transactionalId)
                .v3AndBelowProducerId(producerId).v3AndBelowProducerEpoch(producerEpoch).v3AndBelowTopics(List.of(topic)).build();
        errands.ask(ApiKey.ADD_PARTITIONS_TO_TXN, 3, () -> request, message -> {
            short code = ((AddPartitionsToTxnResponse) message).resultsByTopicV3AndBelow().getFirst()
                    .resultsByPartition().getFirst().partitionErrorCode();
            goOn("a partition is not added", code, next);
        });
    }

    private void goOn(String what, short code, Runnable next) {
        switch (kind(code)) {
            case FINE -> next.run();
            case PASSING -> errands.again();
            case FENCING -> die(what, code);
            case ABORTABLE -> doom(what, code);
        }
    }

    private void doom(String what, short code) {
        world.timeline().tell(name + " must abort: " + what + ", error " + code);
        doomed = true;
        end(false);
    }

    private void produce(TopicPartition to, List<Letter> letters, Runnable next) {
        int version = generationTwo ? 12 : 3 + dice.nextInt(9);
        var requests = new ArrayList<Supplier<Message>>();
        int sequence = sequences.getOrDefault(to, 0);
        for (var letter : letters) {
            requests.add(requestOf(to, letter, sequence));
            sequence += letter.count();
        }
        var volley = new Volley();
        produce(to, version, letters, requests, 0, volley, next);
        for (int i = 1; i < requests.size(); i++) {
            int mine = i;
            errands.aside(ApiKey.PRODUCE, version, requests.get(i), message -> volley.onAnswer(mine, answerIn(message).errorCode()));
        }
    }

    private Supplier<Message> requestOf(TopicPartition to, Letter letter, int sequence) {
        var builder = new BatchBuilder().producer(producerId, producerEpoch, sequence).transactional();
        letter.fill().accept(builder);
        var bytes = builder.build();
        return () -> {
            var data = new ProduceRequest.PartitionProduceData(to.partition(), new Records.InMemory(bytes.duplicate()));
            var topic = ProduceRequest.TopicProduceData.builder().name(to.topic()).partitionData(List.of(data)).build();
            return ProduceRequest.builder().transactionalId(transactionalId).acks((short) -1).timeoutMs(5_000)
                    .topicData(List.of(topic)).build();
        };
    }

    private static ProduceResponse.PartitionProduceResponse answerIn(Message message) {
        return ((ProduceResponse) message).responses().getFirst().partitionResponses().getFirst();
    }

    /** The others have been sent, too; each is asked for once more when those before it are written: the broker knows it again. */
    private void produce(TopicPartition to, int version, List<Letter> letters, List<Supplier<Message>> requests, int at, Volley volley,
            Runnable next) {
        errands.ask(ApiKey.PRODUCE, version, requests.get(at), message -> {
            var answer = answerIn(message);
            volley.onAnswer(at, answer.errorCode());
            goOn("a batch is refused", answer.errorCode(), () -> {
                sequences.merge(to, letters.get(at).count(), Integer::sum);
                repeatOldEnd();
                letters.get(at).whenWritten().accept(answer.baseOffset());
                if (at + 1 < letters.size()) {
                    produce(to, version, letters, requests, at + 1, volley, next);
                } else {
                    next.run();
                }
            });
        });
    }

    /** Several batches on one connection: what follows one that was written is in order. */
    private final class Volley {
        private int written;

        void onAnswer(int which, short code) {
            unless(which == 0 || which != written || code != ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER.code(),
                    name + "'s batch " + which + " of several is out of order, and all before it are written");
            if (which == written && code == ErrorCode.NONE.code()) {
                written++;
            }
        }
    }

    /** The offsets become true with the transaction. */
    void sendOffsets(String group, Map<TopicPartition, Long> offsets, Runnable next) {
        if (!generationTwo && groups.add(group)) {
            var request = AddOffsetsToTxnRequest.builder().transactionalId(transactionalId)
                    .producerId(producerId).producerEpoch(producerEpoch).groupId(group).build();
            errands.ask(ApiKey.ADD_OFFSETS_TO_TXN, 3, () -> request, message ->
                    goOn("a group is not added", ((AddOffsetsToTxnResponse) message).errorCode(),
                            () -> commitOffsets(group, offsets, next)));
        } else {
            commitOffsets(group, offsets, next);
        }
    }

    private void commitOffsets(String group, Map<TopicPartition, Long> offsets, Runnable next) {
        var told = new TreeMap<String, Long>();
        var byTopic = new TreeMap<String, List<TxnOffsetCommitRequestPartition>>();
        offsets.forEach((partition, offset) -> {
            told.put(partition.toString(), offset);
            byTopic.computeIfAbsent(partition.topic(), _ -> new ArrayList<>()).add(TxnOffsetCommitRequestPartition.builder()
                    .partitionIndex(partition.partition()).committedOffset(offset).committedMetadata("").build());
        });
        var topics = new ArrayList<TxnOffsetCommitRequestTopic>();
        byTopic.forEach((topic, parts) -> topics.add(TxnOffsetCommitRequestTopic.builder().name(topic).partitions(parts).build()));
        var commit = new Operation.CommitOffsets(transaction, group, told);
        tell(Stage.INVOKE, commit);
        var request = TxnOffsetCommitRequest.builder().transactionalId(transactionalId).groupId(group)
                .producerId(producerId).producerEpoch(producerEpoch).generationIdOrMemberEpoch(-1).memberId("")
                .groupInstanceId(null).topics(topics).build();
        errands.ask(ApiKey.TXN_OFFSET_COMMIT, generationTwo ? 5 : 3, () -> request, message -> {
            short code = 0;
            for (var topic : ((TxnOffsetCommitResponse) message).topics()) {
                for (var part : topic.partitions()) {
                    code = part.errorCode() == 0 ? code : part.errorCode();
                }
            }
            goOn("offsets are refused", code, () -> {
                tell(Stage.OK, commit);
                next.run();
            });
        });
    }

    /** Offsets that were committed beside the transaction, although they were said to belong to it. */
    void tellOffsets(String group, Map<TopicPartition, Long> offsets) {
        var told = new TreeMap<String, Long>();
        offsets.forEach((partition, offset) -> told.put(partition.toString(), offset));
        tell(Stage.INVOKE, new Operation.CommitOffsets(transaction, group, told));
        tell(Stage.OK, new Operation.CommitOffsets(transaction, group, told));
    }

    /** Ends the transaction, one way or the other, and is idle then. */
    void end(boolean commit) {
        var operation = commit ? new Operation.Commit(transaction) : new Operation.Abort(transaction);
        tell(Stage.INVOKE, operation);
        var request = EndTxnRequest.builder().transactionalId(transactionalId)
                .producerId(producerId).producerEpoch(producerEpoch).committed(commit).build();
        errands.ask(ApiKey.END_TXN, generationTwo ? 5 : 1 + dice.nextInt(4), () -> request, message -> onEnded(operation, commit, message));
    }

    private void repeatOldEnd() {
        if (world.mischief() == Mischief.AN_OLD_END_ENDS_THE_NEXT && !generationTwo && number > 1) {
            var old = new Errands(name + " of old", world);
            old.start();
            var request = EndTxnRequest.builder().transactionalId(transactionalId)
                    .producerId(producerId).producerEpoch(producerEpoch).committed(true).build();
            old.ask(ApiKey.END_TXN, 1, () -> request, _ -> old.kill());
        }
    }

    private void onEnded(Operation operation, boolean commit, Message message) {
        var answer = (EndTxnResponse) message;
        switch (kind(answer.errorCode())) {
            case FINE -> {
                tell(Stage.OK, operation);
                transaction = null;
                idleSinceNs = world.timeline().nowNs();
                committed += commit ? 1 : 0;
                if (generationTwo) {
                    become(answer.producerId(), answer.producerEpoch());
                    life.onIdle();
                } else if (doomed) {
                    initialise();
                } else {
                    life.onIdle();
                }
            }
            case PASSING -> errands.again();
            case FENCING -> die("its end is refused", answer.errorCode());
            case ABORTABLE -> {
                if (commit) {
                    doom("its commit is refused", answer.errorCode());
                } else {
                    die("its abort is refused", answer.errorCode());
                }
            }
        }
    }

    @Override
    public String toString() {
        return name + " (producer " + producerId + ", epoch " + producerEpoch + ", transaction " + transaction + ", " + errands + ")";
    }
}
