package naru.metadata;

import java.util.List;
import naru.base.Uuid;

/**
 * One partition as the controller sees it.
 *
 * @param replicas brokers that hold it, the preferred leader first
 * @param inSync brokers that may lead it
 * @param directories the log folder at each replica, in their order
 * @param leader -1 when nobody leads
 * @param eligible replicas outside the in-sync set that hold everything acknowledged (KIP-966)
 */
public record Partition(
        List<Integer> replicas, List<Uuid> directories, List<Integer> inSync, List<Integer> removing,
        List<Integer> adding, List<Integer> eligible, List<Integer> lastKnownEligible, int leader, byte recoveryState,
        int leaderEpoch, int partitionEpoch) {}
