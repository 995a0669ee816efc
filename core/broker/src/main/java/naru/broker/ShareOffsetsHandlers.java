package naru.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import naru.base.Uuid;
import naru.coordination.groups.GroupShard;
import naru.coordination.shares.ShareGroups;
import naru.coordination.shares.ShareKey;
import naru.coordination.shares.ShareOffsets;
import naru.coordination.shares.ShareShard;
import naru.metadata.Topic;
import naru.protocol.ErrorCode;
import naru.protocol.message.AlterShareGroupOffsetsRequest;
import naru.protocol.message.AlterShareGroupOffsetsResponse;
import naru.protocol.message.AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponsePartition;
import naru.protocol.message.AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponseTopic;
import naru.protocol.message.DeleteShareGroupOffsetsRequest;
import naru.protocol.message.DeleteShareGroupOffsetsResponse;
import naru.protocol.message.DeleteShareGroupOffsetsResponse.DeleteShareGroupOffsetsResponseTopic;
import naru.protocol.message.DescribeShareGroupOffsetsRequest;
import naru.protocol.message.DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup;
import naru.protocol.message.DescribeShareGroupOffsetsResponse;
import naru.protocol.message.DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup;
import naru.protocol.message.DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponsePartition;
import naru.protocol.message.DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseTopic;

/** What operators do with the offsets of share groups (API keys 90 to 92). */
final class ShareOffsetsHandlers {

    private static final long UNKNOWN = -1;
    private static final String NO_PARTITION = "This server does not host this topic-partition.";
    private static final String NOTHING_TO_DELETE = "There is no offset information to delete.";
    private static final String NOT_EMPTY = "The group is not empty.";

    /** What is asked about one partition of a topic that may not be there. */
    private record Wanted(String name, Uuid id, int partition) {}

    private ShareOffsetsHandlers() {}

    private static ShareGroups groupsOf(GroupShard shard) {
        return shard.kind(ShareGroups.class);
    }

    private static String messageOf(ErrorCode error, String group) {
        return switch (error) {
            case NONE -> null;
            case GROUP_ID_NOT_FOUND -> "Group " + group + " not found.";
            case NON_EMPTY_GROUP -> NOT_EMPTY;
            case INVALID_GROUP_ID -> "The group id is invalid.";
            case UNKNOWN_TOPIC_OR_PARTITION -> NO_PARTITION;
            default -> null;
        };
    }

    // --- look ---

    static Handler<DescribeShareGroupOffsetsRequest> describe(LaneBroker lane) {
        return (request, asked) -> {
            var groups = asked.groups();
            var round = new Round<DescribeShareGroupOffsetsResponseGroup>(groups.size(), answers ->
                    request.answer(DescribeShareGroupOffsetsResponse.builder().groups(List.copyOf(answers)).build()));
            for (int i = 0; i < groups.size(); i++) {
                describe(lane, request, groups.get(i), round.seat(i));
            }
        };
    }

    private static void describe(
            LaneBroker lane, Request request, DescribeShareGroupOffsetsRequestGroup asked,
            Consumer<DescribeShareGroupOffsetsResponseGroup> reply) {
        GroupHandlers.<DescribeShareGroupOffsetsRequestGroup, List<ShareKey>>ask(
                lane, request, asked.groupId(), asked,
                (shard, wanted, client, version, answer) -> {
                    var offsets = groupsOf(shard).offsets();
                    var error = shard.admit(wanted.groupId());
                    answer.accept(error == ErrorCode.NONE ? offsets.known(wanted.groupId()) : refusal(error));
                },
                (_, error) -> refusal(error),
                keys -> {
                    var error = errorIn(keys);
                    if (error != ErrorCode.NONE) {
                        reply.accept(new DescribeShareGroupOffsetsResponseGroup(
                                asked.groupId(), List.of(), error.code(), messageOf(error, asked.groupId())));
                    } else {
                        look(lane, asked.groupId(), wanted(lane, asked, keys), reply);
                    }
                });
    }

    /** An error in the place of keys: a partition that cannot be. */
    private static List<ShareKey> refusal(ErrorCode error) {
        return List.of(new ShareKey("", Uuid.ZERO, Integer.MIN_VALUE + error.code()));
    }

    private static ErrorCode errorIn(List<ShareKey> keys) {
        boolean isError = keys.size() == 1 && keys.getFirst().topic().equals(Uuid.ZERO);
        return isError ? ErrorCode.of((short) (keys.getFirst().partition() - Integer.MIN_VALUE)) : ErrorCode.NONE;
    }

