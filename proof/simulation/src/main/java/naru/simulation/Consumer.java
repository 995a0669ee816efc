package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.Records;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.RecordReader;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchResponse;

/** A consumer of given partitions from their beginning on. Shows the checkers every record and every promise. */
final class Consumer implements Caller.User {

    private final String name;
    private final World world;
    private final int version;
    private final Caller caller;
    private final SimulatedRandomness dice;
    private final RecordReader records = new RecordReader(1 << 20);
    private final Map<TopicPartition, Long> positions = new TreeMap<>();
    private final Map<TopicPartition, Long> ends = new TreeMap<>();
    private boolean stopped;

    Consumer(String name, World world, List<TopicPartition> partitions) {
        this.name = name;
        this.world = world;
        this.dice = world.dice().fork(name);
        this.version = 4 + dice.nextInt(9);
        this.caller = new Caller(name, world, this);
        partitions.forEach(partition -> positions.put(partition, 0L));
    }

    void start() {
        caller.connect();
    }

    void stop() {
        stopped = true;
    }

    /** Reads everything once more from the beginning, as a consumer that just arrived. */
    void rewind() {
        positions.replaceAll((partition, position) -> 0L);
        ends.clear();
    }

    /** It has been told the end of every partition and has read up to there. */
    boolean isCaughtUp() {
        return positions.entrySet().stream()
                .allMatch(entry -> ends.getOrDefault(entry.getKey(), Long.MAX_VALUE) <= entry.getValue());
    }

    Map<TopicPartition, Long> positions() {
        return positions;
    }

    @Override
    public void onReady() {
        fetch();
    }

    @Override
    public void onLost(String why) {}

    private void fetch() {
        if (stopped || !caller.isConnected() || caller.waiting() > 0) {
            return;
        }
        var byTopic = new TreeMap<String, List<FetchRequest.FetchPartition>>();
        positions.forEach((partition, position) -> byTopic
                .computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                .add(FetchRequest.FetchPartition.builder()
                        .partition(partition.partition()).currentLeaderEpoch(-1).fetchOffset(position)
                        .lastFetchedEpoch(-1).logStartOffset(-1)
                        .partitionMaxBytes((int) dice.between(1, 20_000)).build()));
        var topics = new ArrayList<FetchRequest.FetchTopic>();
        byTopic.forEach((topic, partitions) ->
                topics.add(FetchRequest.FetchTopic.builder().topic(topic).partitions(partitions).build()));
        var request = FetchRequest.builder()
                .replicaId(-1).maxWaitMs(dice.onceIn(20) ? 0 : (int) dice.between(1, 500)).minBytes(dice.nextInt(3))
                .maxBytes((int) dice.between(1, 60_000)).isolationLevel((byte) dice.nextInt(2))
                .sessionId(0).sessionEpoch(-1).topics(topics).build();
        var known = new TreeMap<TopicPartition, Long>();
        positions.keySet().forEach(partition -> known.put(partition, world.knownHighWatermark(partition)));
        caller.ask(ApiKey.FETCH, version, request, answer -> onAnswer(answer, known));
    }

    private void onAnswer(Message message, Map<TopicPartition, Long> known) {
        var answer = (FetchResponse) message;
        boolean refused = answer.errorCode() != ErrorCode.NONE.code();
        for (var topic : answer.responses()) {
            for (var part : topic.partitions()) {
                var partition = new TopicPartition(topic.topic(), part.partitionIndex());
                refused |= !take(partition, part, known.get(partition));
            }
        }
        world.timeline().afterMs(refused ? dice.between(50, 300) : dice.between(0, 5), this::fetch);
    }

    /** False when there was an error and nothing to take. */
    private boolean take(TopicPartition partition, FetchResponse.PartitionData part, long known) {
        long position = positions.get(partition);
        if (part.errorCode() == ErrorCode.OFFSET_OUT_OF_RANGE.code()) {
            world.promises().outOfRange(partition, position);
            positions.put(partition, 0L);
            return false;
        }
        if (part.errorCode() != ErrorCode.NONE.code()) {
            world.timeline().tell(name + " was refused with " + part.errorCode() + " at " + partition + "@" + position);
            return false;
        }
        world.promises().highWatermark(partition, part.highWatermark(), known);
        if (part.records() instanceof Records.InMemory(ByteBuffer bytes)) {
            positions.put(partition, readBatches(partition, position, part.highWatermark(), bytes));
        }
        ends.put(partition, part.highWatermark());
        return true;
    }

    private long readBatches(TopicPartition partition, long position, long highWatermark, ByteBuffer bytes) {
        long next = position;
        int at = bytes.position();
        while (bytes.limit() - at >= BatchHeader.SIZE && BatchHeader.sizeInBytes(bytes, at) <= bytes.limit() - at) {
            unless(BatchHeader.sizeInBytes(bytes, at) >= BatchHeader.SIZE && BatchHeader.isCrcRight(bytes, at), name + " got a damaged batch of " + partition + " at " + next);
            for (var record : records.read(bytes, at)) {
                if (record.offset() >= next) {
                    var text = StandardCharsets.UTF_8.decode(record.value()).toString();
                    unless(record.offset() < highWatermark,
                            partition + "@" + record.offset() + " was served beyond the high watermark " + highWatermark);
                    world.promises().read(partition, record.offset(), text);
                }
            }
            next = Math.max(next, BatchHeader.nextOffset(bytes, at));
            at += BatchHeader.sizeInBytes(bytes, at);
        }
        world.promises().readAll(partition, position, next);
        return next;
    }
}
