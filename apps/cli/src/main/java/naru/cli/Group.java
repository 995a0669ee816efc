package naru.cli;

import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.cli.options.Nearest;
import naru.cli.wire.Brokers;
import naru.cli.wire.Offsets;
import naru.cli.wire.Place;
import naru.cli.wire.Reading;
import naru.cli.wire.Refused;
import naru.cli.wire.Topology;
import naru.cli.wire.Wire;
import naru.protocol.ErrorCode;
import naru.protocol.MalformedMessage;
import naru.protocol.Reader;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ConsumerGroupDescribeRequest;
import naru.protocol.message.ConsumerGroupDescribeResponse;
import naru.protocol.message.DescribeGroupsRequest;
import naru.protocol.message.DescribeGroupsResponse;
import naru.protocol.message.DescribeShareGroupOffsetsRequest;
import naru.protocol.message.DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup;
import naru.protocol.message.DescribeShareGroupOffsetsResponse;
import naru.protocol.message.ListGroupsRequest;
import naru.protocol.message.ListGroupsResponse;
import naru.protocol.message.ListGroupsResponse.ListedGroup;
import naru.protocol.message.ShareGroupDescribeRequest;
import naru.protocol.message.ShareGroupDescribeResponse;

/**
 * A group as it is at one moment.
 *
 * @param type classic, consumer, share or streams
 * @param coordinator the broker's address
 * @param epoch the group's generation or epoch; -1 where it has none
 */
record Group(String name, String type, String state, String coordinator, String assignor, int epoch, List<Member> members, Map<Place, Progress> progress) {

    /** @param client what the member calls itself */
    record Member(String id, String instance, String client, String host, List<Place> places) {}

    /**
     * How far the group has got in a partition.
     *
     * @param committed the offset it goes on at; null for none
     * @param end of the partition; null when that is unknown
     * @param lag records that it has not had; null when that is unknown
     * @param behindMs how old the first record is that it has not had; 0 when it has had all, null when unknown
     */
    record Progress(Long committed, Long end, Long lag, Long behindMs) {}

    private static final long FETCH_WAIT_MS = 100;
    private static final int FETCH_BYTES = 64 << 10;

    /** Every group, as its coordinator lists it. */
    static List<ListedGroup> listAll(Brokers brokers) {
        var all = new ArrayList<ListedGroup>();
        for (var answer : brokers.askEach(ApiKey.LIST_GROUPS, _ -> ListGroupsRequest.builder().statesFilter(List.of()).typesFilter(List.of()).build(),
                ListGroupsResponse.class).values()) {
            Refused.check(answer.errorCode(), null, "the groups cannot be listed");
            all.addAll(answer.groups());
        }
        all.sort((a, b) -> a.groupId().compareTo(b.groupId()));
        return all;
    }

    static Failure unknown(Brokers brokers, String name) {
        var all = listAll(brokers).stream().map(ListedGroup::groupId).toList();
        return new Failure("there is no group '" + name + "'", Nearest.question(name, all, "'naru groups list' shows those there are"));
    }

    /** The type of a group, in small letters; a failure when there is none of that name. */
    static String typeOf(Brokers brokers, String name) {
        var listed = listAll(brokers).stream().filter(one -> one.groupId().equals(name)).findFirst()
                .orElseThrow(() -> unknown(brokers, name));
        return listed.groupType() == null || listed.groupType().isEmpty() ? "classic" : listed.groupType().toLowerCase(java.util.Locale.ROOT);
    }

    static Group of(Brokers brokers, String name, long nowMs) {
        String type = typeOf(brokers, name);
        var wire = brokers.coordinator(Brokers.GROUP, name);
        var described = switch (type) {
            case "consumer" -> consumer(wire, name);
            case "share" -> share(wire, name);
            default -> classic(wire, name, type);
        };
        return described.with(type.equals("share") ? sharedProgress(wire, name) : progress(brokers, name, nowMs));
    }

    private Group with(Map<Place, Progress> known) {
        var all = new TreeMap<>(known);
        members.forEach(member -> member.places().forEach(place -> all.putIfAbsent(place, new Progress(null, null, null, null))));
        return new Group(name, type, state, coordinator, assignor, epoch, members, all);
    }

    private static Group classic(Wire wire, String name, String type) {
        var group = wire.ask(ApiKey.DESCRIBE_GROUPS, new DescribeGroupsRequest(List.of(name), false), DescribeGroupsResponse.class)
                .await().groups().getFirst();
        Refused.check(group.errorCode(), group.errorMessage(), "group '" + name + "' cannot be described");
        var members = group.members().stream().map(one -> new Member(one.memberId(), one.groupInstanceId(), one.clientId(), one.clientHost(),
                assigned(new Reader(one.memberAssignment())))).toList();
        return new Group(name, type, group.groupState(), wire.address(), group.protocolData(), -1, members, Map.of());
    }

    /** What the leader of a classic group gave a member: topics with their partitions, after a version. */
    static List<Place> assigned(Reader in) {
        var places = new ArrayList<Place>();
        try {
            if (in.remaining() < 6) {
                return places;
            }
            in.int16();
            int topics = in.arrayLength(false, false);
            for (int i = 0; i < topics; i++) {
                String topic = in.string(false, false);
                int partitions = in.arrayLength(false, false);
                for (int j = 0; j < partitions; j++) {
                    places.add(new Place(topic, in.int32()));
                }
            }
        } catch (MalformedMessage | BufferUnderflowException _) {
            places.clear(); // members of other kinds, Connect's for one, tell each other something else
        }
        return places;
    }