    /** Everything the group knows when no topics are named. */
    private static List<Wanted> wanted(
            LaneBroker lane, DescribeShareGroupOffsetsRequestGroup asked, List<ShareKey> known) {
        var wanted = new ArrayList<Wanted>();
        if (asked.topics() == null) {
            for (var key : known) {
                var topic = lane.cluster().topic(key.topic());
                if (topic != null) {
                    wanted.add(new Wanted(topic.name(), key.topic(), key.partition()));
                }
            }
            return wanted;
        }
        for (var one : asked.topics()) {
            var topic = lane.cluster().topic(one.topicName());
            var id = topic == null ? Uuid.ZERO : topic.id();
            one.partitions().forEach(partition -> wanted.add(new Wanted(one.topicName(), id, partition)));
        }
        return wanted;
    }

    private static void look(
            LaneBroker lane, String group, List<Wanted> all, Consumer<DescribeShareGroupOffsetsResponseGroup> reply) {
        var round = new Round<DescribeShareGroupOffsetsResponsePartition>(all.size(), answers -> {
            var topics = new LinkedHashMap<String, DescribeShareGroupOffsetsResponseTopic>();
            for (int i = 0; i < all.size(); i++) {
                var wanted = all.get(i);
                topics.computeIfAbsent(wanted.name(), name -> new DescribeShareGroupOffsetsResponseTopic(
                        name, wanted.id(), new ArrayList<>())).partitions().add(answers.get(i));
            }
            reply.accept(new DescribeShareGroupOffsetsResponseGroup(
                    group, List.copyOf(topics.values()), ErrorCode.NONE.code(), null));
        });
        for (int i = 0; i < all.size(); i++) {
            look(lane, group, all.get(i), round.seat(i));
        }
    }

    private static void look(
            LaneBroker lane, String group, Wanted wanted, Consumer<DescribeShareGroupOffsetsResponsePartition> reply) {
        if (wanted.id().equals(Uuid.ZERO)) {
            reply.accept(new DescribeShareGroupOffsetsResponsePartition(
                    wanted.partition(), UNKNOWN, 0, UNKNOWN, ErrorCode.NONE.code(), null));
            return;
        }
        var key = new ShareKey(group, wanted.id(), wanted.partition());
        lane.coordinators().shares().consultations().summarize(key,
                state -> withLag(lane, wanted, state, reply));
    }

    private static void withLag(
            LaneBroker lane, Wanted wanted, ShareShard.State state,
            Consumer<DescribeShareGroupOffsetsResponsePartition> reply) {
        boolean begun = state.told().error() == ErrorCode.NONE && state.start() >= 0;
        var place = lane.place(wanted.id(), wanted.partition());
        if (!begun || place.error() != ErrorCode.NONE) {
            reply.accept(told(wanted, state, UNKNOWN));
            return;
        }
        lane.<Partition, Long>onLane(place.lane(), there -> there.ownPartition(place), (partition, answer) ->
                answer.accept(partition == null ? UNKNOWN
                        : Math.max(0, partition.highWatermark() - state.start() - Math.max(0, state.completed()))),
                lag -> reply.accept(told(wanted, state, lag)));
    }

    private static DescribeShareGroupOffsetsResponsePartition told(Wanted wanted, ShareShard.State state, long lag) {
        boolean failed = state.told().error() != ErrorCode.NONE;
        return new DescribeShareGroupOffsetsResponsePartition(
                wanted.partition(), failed ? 0 : state.start(), state.leaderEpoch(), lag,
                state.told().error().code(), state.told().message());
    }

    // --- set ---

    static Handler<AlterShareGroupOffsetsRequest> alter(LaneBroker lane) {
        return (request, asked) -> {
            var starts = new TreeMap<ShareKey, Long>();
            for (var one : asked.topics()) {
                var topic = lane.cluster().topic(one.topicName());
                for (var partition : one.partitions()) {
                    if (topic != null && topic.has(partition.partitionIndex())) {
                        starts.put(new ShareKey(asked.groupId(), topic.id(), partition.partitionIndex()),
                                partition.startOffset());
                    }
                }
            }
            GroupHandlers.<AlterShareGroupOffsetsRequest, AlterShareGroupOffsetsResponse>ask(
                    lane, request, asked.groupId(), asked,
                    (shard, wanted, client, version, reply) -> {
                        var admitted = shard.admit(wanted.groupId());
                        ShareOffsets.Answer answer = (error, outcomes) ->
                                reply.accept(altered(lane, wanted, error, outcomes));
                        if (admitted != ErrorCode.NONE) {
                            answer.tell(admitted, new TreeMap<>());
                        } else {
                            groupsOf(shard).offsets().alter(wanted.groupId(), starts, answer);
                        }
                    },
                    (wanted, error) -> altered(lane, wanted, error, new TreeMap<>()), request::answer);
        };
    }

