package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.message.ApiKey;
import naru.protocol.message.InitProducerIdRequest;
import naru.protocol.message.InitProducerIdResponse;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceResponse;

/**
 * A producer as Kafka's clients are: up to five batches under way, and with idempotence the same batches again, in
 * order, until they are answered. Without idempotence each batch is sent once, and an unanswered one is forgotten.
 */
final class Producer implements Caller.User {

    private static final int IN_FLIGHT_MAX = 5;
    /** The version of Produce from which on clients number their batches anew when a sequence is refused. */
    private static final int BEGINS_ANEW = 9;
    /** As Kafka's clients wait after several attempts, or one that was stopped: meanwhile leadership comes and goes. */
    private static final long LONG_BACKOFF_MS = 2_500;

    private static final class Batch {
        private final TopicPartition to;
        /** How many batches to this partition came before it. */
        private final int number;
        private final int sequence;
        private final List<String> texts;
        private final ByteBuffer bytes;
        private boolean underWay;
        /** When it was sent last, none before it waited for an answer: what is said of its sequence is said of it alone. */
        private boolean sentAsFirst;

        private Batch(TopicPartition to, int number, int sequence, List<String> texts, ByteBuffer bytes) {
            this.to = to;
            this.number = number;
            this.sequence = sequence;
            this.texts = texts;
            this.bytes = bytes;
        }
    }

    private final Promises promises;
    private final String name;
    private final World world;
    private final List<TopicPartition> targets;
    private final short acks;
    private final boolean idempotent;
    private final int version;
    private final Caller caller;
    private final SimulatedRandomness dice;
    private final Map<TopicPartition, Integer> sequences = new TreeMap<>();
    private final Map<TopicPartition, Integer> composed = new TreeMap<>();
    private final Deque<Batch> unanswered = new ArrayDeque<>();
    /** Where the broker knows this producer; reset with its id. */
    private final Set<TopicPartition> established = new TreeSet<>();
    private long producerId = -1;
    private short producerEpoch = -1;
    private int serial;
    private boolean stopped;
    /**
     * From an old producer that it does not know a broker takes any sequence: when the disk refuses the first batch and takes
     * the second, the first can never follow. Kafka's clients begin anew then, and so does this one.
     */
    private boolean refusedByDisk;
    private boolean sendingAgain;

    Producer(String name, World world, List<TopicPartition> targets, short acks, boolean idempotent) {
        this(name, world, targets, acks, idempotent, world.promises());
    }

    /** @param promises who remembers what the broker says */
    Producer(String name, World world, List<TopicPartition> targets, short acks, boolean idempotent, Promises promises) {
        this.promises = promises;
        this.name = name;
        this.world = world;
        this.targets = targets;
        this.acks = acks;
        this.idempotent = idempotent;
        this.dice = world.dice().fork(name);
        this.version = 3 + dice.nextInt(10);
        this.caller = new Caller(name, world, this);
    }

    void start() {
        if (world.hasManyBrokers()) {
            caller.router().letStray();
        }
        caller.connect();
        tick();
    }

    /** Sends nothing new; what was begun is still brought to its end. */
    void stop() {
        stopped = true;
    }

    boolean isIdle() {
        return unanswered.isEmpty();
    }

    private void tick() {
        if (stopped) {
            return;
        }
        boolean introduced = !idempotent || producerId >= 0;
        if (world.mayWrite() && caller.isConnected() && introduced && unanswered.size() < IN_FLIGHT_MAX) {
            var fresh = compose();
            if (acks != 0) {
                unanswered.addLast(fresh);
            }
            if (mayFollow(fresh)) {
                send(fresh);
            }
        }
        world.timeline().afterMs(dice.between(1, 60), this::tick);
    }

    /**
     * Where leaders change, a batch may be refused by one leader and the next batch taken by another. So none goes while an
     * earlier one must be sent again, and the first batch of an old producer in a partition goes alone: only from newer ones is no
     * second batch taken for the first.
     */
    private boolean mayFollow(Batch fresh) {
        if (!idempotent || !world.hasManyBrokers()) {
            return true;
        }
        boolean first = unanswered.stream().noneMatch(one -> one != fresh && one.to.equals(fresh.to));
        boolean resending = unanswered.stream().anyMatch(one -> one != fresh && !one.underWay);
        if (first || hasBegun(fresh.to) && !resending && isInWindow(fresh)) {
            return true;
        }
        sendAgainIn(20);
        return false;
    }

    /**
     * A broker knows the last five batches of a producer again, whatever has been answered. One that was refused while a later one was
     * taken must be sent again before more than that follow it.
     */
    private boolean isInWindow(Batch batch) {
        var first = unanswered.stream().filter(one -> one.to.equals(batch.to)).findFirst().orElse(batch);
        return batch.number - first.number < IN_FLIGHT_MAX;
    }

    /** What follows may be sent as well. */
    private boolean hasBegun(TopicPartition to) {
        return version >= BEGINS_ANEW || established.contains(to);
    }

