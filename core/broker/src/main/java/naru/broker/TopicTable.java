package naru.broker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.protocol.ErrorCode;

/**
 * Where every partition that this broker holds is served, for look-ups on the hot path. Each lane keeps one, changed
 * by what the controller committed; the partitions in it are those of its own lane.
 */
final class TopicTable {

    private static final Place NO_SUCH_NAME = Place.nowhere(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    private static final Place NO_SUCH_ID = Place.nowhere(ErrorCode.UNKNOWN_TOPIC_ID);
    /** Instead of a lane: the partition is at other brokers alone. */
    static final int NOWHERE = -1;

    private static final Place NOT_LED_HERE = Place.nowhere(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    private static final Place UNSERVED = Place.nowhere(ErrorCode.KAFKA_STORAGE_ERROR);

    /** One topic; places by partition, null where this broker holds no replica. */
    private static final class Topic {
        private final String name;
        private final Uuid id;
        private Place[] places = {};

        private Topic(String name, Uuid id) {
            this.name = name;
            this.id = id;
        }

        private Place at(int partition) {
            if (partition < 0 || partition >= places.length) {
                return NO_SUCH_NAME;
            }
            var place = places[partition];
            return place == null ? NOT_LED_HERE : place;
        }

        private void put(int partition, Place place) {
            if (partition >= places.length) {
                places = Arrays.copyOf(places, partition + 1);
            }
            places[partition] = place;
        }
    }

    // Looked up, never walked where the order could matter.
    private final Map<String, Topic> byName = new HashMap<>();
    private final Map<Uuid, Topic> byId = new HashMap<>();

    Place place(String topic, int partition) {
        var found = byName.get(topic);
        return found == null ? NO_SUCH_NAME : found.at(partition);
    }

    Place place(Uuid topic, int partition) {
        var found = byId.get(topic);
        return found == null ? NO_SUCH_ID : found.at(partition);
    }

    /** Null when there is no such topic. */
    Uuid idOf(String topic) {
        var found = byName.get(topic);
        return found == null ? null : found.id;
    }

    boolean hasTopic(Uuid id) {
        return byId.containsKey(id);
    }

    void addTopic(String name, Uuid id) {
        var topic = new Topic(name, id);
        byName.put(name, topic);
        byId.put(id, topic);
    }

    /** A partition on this lane. */
    void put(Partition partition, int lane) {
        var name = partition.name();
        byId.get(partition.topicId()).put(name.partition(), new Place(ErrorCode.NONE, name, lane, partition));
    }

    /** The topic has so many partitions, at whatever brokers. */
    void hasPartitions(Uuid topic, int count) {
        var found = byId.get(topic);
        if (count > found.places.length) {
            found.places = Arrays.copyOf(found.places, count);
        }
    }

    /** A partition on another lane, or {@link #NOWHERE} at this broker. */
    void put(Uuid topic, int partition, int lane) {
        var found = byId.get(topic);
        if (lane == NOWHERE) {
            found.put(partition, null);
            return;
        }
        var known = found.places[partition];
        if (known != null && known.isElsewhere()) {
            return;
        }
        found.put(partition, new Place(ErrorCode.NONE, new TopicPartition(found.name, partition), lane, null));
    }

    /** A partition of this lane whose files the disk refuses. */
    void putUnserved(Uuid topic, int partition) {
        byId.get(topic).put(partition, UNSERVED);
    }

    /** Forgets a topic; its partitions that were on this lane, in order. */
    List<Partition> remove(Uuid id) {
        var topic = byId.remove(id);
        if (topic == null) {
            return List.of();
        }
        byName.remove(topic.name, topic);
        var own = new ArrayList<Partition>();
        for (var place : topic.places) {
            if (place != null && place.partition() != null) {
                own.add(place.partition());
            }
        }
        return own;
    }

    /** All partitions of this lane, by topic id. */
    List<Partition> ownPartitions() {
        var own = new ArrayList<Partition>();
        for (var id : new TreeSet<>(byId.keySet())) {
            own.addAll(ownPartitions(id));
        }
        return own;
    }

    /** This lane's partitions of one topic, in order. */
    Collection<Partition> ownPartitions(Uuid id) {
        var topic = byId.get(id);
        var own = new ArrayList<Partition>();
        if (topic != null) {
            for (var place : topic.places) {
                if (place != null && place.partition() != null) {
                    own.add(place.partition());
                }
            }
        }
        return own;
    }
}
