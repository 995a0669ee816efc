package naru.cli.wire;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ListOffsetsRequest;
import naru.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import naru.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import naru.protocol.message.ListOffsetsResponse;

/** Asks the leaders of partitions for offsets: at their start, their end, or at a time. */
public final class Offsets {

    /** Kafka's numbers for the two ends of a partition. */
    public static final long START = -2;
    public static final long END = -1;

    private static final byte UNCOMMITTED = 0;
    private static final byte COMMITTED = 1;

    /** A question that is under way to several leaders. */
    public static final class Asked {
        private final List<Wire.Asked<ListOffsetsResponse>> questions = new ArrayList<>();

        /** Offsets by partition; -1 where no record is that young. Partitions that could not say are left out. */
        public Map<Place, Long> await() {
            var found = new TreeMap<Place, Long>();
            for (var question : questions) {
                for (var topic : question.await().topics()) {
                    for (var partition : topic.partitions()) {
                        if (partition.errorCode() == ErrorCode.NONE.code()) {
                            found.put(new Place(topic.name(), partition.partitionIndex()), partition.offset());
                        }
                    }
                }
            }
            return found;
        }
    }

    private Offsets() {}

    /**
     * Asks for one moment of all these partitions.
     *
     * @param timestamp milliseconds since 1970, or {@link #START} or {@link #END}
     */
    public static Asked ask(Brokers brokers, Topology topology, Collection<Place> places, long timestamp) {
        return ask(brokers, topology, places, timestamp, false);
    }

    /** @param committed whether records of open transactions count as not there */
    public static Asked ask(Brokers brokers, Topology topology, Collection<Place> places, long timestamp, boolean committed) {
        var asked = new Asked();
        topology.byLeader(places).forEach((leader, led) -> {
            var topics = new TreeMap<String, List<ListOffsetsPartition>>();
            for (var place : led) {
                topics.computeIfAbsent(place.topic(), _ -> new ArrayList<>())
                        .add(new ListOffsetsPartition(place.partition(), -1, timestamp));
            }
            var request = ListOffsetsRequest.builder()
                    .replicaId(-1)
                    .isolationLevel(committed ? COMMITTED : UNCOMMITTED)
                    .topics(topics.entrySet().stream().map(one -> new ListOffsetsTopic(one.getKey(), one.getValue())).toList())
                    .timeoutMs((int) Math.min(Integer.MAX_VALUE, brokers.timeoutMs()))
                    .build();
            asked.questions.add(brokers.node(leader).ask(ApiKey.LIST_OFFSETS, request, ListOffsetsResponse.class));
        });
        return asked;
    }

    /** The ends of these partitions. */
    public static Map<Place, Long> ends(Brokers brokers, Topology topology, Collection<Place> places, boolean committed) {
        return ask(brokers, topology, places, END, committed).await();
    }

    public static Map<Place, Long> starts(Brokers brokers, Topology topology, Collection<Place> places) {
        return ask(brokers, topology, places, START).await();
    }
}