    private Batch compose() {
        var to = targets.get(dice.nextInt(targets.size()));
        int count = 1 + dice.nextInt(4);
        int sequence = sequences.getOrDefault(to, 0);
        sequences.put(to, sequence + count);
        var texts = new ArrayList<String>();
        var builder = new BatchBuilder();
        if (idempotent) {
            builder.producer(producerId, producerEpoch, sequence);
        }
        for (int i = 0; i < count; i++) {
            var text = name + "#" + serial++ + "-" + "x".repeat(dice.nextInt(dice.onceIn(10) ? 500 : 40));
            texts.add(text);
            promises.sending(text);
            builder.add(world.clock().nowMs(), null, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
        return new Batch(to, composed.merge(to, 1, Integer::sum), sequence, texts, builder.build());
    }

    private boolean isFirst(Batch batch) {
        return unanswered.stream().filter(one -> one.to.equals(batch.to)).findFirst().orElse(null) == batch;
    }

    private void send(Batch batch) {
        batch.underWay = true;
        batch.sentAsFirst = isFirst(batch);
        var data = new ProduceRequest.PartitionProduceData(
                batch.to.partition(), new Records.InMemory(batch.bytes.duplicate()));
        var topic = ProduceRequest.TopicProduceData.builder()
                .name(batch.to.topic()).partitionData(List.of(data)).build();
        var request = ProduceRequest.builder().acks(acks).timeoutMs(5_000).topicData(List.of(topic)).build();
        caller.ask(ApiKey.PRODUCE, version, request, acks == 0 ? null : answer -> onAnswer(batch, answer));
    }

    private void onAnswer(Batch batch, Message message) {
        var answer = ((ProduceResponse) message).responses().getFirst().partitionResponses().getFirst();
        batch.underWay = false;
        if (answer.errorCode() == ErrorCode.NONE.code()) {
            unanswered.remove(batch);
            established.add(batch.to);
            if (world.hasManyBrokers() && unanswered.stream().anyMatch(one -> !one.underWay)) {
                sendAgainIn(20);
            }
            if (answer.baseOffset() >= 0 && world.keeps(acks)) {
                for (int i = 0; i < batch.texts.size(); i++) {
                    promises.acknowledged(batch.to, answer.baseOffset() + i, batch.texts.get(i));
                }
            }
            return;
        }
        world.timeline().tell(name + " was refused with " + answer.errorCode() + " at " + batch.to);
        refusedByDisk |= answer.errorCode() == ErrorCode.KAFKA_STORAGE_ERROR.code();
        if (!idempotent) {
            unanswered.remove(batch);
            return;
        }
        if (answer.errorCode() == ErrorCode.DUPLICATE_SEQUENCE_NUMBER.code()) {
            unanswered.remove(batch);
            return;
        }
        boolean forgotten = answer.errorCode() == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER.code()
                || answer.errorCode() == ErrorCode.UNKNOWN_PRODUCER_ID.code();
        if (isFirst(batch) && batch.sentAsFirst && forgotten) {
            unless(world.mayForget() || refusedByDisk, name + "'s batches before " + batch.sequence + " in " + batch.to
                    + " were acknowledged, and its next one is refused with " + answer.errorCode());
            beginAnew();
            return;
        }
        sendAgainIn(world.hasManyBrokers() && dice.onceIn(8) ? dice.between(200, LONG_BACKOFF_MS) : dice.between(20, 200));
    }

    /** Once, however many were refused. */
    private void sendAgainIn(long ms) {
        if (!sendingAgain) {
            sendingAgain = true;
            world.timeline().afterMs(ms, () -> {
                sendingAgain = false;
                sendAgain();
            });
        }
    }

    /** In order, and only when nothing is under way: else a later batch could overtake an earlier one for good. */
    private void sendAgain() {
        if (!caller.isConnected() || unanswered.stream().allMatch(batch -> batch.underWay)) {
            return;
        }
        if (unanswered.stream().anyMatch(batch -> batch.underWay)) {
            sendAgainIn(20);
            return;
        }
        sendInTurn();
    }

    private void sendInTurn() {
        var begun = new TreeSet<TopicPartition>();
        for (var batch : List.copyOf(unanswered)) {
            boolean isFirst = begun.add(batch.to);
            if (isFirst || !world.hasManyBrokers() || hasBegun(batch.to) && isInWindow(batch)) {
                send(batch);
            }
        }
    }

    private void beginAnew() {
        unanswered.clear();
        sequences.clear();
        established.clear();
        producerId = -1;
        introduce();
    }

    @Override
    public void onReady() {
        if (idempotent && producerId < 0) {
            introduce();
        } else {
            sendAgain();
        }
    }

    private void introduce() {
        if (!caller.isConnected()) {
            return;
        }
        var request = InitProducerIdRequest.builder().transactionalId(null).transactionTimeoutMs(60_000).build();
        caller.ask(ApiKey.INIT_PRODUCER_ID, 4, request, message -> {
            var answer = (InitProducerIdResponse) message;
            if (answer.errorCode() == ErrorCode.NONE.code()) {
                producerId = answer.producerId();
                producerEpoch = answer.producerEpoch();
                unless(world.isNewProducerId(producerId), "producer id " + producerId + " was given twice");
            } else {
                world.timeline().tell(name + " got no producer id: " + answer.errorCode());
                world.timeline().afterMs(200, this::introduce);
            }
        });
    }

    @Override
    public void onLost(String why) {
        unanswered.forEach(batch -> batch.underWay = false);
        if (!idempotent) {
            unanswered.clear();
        }
    }
}
