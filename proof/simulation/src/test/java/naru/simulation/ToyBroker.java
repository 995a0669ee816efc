package naru.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.base.ClientLink;
import naru.base.DiskFailure;
import naru.base.DiskFile;
import naru.base.LaneProgram;
import naru.base.Lanes;
import naru.base.TopicPartition;
import naru.base.Visit;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Records;
import naru.protocol.Writer;
import naru.protocol.batch.BatchHeader;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchResponse;
import naru.protocol.message.InitProducerIdResponse;
import naru.protocol.message.MetadataRequest;
import naru.protocol.message.MetadataResponse;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceResponse;
import naru.protocol.message.RequestHeader;
import naru.protocol.message.ResponseHeader;

/**
 * The smallest broker that keeps its word: one file a partition, synced before each answer. It is here to be broken:
 * the checkers have to convict every {@link Bug}, and to leave the honest one in peace.
 */
final class ToyBroker {

    enum Bug {
        NONE, ACKNOWLEDGES_BEFORE_DURABLE, SHOWS_WHAT_IS_NOT_DURABLE, FORGETS_PRODUCERS, SERVES_TORN_TAIL,
        APPENDS_BEHIND_TORN_TAIL, FORGETS_TO_SYNC_FOLDER, ANSWERS_OUT_OF_ORDER, KEEPS_FRAMES, GIVES_PRODUCER_IDS_AGAIN,
        LOSES_A_SYNC_FAILURE, SKIPS_A_BATCH_WHEN_READING, STOPS_ANSWERING_FETCHES
    }

    /** Where the records are; everything else of the toy is protocol. */
    interface Store {
        long newProducerId();

        /** The base offset, or the negated error. */
        long append(TopicPartition to, ByteBuffer batch);

        /** Calls once everything appended so far survives a power cut. */
        void whenDurable(TopicPartition partition, Runnable answer);

        boolean inRange(TopicPartition partition, long offset);

        long readable(TopicPartition partition);

        Records read(TopicPartition partition, long offset, int bytesMax);

        void endTurn();
    }

    /** One file a partition. */
    private final class Files implements Store {
        @Override
        public long newProducerId() {
            // Ids that were given and never used are in no log: the time keeps them apart across restarts.
            return bug == Bug.GIVES_PRODUCER_IDS_AGAIN ? ++lastId : ports.clock().nowNs() * 100 + ++lastId % 100;
        }

        @Override
        public long append(TopicPartition to, ByteBuffer batch) {
            try {
                return broken ? -ErrorCode.KAFKA_STORAGE_ERROR.code() : shelves.get(to).append(batch);
            } catch (DiskFailure failure) {
                broken = true;
                return -ErrorCode.KAFKA_STORAGE_ERROR.code();
            }
        }

        @Override
        public void whenDurable(TopicPartition partition, Runnable answer) {
            var shelf = shelves.get(partition);
            if (shelf.end <= shelf.durable || bug == Bug.ACKNOWLEDGES_BEFORE_DURABLE) {
                answer.run();
            } else {
                shelf.waiting.addLast(new Pending(shelf.end, answer));
            }
        }

        @Override
        public boolean inRange(TopicPartition partition, long offset) {
            return offset <= shelves.get(partition).end;
        }

        @Override
        public long readable(TopicPartition partition) {
            return shelves.get(partition).readable();
        }

        @Override
        public Records read(TopicPartition partition, long offset, int bytesMax) {
            return new Records.InMemory(shelves.get(partition).read(offset, bytesMax));
        }

        @Override
        public void endTurn() {
            shelves.values().stream().filter(shelf -> shelf.durable < shelf.end && !broken).forEach(Shelf::sync);
        }
    }

    private record Sent(int sequence, int count, long offset) {}

    private record Pending(long end, Runnable answer) {}

