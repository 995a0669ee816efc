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

    private final FetchSessions.Opening opening;
    private final List<FetchResponse.FetchableTopicResponse> topics = new ArrayList<>();
    private final List<FetchPosition> served = new ArrayList<>();
    private FetchPosition.Key topic;
    private List<FetchResponse.PartitionData> partitions;

    FetchAnswer(FetchSessions.Opening opening) {
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
        partitions.add(partitionData(key.partition(), look));
    }

    private static FetchResponse.PartitionData partitionData(int partition, Look look) {
        var data = FetchResponse.PartitionData.builder()
                .partitionIndex(partition)
                .errorCode(look.error().code())
                .highWatermark(look.highWatermark())
                .lastStableOffset(look.lastStable())
                .logStartOffset(look.logStart())
                .abortedTransactions(aborted(look))
                .records(look.records());
        if (look.divergedAt() != null) {
            var at = look.divergedAt();
            data.divergingEpoch(new FetchResponse.EpochEndOffset(at.epoch(), at.endOffset()));
        }
        return data.build();
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
        return FetchResponse.builder().sessionId(sessionId).responses(topics).build();
    }

    static FetchResponse refused(ErrorCode why) {
        return FetchResponse.builder().errorCode(why.code()).responses(List.of()).build();
    }
}
