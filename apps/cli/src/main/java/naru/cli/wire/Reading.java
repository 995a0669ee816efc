package naru.cli.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import naru.cli.Failure;
import naru.protocol.ErrorCode;
import naru.protocol.MalformedMessage;
import naru.protocol.Records;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.Record;
import naru.protocol.batch.RecordReader;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchRequest.FetchPartition;
import naru.protocol.message.FetchRequest.FetchTopic;
import naru.protocol.message.FetchResponse;
import naru.protocol.message.FetchResponse.PartitionData;

/** Reads partitions from given offsets on, in the order of each, to given ends or for ever. */
public final class Reading {

    private static final int UNPACKED_BYTES_MAX = 1 << 30;
    private static final short ABORT = 0;

    /**
     * How to read.
     *
     * @param committed whether records of open and aborted transactions are left out
     * @param waitMs how long a broker waits when there is nothing to read
     * @param fetchBytes what it may send at once for a partition
     */
    public record Rules(boolean committed, long waitMs, int fetchBytes) {}

    /** Takes the records. */
    public interface Taker {
        /** @return false when it has enough */
        boolean take(Place place, Record record);
    }

    private static final class Part {
        private final Place place;
        private final Set<Long> aborting = new HashSet<>();
        private long next;
        private long end;
        private boolean underWay;

        private Part(Place place, long next, long end) {
            this.place = place;
            this.next = next;
            this.end = end;
        }

        private boolean isDone() {
            return next >= end;
        }
    }

    private record Arrived(Part part, long from, PartitionData data) {}

    private final Brokers brokers;
    private final Rules rules;
    private final Map<Place, Part> parts = new TreeMap<>();
    private final RecordReader reader = new RecordReader(UNPACKED_BYTES_MAX);
    private final List<Arrived> arrived = new ArrayList<>();
    private final Attempts attempts;
    private Topology topology;
    private long bytes;
    private String note;

    /**
     * @param from where each partition begins
     * @param to the offset before which each ends; null to go on for ever
     */
    public Reading(Brokers brokers, Topology topology, Map<Place, Long> from, Map<Place, Long> to, Rules rules) {
        this.brokers = brokers;
        this.topology = topology;
        this.rules = rules;
        this.attempts = new Attempts(brokers);
        from.forEach((place, offset) -> parts.put(place, new Part(place, offset, to == null ? Long.MAX_VALUE : to.getOrDefault(place, offset))));
    }

    /** Where each partition goes on. */
    public Map<Place, Long> next() {
        var next = new TreeMap<Place, Long>();
        parts.forEach((place, part) -> next.put(place, part.next));
        return next;
    }

    /** Reads this partition too, from here to there. */
    public void add(Place place, long from, long to) {
        parts.put(place, new Part(place, from, to));
    }

    /** This partition is somebody else's now; what is under way of it is dropped. */
    public void drop(Place place) {
        stop(place);
        parts.remove(place);
    }

    /** Whether all that is to be read has been. */
    public boolean isDone() {
        return parts.values().stream().allMatch(Part::isDone);
    }

    /** No more of this partition is wanted. */
    public void stop(Place place) {
        var part = parts.get(place);
        part.end = Math.min(part.end, part.next);
    }

    /** Bytes that came, packed as they were. */
    public long bytes() {
        return bytes;
    }

    /** Something the user should know, once; null for nothing. */
    public String takeNote() {
        String taken = note;
        note = null;
        return taken;
    }

    /** Lets the records that come within this time be taken; false when all ends are reached, or the taker has enough. */
    public boolean step(long waitMs, Taker taker) {
        if (isDone()) {
            return false;
        }
        ask();
        brokers.peers().turn(waitMs);
        attempts.check();
        var now = List.copyOf(arrived);
        arrived.clear();
        for (var one : now) {
            advance(one);
        }
        ask(); // the next records travel while these are shown
        for (var one : now) {
            if (!take(one, taker)) {
                return false;
            }
        }
        return true;
    }

    private void ask() {
        if (attempts.takeStale()) {
            topology = Topology.of(brokers, parts.keySet().stream().map(Place::topic).distinct().toList());
        }
        var byLeader = new TreeMap<Integer, List<Part>>();
        for (var part : parts.values()) {
            if (!part.underWay && !part.isDone()) {
                int leader = topology.leader(part.place);
                if (leader < 0) {
                    attempts.later(new Failure("partition " + part.place + " has no leader", "see 'naru status'"));
                    return;
                }
                byLeader.computeIfAbsent(leader, _ -> new ArrayList<>()).add(part);
            }
        }
        byLeader.forEach(this::ask);
    }

    private void ask(int leader, List<Part> led) {
        var topics = new TreeMap<String, List<FetchPartition>>();
        for (var part : led) {
            topics.computeIfAbsent(part.place.topic(), _ -> new ArrayList<>()).add(FetchPartition.builder()
                    .partition(part.place.partition()).currentLeaderEpoch(-1).fetchOffset(part.next).lastFetchedEpoch(-1)
                    .logStartOffset(-1).partitionMaxBytes(rules.fetchBytes()).build());
        }
        var request = FetchRequest.builder()
                .replicaId(-1)
                .maxWaitMs((int) rules.waitMs())
                .minBytes(1)
                .maxBytes(Math.max(rules.fetchBytes(), 16 << 20))
                .isolationLevel((byte) (rules.committed() ? 1 : 0))
                .sessionId(0).sessionEpoch(-1)
                .topics(topics.entrySet().stream()
                        .map(one -> new FetchTopic(one.getKey(), topology.id(one.getKey()), one.getValue())).toList())
                .build();
        Wire wire;
        try {
            wire = brokers.node(leader);
        } catch (Failure gone) {
            attempts.later(gone);
            return;
        }
        led.forEach(part -> part.underWay = true);
        wire.askLater(ApiKey.FETCH, request, rules.waitMs(), reply -> {
            led.forEach(part -> part.underWay = false);
            attempts.hear(wire, FetchResponse.class, reply, this::hear);
        });
    }