    private final class Shelf {
        private final DiskFile file;
        private final List<Long> offsets = new ArrayList<>();
        private final List<Long> positions = new ArrayList<>();
        private final Map<Long, Deque<Sent>> producers = new TreeMap<>();
        private final Deque<Pending> waiting = new ArrayDeque<>();
        private long position;
        private long end;
        private long durable;
        private boolean syncing;

        private Shelf(String path) {
            file = ports.disk().open(path);
            recover();
        }

        private void recover() {
            int size = (int) file.size();
            var all = ByteBuffer.allocate(size);
            while (all.hasRemaining() && file.read(all, all.position()) > 0) {
                // short reads
            }
            int at = 0;
            while (size - at >= BatchHeader.SIZE && BatchHeader.sizeInBytes(all, at) >= BatchHeader.SIZE
                    && BatchHeader.sizeInBytes(all, at) <= size - at
                    && (bug == Bug.SERVES_TORN_TAIL || BatchHeader.isCrcRight(all, at))) {
                remember(all, at, end);
                at += BatchHeader.sizeInBytes(all, at);
            }
            position = bug == Bug.APPENDS_BEHIND_TORN_TAIL ? size : at;
            if (bug != Bug.APPENDS_BEHIND_TORN_TAIL) {
                file.truncate(at);
            }
            file.sync();
            durable = end;
            if (bug == Bug.FORGETS_PRODUCERS) {
                producers.clear();
            }
        }

        private void remember(ByteBuffer bytes, int at, long offset) {
            int count = BatchHeader.recordCount(bytes, at);
            offsets.add(offset);
            positions.add(position);
            position += BatchHeader.sizeInBytes(bytes, at);
            end = offset + count;
            long id = BatchHeader.producerId(bytes, at);
            if (id >= 0) {
                lastId = Math.max(lastId, bug == Bug.GIVES_PRODUCER_IDS_AGAIN ? -1 : id);
                var last = producers.computeIfAbsent(id, key -> new ArrayDeque<>());
                last.addLast(new Sent(BatchHeader.baseSequence(bytes, at), count, offset));
                if (last.size() > 5) {
                    last.removeFirst();
                }
            }
        }

        /** The base offset, or the negated error. */
        private long append(ByteBuffer batch) {
            var last = producers.get(BatchHeader.producerId(batch, 0));
            int sequence = BatchHeader.baseSequence(batch, 0);
            if (BatchHeader.producerId(batch, 0) >= 0) {
                for (var sent : last == null ? List.<Sent>of() : last) {
                    if (sent.sequence() == sequence) {
                        return sent.offset();
                    }
                }
                int expected = last == null ? 0 : last.getLast().sequence() + last.getLast().count();
                if (sequence != expected && !(bug == Bug.FORGETS_PRODUCERS && last == null)) {
                    return -ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER.code();
                }
            }
            var stamped = bug == Bug.KEEPS_FRAMES
                    ? batch : ByteBuffer.allocate(batch.remaining()).put(batch.duplicate()).flip();
            BatchHeader.stamp(stamped, 0, end, 0);
            long at = position;
            long base = end;
            remember(stamped, 0, base);
            if (bug == Bug.KEEPS_FRAMES && ports.randomness().nextInt(50) == 0) {
                ports.lanes().post(ports.lanes().current(), () -> write(stamped, at));
            } else {
                write(stamped, at);
            }
            return base;
        }

        private void write(ByteBuffer bytes, long at) {
            file.write(new ByteBuffer[] {bytes.duplicate()}, at);
        }

        private void sync() {
            if (syncing) {
                return;
            }
            syncing = true;
            long target = end;
            ports.lanes().<Void>offLane("/data", Lanes.Work.SYNC, () -> {
                file.sync();
                return null;
            }, outcome -> {
                syncing = false;
                if (outcome instanceof Lanes.Outcome.Done || bug == Bug.LOSES_A_SYNC_FAILURE) {
                    durable = target;
                } else {
                    broken = true;
                }
                while (!waiting.isEmpty() && waiting.getFirst().end() <= durable) {
                    waiting.removeFirst().answer().run();
                }
                if (!waiting.isEmpty() && !broken) {
                    sync();
                }
            });
        }

