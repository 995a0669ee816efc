package naru.broker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import naru.base.Uuid;
import naru.coordination.membership.Topics;
import naru.metadata.Topic;

/** The topics that groups subscribe to, as a lane's cluster value has them now. */
final class GroupTopics implements Topics {

    private final LaneBroker lane;

    GroupTopics(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public Shape named(String name) {
        return shape(lane.cluster().topic(name));
    }

    @Override
    public Shape withId(Uuid id) {
        return shape(lane.cluster().topic(id));
    }

    @Override
    public Collection<String> names() {
        return lane.cluster().names();
    }

    private Shape shape(Topic topic) {
        return topic == null ? null : new Shape(topic.name(), topic.id(), topic.partitions().size(), racks(topic));
    }

    private List<SortedSet<String>> racks(Topic topic) {
        var brokers = lane.cluster().brokers();
        if (brokers.values().stream().allMatch(broker -> broker.rack() == null)) {
            return List.of();
        }
        var racks = new ArrayList<SortedSet<String>>();
        for (var partition : topic.partitions()) {
            var ofPartition = new TreeSet<String>();
            for (int replica : partition.replicas()) {
                var broker = brokers.get(replica);
                if (broker != null && broker.rack() != null) {
                    ofPartition.add(broker.rack());
                }
            }
            racks.add(ofPartition);
        }
        return racks;
    }
}