    private void hear(FetchResponse answer) {
        if (answer.errorCode() != ErrorCode.NONE.code()) {
            attempts.failed(Refused.of(ErrorCode.of(answer.errorCode()), null, "the broker gives no records"));
            return;
        }
        for (var topic : answer.responses()) {
            String name = topology.name(topic.topic(), topic.topicId());
            for (var data : topic.partitions()) {
                var part = name == null ? null : parts.get(new Place(name, data.partitionIndex()));
                if (part != null) {
                    hear(part, data);
                }
            }
        }
    }

    private void hear(Part part, PartitionData data) {
        var error = ErrorCode.of(data.errorCode());
        if (error == ErrorCode.NONE) {
            attempts.succeeded();
            arrived.add(new Arrived(part, part.next, data));
        } else if (error == ErrorCode.OFFSET_OUT_OF_RANGE && data.logStartOffset() > part.next) {
            note = "records of " + part.place + " from offset " + part.next + " on are gone; going on at " + data.logStartOffset();
            part.next = data.logStartOffset();
        } else {
            var why = Refused.of(error, null, "partition " + part.place + " cannot be read");
            if (error.isRetriable() || error == ErrorCode.FENCED_LEADER_EPOCH || error == ErrorCode.UNKNOWN_TOPIC_ID) {
                attempts.later(why);
            } else {
                attempts.failed(why);
            }
        }
    }

    /** The batches' headers alone say where to go on. */
    private static void advance(Arrived one) {
        var in = batches(one.data());
        for (int at = 0; isWhole(in, at); at += BatchHeader.sizeInBytes(in, at)) {
            one.part().next = Math.max(one.part().next, BatchHeader.nextOffset(in, at));
        }
    }

    private static ByteBuffer batches(PartitionData data) {
        return data.records() instanceof Records.InMemory(ByteBuffer bytes) ? bytes : ByteBuffer.allocate(0);
    }

    /** Brokers may cut the last batch off where the answer was full. */
    private static boolean isWhole(ByteBuffer in, int at) {
        return in.limit() - at >= BatchHeader.SIZE && BatchHeader.sizeInBytes(in, at) >= BatchHeader.SIZE
                && BatchHeader.sizeInBytes(in, at) <= in.limit() - at;
    }

    private boolean take(Arrived one, Taker taker) {
        var in = batches(one.data());
        var aborted = new HashMap<Long, List<Long>>();
        if (rules.committed() && one.data().abortedTransactions() != null) {
            one.data().abortedTransactions().forEach(each -> aborted.computeIfAbsent(each.producerId(), _ -> new ArrayList<>()).add(each.firstOffset()));
        }
        bytes += in.limit();
        var going = new boolean[] {true};
        for (int at = 0; going[0] && isWhole(in, at); at += BatchHeader.sizeInBytes(in, at)) {
            if (BatchHeader.magic(in, at) != BatchHeader.MAGIC) {
                throw new Failure("partition " + one.part().place + " holds records in a format of before Kafka 0.11",
                        "naru reads the format of Kafka 0.11 and newer");
            }
            if (!BatchHeader.isCrcRight(in, at)) {
                throw damaged(one.part().place, in, at, "its checksum is wrong");
            }
            if (isLeftOut(one.part(), aborted, in, at)) {
                continue;
            }
            try {
                reader.forEach(in, at, record -> {
                    if (record.offset() >= one.from() && record.offset() < one.part().end) {
                        going[0] = taker.take(one.part().place, record);
                    }
                    return going[0];
                });
            } catch (MalformedMessage damaged) {
                throw damaged(one.part().place, in, at, damaged.getMessage());
            }
        }
        return going[0];
    }

    private static Failure damaged(Place place, ByteBuffer in, int at, String why) {
        return new Failure("the batch at offset " + BatchHeader.baseOffset(in, at) + " of " + place + " is damaged: " + why,
                "go on behind it with --from " + BatchHeader.nextOffset(in, at));
    }

    /** Control batches always, and what belongs to a transaction that was aborted. */
    private boolean isLeftOut(Part part, Map<Long, List<Long>> aborted, ByteBuffer in, int at) {
        long producer = BatchHeader.producerId(in, at);
        if (aborted.containsKey(producer)
                && aborted.get(producer).removeIf(first -> first < BatchHeader.nextOffset(in, at))) {
            part.aborting.add(producer);
        }
        if (BatchHeader.isControl(in, at)) {
            reader.forEach(in, at, record -> {
                if (record.key() != null && record.key().remaining() >= 4 && record.key().getShort(record.key().position() + 2) == ABORT) {
                    part.aborting.remove(producer);
                }
                return false;
            });
            return true;
        }
        return rules.committed() && BatchHeader.isTransactional(in, at) && part.aborting.contains(producer);
    }
}
