package naru.metadata;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import naru.configuration.BrokerSettings;
import naru.protocol.Message;
import naru.protocol.message.ConfigRecord;
import naru.protocol.message.PartitionChangeRecord;

/**
 * Who is remembered as eligible where the rules change. A replica is eligible because nothing was acknowledged since it
 * left; where fewer in sync are enough from now on, something will be, and it must be forgotten in the same breath.
 */
final class EligibleReplicas {

    private static final String IN_SYNC_MIN = "min.insync.replicas";
    private static final String UNCLEANLY = "unclean.leader.election.enable";

    private EligibleReplicas() {}

    /**
     * Where eligible replicas are kept, all must mean the same by {@code min.insync.replicas}: what the controller's file says becomes
     * a word of the cluster's, unless there is one, and brokers have no words of their own. Nothing where all this is so, or they are
     * not kept.
     */
    static List<Message> agreement(Cluster cluster, BrokerSettings settings) {
        var records = new ArrayList<Message>();
        if (!LeadershipRules.keepsEligible(cluster)) {
            return records;
        }
        if (!cluster.config(Resource.ALL_BROKERS).containsKey(IN_SYNC_MIN)) {
            records.add(new ConfigRecord(Resource.BROKER, "", IN_SYNC_MIN, settings.text(IN_SYNC_MIN)));
        }
        cluster.configs().forEach((resource, values) -> {
            if (resource.type() == Resource.BROKER && !resource.name().isEmpty() && values.containsKey(IN_SYNC_MIN)) {
                records.add(new ConfigRecord(Resource.BROKER, resource.name(), IN_SYNC_MIN, null));
            }
        });
        return records;
    }

    /** Without the feature, nobody is remembered. */
    static List<Message> forgotten(Cluster cluster) {
        var records = new ArrayList<Message>();
        for (var topic : cluster.topics()) {
            for (int i = 0; i < topic.partitions().size(); i++) {
                forget(topic, i, records);
            }
        }
        return records;
    }

    /** What follows from changed configurations: who is no longer eligible, and who may lead now. */
    static Movements.Moved afterConfigs(List<Message> configs, Cluster cluster, BrokerSettings settings) {
        var moved = new Movements.Moved();
        var fewer = topics(configs, IN_SYNC_MIN, cluster);
        var uncleanly = topics(configs, UNCLEANLY, cluster);
        if (fewer.isEmpty() && uncleanly.isEmpty()) {
            return moved;
        }
        var after = cluster.withAll(configs);
        var rules = new LeadershipRules.Book(after, settings);
        for (var name : fewer) {
            var topic = after.topic(name);
            int min = rules.of(name).inSyncMin();
            for (int i = 0; i < topic.partitions().size(); i++) {
                var partition = topic.partitions().get(i);
                if (partition.inSync().size() >= Math.min(min, partition.replicas().size())) {
                    forget(topic, i, moved.records());
                }
            }
        }
        after = after.withAll(moved.records());
        Collection<Topic> open = uncleanly.stream().map(after::topic).toList();
        var led = new Movements(settings).findLeaders(after, open, -1);
        moved.records().addAll(led.records());
        moved.notices().addAll(led.notices());
        return moved;
    }

    private static void forget(Topic topic, int number, List<Message> records) {
        var partition = topic.partitions().get(number);
        if (!partition.eligible().isEmpty() || !partition.lastKnownEligible().isEmpty() && partition.leader() >= 0) {
            records.add(PartitionChangeRecord.builder().topicId(topic.id()).partitionId(number)
                    .eligibleLeaderReplicas(List.of())
                    .lastKnownElr(partition.leader() >= 0 ? List.of() : null).build());
        }
    }

    /** Names of topics for which this key may mean something else after these records. */
    private static SortedSet<String> topics(List<Message> configs, String key, Cluster cluster) {
        var names = new TreeSet<String>();
        for (var record : configs) {
            if (record instanceof ConfigRecord config && config.name().equals(key)) {
                if (config.resourceType() == Resource.TOPIC) {
                    names.add(config.resourceName());
                } else {
                    names.addAll(cluster.names());
                }
            }
        }
        names.removeIf(name -> cluster.topic(name) == null);
        return names;
    }
}
