package naru.coordination.transactions;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import naru.protocol.ErrorCode;
import naru.protocol.message.DescribeTransactionsResponse;
import naru.protocol.message.ListTransactionsRequest;
import naru.protocol.message.ListTransactionsResponse;

/** What administrators are told about transactions. */
final class Overview {

    private Overview() {}

    static ListTransactionsResponse list(
            ErrorCode availability, TransactionalIds ids, ListTransactionsRequest request, Predicate<String> named, long nowMs) {
        if (availability != ErrorCode.NONE) {
            return ListTransactionsResponse.builder().errorCode(availability.code()).build();
        }
        var states = EnumSet.noneOf(TransactionState.class);
        request.stateFilters().stream().map(TransactionState::of).filter(Objects::nonNull).forEach(states::add);
        var listed = new ArrayList<ListTransactionsResponse.TransactionState>();
        for (var id : ids.all()) {
            var now = id.now;
            boolean wanted = now != null
                    && (request.producerIdFilters().isEmpty() || request.producerIdFilters().contains(now.producerId()))
                    && (request.stateFilters().isEmpty() || states.contains(now.state()))
                    && (request.durationFilter() < 0 || nowMs - now.startMs() > request.durationFilter())
                    && named.test(id.name);
            if (wanted) {
                listed.add(new ListTransactionsResponse.TransactionState(id.name, now.producerId(), now.state().label));
            }
        }
        return ListTransactionsResponse.builder()
                .errorCode(ErrorCode.NONE.code()).unknownStateFilters(unknownStates(request)).transactionStates(listed).build();
    }

    static List<String> unknownStates(ListTransactionsRequest request) {
        return request.stateFilters().stream().filter(label -> TransactionState.of(label) == null).distinct().toList();
    }

    static DescribeTransactionsResponse.TransactionState describe(ErrorCode admitted, String name, TransactionalId id) {
        var answer = DescribeTransactionsResponse.TransactionState.builder().transactionalId(name);
        if (admitted != ErrorCode.NONE) {
            return answer.errorCode(admitted.code()).build();
        }
        if (id == null || id.now == null) {
            return answer.errorCode(ErrorCode.TRANSACTIONAL_ID_NOT_FOUND.code()).build();
        }
        var now = id.now;
        var byTopic = new TreeMap<String, List<Integer>>();
        (id.closing == now ? id.unmarked : now.partitions()).forEach(one ->
                byTopic.computeIfAbsent(one.topic(), _ -> new ArrayList<>()).add(one.partition()));
        var topics = new ArrayList<DescribeTransactionsResponse.TopicData>();
        byTopic.forEach((topic, partitions) ->
                topics.add(new DescribeTransactionsResponse.TopicData(topic, partitions)));
        return answer.errorCode(ErrorCode.NONE.code())
                .transactionState(now.state().label)
                .transactionTimeoutMs(now.timeoutMs())
                .transactionStartTimeMs(now.startMs())
                .producerId(now.producerId())
                .producerEpoch(now.epoch())
                .topics(topics)
                .build();
    }
}
