package naru.coordination.shares;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import naru.base.Uuid;

/** A share group, as the log knows it. Changed by committed records only. */
final class ShareGroup {

    final String id;
    final Map<String, ShareMember> members = new TreeMap<>();
    final Map<String, Partitions> target = new TreeMap<>();
    int epoch;
    long metadataHash;
    int assignmentEpoch;
    /** False before the group's first record, and after its tombstone. */
    boolean exists;

    /** Where the coordinators of share partitions keep a state, or are asked to. */
    Partitions initializing = Partitions.NONE;
    Partitions initialized = Partitions.NONE;
    final Map<Uuid, String> topicNames = new TreeMap<>();

    // One decision after the other: each is made on what the one before it wrote.
    boolean deciding;
    boolean beginning;
    final Deque<Runnable> held = new ArrayDeque<>();

    ShareGroup(String id) {
        this.id = id;
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    /** True when no record says anything about it. In a compacted log the first that does may be any of them. */
    boolean isUnknown() {
        return !exists && isEmpty() && target.isEmpty() && assignmentEpoch == 0 && known().isEmpty();
    }

    /** In Kafka's words. */
    String state() {
        return members.isEmpty() ? "Empty" : "Stable";
    }

    Partitions targetOf(String member) {
        return target.getOrDefault(member, Partitions.NONE);
    }

    /** Everything a coordinator of share partitions may know. */
    Partitions known() {
        return new Partitions.Builder().addAll(initialized).addAll(initializing).build();
    }
}
