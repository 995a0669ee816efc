package naru.cli.wire;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.cli.Failure;
import naru.protocol.ErrorCode;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.Compression;
import naru.protocol.batch.Record;
import naru.protocol.message.ApiKey;
import naru.protocol.message.InitProducerIdRequest;
import naru.protocol.message.InitProducerIdResponse;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceRequest.PartitionProduceData;
import naru.protocol.message.ProduceRequest.TopicProduceData;
import naru.protocol.message.ProduceResponse;

/**
 * Writes records to one topic. For all replicas in sync batches carry sequence numbers, so what is sent again after a lost
 * connection is written once. Of each partition one batch is under way, which keeps the order.
 */
public final class Producer {

    private static final int NO_PARTITION = -1;

    /**
     * How to write.
     *
     * @param acks -1 for all replicas in sync, 1 for the leader alone
     * @param batchBytes a batch that has grown so large is closed
     * @param lingerMs how long a batch waits for more records
     * @param waitingBytesMax what may wait before {@link #hasRoom} says no
     */
    public record Rules(Compression compression, short acks, int batchBytes, long lingerMs, long waitingBytesMax) {}

    /** Hears what was written. */
    public interface Heard {
        /** @param addedNs when each record was added; as many as there are records, in the array's front */
        void written(int partition, long baseOffset, int count, long[] addedNs);
    }

    private record Sealed(ByteBuffer batch, int count, long[] addedNs) {}

    private static final class Part {
        private final int index;
        private final Deque<Sealed> ready = new ArrayDeque<>();
        private BatchBuilder open;
        private long[] addedNs = new long[16];
        private long openedNs;
        private int nextSequence;
        private boolean underWay;

        private Part(int index) {
            this.index = index;
        }
    }

    private final Brokers brokers;
    private final String topic;
    private final Rules rules;
    private final Heard heard;
    private final List<Part> parts = new ArrayList<>();
    private final Attempts attempts;
    private Topology topology;
    private long producerId = BatchHeader.NO_PRODUCER_ID;
    private short producerEpoch = -1;
    private long waitingBytes;
    private int sticky;
    private int underWay;

    public Producer(Brokers brokers, String topic, Rules rules, Heard heard) {
        this.brokers = brokers;
        this.topic = topic;
        this.rules = rules;
        this.heard = heard;
        this.attempts = new Attempts(brokers);
        this.topology = Topology.of(brokers, List.of(topic));
        for (int i = 0; i < topology.topic(topic).partitions().size(); i++) {
            parts.add(new Part(i));
        }
        if (rules.acks() == -1) {
            var id = brokers.ask(ApiKey.INIT_PRODUCER_ID, InitProducerIdRequest.builder()
                    .transactionalId(null).transactionTimeoutMs(Integer.MAX_VALUE).producerId(-1).producerEpoch((short) -1).build(),
                    InitProducerIdResponse.class);
            Refused.check(id.errorCode(), null, "the broker gives this producer no id");
            producerId = id.producerId();
            producerEpoch = id.producerEpoch();
        }
    }

    public int partitions() {
        return parts.size();
    }

    /** False while enough waits to be written: take a turn first. */
    public boolean hasRoom() {
        return waitingBytes < rules.waitingBytesMax();
    }

    /** Adds a record; it leaves in one of the next turns. A partition of -1 goes by the key, or to each in turn. */
    public void add(int partition, long timestampMs, ByteBuffer key, ByteBuffer value, List<Record.Header> headers) {
        var part = parts.get(partition != NO_PARTITION ? partition
                : key == null ? sticky % parts.size() : Murmur.partition(key, parts.size()));
        if (part.open == null) {
            part.open = new BatchBuilder().compression(rules.compression());
            part.openedNs = System.nanoTime();
        }
        int before = part.open.sizeUncompressed();
        int count = part.open.count();
        part.open.add(timestampMs, key, value, headers);
        if (count == part.addedNs.length) {
            part.addedNs = Arrays.copyOf(part.addedNs, count * 2);
        }
        part.addedNs[count] = System.nanoTime();
        waitingBytes += part.open.sizeUncompressed() - before;
        if (part.open.sizeUncompressed() >= rules.batchBytes()) {
            seal(part);
        }
    }

