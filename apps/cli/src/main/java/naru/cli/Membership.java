package naru.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import naru.cli.wire.Brokers;
import naru.cli.wire.Place;
import naru.cli.wire.Refused;
import naru.cli.wire.Topology;
import naru.cli.wire.Wire;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ConsumerGroupDescribeRequest;
import naru.protocol.message.ConsumerGroupDescribeResponse;
import naru.protocol.message.ConsumerGroupHeartbeatRequest;
import naru.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import naru.protocol.message.ConsumerGroupHeartbeatResponse;

/**
 * One member of a group of the consumer protocol (KIP-848), for as long as a command reads for that group. The coordinator
 * says which partitions it shall have; the member gives up what it shall not have any more, and says what it has.
 */
final class Membership {

    private static final int REBALANCE_MS = 60_000;
    private static final int JOINING = 0;
    private static final int LEAVING = -1;
    private static final long RETRY_MS = 100;

    private final Brokers brokers;
    private final String group;
    private final Topology topology;
    private final List<String> topics;
    private final String memberId = UUID.randomUUID().toString();
    private int epoch = JOINING;
    private long nextBeatNs = System.nanoTime();
    private Set<Place> wanted = new TreeSet<>();
    private Set<Place> told;

    Membership(Brokers brokers, String group, Topology topology, List<String> topics) {
        this.brokers = brokers;
        this.group = group;
        this.topology = topology;
        this.topics = topics;
    }

    /** Whether the coordinator of this group speaks the protocol. */
    static boolean isSpoken(Brokers brokers, String group) {
        return brokers.coordinator(Brokers.GROUP, group).serves(ApiKey.CONSUMER_GROUP_HEARTBEAT);
    }

    /** What the coordinator wants it to have; empty while it is no member. */
    Set<Place> wanted() {
        return wanted;
    }

    /** Whether it has its share of the group, and nothing is on its way to it that others have yet to give up. */
    boolean isSettled(Set<Place> has) {
        if (epoch <= JOINING || !has.equals(wanted) || !has.equals(told)) {
            return false;
        }
        var described = wire().ask(ApiKey.CONSUMER_GROUP_DESCRIBE, new ConsumerGroupDescribeRequest(List.of(group), false),
                ConsumerGroupDescribeResponse.class).await().groups().getFirst();
        Refused.check(described.errorCode(), described.errorMessage(), "group '" + group + "' cannot be described");
        if (described.assignmentEpoch() < described.groupEpoch()) {
            return false; // who shall have what is not decided yet
        }
        var target = new TreeSet<Place>();
        described.members().stream().filter(one -> one.memberId().equals(memberId)).flatMap(one -> one.targetAssignment().topicPartitions().stream())
                .forEach(topic -> topic.partitions().forEach(number -> target.add(new Place(topic.topicName(), number))));
        return target.equals(has);
    }

    /** Beats when it is time to, or when there is something to tell. */
    void beat(Set<Place> has) {
        if (System.nanoTime() - nextBeatNs < 0 && has.equals(told)) {
            return;
        }
        long deadlineNs = System.nanoTime() + brokers.timeoutMs() * 1_000_000;
        while (true) {
            var answer = ask(epoch, has);
            var error = ErrorCode.of(answer.errorCode());
            switch (error) {
                case NONE -> {
                    hear(answer, has);
                    return;
                }
                case FENCED_MEMBER_EPOCH, UNKNOWN_MEMBER_ID -> {
                    // It was away for too long: what it had may be another's by now.
                    epoch = JOINING;
                    wanted = new TreeSet<>();
                    if (!has.isEmpty()) {
                        return;
                    }
                }
                default -> {
                    if (!error.isRetriable() || System.nanoTime() - deadlineNs > 0) {
                        throw Refused.of(error, answer.errorMessage(), "group '" + group + "' cannot be joined");
                    }
                }
            }
            brokers.pause(RETRY_MS);
        }
    }

    private void hear(ConsumerGroupHeartbeatResponse answer, Set<Place> has) {
        epoch = answer.memberEpoch();
        told = new TreeSet<>(has);
        nextBeatNs = System.nanoTime() + answer.heartbeatIntervalMs() * 1_000_000L;
        if (answer.assignment() != null) {
            var places = new TreeSet<Place>();
            for (var topic : answer.assignment().topicPartitions()) {
                String name = topology.name(topic.topicId());
                if (name != null) {
                    topic.partitions().forEach(number -> places.add(new Place(name, number)));
                }
            }
            wanted = places;
        }
    }

    private ConsumerGroupHeartbeatResponse ask(int epochNow, Set<Place> has) {
        var owned = new ArrayList<TopicPartitions>();
        GroupOffsets.byTopic(has).forEach((topic, numbers) -> owned.add(new TopicPartitions(topology.id(topic), numbers)));
        return wire().ask(ApiKey.CONSUMER_GROUP_HEARTBEAT, ConsumerGroupHeartbeatRequest.builder()
                .groupId(group).memberId(memberId).memberEpoch(epochNow)
                .rebalanceTimeoutMs(REBALANCE_MS)
                .subscribedTopicNames(topics)
                .topicPartitions(epochNow == LEAVING ? null : owned)
                .build(), ConsumerGroupHeartbeatResponse.class).await();
    }

    private Wire wire() {
        return brokers.coordinator(Brokers.GROUP, group);
    }

    /** Commits as this member; without a word where it is none any more, as others go on from the last commit then. */
    void commit(Map<Place, Long> offsets, Collection<Place> places) {
        var own = new TreeMap<Place, Long>();
        places.forEach(place -> {
            if (offsets.containsKey(place)) {
                own.put(place, offsets.get(place));
            }
        });
        if (epoch > JOINING) {
            new GroupOffsets(brokers, group).commit(own, memberId, epoch);
        }
    }

    /** Its partitions go to others at once. */
    void leave() {
        if (epoch > JOINING) {
            ask(LEAVING, Set.of());
            epoch = JOINING;
        }
    }
}
