package naru.broker;

import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import naru.base.TopicPartition;
import naru.coordination.runtime.ShardPartition;
import naru.coordination.transactions.Claim;
import naru.coordination.transactions.TransactionShard;
import naru.protocol.ErrorCode;
import naru.protocol.message.AddOffsetsToTxnRequest;
import naru.protocol.message.AddOffsetsToTxnResponse;
import naru.protocol.message.EndTxnRequest;
import naru.protocol.message.EndTxnResponse;

/** The APIs that speak about transactional ids: each goes to the shard of its id, on the lane that has it. */
final class TransactionHandlers {

    /** PRODUCER_FENCED did not exist before. */
    static final int VERSION_WITH_FENCED = 2;

    private TransactionHandlers() {}

    /** Asks the shard of a transactional id, wherever it is, and hears the answer on this lane. */
    static <A> void ask(LaneBroker lane, String transactionalId, LaneBroker.Question<TransactionShard, A> question,
            Function<ErrorCode, A> refusal, Consumer<A> reply) {
        var topic = lane.cluster().topic(InternalTopics.TRANSACTIONS);
        if (topic == null || transactionalId == null) {
            reply.accept(refusal.apply(transactionalId == null ? ErrorCode.INVALID_REQUEST : ErrorCode.NOT_COORDINATOR));
            return;
        }
        int partition = ShardPartition.of(transactionalId, topic.partitions().size());
        int owner = lane.broker().laneOf(topic.name(), partition);
        lane.onLane(owner, there -> there.coordinators().transactions().shard(partition), (shard, answer) -> {
            if (shard == null) {
                answer.accept(refusal.apply(ErrorCode.NOT_COORDINATOR));
            } else {
                question.ask(shard, answer);
            }
        }, reply);
    }

    /** @param remembered the shard wrote nothing for it */
    private record Told<A>(A answer, boolean remembered) {}

    /**
     * As {@link #ask}, for a client. What the shard says at once it only remembers: where it has been replaced, a transaction that is open may
     * look to it like the one before, which is committed.
     */
    static <A> void askForClient(LaneBroker lane, Request request, String transactionalId, LaneBroker.Question<TransactionShard, A> question,
            Function<ErrorCode, A> refusal, Consumer<A> reply) {
        TransactionHandlers.<Told<A>>ask(lane, transactionalId, (shard, answer) -> {
            var atOnce = new boolean[] {true};
            question.ask(shard, said -> answer.accept(new Told<>(said, atOnce[0])));
            atOnce[0] = false;
        }, error -> new Told<>(refusal.apply(error), false), told -> {
            if (told.remembered()) {
                var topic = lane.cluster().topic(InternalTopics.TRANSACTIONS);
                int partition = topic == null ? 0 : ShardPartition.of(transactionalId, topic.partitions().size());
                Successors.ask(lane, request, new TopicPartition(InternalTopics.TRANSACTIONS, partition), leads ->
                        reply.accept(leads ? told.answer() : refusal.apply(ErrorCode.NOT_COORDINATOR)));
            } else {
                reply.accept(told.answer());
            }
        });
    }

    /** Older clients know a fenced producer by another name. */
    static short told(ErrorCode error, int version) {
        boolean unheardOf = error == ErrorCode.PRODUCER_FENCED && version < VERSION_WITH_FENCED;
        return (unheardOf ? ErrorCode.INVALID_PRODUCER_EPOCH : error).code();
    }

    /** AddOffsetsToTxn (API key 25): the partition that keeps a group's offsets becomes part of the transaction. */
    static Handler<AddOffsetsToTxnRequest> addOffsets(LaneBroker lane) {
        return (request, asked) -> {
            var claim = new Claim(asked.transactionalId(), asked.producerId(), asked.producerEpoch());
            var partitions = new TreeSet<TopicPartition>();
            partitions.add(offsetsOf(lane, asked.groupId()));
            TransactionHandlers.<ErrorCode>askForClient(lane, request, asked.transactionalId(),
                    (shard, answer) -> shard.addPartitions(claim, partitions, request.channel(), answer),
                    error -> error,
                    error -> request.answer(new AddOffsetsToTxnResponse(0, told(error, request.version()))));
        };
    }

    /** Where the offsets of a group are, or will be. */
    static TopicPartition offsetsOf(LaneBroker lane, String group) {
        var topic = lane.cluster().topic(InternalTopics.OFFSETS);
        int count = topic == null ? lane.broker().settings().integer("offsets.topic.num.partitions") : topic.partitions().size();
        return new TopicPartition(InternalTopics.OFFSETS, ShardPartition.of(group, count));
    }

    /** EndTxn (API key 26). */
    static Handler<EndTxnRequest> end(LaneBroker lane) {
        return (request, asked) -> TransactionHandlers.<EndTxnResponse>askForClient(lane, request, asked.transactionalId(),
                (shard, answer) -> shard.endTxn(asked, request.version(), request.channel(), answer),
                error -> EndTxnResponse.builder().errorCode(error.code()).build(), request::answer);
    }
}
