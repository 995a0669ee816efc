package naru.broker;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import naru.client.Reply;
import naru.coordination.runtime.ShardPartition;
import naru.coordination.shares.ShareKey;
import naru.coordination.shares.ShareShard;
import naru.coordination.shares.ShareTold;
import naru.coordination.shares.StateBatch;
import naru.coordination.shares.StateKeeper;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;
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
 * What this broker asks of the coordinator of a share partition, here or at another broker. The coordinators' topic is
 * created when it is needed first.
 */
final class ShareConsultations {

    private static final int NO_EPOCH = -1;

    private final LaneBroker lane;
    private final ShareCoordination here;

    ShareConsultations(LaneBroker lane, ShareCoordination here) {
        this.lane = lane;
        this.here = here;
    }

    /** One question in both languages: to a shard of this broker, and to another broker. */
    private <A> void consult(ShareKey key, BiConsumer<ShareShard, Consumer<A>> question, ApiKey api, Message request,
            Function<Message, A> read, Function<ErrorCode, A> refusal, Consumer<A> reply) {
        here.whenThereIsATopic(() -> {
            int coordinator = coordinatorOf(key);
            if (coordinator < 0 || coordinator == lane.broker().nodeId()) {
                here.ask(key, question, refusal, reply);
                return;
            }
            lane.replication().neighbours().ask(coordinator, api, request, heard -> {
                var told = heard instanceof Reply.Answered(var answer, int _) ? read.apply(answer) : null;
                reply.accept(told != null ? told : refusal.apply(ErrorCode.COORDINATOR_NOT_AVAILABLE));
            });
        });
    }

    /** -1 when there is none. */
    private int coordinatorOf(ShareKey key) {
        var topic = lane.cluster().topic(InternalTopics.SHARES);
        return topic == null ? -1
                : topic.partitions().get(ShardPartition.of(key.text(), topic.partitions().size())).leader();
    }

    private static ShareTold told(short error, String message) {
        return new ShareTold(ErrorCode.of(error), message);
    }

    private static <T, P> P only(List<T> topics, Function<T, List<P>> partitions) {
        return topics.isEmpty() || partitions.apply(topics.getFirst()).isEmpty()
                ? null : partitions.apply(topics.getFirst()).getFirst();
    }

    void initialize(ShareKey key, int stateEpoch, long start, Consumer<ShareTold> reply) {
        var request = new InitializeShareGroupStateRequest(key.group(), List.of(
                new InitializeShareGroupStateRequest.InitializeStateData(key.topic(), List.of(
                        new InitializeShareGroupStateRequest.PartitionData(key.partition(), stateEpoch, start)))));
        this.<ShareTold>consult(key, (shard, answer) -> shard.initialize(key, stateEpoch, start, answer),
                ApiKey.INITIALIZE_SHARE_GROUP_STATE, request, answer -> {
                    var one = only(((InitializeShareGroupStateResponse) answer).results(),
                            InitializeShareGroupStateResponse.InitializeStateResult::partitions);
                    return one == null ? null : told(one.errorCode(), one.errorMessage());
                }, ShareTold::of, reply);
    }

    void delete(ShareKey key, Consumer<ShareTold> reply) {
        var request = new DeleteShareGroupStateRequest(key.group(), List.of(
                new DeleteShareGroupStateRequest.DeleteStateData(key.topic(), List.of(
                        new DeleteShareGroupStateRequest.PartitionData(key.partition())))));
        this.<ShareTold>consult(key, (shard, answer) -> shard.delete(key, answer),
                ApiKey.DELETE_SHARE_GROUP_STATE, request, answer -> {
                    var one = only(((DeleteShareGroupStateResponse) answer).results(),
                            DeleteShareGroupStateResponse.DeleteStateResult::partitions);
                    return one == null ? null : told(one.errorCode(), one.errorMessage());
                }, ShareTold::of, reply);
    }

    void write(ShareKey key, int leaderEpoch, StateKeeper.Change change, Consumer<ShareTold> reply) {
        var batches = change.batches().stream().map(one -> new WriteShareGroupStateRequest.StateBatch(
                one.first(), one.end() - 1, one.state(), one.deliveries())).toList();
        var request = new WriteShareGroupStateRequest(key.group(), List.of(
                new WriteShareGroupStateRequest.WriteStateData(key.topic(), List.of(
                        new WriteShareGroupStateRequest.PartitionData(key.partition(), change.stateEpoch(), leaderEpoch,
                                change.start(), change.completed(), batches)))));
        this.<ShareTold>consult(key, (shard, answer) -> shard.write(key, leaderEpoch, change, answer),
                ApiKey.WRITE_SHARE_GROUP_STATE, request, answer -> {
                    var one = only(((WriteShareGroupStateResponse) answer).results(),
                            WriteShareGroupStateResponse.WriteStateResult::partitions);
                    return one == null ? null : told(one.errorCode(), one.errorMessage());
                }, ShareTold::of, reply);
    }

    void read(ShareKey key, int leaderEpoch, Consumer<ShareShard.State> reply) {
        var request = new ReadShareGroupStateRequest(key.group(), List.of(
                new ReadShareGroupStateRequest.ReadStateData(key.topic(), List.of(
                        new ReadShareGroupStateRequest.PartitionData(key.partition(), leaderEpoch)))));
        this.<ShareShard.State>consult(key, (shard, answer) -> shard.read(key, leaderEpoch, answer),
                ApiKey.READ_SHARE_GROUP_STATE, request, answer -> {
                    var one = only(((ReadShareGroupStateResponse) answer).results(),
                            ReadShareGroupStateResponse.ReadStateResult::partitions);
                    return one == null ? null : stateOf(one, leaderEpoch);
                }, ShareStateHandlers::refused, reply);
    }

    private static ShareShard.State stateOf(ReadShareGroupStateResponse.PartitionResult one, int leaderEpoch) {
        var batches = one.stateBatches().stream().filter(each -> each.firstOffset() <= each.lastOffset())
                .map(each -> new StateBatch(
                        each.firstOffset(), each.lastOffset() + 1, each.deliveryState(), each.deliveryCount())).toList();
        return new ShareShard.State(
                told(one.errorCode(), one.errorMessage()), one.stateEpoch(), leaderEpoch, one.startOffset(), -1, batches);
    }

    void summarize(ShareKey key, Consumer<ShareShard.State> reply) {
        var request = new ReadShareGroupStateSummaryRequest(key.group(), List.of(
                new ReadShareGroupStateSummaryRequest.ReadStateSummaryData(key.topic(), List.of(
                        new ReadShareGroupStateSummaryRequest.PartitionData(key.partition(), NO_EPOCH)))));
        this.<ShareShard.State>consult(key, (shard, answer) -> shard.summarize(key, answer),
                ApiKey.READ_SHARE_GROUP_STATE_SUMMARY, request, answer -> {
                    var one = only(((ReadShareGroupStateSummaryResponse) answer).results(),
                            ReadShareGroupStateSummaryResponse.ReadStateSummaryResult::partitions);
                    return one == null ? null : new ShareShard.State(told(one.errorCode(), one.errorMessage()),
                            one.stateEpoch(), one.leaderEpoch(), one.startOffset(), one.deliveryCompleteCount(), List.of());
                }, ShareStateHandlers::refused, reply);
    }
}
