package naru.metadata;

import java.util.List;
import naru.base.Uuid;

/**
 * A topic and its partitions.
 *
 * @param partitions by number, without gaps
 */
public record Topic(String name, Uuid id, List<Partition> partitions) {

    public boolean has(int partition) {
        return partition >= 0 && partition < partitions.size();
    }

    /** Replicas of its first partition: what people mean by a topic's replication factor. */
    public int replicationFactor() {
        return partitions.isEmpty() ? 0 : partitions.getFirst().replicas().size();
    }
}
