package naru.broker;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Predicate;
import naru.coordination.transactions.TransactionShard;
import naru.protocol.ErrorCode;
import naru.protocol.message.DescribeTransactionsRequest;
import naru.protocol.message.DescribeTransactionsResponse;
import naru.protocol.message.ListTransactionsRequest;
import naru.protocol.message.ListTransactionsResponse;

/** What administrators ask about transactions. */
final class TransactionOverviews {

    private TransactionOverviews() {}

    /** DescribeTransactions (API key 65). */
    static Handler<DescribeTransactionsRequest> describe(LaneBroker lane) {
        return (request, asked) -> {
            // Each once: a transaction may reach thousands of partitions, and a request may name it again and again.
            var names = List.copyOf(new LinkedHashSet<>(asked.transactionalIds()));
            var round = new Round<DescribeTransactionsResponse.TransactionState>(names.size(), states ->
                    request.answer(new DescribeTransactionsResponse(0, states)));
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(i);
                TransactionHandlers.<DescribeTransactionsResponse.TransactionState>ask(lane, name,
                        (shard, answer) -> shard.describeTransaction(name, answer),
                        error -> DescribeTransactionsResponse.TransactionState.builder()
                                .transactionalId(name).errorCode(error.code()).build(), round.seat(i));
            }
        };
    }

    /** ListTransactions (API key 66): the ids of every shard of this broker. */
    static Handler<ListTransactionsRequest> list(LaneBroker lane) {
        return (request, asked) -> {
            Predicate<String> named;
            try {
                String pattern = asked.transactionalIdPattern();
                named = pattern == null || pattern.isEmpty() ? _ -> true : Pattern.compile(pattern)::matches;
            } catch (PatternSyntaxException _) {
                request.answer(ListTransactionsResponse.builder()
                        .errorCode(ErrorCode.INVALID_REGULAR_EXPRESSION.code()).build());
                return;
            }
            var round = new Round<ListTransactionsResponse>(lane.lanes().count(), parts ->
                    request.answer(joined(asked, parts)));
            for (int i = 0; i < lane.lanes().count(); i++) {
                lane.<List<TransactionShard>, ListTransactionsResponse>onLane(
                        i, there -> there.coordinators().transactions().all(), (shards, answer) -> {
                            var parts = new ArrayList<ListTransactionsResponse>();
                            shards.forEach(shard -> shard.listTransactions(asked, named, parts::add));
                            answer.accept(joined(asked, parts));
                        }, round.seat(i));
            }
        };
    }

    private static ListTransactionsResponse joined(ListTransactionsRequest asked, List<ListTransactionsResponse> parts) {
        var states = new ArrayList<ListTransactionsResponse.TransactionState>();
        for (var part : parts) {
            if (part.errorCode() != ErrorCode.NONE.code()) {
                return ListTransactionsResponse.builder().errorCode(part.errorCode()).build();
            }
            states.addAll(part.transactionStates());
        }
        return ListTransactionsResponse.builder()
                .unknownStateFilters(TransactionShard.unknownStates(asked)).transactionStates(states).build();
    }
}
