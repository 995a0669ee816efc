package naru.coordination.groups;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.TopicPartition;
import naru.coordination.runtime.CoordinatorRecord;
import naru.protocol.message.OffsetCommitKey;
import naru.protocol.message.OffsetCommitValue;

/** What every group has committed. Holds committed records only, and remembers which keys are on their way. */
final class Offsets {

    private final Map<String, SortedMap<TopicPartition, OffsetCommitValue>> committed = new TreeMap<>();
    private final Map<String, SortedMap<TopicPartition, Integer>> underWay = new TreeMap<>();

    void apply(OffsetCommitKey key, OffsetCommitValue value) {
        var at = new TopicPartition(key.topic(), key.partition());
        if (value != null) {
            committed.computeIfAbsent(key.group(), _ -> new TreeMap<>()).put(at, value);
            return;
        }
        var ofGroup = committed.get(key.group());
        if (ofGroup != null) {
            ofGroup.remove(at);
            if (ofGroup.isEmpty()) {
                committed.remove(key.group());
            }
        }
    }

    SortedMap<TopicPartition, OffsetCommitValue> of(String groupId) {
        return committed.getOrDefault(groupId, new TreeMap<>());
    }

    List<String> groups() {
        var all = new TreeSet<>(committed.keySet());
        all.addAll(underWay.keySet());
        return List.copyOf(all);
    }

    boolean knows(String groupId) {
        return committed.containsKey(groupId) || underWay.containsKey(groupId);
    }

    void leave(String groupId, List<TopicPartition> partitions) {
        var ofGroup = underWay.computeIfAbsent(groupId, _ -> new TreeMap<>());
        partitions.forEach(one -> ofGroup.merge(one, 1, Integer::sum));
    }

    void arrive(String groupId, List<TopicPartition> partitions) {
        var ofGroup = underWay.get(groupId);
        if (ofGroup == null) {
            return;
        }
        partitions.forEach(one -> ofGroup.computeIfPresent(one, (_, count) -> count == 1 ? null : count - 1));
        if (ofGroup.isEmpty()) {
            underWay.remove(groupId);
        }
    }

    boolean isUnderWay(String groupId, TopicPartition partition) {
        return underWay.getOrDefault(groupId, new TreeMap<>()).containsKey(partition);
    }

    boolean has(String groupId, TopicPartition partition) {
        return of(groupId).containsKey(partition) || isUnderWay(groupId, partition);
    }

    /** Where a group has committed, what is still on its way included. */
    SortedSet<TopicPartition> all(String groupId) {
        var all = new TreeSet<>(of(groupId).keySet());
        all.addAll(underWay.getOrDefault(groupId, new TreeMap<>()).keySet());
        return all;
    }

    /** Tombstones for all a group has committed, what is still on its way included. */
    List<CoordinatorRecord> tombstones(String groupId) {
        var all = all(groupId);
        var records = new ArrayList<CoordinatorRecord>(all.size());
        all.forEach(one -> records.add(tombstone(groupId, one)));
        return records;
    }

    static CoordinatorRecord tombstone(String groupId, TopicPartition partition) {
        return GroupRecords.offset(new OffsetCommitKey(groupId, partition.topic(), partition.partition()), null);
    }

    void forgetUnderWay() {
        underWay.clear();
    }
}
