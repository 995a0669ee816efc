package naru.replication;

import static naru.base.Invariant.check;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the committed records say of a partition.
 *
 * @param replicas the brokers that shall hold it
 * @param inSync those of them from which the next leader is taken
 * @param partitionEpoch rises with every committed change of the partition
 */
public record ReplicaSets(SortedSet<Integer> replicas, SortedSet<Integer> inSync, int partitionEpoch) {

    public ReplicaSets {
        replicas = Collections.unmodifiableSortedSet(new TreeSet<>(replicas));
        inSync = Collections.unmodifiableSortedSet(new TreeSet<>(inSync));
        check(replicas.containsAll(inSync), "only a replica can be in sync");
    }
}
