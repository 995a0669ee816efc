package naru.coordination.consumers;

import java.util.SortedSet;
import naru.coordination.membership.Topics;

/**
 * What the topics that a group subscribes to look like, in one number: when it changes, so must the assignment. It is
 * not Kafka's hash; a group that comes from there or goes there raises its epoch once, and nobody loses a partition.
 */
final class TopicsHash {

    private static final long NOTHING = 0;
    private static final long PRIME = 0x9E37_79B9_7F4A_7C15L;

    private TopicsHash() {}

    static long of(SortedSet<String> names, Topics topics) {
        long hash = NOTHING;
        for (var name : names) {
            var shape = topics.named(name);
            if (shape != null) {
                hash = mixed(hash, shape.id().high());
                hash = mixed(hash, shape.id().low());
                hash = mixed(hash, shape.partitions());
                for (var racks : shape.racks()) {
                    for (var rack : racks) {
                        hash = mixed(hash, rack.hashCode());
                    }
                    hash = mixed(hash, racks.size());
                }
            }
        }
        return hash;
    }

    private static long mixed(long hash, long next) {
        long mixed = (hash ^ next) * PRIME;
        mixed ^= mixed >>> 29;
        return mixed * PRIME + 1;
    }
}
