package naru.broker;

import java.util.ArrayList;
import java.util.List;
import naru.base.DiskFailure;
import naru.protocol.ErrorCode;
import naru.protocol.Records;
import naru.protocol.message.FetchResponse;

/** Puts an answer to a fetch together: everything, or in a known session only what is news to the reader. */
final class FetchAnswer {

    /** Shorter pieces are copied beside the answer's own bytes: one more system call would cost more than the copy. */
    private static final int COPIED_BYTES_MAX = 16 << 10;

    private static final short TELLS_LEADERS = 16;

    private final LaneBroker lane;
    private final Request request;
    private final FetchSessions.Opening opening;
    private final List<FetchResponse.FetchableTopicResponse> topics = new ArrayList<>();
    private final List<FetchPosition> served = new ArrayList<>();
    private FetchPosition.Key topic;
    private List<FetchResponse.PartitionData> partitions;
    /** Null until somebody has to be told. */
    private CurrentLeaders leaders;

    /** @param lane of the request */
    FetchAnswer(LaneBroker lane, Request request, FetchSessions.Opening opening) {
        this.lane = lane;
        this.request = request;
        this.opening = opening;
    }

    void add(FetchPosition position, Look seen) {
        var look = atHandWhenSmall(seen);
        if (opening instanceof FetchSessions.Opening.Incremental && !position.isNews(look)) {
            return;
        }
        position.told(look);
        if (look.bytes() > 0) {
            served.add(position);
        }
        var key = position.key();
        if (topic == null || !topic.topicId().equals(key.topicId()) || !topic.topic().equals(key.topic())) {
            topic = key;
            partitions = new ArrayList<>();
            topics.add(new FetchResponse.FetchableTopicResponse(key.topic(), key.topicId(), partitions));
        }
        partitions.add(partitionData(key, look));
    }

    private FetchResponse.PartitionData partitionData(FetchPosition.Key key, Look look) {
        var data = FetchResponse.PartitionData.builder()
                .partitionIndex(key.partition())
                .errorCode(look.error().code())
                .highWatermark(look.highWatermark())
                .lastStableOffset(look.lastStable())
                .logStartOffset(look.logStart())
                .abortedTransactions(aborted(look))
                .preferredReadReplica(look.preferredReplica())
                .records(look.records());
        if (isForAnother(look.error()) && request.version() >= TELLS_LEADERS) {
            data.currentLeader(leaderOf(key));
        }
        if (look.divergedAt() != null) {
            var at = look.divergedAt();
            data.divergingEpoch(new FetchResponse.EpochEndOffset(at.epoch(), at.endOffset()));
        }
        return data.build();
    }

    private static boolean isForAnother(ErrorCode error) {
        return error == ErrorCode.NOT_LEADER_OR_FOLLOWER || error == ErrorCode.FENCED_LEADER_EPOCH;
    }

    private FetchResponse.LeaderIdAndEpoch leaderOf(FetchPosition.Key key) {
        leaders = leaders != null ? leaders : new CurrentLeaders(lane, request.listener());
        var leader = leaders.of(lane.cluster().topic(key.topicId()), key.partition());
        return new FetchResponse.LeaderIdAndEpoch(leader.id(), leader.epoch());
    }

    private List<FetchResponse.NodeEndpoint> nodes() {
        return leaders == null ? List.of() : leaders.nodes().stream()
                .map(node -> new FetchResponse.NodeEndpoint(node.id(), node.host(), node.port(), node.rack())).toList();
    }

    private static List<FetchResponse.AbortedTransaction> aborted(Look look) {
        if (look.aborted() == null) {
            return null;
        }
        return look.aborted().isEmpty() ? List.of() : look.aborted().stream()
                .map(each -> new FetchResponse.AbortedTransaction(each.producerId(), each.firstOffset())).toList();
    }

    /** A disk that fails now costs this partition its part of the answer, and the others nothing. */
    private static Look atHandWhenSmall(Look look) {
        if (!(look.records() instanceof Records.InFile inFile) || inFile.length() > COPIED_BYTES_MAX) {
            return look;
        }
        try {
            return look.with(new Records.InMemory(Answers.read(inFile)));
        } catch (DiskFailure failure) {
            return Look.failed(ErrorCode.KAFKA_STORAGE_ERROR);
        }
    }

    FetchResponse build() {
        int sessionId = switch (opening) {
            case FetchSessions.Opening.First(var session) -> session.id();
            case FetchSessions.Opening.Incremental(var session) -> session.id();
            case FetchSessions.Opening.Full _, FetchSessions.Opening.Refused _ -> 0;
        };
        switch (opening) {
            case FetchSessions.Opening.First(var session) -> session.moveToEnd(served);
            case FetchSessions.Opening.Incremental(var session) -> session.moveToEnd(served);
            case FetchSessions.Opening.Full _, FetchSessions.Opening.Refused _ -> { }
        }
        return FetchResponse.builder().sessionId(sessionId).responses(topics).nodeEndpoints(nodes()).build();
    }

    static FetchResponse refused(ErrorCode why) {
        return FetchResponse.builder().errorCode(why.code()).responses(List.of()).build();
    }
}