    private static AlterShareGroupOffsetsResponse altered(
            LaneBroker lane, AlterShareGroupOffsetsRequest asked, ErrorCode error, TreeMap<ShareKey, ErrorCode> outcomes) {
        var topics = new ArrayList<AlterShareGroupOffsetsResponseTopic>();
        for (var one : error == ErrorCode.NONE ? asked.topics()
                : List.<AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestTopic>of()) {
            var topic = lane.cluster().topic(one.topicName());
            var partitions = new ArrayList<AlterShareGroupOffsetsResponsePartition>();
            for (var partition : one.partitions()) {
                var outcome = outcomeOf(asked.groupId(), topic, partition.partitionIndex(), outcomes);
                partitions.add(new AlterShareGroupOffsetsResponsePartition(
                        partition.partitionIndex(), outcome.code(), messageOf(outcome, asked.groupId())));
            }
            topics.add(new AlterShareGroupOffsetsResponseTopic(
                    one.topicName(), topic == null ? Uuid.ZERO : topic.id(), partitions));
        }
        return AlterShareGroupOffsetsResponse.builder()
                .errorCode(error.code()).errorMessage(messageOf(error, asked.groupId())).responses(topics).build();
    }

    private static ErrorCode outcomeOf(String group, Topic topic, int partition, TreeMap<ShareKey, ErrorCode> outcomes) {
        return topic == null ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                : outcomes.getOrDefault(new ShareKey(group, topic.id(), partition), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    // --- forget ---

    static Handler<DeleteShareGroupOffsetsRequest> delete(LaneBroker lane) {
        return (request, asked) -> GroupHandlers.<DeleteShareGroupOffsetsRequest, DeleteShareGroupOffsetsResponse>ask(
                lane, request, asked.groupId(), asked,
                (shard, wanted, client, version, reply) -> {
                    var admitted = shard.admit(wanted.groupId());
                    var offsets = groupsOf(shard).offsets();
                    var known = offsets.known(wanted.groupId());
                    var keys = new ArrayList<ShareKey>();
                    for (var one : wanted.topics()) {
                        var topic = lane.cluster().topic(one.topicName());
                        known.stream().filter(key -> topic != null && key.topic().equals(topic.id())).forEach(keys::add);
                    }
                    ShareOffsets.Answer answer = (error, outcomes) ->
                            reply.accept(deleted(lane, wanted, error, outcomes));
                    if (admitted != ErrorCode.NONE) {
                        answer.tell(admitted, new TreeMap<>());
                    } else {
                        offsets.forget(wanted.groupId(), keys, answer);
                    }
                },
                (wanted, error) -> deleted(lane, wanted, error, new TreeMap<>()), request::answer);
    }

    private static DeleteShareGroupOffsetsResponse deleted(
            LaneBroker lane, DeleteShareGroupOffsetsRequest asked, ErrorCode error, TreeMap<ShareKey, ErrorCode> outcomes) {
        var topics = new ArrayList<DeleteShareGroupOffsetsResponseTopic>();
        for (var one : error == ErrorCode.NONE ? asked.topics()
                : List.<DeleteShareGroupOffsetsRequest.DeleteShareGroupOffsetsRequestTopic>of()) {
            var topic = lane.cluster().topic(one.topicName());
            var ofTopic = outcomes.entrySet().stream()
                    .filter(each -> topic != null && each.getKey().topic().equals(topic.id())).toList();
            if (ofTopic.isEmpty()) {
                topics.add(new DeleteShareGroupOffsetsResponseTopic(
                        one.topicName(), Uuid.ZERO, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(),
                        topic == null ? NO_PARTITION : NOTHING_TO_DELETE));
                continue;
            }
            var outcome = ofTopic.stream().map(each -> each.getValue())
                    .filter(failure -> failure != ErrorCode.NONE).findFirst().orElse(ErrorCode.NONE);
            topics.add(new DeleteShareGroupOffsetsResponseTopic(
                    one.topicName(), topic.id(), outcome.code(), messageOf(outcome, asked.groupId())));
        }
        return DeleteShareGroupOffsetsResponse.builder()
                .errorCode(error.code()).errorMessage(messageOf(error, asked.groupId())).responses(topics).build();
    }
}
