package naru.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import naru.base.Uuid;
import naru.coordination.shares.ShareKey;
import naru.coordination.shares.ShareShard;
import naru.coordination.shares.ShareTold;
import naru.coordination.shares.StateBatch;
import naru.coordination.shares.StateKeeper;
import naru.protocol.ErrorCode;
import naru.protocol.message.DeleteShareGroupStateRequest;
import naru.protocol.message.DeleteShareGroupStateResponse;
import naru.protocol.message.InitializeShareGroupStateRequest;
import naru.protocol.message.InitializeShareGroupStateResponse;
import naru.protocol.message.ReadShareGroupStateRequest;
import naru.protocol.message.ReadShareGroupStateResponse;
import naru.protocol.message.ReadShareGroupStateSummaryRequest;
import naru.protocol.message.ReadShareGroupStateSummaryResponse;
import naru.protocol.message.WriteShareGroupStateRequest;
import naru.protocol.message.WriteShareGroupStateResponse;

/**
 * The APIs by which brokers keep the state of share partitions at its coordinator (API keys 83 to 87): asked share
 * partition by share partition, answered together.
 */
final class ShareStateHandlers {

    private static final int NO_START = 0;

    /** Asks about one share partition. */
    private interface Asking<P, R> {
        void ask(ShareKey key, P wanted, Consumer<R> reply);
    }

    private ShareStateHandlers() {}

    static Handler<InitializeShareGroupStateRequest> initialize(LaneBroker lane) {
        return (request, asked) ->
            ShareStateHandlers.<InitializeShareGroupStateRequest.InitializeStateData,
                    InitializeShareGroupStateRequest.PartitionData, InitializeShareGroupStateResponse.PartitionResult,
                    InitializeShareGroupStateResponse.InitializeStateResult>each(
                    asked.groupId(), asked.topics(), InitializeShareGroupStateRequest.InitializeStateData::topicId,
                    InitializeShareGroupStateRequest.InitializeStateData::partitions,
                    InitializeShareGroupStateRequest.PartitionData::partition,
                    (key, wanted, reply) -> lane.coordinators().shares().<ShareTold>ask(key,
                            (shard, answer) -> shard.initialize(key, wanted.stateEpoch(), wanted.startOffset(), answer),
                            ShareTold::of,
                            told -> reply.accept(new InitializeShareGroupStateResponse.PartitionResult(
                                    key.partition(), told.error().code(), told.message()))),
                    InitializeShareGroupStateResponse.InitializeStateResult::new,
                    results -> request.answer(new InitializeShareGroupStateResponse(results)));
    }

    static Handler<WriteShareGroupStateRequest> write(LaneBroker lane) {
        return (request, asked) ->
            ShareStateHandlers.<WriteShareGroupStateRequest.WriteStateData, WriteShareGroupStateRequest.PartitionData,
                    WriteShareGroupStateResponse.PartitionResult, WriteShareGroupStateResponse.WriteStateResult>each(
                    asked.groupId(), asked.topics(), WriteShareGroupStateRequest.WriteStateData::topicId,
                    WriteShareGroupStateRequest.WriteStateData::partitions,
                    WriteShareGroupStateRequest.PartitionData::partition,
                    (key, wanted, reply) -> lane.coordinators().shares().<ShareTold>ask(key,
                            (shard, answer) -> shard.write(key, wanted.leaderEpoch(), changeOf(wanted), answer),
                            ShareTold::of,
                            told -> reply.accept(new WriteShareGroupStateResponse.PartitionResult(
                                    key.partition(), told.error().code(), told.message()))),
                    WriteShareGroupStateResponse.WriteStateResult::new,
                    results -> request.answer(new WriteShareGroupStateResponse(results)));
    }

    private static StateKeeper.Change changeOf(WriteShareGroupStateRequest.PartitionData wanted) {
        var batches = wanted.stateBatches().stream().filter(one -> one.firstOffset() <= one.lastOffset())
                .map(one -> new StateBatch(
                        one.firstOffset(), one.lastOffset() + 1, one.deliveryState(), one.deliveryCount())).toList();
        return new StateKeeper.Change(
                wanted.stateEpoch(), wanted.startOffset(), wanted.deliveryCompleteCount(), batches);
    }

