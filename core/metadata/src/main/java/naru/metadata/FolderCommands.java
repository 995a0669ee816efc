package naru.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import naru.base.Uuid;
import naru.configuration.BrokerSettings;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.AssignReplicasToDirsRequest;
import naru.protocol.message.AssignReplicasToDirsResponse;
import naru.protocol.message.PartitionChangeRecord;

/** Brokers tell in which of their log folders their replicas lie (KIP-858). */
final class FolderCommands {

    private final BrokerSettings settings;

    FolderCommands(BrokerSettings settings) {
        this.settings = settings;
    }

    /** Partitions as they become while the request is worked through: it may name one twice. */
    private record Working(Cluster cluster, List<Message> records) {}

    Decision assign(AssignReplicasToDirsRequest asked, Cluster cluster) {
        var broker = cluster.brokers().get(asked.brokerId());
        if (broker == null || broker.epoch() != asked.brokerEpoch()) {
            return Decision.nothing(AssignReplicasToDirsResponse.builder()
                    .errorCode(ErrorCode.STALE_BROKER_EPOCH.code()).build());
        }
        var working = new Working(cluster, new ArrayList<>());
        var rules = new LeadershipRules.Book(cluster, settings);
        var folders = new ArrayList<AssignReplicasToDirsResponse.DirectoryData>();
        var now = new TreeMap<String, Partition>();
        for (var folder : asked.directories()) {
            // One that registered when records had no place for folders is taken at its word.
            boolean isOnline = broker.directories().isEmpty() || broker.directories().contains(folder.id());
            var topics = new ArrayList<AssignReplicasToDirsResponse.TopicData>();
            for (var topic : folder.topics()) {
                var answers = new ArrayList<AssignReplicasToDirsResponse.PartitionData>();
                for (var one : topic.partitions()) {
                    var code = assignOne(working, now, broker, folder.id(), isOnline, topic.topicId(), one.partitionIndex(),
                            name -> rules.of(name));
                    answers.add(new AssignReplicasToDirsResponse.PartitionData(one.partitionIndex(), code.code()));
                }
                topics.add(new AssignReplicasToDirsResponse.TopicData(topic.topicId(), answers));
            }
            folders.add(new AssignReplicasToDirsResponse.DirectoryData(folder.id(), topics));
        }
        return new Decision(working.records(), AssignReplicasToDirsResponse.builder().directories(folders).build());
    }

    private static ErrorCode assignOne(
            Working working, TreeMap<String, Partition> now, BrokerNode broker, Uuid folder, boolean isOnline, Uuid id,
            int number, Function<String, LeadershipRules> rules) {
        var topic = working.cluster().topic(id);
        if (topic == null) {
            return ErrorCode.UNKNOWN_TOPIC_ID;
        }
        if (!topic.has(number)) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        var was = now.getOrDefault(id + " " + number, topic.partitions().get(number));
        int at = was.replicas().indexOf(broker.id());
        if (at < 0) {
            return ErrorCode.NOT_LEADER_OR_FOLLOWER;
        }
        var folders = new ArrayList<>(was.directories());
        folders.set(at, folder);
        var settled = new Partition(was.replicas(), folders, was.inSync(), was.removing(), was.adding(), was.eligible(),
                was.lastKnownEligible(), was.leader(), was.recoveryState(), was.leaderEpoch(), was.partitionEpoch());
        var change = new PartitionChange(was, id, number, rules.apply(topic.name()),
                Movements.serving(working.cluster(), settled)).directories(folders);
        // A replica that moved into a folder which has failed meanwhile is not in sync with anything.
        if (!isOnline) {
            change.inSync(PartitionChange.without(was.inSync(), List.of(broker.id()))).unsure(List.of(broker.id()));
        }
        PartitionChangeRecord record = change.record();
        if (record != null) {
            working.records().add(record);
            now.put(id + " " + number, Partitions.changed(was, record));
        }
        return ErrorCode.NONE;
    }
}
