package naru.coordination.groups;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import naru.base.TopicPartition;
import naru.coordination.runtime.CoordinatorRecord;
import naru.protocol.message.OffsetCommitKey;
import naru.protocol.message.OffsetCommitValue;

/** What producers committed inside transactions that are not ended yet. */
final class UndecidedOffsets {

    /** Of each producer the newest value of each key; null where something newer was committed outside of transactions. */
    private final Map<Long, Map<OffsetCommitKey, OffsetCommitValue>> byProducer = new TreeMap<>();
    /** How many transactions, and commits on their way into one, a partition of a group waits for. */
    private final Map<String, SortedMap<TopicPartition, Integer>> waiting = new TreeMap<>();

    /** A record of a transaction. Other kinds than offsets are in none. */
    void add(long producerId, CoordinatorRecord record) {
        if (GroupRecords.read(record) instanceof GroupRecords.Fact.Offset(var key, var value)) {
            var written = byProducer.computeIfAbsent(producerId, _ -> new LinkedHashMap<>());
            if (!written.containsKey(key)) {
                count(key.group(), new TopicPartition(key.topic(), key.partition()), 1);
            }
            written.put(key, value);
        }
    }

    /** Something newer is in the log, and counts whatever becomes of the transactions. */
    void overtake(OffsetCommitKey key) {
        for (var written : byProducer.values()) {
            if (written.containsKey(key)) {
                written.put(key, null);
            }
        }
    }

    /** Tells what the producer's transaction wrote, in the order of the log; it is no longer undecided. */
    void end(long producerId, BiConsumer<OffsetCommitKey, OffsetCommitValue> written) {
        var ended = byProducer.remove(producerId);
        if (ended == null) {
            return;
        }
        ended.forEach((key, value) -> {
            count(key.group(), new TopicPartition(key.topic(), key.partition()), -1);
            if (value != null) {
                written.accept(key, value);
            }
        });
    }

    /** Offsets of a group are on their way into a transaction. */
    void leave(String groupId, List<TopicPartition> partitions) {
        partitions.forEach(one -> count(groupId, one, 1));
    }

    void arrive(String groupId, List<TopicPartition> partitions) {
        partitions.forEach(one -> count(groupId, one, -1));
    }

    /** True while a transaction may still change what the group has committed here. */
    boolean has(String groupId, TopicPartition partition) {
        var ofGroup = waiting.get(groupId);
        return ofGroup != null && ofGroup.containsKey(partition);
    }

    boolean has(String groupId) {
        return waiting.containsKey(groupId);
    }

    List<TopicPartition> partitions(String groupId) {
        var ofGroup = waiting.get(groupId);
        return ofGroup == null ? List.of() : List.copyOf(ofGroup.keySet());
    }

    private void count(String groupId, TopicPartition partition, int more) {
        var ofGroup = waiting.computeIfAbsent(groupId, _ -> new TreeMap<>());
        if (ofGroup.merge(partition, more, Integer::sum) <= 0) {
            ofGroup.remove(partition);
        }
        if (ofGroup.isEmpty()) {
            waiting.remove(groupId);
        }
    }

    void clear() {
        byProducer.clear();
        waiting.clear();
    }
}