        private long readable() {
            return bug == Bug.SHOWS_WHAT_IS_NOT_DURABLE ? end : durable;
        }

        private ByteBuffer read(long offset, int bytesMax) {
            int from = Collections.binarySearch(offsets, offset);
            from = from >= 0 ? from : Math.max(0, -from - 2);
            if (bug == Bug.SKIPS_A_BATCH_WHEN_READING && ports.randomness().nextInt(200) == 0) {
                from++;
            }
            int to = from;
            while (to < offsets.size() && offsets.get(to) < readable()
                    && (to == from || positions.get(to) - positions.get(from) < bytesMax)) {
                to++;
            }
            if (from >= to) {
                return ByteBuffer.allocate(0);
            }
            long until = to < positions.size() ? positions.get(to) : position;
            var bytes = ByteBuffer.allocate((int) (until - positions.get(from)));
            while (bytes.hasRemaining() && file.read(bytes, positions.get(from) + bytes.position()) > 0) {
                // short reads
            }
            return bytes.flip();
        }
    }

    private final class Conversation implements Visit {
        private final ClientLink link;
        private final Deque<Message[]> answers = new ArrayDeque<>();
        private final Deque<RequestHeader> headers = new ArrayDeque<>();

        private Conversation(ClientLink link) {
            this.link = link;
        }

        @Override
        public void onFrame(ByteBuffer frame) {
            var api = ApiKey.of(frame.getShort(0));
            int version = frame.getShort(2);
            var in = new Reader(frame);
            var header = RequestHeader.read(in, api.requestHeaderVersion(version));
            var slot = new Message[1];
            var request = api.readRequest(in, version);
            boolean silent = request instanceof ProduceRequest produce && produce.acks() == 0;
            if (!silent) {
                answers.addLast(slot);
                headers.addLast(header);
            }
            handle(request, answer -> {
                slot[0] = answer;
                if (bug == Bug.ANSWERS_OUT_OF_ORDER && ports.randomness().nextInt(20) == 0 && answers.remove(slot)) {
                    headers.remove(header);
                    send(header, answer);
                }
                while (!answers.isEmpty() && answers.getFirst()[0] != null) {
                    send(headers.removeFirst(), answers.removeFirst()[0]);
                }
            });
        }

        private void send(RequestHeader header, Message answer) {
            var api = ApiKey.of(header.requestApiKey());
            var out = new Writer(512);
            out.int32(0);
            new ResponseHeader(header.correlationId()).write(out, api.responseHeaderVersion(header.requestApiVersion()));
            answer.write(out, header.requestApiVersion());
            out.setInt32(0, (int) out.length() - 4);
            link.send(out.finish());
        }

        @Override
        public void onRoom() {}

        @Override
        public void onClosed() {}
    }

    private record Timer(long atNs, Runnable what) {}

    private final class Lane implements LaneProgram {
        @Override
        public Visit onConnect(ClientLink link) {
            return new Conversation(link);
        }

        @Override
        public void endTurn() {
            store.endTurn();
        }

        @Override
        public void onTime() {
            var due = timers.stream().filter(timer -> timer.atNs() <= ports.clock().nowNs()).toList();
            timers.removeAll(due);
            due.forEach(timer -> timer.what().run());
        }

        @Override
        public long nextDeadlineNs() {
            return timers.stream().mapToLong(Timer::atNs).min().orElse(Long.MAX_VALUE);
        }
    }

    private final BrokerUnderTest.Ports ports;
    private final Bug bug;
    private final Map<TopicPartition, Shelf> shelves = new TreeMap<>();
    private final List<Timer> timers = new ArrayList<>();
    private long lastId = -1;
    private boolean broken;
    private Store store = new Files();

