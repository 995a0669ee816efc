package naru.metadata;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import naru.base.Uuid;
import naru.configuration.BrokerSettings;
import naru.protocol.Message;
import naru.protocol.message.PartitionChangeRecord;

/** What partitions do when brokers come and go. Looks at the partitions of those brokers and at no others. */
final class Movements {

    /**
     * @param records of partitions that change
     * @param notices sentences for the operator: who leads though it may lack records
     * @param changed partitions as they become, by name: a request may name one twice
     */
    record Moved(List<Message> records, List<String> notices, Map<String, Partition> changed) {

        Moved() {
            this(new ArrayList<>(), new ArrayList<>(), new HashMap<>());
        }

        /** The partition with what was changed here already. */
        Partition latest(String name, Partition committed) {
            return changed.getOrDefault(name, committed);
        }

        /** @param name as people write it */
        void add(PartitionChange change, String name, Partition was) {
            var record = change.record();
            if (record != null) {
                add(record, name, was);
            }
            if (record != null && change.isLossy()) {
                notices.add(name + " is led by broker " + record.leader() + ", which was not in sync: what only "
                        + holders(was) + " had is lost (unclean leader election)");
            }
        }

        void add(PartitionChangeRecord record, String name, Partition was) {
            records.add(record);
            changed.put(name, Partitions.changed(was, record));
        }

        private static String holders(Partition was) {
            var others = new ArrayList<>(was.inSync());
            others.addAll(was.eligible());
            return others.isEmpty() ? "its last leader's memory" : "brokers " + others;
        }
    }

    /** What a broker may have lost of that which it had written. */
    enum Loss {
        NOTHING,
        /** What no medium had. An only replica answers for itself all the same: nobody has more. */
        UNSYNCED,
        /** What lay in a log folder that is not there any more. */
        FOLDERS;

        private boolean concerns(Partition partition) {
            return switch (this) {
                case NOTHING -> false;
                case UNSYNCED -> partition.replicas().size() > 1;
                case FOLDERS -> true;
            };
        }
    }

    private final BrokerSettings settings;

    Movements(BrokerSettings settings) {
        this.settings = settings;
    }

    /** Brokers that are alive, stay, and have the folder of their replica of this partition. */
    static IntPredicate serving(Cluster cluster, Partition partition) {
        return id -> {
            var broker = cluster.brokers().get(id);
            int at = partition.replicas().indexOf(id);
            return broker != null && broker.isActive()
                    && (at < 0 || Directories.isOnline(broker, partition.directories().get(at)));
        };
    }

    /**
     * These brokers can no longer be in sync with anything.
     *
     * @param after in which they are fenced, or on their way out, or not registered
     * @param loss of each of them
     */
    Moved leave(Cluster after, Collection<Integer> gone, Loss loss) {
        var moved = new Moved();
        var rules = new LeadershipRules.Book(after, settings);
        for (var topic : topicsOn(after, gone)) {
            for (int i = 0; i < topic.partitions().size(); i++) {
                var was = topic.partitions().get(i);
                boolean isMeant = gone.contains(was.leader()) || containsAny(was.inSync(), gone)
                        || loss != Loss.NOTHING && containsAny(was.eligible(), gone);
                if (isMeant) {
                    var unsure = loss.concerns(was) ? gone : List.<Integer>of();
                    var change = new PartitionChange(was, topic.id(), i, rules.of(topic.name()), serving(after, was));
                    moved.add(change.inSync(PartitionChange.without(was.inSync(), gone)).unsure(unsure),
                            topic.name() + "-" + i, was);
                }
            }
        }
        return moved;
    }

    private static boolean containsAny(List<Integer> all, Collection<Integer> some) {
        for (int i = 0; i < all.size(); i++) {
            if (some.contains(all.get(i))) {
                return true;
            }
        }
        return false;
    }

    private static Collection<Topic> topicsOn(Cluster cluster, Collection<Integer> brokers) {
        var topics = new LinkedHashMap<Uuid, Topic>();
        brokers.forEach(id -> cluster.topicsOn(id).forEach(topic -> topics.put(topic.id(), topic)));
        return topics.values();
    }

    /** @param after in which the broker may lead */
    Moved arrive(Cluster after, int broker) {
        return findLeaders(after, after.topicsOn(broker), broker);
    }

    /**
     * Looks for leaders of partitions that nobody leads.
     *
     * @param broker a replica that has just come; -1 to look at all
     */
    Moved findLeaders(Cluster after, Collection<Topic> topics, int broker) {
        var moved = new Moved();
        var rules = new LeadershipRules.Book(after, settings);
        for (var topic : topics) {
            for (int i = 0; i < topic.partitions().size(); i++) {
                var was = topic.partitions().get(i);
                if (was.leader() < 0 && (broker < 0 || was.replicas().contains(broker))) {
                    moved.add(new PartitionChange(was, topic.id(), i, rules.of(topic.name()), serving(after, was)),
                            topic.name() + "-" + i, was);
                }
            }
        }
        return moved;
    }

    /** @param after in which the broker no longer has these folders */
    Moved loseFolders(Cluster after, int broker, Collection<Uuid> offline) {
        var moved = new Moved();
        var rules = new LeadershipRules.Book(after, settings);
        for (var topic : after.topicsOn(broker)) {
            for (int i = 0; i < topic.partitions().size(); i++) {
                var was = topic.partitions().get(i);
                int at = was.replicas().indexOf(broker);
                if (at >= 0 && offline.contains(was.directories().get(at))
                        && (was.leader() == broker || was.inSync().contains(broker) || was.eligible().contains(broker))) {
                    var change = new PartitionChange(was, topic.id(), i, rules.of(topic.name()), serving(after, was));
                    moved.add(change.inSync(PartitionChange.without(was.inSync(), List.of(broker))).unsure(List.of(broker)),
                            topic.name() + "-" + i, was);
                }
            }
        }
        return moved;
    }
}
