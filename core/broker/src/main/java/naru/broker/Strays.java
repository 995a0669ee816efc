package naru.broker;

import naru.base.DiskFailure;
import naru.base.TopicPartition;
import naru.log.LaneLogs;
import naru.metadata.Cluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Partitions that lie in the log folders of a broker which starts, and that it does not hold any more as far as the cluster knows: their
 * topic was deleted, or they were given to other brokers, while it did not run. Kept under their names they would take room that nobody
 * sees. Deleted they would be gone for good where it is the metadata that is wrong: somebody may have formatted a cluster anew, and left
 * its records where they were. So they are set aside under a name that ends with {@code -stray}, as Kafka does, and only the operator
 * deletes them.
 */
final class Strays {

    private static final Logger LOG = LoggerFactory.getLogger(Strays.class);

    private final LaneBroker lane;

    Strays(LaneBroker lane) {
        this.lane = lane;
    }

    /** After a start, before any partition is opened. */
    void setAside(Cluster cluster) {
        for (var folder : lane.partitions().folders()) {
            if (folder.failure() == null) {
                for (var here : folder.partitions()) {
                    if (!isHeld(cluster, here.name())) {
                        setAside(folder, here.name());
                    }
                }
            }
        }
    }

    /** Also under the name of another topic's: whose it is, is found out when that one is opened. */
    private boolean isHeld(Cluster cluster, TopicPartition name) {
        var topic = cluster.topic(name.topic());
        return topic != null && topic.has(name.partition())
                && topic.partitions().get(name.partition()).replicas().contains(lane.broker().nodeId());
    }

    private static void setAside(LaneLogs folder, TopicPartition name) {
        try {
            String aside = folder.setAside(name);
            LOG.warn("{} in {} is not held by this broker any more: it is set aside as {}, which may be deleted when nobody misses it",
                    name, folder.path(), aside);
        } catch (DiskFailure failure) {
            LOG.error("{} in {} is not held by this broker any more, and cannot be set aside: {}", name, folder.path(), failure.getMessage());
        }
    }
}
