package naru.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.base.DiskFailure;
import naru.base.Uuid;
import naru.metadata.Cluster;
import naru.metadata.Command;
import naru.metadata.Features;
import naru.metadata.Topic;
import naru.protocol.ErrorCode;
import naru.protocol.message.AssignReplicasToDirsRequest;
import naru.protocol.message.AssignReplicasToDirsRequest.DirectoryData;
import naru.protocol.message.AssignReplicasToDirsRequest.PartitionData;
import naru.protocol.message.AssignReplicasToDirsRequest.TopicData;
import naru.protocol.message.AssignReplicasToDirsResponse;

/**
 * Tells the controller in which of several log folders the replicas of a lane lie (KIP-858), so that it knows which of them are lost
 * with a folder. Asked again until it is decided. A broker with one folder has nothing to tell: the controller knows.
 */
final class FolderAssignments {

    /** So that what is decided fits into one batch of records, with room to spare. */
    private static final int ASKED_MAX = 2_000;
    private static final long AGAIN_MS = 500;

    private record Key(Uuid topic, int partition) {}

    /** Where it lies, and who waits until the controller knows. */
    private record Wanted(Uuid folder, Runnable whenTold) {}

    private final LaneBroker lane;
    private final Map<Key, Wanted> waiting = new LinkedHashMap<>();
    /** Whether records had a place for it when this lane looked last. */
    private boolean isRecorded;
    private boolean underWay;
    private boolean scheduled;

    FolderAssignments(LaneBroker lane) {
        this.lane = lane;
    }

    /** The cluster has risen to where records have a place for it: then nobody has told of any partition. */
    void onCluster(Cluster cluster) {
        boolean wasRecorded = isRecorded;
        isRecorded = Features.recordsFolders(cluster);
        if (isRecorded && !wasRecorded) {
            lane.topics().ownPartitions().forEach(this::tell);
        }
    }

    /** The partition lies in its folder, as far as the controller knows something else. */
    void tell(Partition partition) {
        if (lane.broker().folders().size() > 1) {
            tell(partition, lane.partitions().folderOf(partition), () -> { });
        }
    }

    /** @param whenTold runs when the controller knows, maybe at once; never, when something else is told of the partition before */
    void tell(Partition partition, String folder, Runnable whenTold) {
        var id = lane.broker().folderStates().idOf(folder);
        var key = new Key(partition.topicId(), partition.name().partition());
        waiting.remove(key);
        if (!isNews(key, id)) {
            whenTold.run();
            return;
        }
        waiting.put(key, new Wanted(id, whenTold));
        sendLater(0);
    }

    /**
     * A move that a crash has caught may have left an older log of the partition in another folder than the one it lies in.
     *
     * @throws DiskFailure why the folder cannot be used that it lies in, as far as the controller knows
     */
    void refuseWhenOutOfReach(Topic topic, int index) {
        var state = topic.partitions().get(index);
        int at = state.replicas().indexOf(lane.broker().nodeId());
        var ids = lane.broker().folderStates().ids();
        for (int i = 0; i < ids.size() && at >= 0; i++) {
            var failure = lane.partitions().folders().get(i).failure();
            if (failure != null && state.directories().get(at).equals(ids.get(i))) {
                throw failure;
            }
        }
    }

    private boolean isNews(Key key, Uuid folder) {
        if (!Features.recordsFolders(lane.cluster())) {
            return false;
        }
        var topic = lane.cluster().topic(key.topic());
        if (topic == null || !topic.has(key.partition())) {
            return false;
        }
        var state = topic.partitions().get(key.partition());
        int at = state.replicas().indexOf(lane.broker().nodeId());
        return at >= 0 && !state.directories().get(at).equals(folder);
    }

    private void sendLater(long ms) {
        if (!scheduled && !underWay) {
            scheduled = true;
            lane.afterMs(ms, this::send);
        }
    }

    private void send() {
        scheduled = false;
        waiting.entrySet().removeIf(one -> lane.cluster().topic(one.getKey().topic()) == null);
        if (waiting.isEmpty()) {
            return;
        }
        if (lane.replication().brokerEpoch() < 0) {
            sendLater(AGAIN_MS); // this broker is not registered yet
            return;
        }
        underWay = true;
        var asked = new LinkedHashMap<Key, Wanted>();
        waiting.entrySet().stream().limit(ASKED_MAX).forEach(one -> asked.put(one.getKey(), one.getValue()));
        lane.broker().decide(lane.number(), new Command.AssignReplicasToDirs(requestFor(asked)),
                answer -> onAnswer(asked, (AssignReplicasToDirsResponse) answer), () -> {
                    underWay = false;
                    sendLater(AGAIN_MS);
                });
    }

    private AssignReplicasToDirsRequest requestFor(Map<Key, Wanted> asked) {
        var byFolder = new TreeMap<Uuid, TreeMap<Uuid, List<PartitionData>>>();
        asked.forEach((key, wanted) -> byFolder.computeIfAbsent(wanted.folder(), _ -> new TreeMap<>())
                .computeIfAbsent(key.topic(), _ -> new ArrayList<>()).add(new PartitionData(key.partition())));
        var folders = new ArrayList<DirectoryData>();
        byFolder.forEach((folder, topics) -> {
            var all = new ArrayList<TopicData>();
            topics.forEach((topic, partitions) -> all.add(new TopicData(topic, partitions)));
            folders.add(new DirectoryData(folder, all));
        });
        return AssignReplicasToDirsRequest.builder().brokerId(lane.broker().nodeId())
                .brokerEpoch(lane.replication().brokerEpoch()).directories(folders).build();
    }

    private void onAnswer(Map<Key, Wanted> asked, AssignReplicasToDirsResponse answer) {
        underWay = false;
        int before = waiting.size();
        if (answer.errorCode() == ErrorCode.NONE.code()) {
            for (var folder : answer.directories()) {
                for (var topic : folder.topics()) {
                    topic.partitions().forEach(one ->
                            onAnswer(asked, new Key(topic.topicId(), one.partitionIndex()), ErrorCode.of(one.errorCode())));
                }
            }
        }
        if (!waiting.isEmpty()) {
            sendLater(waiting.size() < before ? 0 : AGAIN_MS);
        }
    }

    private void onAnswer(Map<Key, Wanted> asked, Key key, ErrorCode error) {
        var wanted = asked.get(key);
        if (wanted == null || waiting.get(key) != wanted) {
            return; // something else is to be told meanwhile
        }
        switch (error) {
            case NONE -> {
                waiting.remove(key);
                wanted.whenTold().run();
            }
            // It is not here any more, as far as the controller knows.
            case UNKNOWN_TOPIC_ID, UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER -> waiting.remove(key);
            default -> { } // asked again
        }
    }
}