    private static Group consumer(Wire wire, String name) {
        var group = wire.ask(ApiKey.CONSUMER_GROUP_DESCRIBE, new ConsumerGroupDescribeRequest(List.of(name), false),
                ConsumerGroupDescribeResponse.class).await().groups().getFirst();
        Refused.check(group.errorCode(), group.errorMessage(), "group '" + name + "' cannot be described");
        var members = new ArrayList<Member>();
        for (var one : group.members()) {
            var places = new ArrayList<Place>();
            one.assignment().topicPartitions().forEach(topic -> topic.partitions().forEach(number -> places.add(new Place(topic.topicName(), number))));
            members.add(new Member(one.memberId(), one.instanceId(), one.clientId(), one.clientHost(), places));
        }
        return new Group(name, "consumer", group.groupState(), wire.address(), group.assignorName(), group.groupEpoch(), members, Map.of());
    }

    private static Group share(Wire wire, String name) {
        var group = wire.ask(ApiKey.SHARE_GROUP_DESCRIBE, new ShareGroupDescribeRequest(List.of(name), false),
                ShareGroupDescribeResponse.class).await().groups().getFirst();
        Refused.check(group.errorCode(), group.errorMessage(), "group '" + name + "' cannot be described");
        var members = new ArrayList<Member>();
        for (var one : group.members()) {
            var places = new ArrayList<Place>();
            one.assignment().topicPartitions().forEach(topic -> topic.partitions().forEach(number -> places.add(new Place(topic.topicName(), number))));
            members.add(new Member(one.memberId(), null, one.clientId(), one.clientHost(), places));
        }
        return new Group(name, "share", group.groupState(), wire.address(), group.assignorName(), group.groupEpoch(), members, Map.of());
    }

    private static Map<Place, Progress> sharedProgress(Wire wire, String name) {
        var group = wire.ask(ApiKey.DESCRIBE_SHARE_GROUP_OFFSETS, new DescribeShareGroupOffsetsRequest(
                List.of(new DescribeShareGroupOffsetsRequestGroup(name, null))), DescribeShareGroupOffsetsResponse.class).await().groups().getFirst();
        Refused.check(group.errorCode(), group.errorMessage(), "the offsets of group '" + name + "' cannot be read");
        var progress = new TreeMap<Place, Progress>();
        for (var topic : group.topics()) {
            for (var partition : topic.partitions()) {
                if (partition.errorCode() == ErrorCode.NONE.code()) {
                    Long lag = partition.lag() < 0 ? null : (Long) partition.lag();
                    progress.put(new Place(topic.topicName(), partition.partitionIndex()), new Progress(partition.startOffset(), null, lag, null));
                }
            }
        }
        return progress;
    }

    private static Map<Place, Progress> progress(Brokers brokers, String name, long nowMs) {
        var committed = new GroupOffsets(brokers, name).committed(null);
        var all = Topology.ofAll(brokers);
        var places = committed.keySet().stream().filter(place -> all.partition(place) != null).toList();
        var ends = Offsets.ends(brokers, all, places, false);
        var firstUnread = timestamps(brokers, all, committed, ends);
        var progress = new TreeMap<Place, Progress>();
        committed.forEach((place, offset) -> {
            Long end = ends.get(place);
            Long lag = end == null ? null : (Long) Math.max(0, end - offset);
            Long behind = lag == null ? null : lag == 0 ? (Long) 0L
                    : firstUnread.containsKey(place) ? (Long) Math.max(0, nowMs - firstUnread.get(place)) : null;
            progress.put(place, new Progress(offset, end, lag, behind));
        });
        return progress;
    }

    /** When the first record was written that the group has not had. */
    private static Map<Place, Long> timestamps(Brokers brokers, Topology topology, Map<Place, Long> committed, Map<Place, Long> ends) {
        var from = new TreeMap<Place, Long>();
        committed.forEach((place, offset) -> {
            if (ends.getOrDefault(place, 0L) > offset) {
                from.put(place, offset);
            }
        });
        var found = new TreeMap<Place, Long>();
        var reading = new Reading(brokers, topology, from, ends, new Reading.Rules(false, FETCH_WAIT_MS, FETCH_BYTES));
        while (reading.step(FETCH_WAIT_MS, (place, record) -> {
            if (found.putIfAbsent(place, record.timestampMs()) == null) {
                reading.stop(place);
            }
            return true;
        })) {
            // until each partition has told
        }
        return found;
    }

    Member memberOf(Place place) {
        return members.stream().filter(member -> member.places().contains(place)).findFirst().orElse(null);
    }

    /** Records that the group has not had, of all partitions whose lag is known. */
    long lag() {
        return progress.values().stream().filter(one -> one.lag() != null).mapToLong(Progress::lag).sum();
    }

    /** The age of the oldest record that it has not had; null when none is known. */
    Long behindMs() {
        var known = progress.values().stream().filter(one -> one.behindMs() != null).mapToLong(Progress::behindMs).max();
        return known.isPresent() ? (Long) known.getAsLong() : null;
    }
}
