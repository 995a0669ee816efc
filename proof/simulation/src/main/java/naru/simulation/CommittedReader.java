package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import naru.base.TopicPartition;
import naru.histories.Operation;
import naru.histories.Seen;
import naru.histories.Stage;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchResponse;

/** Reads partitions with {@code read_committed}, as {@link CommittedBatches} does, and tells the history what it saw. */
final class CommittedReader {

    static final byte READ_COMMITTED = 1;

    /** Where a partition ended, open transactions included, when that was asked or later. */
    private record End(long offset, long askedNs) {}

    private final String name;
    private final World world;
    private final SimulatedRandomness dice;
    private final CommittedBatches batches = new CommittedBatches();
    private final Map<TopicPartition, Long> positions = new TreeMap<>();
    private final Map<TopicPartition, End> ends = new TreeMap<>();
    private long askedNs;

    CommittedReader(String name, World world) {
        this.name = name;
        this.world = world;
        this.dice = world.dice().fork(name + " reads");
    }

    /** Reads these from now on, and nothing else. */
    void assign(Map<TopicPartition, Long> from) {
        positions.clear();
        ends.clear();
        positions.putAll(from);
        var told = new TreeMap<String, Long>();
        from.forEach((partition, position) -> told.put(partition.toString(), position));
        world.history().tell(name, Stage.OK, new Operation.Assign(told));
    }

    Map<TopicPartition, Long> positions() {
        return new TreeMap<>(positions);
    }

    /** It asked at this time or later where each partition ends, and has read up to there. */
    boolean isCaughtUp(long sinceNs) {
        return !positions.isEmpty() && positions.entrySet().stream().allMatch(entry -> {
            var end = ends.get(entry.getKey());
            return end != null && end.askedNs() >= sinceNs && end.offset() <= entry.getValue();
        });
    }

    Supplier<Message> request(int version) {
        return () -> {
            askedNs = world.timeline().nowNs();
            var byTopic = new TreeMap<String, List<FetchRequest.FetchPartition>>();
            positions.forEach((partition, position) -> byTopic.computeIfAbsent(partition.topic(), _ -> new ArrayList<>())
                    .add(FetchRequest.FetchPartition.builder().partition(partition.partition()).currentLeaderEpoch(-1)
                            .fetchOffset(position).lastFetchedEpoch(-1).logStartOffset(-1)
                            .partitionMaxBytes((int) dice.between(1, 5_000)).build()));
            var topics = new ArrayList<FetchRequest.FetchTopic>();
            byTopic.forEach((topic, partitions) ->
                    topics.add(FetchRequest.FetchTopic.builder().topic(topic).partitions(partitions).build()));
            return FetchRequest.builder().replicaId(-1).maxWaitMs((int) dice.between(1, 200)).minBytes(1)
                    .maxBytes((int) dice.between(1, 20_000)).isolationLevel(world.mischief().isolation()).sessionId(0)
                    .sessionEpoch(-1).topics(topics).build();
        };
    }

    /** All that this answer says and that may be seen; tells the history. */
    List<Seen> take(FetchResponse answer) {
        var seen = new ArrayList<Seen>();
        for (var topic : answer.responses()) {
            for (var part : topic.partitions()) {
                var partition = new TopicPartition(topic.topic(), part.partitionIndex());
                if (part.errorCode() == ErrorCode.NONE.code() && positions.containsKey(partition)) {
                    take(partition, part, seen::add);
                }
            }
        }
        if (!seen.isEmpty()) {
            world.history().tell(name, Stage.OK, new Operation.Poll(seen));
        }
        return seen;
    }

    private void take(TopicPartition partition, FetchResponse.PartitionData part, Consumer<Seen> seen) {
        unless(part.lastStableOffset() <= part.highWatermark(), partition + " is stable beyond its high watermark");
        ends.put(partition, new End(part.highWatermark(), askedNs));
        positions.put(partition, batches.read(part, positions.get(partition), world.mischief().dropsAborted(), record ->
                seen.accept(new Seen(partition.toString(), record.offset(),
                        StandardCharsets.UTF_8.decode(record.value()).toString()))));
    }
}
