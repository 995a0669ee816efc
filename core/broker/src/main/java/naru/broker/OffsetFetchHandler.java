package naru.broker;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import naru.coordination.groups.GroupShard;
import naru.metadata.Topic;
import naru.protocol.ErrorCode;
import naru.protocol.message.OffsetFetchRequest;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import naru.protocol.message.OffsetFetchResponse;
import naru.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import naru.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import naru.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopics;

/**
 * OffsetFetch (API key 9): one group up to version 7, several from version 8, topics by id from version 10. Coordinators
 * know topics by name, so ids are translated on the way there and on the way back. They tell what they remember, so those that may have been
 * replaced see to it that they were not before the answer leaves.
 */
final class OffsetFetchHandler implements Handler<OffsetFetchRequest> {

    private static final short MANY_GROUPS = 8;
    private static final short TOPIC_IDS = 10;

    private final LaneBroker lane;

    OffsetFetchHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, OffsetFetchRequest asked) {
        if (request.version() < MANY_GROUPS) {
            GroupHandlers.<OffsetFetchRequest, OffsetFetchResponse>ask(lane, request, asked.groupId(), asked,
                    GroupShard::offsetFetch, (_, error) -> refused(error), answer -> tell(request, asked.groupId(), answer));
            return;
        }
        var questions = withoutRepetitions(asked.groups());
        var round = new Round<OffsetFetchResponseGroup>(questions.size(), groups -> tell(request, groups));
        for (int i = 0; i < questions.size(); i++) {
            var seat = round.seat(i);
            var group = questions.get(i);
            if (request.version() < TOPIC_IDS) {
                ask(request, group, asked.requireStable(), seat);
            } else {
                var found = found(group);
                ask(request, named(group, found), asked.requireStable(), answer -> seat.accept(withIds(group, found, answer)));
            }
        }
    }

    private void tell(Request request, String group, OffsetFetchResponse answer) {
        if (answer.errorCode() != ErrorCode.NONE.code()) {
            request.answer(answer);
        } else {
            Successors.ask(lane, request, TransactionHandlers.offsetsOf(lane, group), leads ->
                    request.answer(leads ? answer : refused(ErrorCode.NOT_COORDINATOR)));
        }
    }

    private static OffsetFetchResponse refused(ErrorCode error) {
        return OffsetFetchResponse.builder().errorCode(error.code()).build();
    }

    /** However many groups lie in a partition, it is asked once who leads it. */
    private void tell(Request request, List<OffsetFetchResponseGroup> groups) {
        var remembered = groups.stream().filter(group -> group.errorCode() == ErrorCode.NONE.code())
                .map(group -> TransactionHandlers.offsetsOf(lane, group.groupId())).distinct().toList();
        var round = new Round<Boolean>(remembered.size(), led ->
                request.answer(OffsetFetchResponse.builder().groups(groups.stream().map(group -> {
                    int where = remembered.indexOf(TransactionHandlers.offsetsOf(lane, group.groupId()));
                    return where < 0 || led.get(where) ? group : refused(group.groupId(), ErrorCode.NOT_COORDINATOR);
                }).toList()).build()));
        for (int i = 0; i < remembered.size(); i++) {
            Successors.ask(lane, request, remembered.get(i), round.seat(i));
        }
    }

    private static OffsetFetchResponseGroup refused(String group, ErrorCode error) {
        return new OffsetFetchResponseGroup(group, List.of(), error.code());
    }

    /** All that a group has committed may be much, and a request may ask for it again and again: it is told once. */
    private static List<OffsetFetchRequestGroup> withoutRepetitions(List<OffsetFetchRequestGroup> groups) {
        var whole = new HashSet<String>();
        return groups.stream().filter(group -> group.topics() != null || whole.add(group.groupId())).toList();
    }

    private void ask(
            Request request, OffsetFetchRequestGroup group, boolean requireStable, Consumer<OffsetFetchResponseGroup> reply) {
        GroupHandlers.<OffsetFetchRequestGroup, OffsetFetchResponseGroup>ask(
                lane, request, group.groupId(), group,
                (shard, one, _, _, answer) -> shard.offsetFetch(one, requireStable, answer),
                (one, error) -> refused(one.groupId(), error), reply);
    }

    /** In the order of the question, null for ids that nobody has; empty when everything is asked for. */
    private List<Topic> found(OffsetFetchRequestGroup group) {
        var found = new ArrayList<Topic>();
        if (group.topics() != null) {
            group.topics().forEach(topic -> found.add(lane.cluster().topic(topic.topicId())));
        }
        return found;
    }

    private static OffsetFetchRequestGroup named(OffsetFetchRequestGroup group, List<Topic> found) {
        if (group.topics() == null) {
            return group;
        }
        var named = new ArrayList<OffsetFetchRequestTopics>();
        for (int i = 0; i < found.size(); i++) {
            var topic = found.get(i);
            if (topic != null) {
                named.add(new OffsetFetchRequestTopics(
                        topic.name(), topic.id(), group.topics().get(i).partitionIndexes()));
            }
        }
        return new OffsetFetchRequestGroup(group.groupId(), group.memberId(), group.memberEpoch(), named);
    }

    private OffsetFetchResponseGroup withIds(
            OffsetFetchRequestGroup asked, List<Topic> found, OffsetFetchResponseGroup answer) {
        if (answer.errorCode() != ErrorCode.NONE.code()) {
            return answer;
        }
        var topics = new ArrayList<OffsetFetchResponseTopics>();
        if (asked.topics() == null) {
            for (var one : answer.topics()) {
                var topic = lane.cluster().topic(one.name());
                if (topic != null) {
                    topics.add(new OffsetFetchResponseTopics(one.name(), topic.id(), one.partitions()));
                }
            }
        } else {
            var said = answer.topics().iterator();
            for (int i = 0; i < found.size(); i++) {
                topics.add(found.get(i) != null ? said.next() : unknown(asked.topics().get(i)));
            }
        }
        return new OffsetFetchResponseGroup(answer.groupId(), topics, answer.errorCode());
    }

    private static OffsetFetchResponseTopics unknown(OffsetFetchRequestTopics asked) {
        return new OffsetFetchResponseTopics(asked.name(), asked.topicId(), asked.partitionIndexes().stream()
                .map(index -> new OffsetFetchResponsePartitions(index, -1, -1, "", ErrorCode.UNKNOWN_TOPIC_ID.code()))
                .toList());
    }
}
