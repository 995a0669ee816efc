package naru.coordination.groups;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.message.ConsumerGroupHeartbeatRequest;
import naru.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import naru.protocol.message.ConsumerGroupHeartbeatResponse;

/** A consumer as stories have it: it does what it is told, and gives up partitions before it takes new ones. */
final class ConsumerClient {

    /** A partition that it uses. */
    record Used(Uuid topic, int partition) implements Comparable<Used> {
        @Override
        public int compareTo(Used other) {
            int byTopic = topic.compareTo(other.topic);
            return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
        }
    }

    final GroupStory story;
    final String instanceId;
    String memberId;
    int epoch;
    List<String> topics;
    String expression;
    String assignor;
    final TreeSet<Used> used = new TreeSet<>();
    private TreeSet<Used> told = new TreeSet<>();
    private boolean sayAll = true;
    long heardAtMs;
    ErrorCode last;

    ConsumerClient(GroupStory story, String memberId, String instanceId, List<String> topics) {
        this.story = story;
        this.memberId = memberId;
        this.instanceId = instanceId;
        this.topics = topics;
    }

    /** Sends a heartbeat; the answer is taken when {@link #take} is called with it. */
    AtomicReference<ConsumerGroupHeartbeatResponse> send() {
        var answer = new AtomicReference<ConsumerGroupHeartbeatResponse>();
        boolean joins = epoch == 0;
        boolean all = joins || sayAll;
        story.shard.consumerGroupHeartbeat(new ConsumerGroupHeartbeatRequest(GroupStory.GROUP, memberId, epoch,
                joins || instanceId != null ? instanceId : null, null, all ? 60_000 : -1,
                all && (topics != null || expression == null) ? topics : null, all ? expression : null, assignor,
                owned(used)), GroupStory.CLIENT, 1, answer::set);
        return answer;
    }

    AtomicReference<ConsumerGroupHeartbeatResponse> leave(int code) {
        var answer = new AtomicReference<ConsumerGroupHeartbeatResponse>();
        story.shard.consumerGroupHeartbeat(new ConsumerGroupHeartbeatRequest(GroupStory.GROUP, memberId, code, instanceId,
                null, -1, null, null, null, null), GroupStory.CLIENT, 1, answer::set);
        return answer;
    }

    void subscribe(List<String> newTopics) {
        topics = newTopics;
        sayAll = true;
    }

    private static List<TopicPartitions> owned(Collection<Used> used) {
        var owned = new ArrayList<TopicPartitions>();
        for (var topic : new TreeSet<>(used.stream().map(Used::topic).toList())) {
            owned.add(new TopicPartitions(topic, used.stream().filter(one -> one.topic().equals(topic)).map(Used::partition).toList()));
        }
        return owned;
    }

    void take(ConsumerGroupHeartbeatResponse response) {
        last = GroupStory.errorOf(response.errorCode());
        switch (last) {
            case NONE -> {
                epoch = response.memberEpoch();
                heardAtMs = story.nowMs;
                sayAll = false;
                if (response.assignment() != null) {
                    told = new TreeSet<>();
                    response.assignment().topicPartitions().forEach(topic ->
                            topic.partitions().forEach(partition -> told.add(new Used(topic.topicId(), partition))));
                }
            }
            case UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH, GROUP_ID_NOT_FOUND -> forget();
            default -> { }
        }
    }

    void sayEverything() {
        sayAll = true;
    }

    void forget() {
        used.clear();
        told.clear();
        epoch = 0;
        sayAll = true;
    }

    /** Gives up what it was not told, or else begins to use what it was told. */
    void obey() {
        if (!used.stream().allMatch(told::contains)) {
            used.retainAll(told);
        } else {
            used.addAll(told);
        }
    }

    /** Says something and hears the answer, with everything written at once. */
    ConsumerClient talk() {
        var answer = send();
        story.commitLog();
        take(answer.get());
        return this;
    }

    /** Until nothing changes any more. */
    ConsumerClient settle() {
        for (int i = 0; i < 4; i++) {
            talk();
            obey();
            obey();
        }
        return this;
    }
}
