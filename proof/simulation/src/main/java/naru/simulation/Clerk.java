package naru.simulation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.message.ApiKey;
import naru.protocol.message.InitProducerIdRequest;
import naru.protocol.message.InitProducerIdResponse;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceResponse;

/** Enters into accounts as an idempotent producer: the same batch again and again until it is answered, then the next. */
final class Clerk {

    private final World world;
    private final Books books;
    private final Bookkeeping bookkeeping;
    private final SimulatedRandomness dice;
    private final Errands errands;
    private final String name;
    private final Map<TopicPartition, Integer> sequences = new TreeMap<>();
    private final Map<TopicPartition, Long> ends = new TreeMap<>();
    private long producerId;
    private short producerEpoch;
    private boolean underWay;
    private boolean stopped;

    Clerk(String name, World world, Books books, List<TopicPartition> partitions, List<String> accounts) {
        this.name = name;
        this.world = world;
        this.books = books;
        this.bookkeeping = new Bookkeeping(name, world, books, partitions, accounts);
        this.dice = world.dice().fork(name);
        this.errands = new Errands(name, world);
    }

    void start(NewTopic topic) {
        errands.start();
        topic.create(errands, this::introduce);
    }

    void kill() {
        errands.kill();
    }

    void stop() {
        stopped = true;
    }

    boolean isQuiet() {
        return errands.isDead() || stopped && !underWay;
    }

    private void introduce() {
        var request = InitProducerIdRequest.builder().transactionalId(null).transactionTimeoutMs(60_000).build();
        errands.ask(ApiKey.INIT_PRODUCER_ID, 4, () -> request, message -> {
            var answer = (InitProducerIdResponse) message;
            if (answer.errorCode() != ErrorCode.NONE.code()) {
                errands.again();
                return;
            }
            producerId = answer.producerId();
            producerEpoch = answer.producerEpoch();
            write();
        });
    }

    private void write() {
        if (stopped) {
            return;
        }
        var to = bookkeeping.anyPartition();
        var entries = bookkeeping.compose(to, false);
        int sequence = sequences.getOrDefault(to, 0);
        var builder = new BatchBuilder().producer(producerId, producerEpoch, sequence);
        bookkeeping.fill(builder, entries);
        var bytes = builder.build();
        underWay = true;
        errands.ask(ApiKey.PRODUCE, 3 + dice.nextInt(9), () -> {
            var data = new ProduceRequest.PartitionProduceData(to.partition(), new Records.InMemory(bytes.duplicate()));
            var topic = ProduceRequest.TopicProduceData.builder().name(to.topic()).partitionData(List.of(data)).build();
            return ProduceRequest.builder().acks((short) -1).timeoutMs(5_000).topicData(List.of(topic)).build();
        }, message -> {
            var answer = ((ProduceResponse) message).responses().getFirst().partitionResponses().getFirst();
            switch (ErrorCode.of(answer.errorCode())) {
                case NONE -> onWritten(to, sequence, entries, answer.baseOffset());
                case DUPLICATE_SEQUENCE_NUMBER -> onWritten(to, sequence, entries, -1);
                case OUT_OF_ORDER_SEQUENCE_NUMBER, UNKNOWN_PRODUCER_ID -> throw new Conviction(name + "'s batch "
                        + sequence + " for " + to + " is refused with " + answer.errorCode() + ", and all before it were acknowledged");
                default -> errands.again();
            }
        });
    }

    private void onWritten(TopicPartition to, int sequence, List<Books.Entry> entries, long base) {
        underWay = false;
        sequences.put(to, sequence + entries.size());
        for (int i = 0; i < entries.size(); i++) {
            books.placed(entries.get(i), base < 0 ? -1 : base + i);
            books.acknowledged(entries.get(i), world.timeline().nowNs());
        }
        if (base >= 0) {
            Conviction.unless(base > ends.getOrDefault(to, -1L), name + " wrote at " + to + "@" + ends.get(to) + " before it wrote at " + base);
            ends.put(to, base + entries.size() - 1);
        }
        errands.later(dice.onceIn(20) ? dice.between(100, 600) : dice.between(1, 40), this::write);
    }
}