    static Handler<ReadShareGroupStateRequest> read(LaneBroker lane) {
        return (request, asked) ->
            ShareStateHandlers.<ReadShareGroupStateRequest.ReadStateData, ReadShareGroupStateRequest.PartitionData,
                    ReadShareGroupStateResponse.PartitionResult, ReadShareGroupStateResponse.ReadStateResult>each(
                    asked.groupId(), asked.topics(), ReadShareGroupStateRequest.ReadStateData::topicId,
                    ReadShareGroupStateRequest.ReadStateData::partitions,
                    ReadShareGroupStateRequest.PartitionData::partition,
                    (key, wanted, reply) -> lane.coordinators().shares().<ShareShard.State>ask(key,
                            (shard, answer) -> shard.read(key, wanted.leaderEpoch(), answer),
                            ShareStateHandlers::refused,
                            state -> reply.accept(new ReadShareGroupStateResponse.PartitionResult(
                                    key.partition(), state.told().error().code(), state.told().message(),
                                    state.stateEpoch(), state.start(), batchesOf(state)))),
                    ReadShareGroupStateResponse.ReadStateResult::new,
                    results -> request.answer(new ReadShareGroupStateResponse(results)));
    }

    private static List<ReadShareGroupStateResponse.StateBatch> batchesOf(ShareShard.State state) {
        return state.batches().stream().map(one -> new ReadShareGroupStateResponse.StateBatch(
                one.first(), one.end() - 1, one.state(), one.deliveries())).toList();
    }

    static ShareShard.State refused(ErrorCode why) {
        return new ShareShard.State(ShareTold.of(why), 0, 0, NO_START, -1, List.of());
    }

    static Handler<ReadShareGroupStateSummaryRequest> summarize(LaneBroker lane) {
        return (request, asked) ->
            ShareStateHandlers.<ReadShareGroupStateSummaryRequest.ReadStateSummaryData,
                    ReadShareGroupStateSummaryRequest.PartitionData, ReadShareGroupStateSummaryResponse.PartitionResult,
                    ReadShareGroupStateSummaryResponse.ReadStateSummaryResult>each(
                    asked.groupId(), asked.topics(), ReadShareGroupStateSummaryRequest.ReadStateSummaryData::topicId,
                    ReadShareGroupStateSummaryRequest.ReadStateSummaryData::partitions,
                    ReadShareGroupStateSummaryRequest.PartitionData::partition,
                    (key, wanted, reply) -> lane.coordinators().shares().<ShareShard.State>ask(key,
                            (shard, answer) -> shard.summarize(key, answer),
                            ShareStateHandlers::refused,
                            state -> reply.accept(new ReadShareGroupStateSummaryResponse.PartitionResult(
                                    key.partition(), state.told().error().code(), state.told().message(),
                                    state.stateEpoch(), state.leaderEpoch(), state.start(), state.completed()))),
                    ReadShareGroupStateSummaryResponse.ReadStateSummaryResult::new,
                    results -> request.answer(new ReadShareGroupStateSummaryResponse(results)));
    }

    static Handler<DeleteShareGroupStateRequest> delete(LaneBroker lane) {
        return (request, asked) ->
            ShareStateHandlers.<DeleteShareGroupStateRequest.DeleteStateData, DeleteShareGroupStateRequest.PartitionData,
                    DeleteShareGroupStateResponse.PartitionResult, DeleteShareGroupStateResponse.DeleteStateResult>each(
                    asked.groupId(), asked.topics(), DeleteShareGroupStateRequest.DeleteStateData::topicId,
                    DeleteShareGroupStateRequest.DeleteStateData::partitions,
                    DeleteShareGroupStateRequest.PartitionData::partition,
                    (key, wanted, reply) -> lane.coordinators().shares().<ShareTold>ask(key,
                            (shard, answer) -> shard.delete(key, answer),
                            ShareTold::of,
                            told -> reply.accept(new DeleteShareGroupStateResponse.PartitionResult(
                                    key.partition(), told.error().code(), told.message()))),
                    DeleteShareGroupStateResponse.DeleteStateResult::new,
                    results -> request.answer(new DeleteShareGroupStateResponse(results)));
    }

    /**
     * Asks about every partition of every topic, and collects the answers under their topics. A group without a name, or
     * a topic without partitions, is asked nothing, as with Kafka.
     */
    private static <T, P, R, U> void each(
            String group, List<T> topics, Function<T, Uuid> topicId, Function<T, List<P>> partitions,
            Function<P, Integer> number, Asking<P, R> asking, BiFunction<Uuid, List<R>, U> result, Consumer<List<U>> reply) {
        if (group == null || group.isEmpty() || topics.stream().anyMatch(topic -> partitions.apply(topic).isEmpty())) {
            reply.accept(List.of());
            return;
        }
        var all = new Round<U>(topics.size(), reply);
        for (int i = 0; i < topics.size(); i++) {
            var topic = topics.get(i);
            var seat = all.seat(i);
            var wanted = new ArrayList<>(partitions.apply(topic));
            var round = new Round<R>(wanted.size(), answers ->
                    seat.accept(result.apply(topicId.apply(topic), List.copyOf(answers))));
            for (int j = 0; j < wanted.size(); j++) {
                var one = wanted.get(j);
                asking.ask(new ShareKey(group, topicId.apply(topic), number.apply(one)), one, round.seat(j));
            }
        }
    }
}