    private ToyBroker(BrokerUnderTest.Ports ports, Bug bug) {
        this.ports = ports;
        this.bug = bug;
    }

    static BrokerUnderTest with(Bug bug) {
        return (ports, partitions) -> {
            var broker = new ToyBroker(ports, bug);
            ports.disk().createFolders("/data");
            partitions.forEach(partition ->
                    broker.shelves.put(partition, broker.new Shelf("/data/" + partition + ".log")));
            if (bug != Bug.FORGETS_TO_SYNC_FOLDER) {
                ports.disk().syncFolder("/data");
                ports.disk().syncFolder("/");
            }
            return broker.lanes();
        };
    }

    /** The protocol of the toy in front of somebody else's store. */
    static List<LaneProgram> over(Store store, BrokerUnderTest.Ports ports, Bug bug) {
        var broker = new ToyBroker(ports, bug);
        broker.store = store;
        return broker.lanes();
    }

    private List<LaneProgram> lanes() {
        var lanes = new ArrayList<LaneProgram>();
        for (int lane = 0; lane < ports.lanes().count(); lane++) {
            lanes.add(new Lane());
        }
        return lanes;
    }

    private void handle(Message request, java.util.function.Consumer<Message> answer) {
        switch (request) {
            case ProduceRequest produce -> produce(produce, answer);
            case FetchRequest fetch -> fetch(fetch, answer);
            case MetadataRequest _ -> answer.accept(MetadataResponse.builder().build());
            default -> answer.accept(InitProducerIdResponse.builder()
                    .producerId(store.newProducerId()).producerEpoch((short) 0).build());
        }
    }

    private void produce(ProduceRequest request, java.util.function.Consumer<Message> answer) {
        var topic = request.topicData().getFirst();
        var data = topic.partitionData().getFirst();
        var partition = new TopicPartition(topic.name(), data.index());
        long base = store.append(partition, ((Records.InMemory) data.records()).bytes().slice());
        Runnable reply = () -> answer.accept(ProduceResponse.builder().responses(List.of(
                new ProduceResponse.TopicProduceResponse(topic.name(), topic.topicId(), List.of(
                        ProduceResponse.PartitionProduceResponse.builder().index(data.index())
                                .errorCode((short) (base < 0 ? -base : 0)).baseOffset(base).build())))).build());
        if (request.acks() == 0) {
            return;
        }
        if (base < 0) {
            reply.run();
        } else {
            store.whenDurable(partition, reply);
        }
    }

    private void fetch(FetchRequest request, java.util.function.Consumer<Message> answer) {
        long bytes = 0;
        var topics = new ArrayList<FetchResponse.FetchableTopicResponse>();
        for (var topic : request.topics()) {
            var parts = new ArrayList<FetchResponse.PartitionData>();
            for (var part : topic.partitions()) {
                var partition = new TopicPartition(topic.topic(), part.partition());
                boolean inRange = store.inRange(partition, part.fetchOffset());
                var records = inRange
                        ? store.read(partition, part.fetchOffset(), part.partitionMaxBytes()) : Records.EMPTY;
                bytes += records.sizeInBytes();
                parts.add(FetchResponse.PartitionData.builder().partitionIndex(part.partition())
                        .errorCode((inRange ? ErrorCode.NONE : ErrorCode.OFFSET_OUT_OF_RANGE).code())
                        .highWatermark(store.readable(partition)).lastStableOffset(store.readable(partition))
                        .logStartOffset(0).records(records).build());
            }
            topics.add(FetchResponse.FetchableTopicResponse.builder().topic(topic.topic()).partitions(parts).build());
        }
        var response = FetchResponse.builder().responses(topics).build();
        if (bytes > 0 || request.maxWaitMs() == 0) {
            answer.accept(response);
        } else if (bug != Bug.STOPS_ANSWERING_FETCHES) {
            timers.add(new Timer(ports.clock().nowNs() + request.maxWaitMs() * 1_000_000L, () -> answer.accept(response)));
        }
    }

}
