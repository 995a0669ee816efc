package naru.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import naru.base.DiskFailure;
import naru.protocol.ErrorCode;
import naru.protocol.message.ListOffsetsRequest;
import naru.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import naru.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import naru.protocol.message.ListOffsetsResponse;
import naru.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import naru.protocol.message.ListOffsetsResponse.ListOffsetsTopicResponse;

/** ListOffsets (API key 2): offsets by time, and the special times that mean an end of the log. */
final class ListOffsetsHandler implements Handler<ListOffsetsRequest> {

    /** After the last record a consumer may read. */
    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    /** The record with the greatest timestamp (KIP-734), from version 7. */
    private static final long MAX_TIMESTAMP = -3;
    /** The first offset that is not only in remote storage (KIP-405), from version 8. */
    private static final long EARLIEST_LOCAL = -4;
    /** The last offset that is in remote storage (KIP-1005), from version 9. */
    private static final long LATEST_TIERED = -5;
    /** The first offset that is not yet in remote storage (KIP-1023), from version 11. */
    private static final long EARLIEST_PENDING_UPLOAD = -6;

    private static final int CONSUMER = -1;
    private static final short KNOWS_NOT_AVAILABLE = 5;

    private final LaneBroker lane;

    ListOffsetsHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, ListOffsetsRequest asked) {
        var twice = new ArrayList<SortedSet<Integer>>();
        var topics = asked.topics().stream().map(topic -> once(topic, twice)).toList();
        PartitionRounds.of(lane, topics, ListOffsetsTopic::name,
                ListOffsetsTopic::partitions, ListOffsetsPartition::partitionIndex,
                (partition, wanted) -> answer(request.version(), asked, partition, wanted),
                (wanted, error) -> refused(wanted, error),
                answers -> request.answer(ListOffsetsResponse.builder().topics(topicsOf(topics, twice, answers)).build()));
    }

    /** A partition that is named twice has no one answer: it is named once, and refused. */
    private static ListOffsetsTopic once(ListOffsetsTopic topic, List<SortedSet<Integer>> twice) {
        var byIndex = new LinkedHashMap<Integer, ListOffsetsPartition>();
        var again = new TreeSet<Integer>();
        for (var partition : topic.partitions()) {
            if (byIndex.putIfAbsent(partition.partitionIndex(), partition) != null) {
                again.add(partition.partitionIndex());
            }
        }
        twice.add(again);
        return again.isEmpty() ? topic : new ListOffsetsTopic(topic.name(), List.copyOf(byIndex.values()));
    }

    private static List<ListOffsetsTopicResponse> topicsOf(
            List<ListOffsetsTopic> asked, List<SortedSet<Integer>> twice, List<List<ListOffsetsPartitionResponse>> answers) {
        var topics = new ArrayList<ListOffsetsTopicResponse>();
        for (int i = 0; i < answers.size(); i++) {
            var again = twice.get(i);
            var told = again.isEmpty() ? answers.get(i) : answers.get(i).stream()
                    .map(each -> again.contains(each.partitionIndex()) ? refused(each.partitionIndex(), ErrorCode.INVALID_REQUEST) : each)
                    .toList();
            topics.add(new ListOffsetsTopicResponse(asked.get(i).name(), told));
        }
        return topics;
    }

    private static ListOffsetsPartitionResponse refused(ListOffsetsPartition wanted, ErrorCode error) {
        return refused(wanted.partitionIndex(), error);
    }

    private static ListOffsetsPartitionResponse refused(int partition, ErrorCode error) {
        return new ListOffsetsPartitionResponse(partition, error.code(), -1, -1, -1);
    }

    private static ListOffsetsPartitionResponse answer(
            short version, ListOffsetsRequest asked, Partition partition, ListOffsetsPartition wanted) {
        var error = partition.refusal() != ErrorCode.NONE
                ? partition.refusal()
                : partition.epochError(wanted.currentLeaderEpoch());
        if (error != ErrorCode.NONE) {
            return refused(wanted, error);
        }
        if (wanted.timestamp() < 0 && version < versionOf(wanted.timestamp())) {
            return refused(wanted, ErrorCode.UNSUPPORTED_VERSION);
        }
        if (asked.replicaId() == CONSUMER && needsEnd(wanted.timestamp()) && !partition.leading().knowsHighWatermark()) {
            return refused(wanted, version >= KNOWS_NOT_AVAILABLE ? ErrorCode.OFFSET_NOT_AVAILABLE : ErrorCode.LEADER_NOT_AVAILABLE);
        }
        try {
            return find(partition, asked, wanted);
        } catch (DiskFailure failure) {
            return refused(wanted, ErrorCode.KAFKA_STORAGE_ERROR);
        }
    }

    /** A leader that is new may not know yet how far the one before it let consumers read. */
    private static boolean needsEnd(long time) {
        return time != EARLIEST && time != EARLIEST_LOCAL && time != LATEST_TIERED && time != EARLIEST_PENDING_UPLOAD;
    }

    private static int versionOf(long specialTime) {
        return switch ((int) Math.max(specialTime, Integer.MIN_VALUE)) {
            case (int) LATEST, (int) EARLIEST -> 1;
            case (int) MAX_TIMESTAMP -> 7;
            case (int) EARLIEST_LOCAL -> 8;
            case (int) LATEST_TIERED -> 9;
            case (int) EARLIEST_PENDING_UPLOAD -> 11;
            default -> Integer.MAX_VALUE;
        };
    }

    private static ListOffsetsPartitionResponse find(
            Partition partition, ListOffsetsRequest asked, ListOffsetsPartition wanted) {
        var log = partition.log();
        long end = endFor(partition, asked);
        long time = wanted.timestamp();
        if (time == LATEST) {
            return found(wanted, -1, end, partition.leaderEpoch());
        }
        if (time == EARLIEST || time == EARLIEST_LOCAL) {
            return found(wanted, -1, log.logStart(), partition.earliestEpoch());
        }
        if (time == LATEST_TIERED || time == EARLIEST_PENDING_UPLOAD) {
            // Nothing is ever in remote storage.
            return found(wanted, -1, -1, -1);
        }
        var at = time == MAX_TIMESTAMP ? log.offsetOfMaxTimestamp() : log.offsetForTimestamp(time, end);
        if (at.isEmpty() || at.get().offset() >= end) {
            return found(wanted, -1, -1, -1);
        }
        return found(wanted, at.get().timestampMs(), at.get().offset(), at.get().leaderEpoch());
    }

    /** How far this reader may see. */
    private static long endFor(Partition partition, ListOffsetsRequest asked) {
        if (asked.replicaId() != CONSUMER) {
            return partition.log().logEnd();
        }
        return asked.isolationLevel() == 1 ? partition.lastStable() : partition.highWatermark();
    }

    private static ListOffsetsPartitionResponse found(ListOffsetsPartition wanted, long time, long offset, int epoch) {
        return new ListOffsetsPartitionResponse(wanted.partitionIndex(), ErrorCode.NONE.code(), time, offset, epoch);
    }
}
