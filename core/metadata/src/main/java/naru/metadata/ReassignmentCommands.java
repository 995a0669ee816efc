package naru.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import naru.base.Uuid;
import naru.configuration.BrokerSettings;
import naru.protocol.ErrorCode;
import naru.protocol.message.AlterPartitionReassignmentsRequest;
import naru.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import naru.protocol.message.AlterPartitionReassignmentsResponse;
import naru.protocol.message.AlterPartitionReassignmentsResponse.ReassignablePartitionResponse;
import naru.protocol.message.AlterPartitionReassignmentsResponse.ReassignableTopicResponse;
import naru.protocol.message.ListPartitionReassignmentsRequest;
import naru.protocol.message.ListPartitionReassignmentsResponse;
import naru.protocol.message.ListPartitionReassignmentsResponse.OngoingPartitionReassignment;
import naru.protocol.message.ListPartitionReassignmentsResponse.OngoingTopicReassignment;

/**
 * Partitions move (KIP-455): new replicas are added, and when they are in sync ({@link PartitionChange} sees to that)
 * those that are not wanted go.
 */
final class ReassignmentCommands {

    private final BrokerSettings settings;

    ReassignmentCommands(BrokerSettings settings) {
        this.settings = settings;
    }

    Decision alter(AlterPartitionReassignmentsRequest asked, Cluster cluster) {
        var moved = new Movements.Moved();
        var rules = new LeadershipRules.Book(cluster, settings);
        var topics = new ArrayList<ReassignableTopicResponse>();
        for (var topic : asked.topics()) {
            var answers = new ArrayList<ReassignablePartitionResponse>();
            for (var wanted : topic.partitions()) {
                var code = ErrorCode.NONE.code();
                String why = null;
                try {
                    alterOne(topic.name(), wanted, asked.allowReplicationFactorChange(), cluster, rules, moved);
                } catch (Refused refused) {
                    code = refused.code();
                    why = refused.getMessage();
                }
                answers.add(new ReassignablePartitionResponse(wanted.partitionIndex(), code, why));
            }
            topics.add(new ReassignableTopicResponse(topic.name(), answers));
        }
        var answer = AlterPartitionReassignmentsResponse.builder()
                .allowReplicationFactorChange(asked.allowReplicationFactorChange()).responses(topics);
        if (!topics.isEmpty()) {
            answer.errorMessage(null); // as Kafka does: null where all is well, but empty where nothing was asked
        }
        return new Decision(moved.records(), answer.build(), moved.notices());
    }

    private static void alterOne(
            String name, ReassignablePartition wanted, boolean mayChangeCount, Cluster cluster, LeadershipRules.Book rules,
            Movements.Moved moved) throws Refused {
        var topic = cluster.topic(name);
        if (topic == null) {
            throw new Refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "Unable to find a topic named " + name + ".");
        }
        int number = wanted.partitionIndex();
        if (!topic.has(number)) {
            throw new Refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "Unable to find partition " + name + ":" + number + ".");
        }
        var was = moved.latest(name + "-" + number, topic.partitions().get(number));
        var change = new PartitionChange(was, topic.id(), number, rules.of(name), Movements.serving(cluster, was));
        if (wanted.replicas() == null) {
            cancel(change, was, name + ":" + number, rules.of(name), Movements.serving(cluster, was));
        } else {
            move(change, was, wanted.replicas(), mayChangeCount, cluster);
        }
        moved.add(change, name + "-" + number, was);
    }

    private static void move(
            PartitionChange change, Partition was, List<Integer> target, boolean mayChangeCount, Cluster cluster)
            throws Refused {
        NewPartitions.checkManual(target, cluster);
        // While one is under way, the replicas that it adds do not count yet.
        int countNow = was.replicas().size() - was.adding().size();
        if (!mayChangeCount && target.size() != countNow) {
            throw new Refused(ErrorCode.INVALID_REPLICATION_FACTOR,
                    "The replication factor is changed from " + countNow + " to " + target.size());
        }
        var removing = new TreeSet<>(was.replicas());
        removing.removeAll(target);
        var adding = new TreeSet<>(target);
        adding.removeAll(was.replicas());
        // What an earlier move has not finished adding is not in sync yet, and goes on being added.
        was.adding().stream().filter(target::contains).filter(id -> !was.inSync().contains(id)).forEach(adding::add);
        var merged = new ArrayList<>(target);
        merged.addAll(removing);
        change.replicas(merged, merged.stream().map(id -> folder(was, id, cluster)).toList()).reassigning(adding, removing);
    }

    private static Uuid folder(Partition was, int id, Cluster cluster) {
        int at = was.replicas().indexOf(id);
        return at >= 0 ? was.directories().get(at) : Directories.ofNewReplica(cluster.brokers().get(id));
    }

    private static void cancel(
            PartitionChange change, Partition was, String name, LeadershipRules rules, IntPredicate serving) throws Refused {
        if (was.adding().isEmpty() && was.removing().isEmpty()) {
            throw new Refused(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, null); // as Kafka does, without a word
        }
        var replicas = PartitionChange.without(was.replicas(), was.adding());
        var inSync = PartitionChange.without(was.inSync(), was.adding());
        boolean isComplete = !inSync.isEmpty() || was.eligible().stream().anyMatch(replicas::contains);
        boolean mayLose = rules.uncleanly() && replicas.stream().anyMatch(serving::test);
        if (replicas.isEmpty() || !isComplete && !mayLose) {
            throw new Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT, "Unable to revert partition assignment for " + name
                    + " because it would require an unclean leader election.");
        }
        if (!mayLose && inSync.size() < was.inSync().size() && inSync.size() < rules.inSyncMinAmong(replicas.size())) {
            throw new Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT, "Unable to revert partition assignment for " + name
                    + " because fewer replicas would be in sync than min.insync.replicas.");
        }
        var folders = replicas.stream().map(id -> was.directories().get(was.replicas().indexOf(id))).toList();
        change.replicas(replicas, folders).inSync(inSync).reassigning(List.of(), List.of());
    }

    Decision list(ListPartitionReassignmentsRequest asked, Cluster cluster) {
        var found = new ArrayList<OngoingTopicReassignment>();
        if (asked.topics() == null) {
            for (var topic : cluster.topics()) {
                var all = new ArrayList<Integer>();
                for (int i = 0; i < topic.partitions().size(); i++) {
                    all.add(i);
                }
                list(topic, all, found);
            }
        } else {
            for (var wanted : asked.topics()) {
                var topic = cluster.topic(wanted.name());
                if (topic != null) {
                    list(topic, wanted.partitionIndexes(), found);
                }
            }
        }
        return Decision.nothing(ListPartitionReassignmentsResponse.builder().errorMessage(null).topics(found).build());
    }

    private static void list(Topic topic, List<Integer> numbers, List<OngoingTopicReassignment> found) {
        var ongoing = new ArrayList<OngoingPartitionReassignment>();
        for (int i : numbers) {
            var partition = topic.has(i) ? topic.partitions().get(i) : null;
            if (partition != null && !(partition.adding().isEmpty() && partition.removing().isEmpty())) {
                ongoing.add(new OngoingPartitionReassignment(i, partition.replicas(), partition.adding(), partition.removing()));
            }
        }
        if (!ongoing.isEmpty()) {
            found.add(new OngoingTopicReassignment(topic.name(), ongoing));
        }
    }
}
