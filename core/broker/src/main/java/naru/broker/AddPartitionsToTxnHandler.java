package naru.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import naru.base.TopicPartition;
import naru.coordination.transactions.Claim;
import naru.coordination.transactions.TransactionShard;
import naru.protocol.ErrorCode;
import naru.protocol.message.AddPartitionsToTxnRequest;
import naru.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import naru.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;
import naru.protocol.message.AddPartitionsToTxnResponse;
import naru.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult;
import naru.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnResult;
import naru.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult;

/**
 * AddPartitionsToTxn (API key 24): up to version 3 a client adds partitions to its transaction; from version 4 on brokers
 * add and verify them, for several transactions at once.
 */
final class AddPartitionsToTxnHandler implements Handler<AddPartitionsToTxnRequest> {

    private static final short OF_BROKERS = 4;

    private final LaneBroker lane;

    AddPartitionsToTxnHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, AddPartitionsToTxnRequest asked) {
        if (request.version() < OF_BROKERS) {
            var only = new AddPartitionsToTxnTransaction(asked.v3AndBelowTransactionalId(), asked.v3AndBelowProducerId(),
                    asked.v3AndBelowProducerEpoch(), false, asked.v3AndBelowTopics());
            serve(request, only, results -> request.answer(AddPartitionsToTxnResponse.builder()
                    .resultsByTopicV3AndBelow(results).build()));
            return;
        }
        var all = asked.transactions();
        var round = new Round<AddPartitionsToTxnResult>(all.size(), results -> request.answer(
                AddPartitionsToTxnResponse.builder().resultsByTransaction(results).build()));
        for (int i = 0; i < all.size(); i++) {
            var one = all.get(i);
            var seat = round.seat(i);
            serve(request, one, results -> seat.accept(new AddPartitionsToTxnResult(one.transactionalId(), results)));
        }
    }

    private void serve(Request request, AddPartitionsToTxnTransaction asked, Consumer<List<AddPartitionsToTxnTopicResult>> reply) {
        boolean ofClient = request.version() < OF_BROKERS;
        var faults = new TreeMap<TopicPartition, ErrorCode>();
        var partitions = new TreeSet<TopicPartition>();
        for (var topic : asked.topics()) {
            for (int index : topic.partitions()) {
                var where = new TopicPartition(topic.name(), index);
                var fault = fault(where, ofClient);
                if (fault != ErrorCode.NONE) {
                    faults.put(where, fault);
                }
                partitions.add(where);
            }
        }
        if (!faults.isEmpty()) {
            // All or nothing: else the client believed that the transaction reaches some of them.
            reply.accept(results(asked.topics(), (name, index) -> faults.getOrDefault(
                    new TopicPartition(name, index), ErrorCode.OPERATION_NOT_ATTEMPTED).code()));
            return;
        }
        var claim = new Claim(asked.transactionalId(), asked.producerId(), asked.producerEpoch());
        if (asked.verifyOnly()) {
            TransactionHandlers.<Map<TopicPartition, ErrorCode>>ask(lane, claim.transactionalId(),
                    (shard, answer) -> shard.verifyPartitions(claim, partitions, answer::accept),
                    error -> everywhere(partitions, error),
                    errors -> reply.accept(results(asked.topics(), (name, index) ->
                            errors.get(new TopicPartition(name, index)).code())));
            return;
        }
        LaneBroker.Question<TransactionShard, ErrorCode> question = (shard, answer) ->
                shard.addPartitions(claim, partitions, ofClient ? request.channel() : null, answer);
        Consumer<ErrorCode> told = error ->
                reply.accept(results(asked.topics(), (_, _) -> TransactionHandlers.told(error, request.version())));
        if (ofClient) {
            TransactionHandlers.askForClient(lane, request, claim.transactionalId(), question, error -> error, told);
        } else {
            TransactionHandlers.ask(lane, claim.transactionalId(), question, error -> error, told);
        }
    }

    /** Clients reach the coordinators' own topics by their own requests only. */
    private ErrorCode fault(TopicPartition where, boolean ofClient) {
        if (ofClient && InternalTopics.isInternal(where.topic())) {
            return ErrorCode.TOPIC_AUTHORIZATION_FAILED;
        }
        var topic = lane.cluster().topic(where.topic());
        return topic != null && topic.has(where.partition()) ? ErrorCode.NONE : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    }

    private static Map<TopicPartition, ErrorCode> everywhere(TreeSet<TopicPartition> partitions, ErrorCode error) {
        var all = new TreeMap<TopicPartition, ErrorCode>();
        partitions.forEach(one -> all.put(one, error));
        return all;
    }

    private static List<AddPartitionsToTxnTopicResult> results(
            List<AddPartitionsToTxnTopic> topics, BiFunction<String, Integer, Short> code) {
        var results = new ArrayList<AddPartitionsToTxnTopicResult>();
        for (var topic : topics) {
            results.add(new AddPartitionsToTxnTopicResult(topic.name(), topic.partitions().stream()
                    .map(index -> new AddPartitionsToTxnPartitionResult(index, code.apply(topic.name(), index))).toList()));
        }
        return results;
    }
}
