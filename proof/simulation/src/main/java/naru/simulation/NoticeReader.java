package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.nio.charset.StandardCharsets;
import java.util.List;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchResponse;
import naru.protocol.message.ListOffsetsRequest;
import naru.protocol.message.ListOffsetsResponse;

/** Reads one partition of notices, one record after the other, and where they have gone on from where they begin now. */
final class NoticeReader {

    private static final int VERSION_WITH_LOG_START = 5;
    private static final long EARLIEST = -2;

    private final String name;
    private final World world;
    private final Notices.Board board;
    private final TopicPartition partition;
    private final int bytesMax;
    private final long restMsMax;
    private final int version;
    private final SimulatedRandomness dice;
    private final Errands errands;
    private final CommittedBatches batches = new CommittedBatches();
    private long position;
    private long start = -1;
    private long end = Long.MAX_VALUE;
    private long skipped;
    private boolean cameBack;
    private boolean stopped;

    /** @param restMsMax how long it rests at most between two questions; a slow one sees segments go before it has read them */
    NoticeReader(String name, World world, Notices.Board board, TopicPartition partition, int bytesMax, long restMsMax) {
        this.name = name;
        this.world = world;
        this.board = board;
        this.partition = partition;
        this.bytesMax = bytesMax;
        this.restMsMax = restMsMax;
        this.dice = world.dice().fork(name);
        this.version = VERSION_WITH_LOG_START + dice.nextInt(8);
        this.errands = new Errands(name, world);
    }

    void start(NewTopic topic) {
        errands.start();
        topic.create(errands, this::fetch);
    }

    void stop() {
        stopped = true;
    }

    /** How many records had gone before it came to them. */
    long skipped() {
        return skipped;
    }

    boolean isAtEnd() {
        return position >= end;
    }

    /** It was told that there is nothing any more. */
    boolean isAllGone() {
        return isAtEnd() && start == end;
    }

    private void fetch() {
        if (stopped) {
            return;
        }
        var known = new long[1];
        errands.ask(ApiKey.FETCH, version, () -> {
            known[0] = board.highWatermark(partition);
            var wanted = FetchRequest.FetchPartition.builder().partition(partition.partition()).currentLeaderEpoch(-1)
                    .fetchOffset(position).lastFetchedEpoch(-1).logStartOffset(-1).partitionMaxBytes(bytesMax).build();
            var topic = FetchRequest.FetchTopic.builder().topic(partition.topic()).partitions(List.of(wanted)).build();
            return FetchRequest.builder().replicaId(-1).maxWaitMs((int) dice.between(1, 300)).minBytes(1).maxBytes(60_000)
                    .sessionId(0).sessionEpoch(-1).topics(List.of(topic)).build();
        }, message -> {
            var responses = ((FetchResponse) message).responses();
            if (responses.isEmpty()) {
                errands.again();
                return;
            }
            take(responses.getFirst().partitions().getFirst(), known[0]);
        });
    }

    private void take(FetchResponse.PartitionData part, long known) {
        if (part.errorCode() == ErrorCode.OFFSET_OUT_OF_RANGE.code()) {
            findStart();
            return;
        }
        if (part.errorCode() == ErrorCode.NONE.code()) {
            cameBack = false;
            board.highWatermark(partition, part.highWatermark(), known);
            long next = batches.read(part, position, true, record ->
                    board.read(partition, record.offset(), StandardCharsets.UTF_8.decode(record.value()).toString()));
            unless(next <= part.highWatermark(), partition + "@" + (next - 1) + " was served beyond " + part.highWatermark());
            board.readAll(partition, position, next);
            position = next;
            start = part.logStartOffset();
            end = part.highWatermark();
        }
        errands.later(dice.between(1, restMsMax), this::fetch);
    }

    private void findStart() {
        var wanted = new ListOffsetsRequest.ListOffsetsPartition(partition.partition(), -1, EARLIEST);
        var topic = new ListOffsetsRequest.ListOffsetsTopic(partition.topic(), List.of(wanted));
        var request = ListOffsetsRequest.builder().replicaId(-1).topics(List.of(topic)).build();
        errands.ask(ApiKey.LIST_OFFSETS, 3, () -> request, message -> {
            var found = ((ListOffsetsResponse) message).topics().getFirst().partitions().getFirst();
            if (found.errorCode() != ErrorCode.NONE.code()) {
                errands.again();
                return;
            }
            if (found.offset() <= position) {
                // Between the two answers the power may have been cut, and what was deleted came back. Not twice in a row.
                unless(!cameBack, name + " is out of range at " + partition + "@" + position
                        + ", and the first record is at " + found.offset());
                cameBack = true;
                fetch();
                return;
            }
            board.gone(partition, position, found.offset());
            skipped += found.offset() - position;
            position = found.offset();
            fetch();
        });
    }

    @Override
    public String toString() {
        return name + " (at " + position + " of " + start + ".." + end + ", " + errands + ")";
    }
}
