package naru.metadata;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import naru.base.Uuid;
import naru.protocol.Message;
import naru.protocol.message.ConfigRecord;
import naru.protocol.message.PartitionChangeRecord;
import naru.protocol.message.PartitionRecord;
import naru.protocol.message.RemoveTopicRecord;
import naru.protocol.message.TopicRecord;

/**
 * What a committed batch touched, so that lanes look again at that and nothing else.
 *
 * @param topics ids of topics that were created or whose partitions changed, and that still exist
 * @param removed ids of topics that are gone; their names are in the cluster's value before
 * @param configs resources whose configuration changed
 */
public record Changes(SortedSet<Uuid> topics, SortedSet<Uuid> removed, SortedSet<Resource> configs) {

    /** A snapshot takes the place of what was known before: all that it brings, and what it takes away. */
    public static Changes between(Cluster before, Cluster after) {
        var all = of(after.toRecords());
        var removed = new TreeSet<>(all.removed());
        before.topics().stream().map(Topic::id).filter(id -> after.topic(id) == null).forEach(removed::add);
        var configs = new TreeSet<>(all.configs());
        configs.addAll(before.configs().keySet());
        return new Changes(all.topics(), Collections.unmodifiableSortedSet(removed), Collections.unmodifiableSortedSet(configs));
    }

    public static Changes of(List<Message> batch) {
        var topics = new TreeSet<Uuid>();
        var removed = new TreeSet<Uuid>();
        var configs = new TreeSet<Resource>();
        for (var record : batch) {
            switch (record) {
                case TopicRecord topic -> topics.add(topic.topicId());
                case PartitionRecord partition -> topics.add(partition.topicId());
                case PartitionChangeRecord change -> topics.add(change.topicId());
                case RemoveTopicRecord gone -> removed.add(gone.topicId());
                case ConfigRecord config -> configs.add(new Resource(config.resourceType(), config.resourceName()));
                default -> { }
            }
        }
        topics.removeAll(removed);
        return new Changes(
                Collections.unmodifiableSortedSet(topics), Collections.unmodifiableSortedSet(removed),
                Collections.unmodifiableSortedSet(configs));
    }
}
