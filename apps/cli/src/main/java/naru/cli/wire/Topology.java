package naru.cli.wire;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.base.Uuid;
import naru.cli.Failure;
import naru.cli.options.Nearest;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.MetadataResponse.MetadataResponsePartition;
import naru.protocol.message.MetadataResponse.MetadataResponseTopic;

/** Some topics and where their partitions are, as the cluster told at one moment. */
public final class Topology {

    private final Map<String, MetadataResponseTopic> topics = new TreeMap<>();
    private final Map<Place, MetadataResponsePartition> partitions = new TreeMap<>();
    private final Map<Uuid, String> names = new TreeMap<>();

    private Topology(List<MetadataResponseTopic> all) {
        for (var topic : all) {
            topics.put(topic.name(), topic);
            if (!topic.topicId().isZero()) {
                names.put(topic.topicId(), topic.name());
            }
            topic.partitions().forEach(partition -> partitions.put(new Place(topic.name(), partition.partitionIndex()), partition));
        }
    }

    /** Every topic of the cluster. */
    public static Topology ofAll(Brokers brokers) {
        return new Topology(brokers.metadata(null).topics());
    }

    /** These topics; a failure that names the nearest when one of them does not exist. */
    public static Topology of(Brokers brokers, Collection<String> names) {
        var wanted = List.copyOf(names);
        var answer = brokers.metadata(wanted).topics();
        for (var topic : answer) {
            var error = ErrorCode.of(topic.errorCode());
            if (error == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) {
                throw unknown(brokers, topic.name());
            }
            if (error != ErrorCode.LEADER_NOT_AVAILABLE) {
                Refused.check(topic.errorCode(), null, "topic '" + topic.name() + "' cannot be looked at");
            }
        }
        return new Topology(answer);
    }

    /** There is no such topic, but perhaps one with nearly that name. */
    public static Failure unknown(Brokers brokers, String name) {
        var all = brokers.metadata(null).topics().stream().map(MetadataResponseTopic::name).toList();
        return new Failure("there is no topic '" + name + "'",
                Nearest.question(name, all, all.isEmpty() ? "'naru topics create " + name + "' makes one" : "'naru topics list' shows those there are"));
    }

    public Collection<MetadataResponseTopic> topics() {
        return topics.values();
    }

    public MetadataResponseTopic topic(String name) {
        return topics.get(name);
    }

    /** The name that belongs to an id; null for an unknown one. */
    public String name(Uuid id) {
        return names.get(id);
    }

    /** The name in an answer, which newer versions give as an id. */
    public String name(String name, Uuid id) {
        return name == null || name.isEmpty() ? names.get(id) : name;
    }

    public Uuid id(String name) {
        var topic = topics.get(name);
        return topic == null ? Uuid.ZERO : topic.topicId();
    }

    public List<Place> places() {
        return List.copyOf(partitions.keySet());
    }

    public List<Place> places(String topic) {
        return partitions.keySet().stream().filter(place -> place.topic().equals(topic)).toList();
    }

    public MetadataResponsePartition partition(Place place) {
        return partitions.get(place);
    }

    /** The broker that leads the partition; -1 for none. */
    public int leader(Place place) {
        return partitions.containsKey(place) ? partitions.get(place).leaderId() : -1;
    }

    /** The places by the broker that leads them; those without a leader are left out. */
    public Map<Integer, List<Place>> byLeader(Collection<Place> places) {
        var byLeader = new TreeMap<Integer, List<Place>>();
        for (var place : places) {
            if (leader(place) >= 0) {
                byLeader.computeIfAbsent(leader(place), _ -> new ArrayList<>()).add(place);
            }
        }
        return byLeader;
    }
}
