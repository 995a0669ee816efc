package naru.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.cli.wire.Brokers;
import naru.cli.wire.Place;
import naru.cli.wire.Refused;
import naru.cli.wire.Topology;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import naru.protocol.message.OffsetCommitResponse;
import naru.protocol.message.OffsetFetchRequest;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import naru.protocol.message.OffsetFetchResponse;

/** How far a group has got: read, and set while it has no members. */
final class GroupOffsets {

    private static final long PATIENCE_MS = 100;
    private static final int NO_MEMBER = -1;

    private final Brokers brokers;
    private final String group;

    GroupOffsets(Brokers brokers, String group) {
        this.brokers = brokers;
        this.group = group;
    }

    /** What the group has committed of these partitions; all of its partitions when null. */
    Map<Place, Long> committed(Collection<Place> places) {
        long deadlineNs = System.nanoTime() + brokers.timeoutMs() * 1_000_000;
        while (true) {
            var answer = ask(places);
            var found = answer.groups().getFirst();
            var error = ErrorCode.of(found.errorCode());
            if (error == ErrorCode.NONE || error == ErrorCode.GROUP_ID_NOT_FOUND) {
                return offsets(answer);
            }
            if (!error.isRetriable() || System.nanoTime() - deadlineNs > 0) {
                throw Refused.of(error, null, "the offsets of group '" + group + "' cannot be read");
            }
            brokers.pause(PATIENCE_MS);
        }
    }

    private OffsetFetchResponse ask(Collection<Place> places) {
        List<OffsetFetchRequestTopics> topics = null;
        if (places != null) {
            var topology = Topology.of(brokers, places.stream().map(Place::topic).distinct().toList());
            topics = new ArrayList<>();
            for (var topic : byTopic(places).entrySet()) {
                topics.add(new OffsetFetchRequestTopics(topic.getKey(), topology.id(topic.getKey()), topic.getValue()));
            }
        }
        return brokers.coordinator(Brokers.GROUP, group).ask(ApiKey.OFFSET_FETCH, OffsetFetchRequest.builder()
                .groupId(group)
                .groups(List.of(new OffsetFetchRequestGroup(group, null, NO_MEMBER, topics)))
                .requireStable(false).build(), OffsetFetchResponse.class).await();
    }

    static Map<String, List<Integer>> byTopic(Collection<Place> places) {
        var byTopic = new TreeMap<String, List<Integer>>();
        places.forEach(place -> byTopic.computeIfAbsent(place.topic(), _ -> new ArrayList<>()).add(place.partition()));
        return byTopic;
    }

    private Map<Place, Long> offsets(OffsetFetchResponse answer) {
        var offsets = new TreeMap<Place, Long>();
        Topology named = null;
        for (var topic : answer.groups().getFirst().topics()) {
            String name = topic.name();
            if (name.isEmpty()) {
                named = named == null ? Topology.ofAll(brokers) : named;
                name = named.name(topic.topicId());
            }
            for (var partition : topic.partitions()) {
                if (name != null && partition.errorCode() == ErrorCode.NONE.code() && partition.committedOffset() >= 0) {
                    offsets.put(new Place(name, partition.partitionIndex()), partition.committedOffset());
                }
            }
        }
        return offsets;
    }

    /** Sets how far the group has got. */
    void commit(Map<Place, Long> offsets) {
        commit(offsets, "", NO_MEMBER);
    }

    /**
     * Sets how far one of its members has got.
     *
     * @param epoch the member's
     */
    void commit(Map<Place, Long> offsets, String memberId, int epoch) {
        if (offsets.isEmpty()) {
            return;
        }
        var topology = Topology.of(brokers, offsets.keySet().stream().map(Place::topic).distinct().toList());
        var topics = new ArrayList<OffsetCommitRequestTopic>();
        byTopic(offsets.keySet()).forEach((topic, partitions) -> topics.add(new OffsetCommitRequestTopic(topic, topology.id(topic),
                partitions.stream().map(number -> new OffsetCommitRequestPartition(number, offsets.get(new Place(topic, number)), -1, "")).toList())));
        var answer = brokers.coordinator(Brokers.GROUP, group).ask(ApiKey.OFFSET_COMMIT, OffsetCommitRequest.builder()
                .groupId(group).generationIdOrMemberEpoch(epoch).memberId(memberId).topics(topics).build(), OffsetCommitResponse.class).await();
        for (var topic : answer.topics()) {
            for (var partition : topic.partitions()) {
                Refused.check(partition.errorCode(), null, "group '" + group + "' does not take offsets");
            }
        }
    }
}