    private void seal(Part part) {
        var builder = part.open;
        if (producerId >= 0) {
            builder.producer(producerId, producerEpoch, part.nextSequence);
            part.nextSequence = part.nextSequence + builder.count() & Integer.MAX_VALUE;
        }
        waitingBytes -= builder.sizeUncompressed() - BatchHeader.SIZE;
        var sealed = new Sealed(builder.build(), builder.count(), part.addedNs);
        waitingBytes += sealed.batch().remaining();
        part.ready.addLast(sealed);
        part.addedNs = new long[Math.max(16, builder.count())];
        part.open = null;
        sticky++;
    }

    /** Sends what is due and hears what was written. */
    public void turn(long waitMs) {
        long now = System.nanoTime();
        long waitNs = waitMs * 1_000_000;
        for (var part : parts) {
            if (part.open != null) {
                long dueNs = rules.lingerMs() * 1_000_000 - (now - part.openedNs);
                if (dueNs <= 0) {
                    seal(part);
                } else {
                    waitNs = Math.min(waitNs, dueNs);
                }
            }
        }
        send();
        brokers.peers().turn((waitNs + 999_999) / 1_000_000);
        attempts.check();
    }

    /** Returns when everything is written. */
    public void flush() {
        for (var part : parts) {
            if (part.open != null) {
                seal(part);
            }
        }
        while (underWay > 0 || parts.stream().anyMatch(part -> !part.ready.isEmpty())) {
            turn(brokers.timeoutMs());
        }
    }

    private void send() {
        if (attempts.takeStale()) {
            topology = Topology.of(brokers, List.of(topic));
        }
        var byLeader = new TreeMap<Integer, List<Part>>();
        for (var part : parts) {
            if (!part.underWay && !part.ready.isEmpty()) {
                int leader = topology.leader(new Place(topic, part.index));
                if (leader < 0) {
                    attempts.later(new Failure("partition " + part.index + " of topic '" + topic + "' has no leader", "see 'naru status'"));
                    return;
                }
                byLeader.computeIfAbsent(leader, _ -> new ArrayList<>()).add(part);
            }
        }
        byLeader.forEach(this::send);
    }

    private void send(int leader, List<Part> led) {
        var request = ProduceRequest.builder()
                .acks(rules.acks())
                .timeoutMs((int) Math.min(Integer.MAX_VALUE, brokers.timeoutMs()))
                .topicData(List.of(new TopicProduceData(topic, topology.id(topic), led.stream()
                        .map(part -> new PartitionProduceData(part.index, new Records.InMemory(part.ready.getFirst().batch().duplicate())))
                        .toList())))
                .build();
        Wire wire;
        try {
            wire = brokers.node(leader);
        } catch (Failure gone) {
            attempts.later(gone);
            return;
        }
        led.forEach(part -> part.underWay = true);
        underWay++;
        wire.askLater(ApiKey.PRODUCE, request, brokers.timeoutMs(), reply -> {
            underWay--;
            led.forEach(part -> part.underWay = false);
            attempts.hear(wire, ProduceResponse.class, reply, this::hear);
        });
    }

    private void hear(ProduceResponse answer) {
        for (var one : answer.responses()) {
            for (var partition : one.partitionResponses()) {
                var error = ErrorCode.of(partition.errorCode());
                var part = parts.get(partition.index());
                if (error == ErrorCode.NONE || error == ErrorCode.DUPLICATE_SEQUENCE_NUMBER) {
                    var written = part.ready.removeFirst();
                    waitingBytes -= written.batch().remaining();
                    attempts.succeeded();
                    heard.written(part.index, partition.baseOffset(), written.count(), written.addedNs());
                } else {
                    String message = partition.errorMessage();
                    if (!partition.recordErrors().isEmpty() && partition.recordErrors().getFirst().batchIndexErrorMessage() != null) {
                        message = partition.recordErrors().getFirst().batchIndexErrorMessage();
                    }
                    var why = Refused.of(error, message, "partition " + part.index + " of topic '" + topic + "' did not take the records");
                    if (error.isRetriable() && error != ErrorCode.CORRUPT_MESSAGE) {
                        attempts.later(why);
                    } else {
                        attempts.failed(why);
                    }
                }
            }
        }
    }

    /** By the name that Kafka's configurations have for it; null when there is none such. */
    public static Compression compression(String name) {
        return Map.of("none", Compression.NONE, "gzip", Compression.GZIP, "snappy", Compression.SNAPPY, "lz4", Compression.LZ4,
                "zstd", Compression.ZSTD).get(name);
    }
}
