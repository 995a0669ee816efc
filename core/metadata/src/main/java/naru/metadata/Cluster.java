package naru.metadata;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import naru.base.Uuid;
import naru.protocol.Message;
import naru.protocol.message.BrokerRegistrationChangeRecord;
import naru.protocol.message.ClearElrRecord;
import naru.protocol.message.ConfigRecord;
import naru.protocol.message.FeatureLevelRecord;
import naru.protocol.message.FenceBrokerRecord;
import naru.protocol.message.PartitionChangeRecord;
import naru.protocol.message.PartitionRecord;
import naru.protocol.message.ProducerIdsRecord;
import naru.protocol.message.RegisterBrokerRecord;
import naru.protocol.message.RegisterControllerRecord;
import naru.protocol.message.RemoveTopicRecord;
import naru.protocol.message.TopicRecord;
import naru.protocol.message.UnfenceBrokerRecord;
import naru.protocol.message.UnregisterBrokerRecord;
import naru.protocol.message.UnregisterControllerRecord;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * Everything the cluster has agreed on, as one immutable value: a snapshot is free, and a reader never sees half a
 * change. It changes only by {@link #with}, one record after the other.
 */
public final class Cluster {

    public static final Cluster EMPTY = new Cluster(
            new Names(TreePMap.empty(), TreePMap.empty()), HashTreePMap.empty(), Hosting.NONE, TreePMap.empty(),
            TreePMap.empty(), TreePMap.empty(), TreePMap.empty(), 0, Kept.NONE);

    private static final String METADATA_VERSION = "metadata.version";

    /**
     * Topics by name.
     *
     * @param flattened those with a dot or an underscore, by the name that both make in a metric
     */
    private record Names(TreePMap<String, Uuid> ids, TreePMap<String, String> flattened) {

        private Names plus(String name, Uuid id) {
            return new Names(ids.plus(name, id), isFlattened(name) ? flattened.plus(flat(name), name) : flattened);
        }

        private Names minus(String name) {
            return new Names(
                    ids.minus(name), name.equals(flattened.get(flat(name))) ? flattened.minus(flat(name)) : flattened);
        }

        private static boolean isFlattened(String name) {
            return name.indexOf('.') >= 0 || name.indexOf('_') >= 0;
        }

        private static String flat(String name) {
            return name.replace('.', '_');
        }
    }

    private final Names names;
    private final PMap<Uuid, Topic> topics;
    private final Hosting hosting;
    private final TreePMap<Integer, BrokerNode> brokers;
    private final TreePMap<Integer, RegisterControllerRecord> controllers;
    private final TreePMap<Resource, TreePMap<String, String>> configs;
    private final TreePMap<String, Short> features;
    private final long nextProducerId;
    private final Kept kept;

    private Cluster(
            Names names, PMap<Uuid, Topic> topics, Hosting hosting, TreePMap<Integer, BrokerNode> brokers,
            TreePMap<Integer, RegisterControllerRecord> controllers, TreePMap<Resource, TreePMap<String, String>> configs, TreePMap<String, Short> features,
            long nextProducerId, Kept kept) {
        this.names = names;
        this.topics = topics;
        this.hosting = hosting;
        this.brokers = brokers;
        this.controllers = controllers;
        this.configs = configs;
        this.features = features;
        this.nextProducerId = nextProducerId;
        this.kept = kept;
    }

    /** Null when there is no such topic. */
    public Topic topic(String name) {
        var id = names.ids().get(name);
        return id == null ? null : topics.get(id);
    }

    /** Null when there is no such topic. */
    public Topic topic(Uuid id) {
        return topics.get(id);
    }

    /** All topics, by name. */
    public Collection<Topic> topics() {
        return names.ids().values().stream().map(topics::get).toList();
    }

    /** The names of all topics, in order. */
    public Collection<String> names() {
        return names.ids().keySet();
    }

    public int topicCount() {
        return topics.size();
    }

    /** The topic, other than itself, whose metrics would have the same name; null when there is none. */
    String collision(String name) {
        String other = Names.isFlattened(name) ? names.flattened().get(Names.flat(name)) : null;
        return name.equals(other) ? null : other;
    }

    /** Registered brokers, by number, fenced ones included. */
    public SortedMap<Integer, BrokerNode> brokers() {
        return brokers;
    }

    /** Controllers as they registered last (KIP-919), by number; those that do not vote any more included. */
    public SortedMap<Integer, RegisterControllerRecord> controllers() {
        return controllers;
    }

    /** Topics with a replica on this broker, in no order that means anything. */
    List<Topic> topicsOn(int broker) {
        return hosting.topicsOn(broker).stream().map(topics::get).toList();
    }

    /** How many partitions this broker leads. */
    public int ledBy(int broker) {
        return hosting.ledBy(broker);
    }

    /** What was set for this resource; empty when nothing was. */
    public SortedMap<String, String> config(Resource resource) {
        return configs.getOrDefault(resource, TreePMap.empty());
    }

    /** Every resource for which something was set. */
    public SortedMap<Resource, TreePMap<String, String>> configs() {
        return configs;
    }

    /** Finalized feature levels by name, {@code metadata.version} among them. */
    public SortedMap<String, Short> features() {
        return features;
    }

    /** The first producer id that no block has covered yet. */
    public long nextProducerId() {
        return nextProducerId;
    }

    /** The value after one more record. Records of kinds that we give no meaning are kept for the next snapshot. */
    public Cluster with(Message record) {
        return switch (record) {
            case TopicRecord topic -> withTopic(new Topic(topic.name(), topic.topicId(), List.of()));
            case PartitionRecord partition -> withPartitions(partition.topicId(), List.of(record));
            case PartitionChangeRecord change -> withPartitions(change.topicId(), List.of(record));
            case RemoveTopicRecord removed -> withoutTopic(removed.topicId());
            case ConfigRecord config -> withConfig(config);
            // The quorum's level is the log's to say; Kafka 4.0 wrote such a record by mistake.
            case FeatureLevelRecord feature when feature.name().equals(Features.QUORUM.name()) -> this;
            case FeatureLevelRecord feature -> withFeatures(feature.featureLevel() == 0
                    ? features.minus(feature.name()) : features.plus(feature.name(), feature.featureLevel()));
            case ProducerIdsRecord block -> new Cluster(
                    names, topics, hosting, brokers, controllers, configs, features, block.nextProducerId(), kept);
            case RegisterBrokerRecord broker -> withBrokers(brokers.plus(broker.brokerId(), BrokerNode.of(broker)));
            case UnregisterBrokerRecord gone -> withBrokers(brokers.minus(gone.brokerId()));
            case RegisterControllerRecord it -> withControllers(controllers.plus(it.controllerId(), it));
            case UnregisterControllerRecord gone -> withControllers(controllers.minus(gone.controllerId()));
            case FenceBrokerRecord fence -> withFence(fence.id(), true);
            case UnfenceBrokerRecord unfence -> withFence(unfence.id(), false);
            case BrokerRegistrationChangeRecord change -> withRegistrationChange(change);
            case ClearElrRecord clear -> withoutEligible(clear.topicName());
            default -> new Cluster(
                    names, topics, hosting, brokers, controllers, configs, features, nextProducerId, kept.with(record));
        };
    }

    /** All of them, in order. Of partitions of one topic that stand together, the topic is copied once. */
    public Cluster withAll(List<Message> records) {
        var next = this;
        for (int i = 0; i < records.size(); ) {
            int end = i + 1;
            var topic = topicOf(records.get(i));
            while (topic != null && end < records.size() && topic.equals(topicOf(records.get(end)))) {
                end++;
            }
            next = end == i + 1 ? next.with(records.get(i)) : next.withPartitions(topic, records.subList(i, end));
            i = end;
        }
        return next;
    }

    /** Null when the record is not about a partition. */
    private static Uuid topicOf(Message record) {
        return switch (record) {
            case PartitionRecord partition -> partition.topicId();
            case PartitionChangeRecord change -> change.topicId();
            default -> null;
        };
    }

    private Cluster withTopic(Topic topic) {
        return new Cluster(
                names.plus(topic.name(), topic.id()), topics.plus(topic.id(), topic), hosting.with(topics.get(topic.id()), topic), brokers, controllers, configs, features,
                nextProducerId, kept);
    }

    private Cluster withPartitions(Uuid id, List<Message> records) {
        var topic = topics.get(id);
        var partitions = new ArrayList<>(topic.partitions());
        for (var record : records) {
            switch (record) {
                case PartitionRecord it when it.partitionId() == partitions.size() -> partitions.add(Partitions.of(it));
                case PartitionRecord it -> partitions.set(it.partitionId(), Partitions.of(it));
                case PartitionChangeRecord it -> partitions.set(
                        it.partitionId(), Partitions.changed(partitions.get(it.partitionId()), it));
                default -> throw new IllegalArgumentException(record + " is not about a partition");
            }
        }
        var changed = new Topic(topic.name(), topic.id(), partitions);
        return new Cluster(
                names, topics.plus(id, changed), hosting.with(topic, changed), brokers, controllers, configs, features, nextProducerId, kept);
    }

    /** @param name empty for all topics */
    private Cluster withoutEligible(String name) {
        var next = this;
        for (var topic : name.isEmpty() ? topics() : List.of(topic(name))) {
            for (int i = 0; i < topic.partitions().size(); i++) {
                var partition = topic.partitions().get(i);
                if (!partition.eligible().isEmpty() || !partition.lastKnownEligible().isEmpty()) {
                    next = next.with(PartitionChangeRecord.builder().topicId(topic.id()).partitionId(i)
                            .eligibleLeaderReplicas(List.of()).lastKnownElr(List.of()).build());
                }
            }
        }
        return next;
    }

    /** A topic's configuration goes with it; the record names only the topic. */
    private Cluster withoutTopic(Uuid id) {
        var topic = topics.get(id);
        return new Cluster(
                names.minus(topic.name()), topics.minus(id), hosting.with(topic, null), brokers, controllers,
                configs.minus(Resource.topic(topic.name())), features, nextProducerId, kept);
    }

    private Cluster withConfig(ConfigRecord record) {
        var resource = new Resource(record.resourceType(), record.resourceName());
        var before = configs.getOrDefault(resource, TreePMap.empty());
        var after = record.value() == null ? before.minus(record.name()) : before.plus(record.name(), record.value());
        var all = after.isEmpty() ? configs.minus(resource) : configs.plus(resource, after);
        return new Cluster(
                names, topics, hosting, brokers, controllers, all, features, nextProducerId, kept);
    }

    private Cluster withFeatures(TreePMap<String, Short> levels) {
        return new Cluster(
                names, topics, hosting, brokers, controllers, configs, levels, nextProducerId, kept);
    }

    private Cluster withBrokers(TreePMap<Integer, BrokerNode> now) {
        return new Cluster(
                names, topics, hosting, now, controllers, configs, features, nextProducerId, kept);
    }

    private Cluster withControllers(TreePMap<Integer, RegisterControllerRecord> now) {
        return new Cluster(
                names, topics, hosting, brokers, now, configs, features, nextProducerId, kept);
    }

    private Cluster withFence(int id, boolean fenced) {
        var broker = brokers.get(id);
        return broker == null ? this : withBrokers(brokers.plus(id, broker.fenced(fenced)));
    }

    private Cluster withRegistrationChange(BrokerRegistrationChangeRecord change) {
        var was = brokers.get(change.brokerId());
        if (was == null) {
            return this;
        }
        boolean fenced = change.fenced() == 0 ? was.fenced() : change.fenced() > 0;
        boolean leaving = change.inControlledShutdown() == 0
                ? was.inControlledShutdown() : change.inControlledShutdown() > 0;
        return withBrokers(brokers.plus(was.id(), new BrokerNode(
                was.id(), was.epoch(), was.incarnation(), was.endpoints(), was.features(), was.rack(), fenced, leaving,
                change.logDirs().isEmpty() ? was.directories() : change.logDirs(),
                change.cordonedLogDirs() == null ? was.cordoned() : change.cordonedLogDirs())));
    }

    /** The shortest list of records that leads from {@link #EMPTY} to this value: the content of a snapshot. */
    public List<Message> toRecords() {
        var records = new ArrayList<Message>();
        // First, because it decides how the rest is read.
        if (features.containsKey(METADATA_VERSION)) {
            records.add(new FeatureLevelRecord(METADATA_VERSION, features.get(METADATA_VERSION)));
        }
        features.minus(METADATA_VERSION).forEach((name, level) -> records.add(new FeatureLevelRecord(name, level)));
        brokers.values().forEach(broker -> records.add(broker.toRecord()));
        records.addAll(controllers.values());
        for (var topic : topics()) {
            records.add(new TopicRecord(topic.name(), topic.id()));
            for (int i = 0; i < topic.partitions().size(); i++) {
                records.add(Partitions.toRecord(topic.partitions().get(i), topic.id(), i));
            }
        }
        configs.forEach((resource, values) -> new TreeMap<>(values).forEach((name, value) ->
                records.add(new ConfigRecord(resource.type(), resource.name(), name, value))));
        if (nextProducerId > 0) {
            records.add(new ProducerIdsRecord(-1, -1, nextProducerId));
        }
        records.addAll(kept.records());
        return records;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cluster that && toRecords().equals(that.toRecords());
    }

    @Override
    public int hashCode() {
        return toRecords().hashCode();
    }
}
