package naru.differential;

import java.util.List;
import naru.protocol.message.AlterPartitionReassignmentsRequest;
import naru.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import naru.protocol.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import naru.protocol.message.AlterReplicaLogDirsRequest;
import naru.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDir;
import naru.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DescribeLogDirsRequest;
import naru.protocol.message.DescribeLogDirsResponse;
import naru.protocol.message.ElectLeadersRequest;
import naru.protocol.message.ListPartitionReassignmentsRequest;
import naru.protocol.message.ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics;
import naru.protocol.message.UnregisterBrokerRequest;

/** Leaderships and replicas are moved, as far as there is anywhere to go on one broker. */
final class MovementScenarios {

    private MovementScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("elect-leaders", ApiKey.ELECT_LEADERS, MovementScenarios::elect),
                new Scenario("alter-partition-reassignments", ApiKey.ALTER_PARTITION_REASSIGNMENTS, MovementScenarios::reassign),
                new Scenario("list-partition-reassignments", ApiKey.LIST_PARTITION_REASSIGNMENTS, MovementScenarios::list),
                new Scenario("alter-replica-log-dirs", ApiKey.ALTER_REPLICA_LOG_DIRS, MovementScenarios::folders),
                new Scenario("unregister-broker", ApiKey.UNREGISTER_BROKER, MovementScenarios::unregister));
    }

    private static void elect(Conversation with, int version) {
        var topic = Given.topic(with, "a", 2);
        for (byte type : version == 0 ? new byte[] {0} : new byte[] {0, 1}) {
            with.probe("leaders by " + type, electing(type, new ElectLeadersRequest.TopicPartitions(topic, List.of(0, 1))));
            with.probe("no such partition by " + type, electing(type, new ElectLeadersRequest.TopicPartitions(topic, List.of(7, -1))));
            with.probe("no such topic by " + type, electing(type, new ElectLeadersRequest.TopicPartitions(with.name("b"), List.of(0))));
            with.probe("no partitions by " + type, electing(type, new ElectLeadersRequest.TopicPartitions(topic, List.of())));
            with.probe("nothing by " + type, electing(type));
        }
        if (version > 0) {
            with.probe("another type", electing((byte) 7, new ElectLeadersRequest.TopicPartitions(topic, List.of(0))));
        }
    }

    private static ElectLeadersRequest electing(byte type, ElectLeadersRequest.TopicPartitions... topics) {
        return ElectLeadersRequest.builder().electionType(type).topicPartitions(List.of(topics)).timeoutMs(10_000).build();
    }

    private static void reassign(Conversation with, int version) {
        var topic = Given.topic(with, "a", 3);
        with.probe("where it is", moving(topic, new ReassignablePartition(0, List.of(1))));
        with.probe("to nobody", moving(topic, new ReassignablePartition(0, List.of())));
        with.probe("to a stranger", moving(topic, new ReassignablePartition(0, List.of(1, 9))));
        with.probe("to one below zero", moving(topic, new ReassignablePartition(0, List.of(-1))));
        with.probe("to the same twice", moving(topic, new ReassignablePartition(0, List.of(1, 1))));
        with.probe("cancel nothing", moving(topic, new ReassignablePartition(0, null)));
        with.probe("no such partition", moving(topic, new ReassignablePartition(7, List.of(1)), new ReassignablePartition(-1, null)));
        with.probe("no such topic", moving(with.name("b"), new ReassignablePartition(0, List.of(1))));
        with.probe("good and bad", moving(topic, new ReassignablePartition(0, List.of(1)), new ReassignablePartition(1, List.of(9))));
        with.probe("the same partition twice", moving(topic, new ReassignablePartition(0, List.of(1)), new ReassignablePartition(0, null)));
        with.probe("nothing", AlterPartitionReassignmentsRequest.builder().timeoutMs(10_000).build());
        if (version > 0) {
            with.probe("to none with the count kept", moving(topic, new ReassignablePartition(0, List.of(1)))
                    .toBuilder().allowReplicationFactorChange(false).build());
            with.probe("to more with the count kept", moving(topic, new ReassignablePartition(0, List.of(1, 9)))
                    .toBuilder().allowReplicationFactorChange(false).build());
        }
    }

    private static AlterPartitionReassignmentsRequest moving(String topic, ReassignablePartition... partitions) {
        return AlterPartitionReassignmentsRequest.builder().timeoutMs(10_000)
                .topics(List.of(new ReassignableTopic(topic, List.of(partitions)))).build();
    }

    private static void list(Conversation with, int version) {
        var topic = Given.topic(with, "a", 2);
        with.probe("everything", ListPartitionReassignmentsRequest.builder().timeoutMs(10_000).topics(null).build());
        with.probe("one topic", listing(new ListPartitionReassignmentsTopics(topic, List.of(0, 1))));
        with.probe("no such partition", listing(new ListPartitionReassignmentsTopics(topic, List.of(7))));
        with.probe("no such topic", listing(new ListPartitionReassignmentsTopics(with.name("b"), List.of(0))));
        with.probe("nothing", listing());
    }

    private static ListPartitionReassignmentsRequest listing(ListPartitionReassignmentsTopics... topics) {
        return ListPartitionReassignmentsRequest.builder().timeoutMs(10_000).topics(List.of(topics)).build();
    }

    private static void unregister(Conversation with, int version) {
        with.probe("a stranger", new UnregisterBrokerRequest(77));
        with.probe("below zero", new UnregisterBrokerRequest(-1));
    }

    private static void folders(Conversation with, int version) {
        var topic = Given.topic(with, "t", 2);
        DescribeLogDirsResponse described = with.quietly(4, DescribeLogDirsRequest.builder().topics(null).build());
        String here = described.results().getFirst().logDir();
        with.call(here, "here");
        with.probe("where it is", placing(here, topic, 0, 1));
        with.probe("in no folder of this broker", placing("/nowhere", topic, 0));
        with.probe("no path", placing("", topic, 0));
        with.probe("no such partition", placing(here, topic, 0, 7, -1));
        with.probe("no such topic", placing(here, with.name("u"), 0));
        with.probe("a name that is no topic's", placing(here, "a/b", 0));
        with.probe("a name too long for a copy", placing(here, "l".repeat(230), 0));
        with.probe("a name too long, in no folder of this broker", placing("/nowhere", "l".repeat(230), 0));
        with.probe("one partition in two folders", AlterReplicaLogDirsRequest.builder().dirs(List.of(
                new AlterReplicaLogDir("/nowhere", List.of(new AlterReplicaLogDirTopic(topic, List.of(0)))),
                new AlterReplicaLogDir(here, List.of(new AlterReplicaLogDirTopic(topic, List.of(0)))))).build());
        with.probe("no partitions", placing(here, topic));
        with.probe("nothing", AlterReplicaLogDirsRequest.builder().dirs(List.of()).build());
    }

    private static AlterReplicaLogDirsRequest placing(String folder, String topic, Integer... partitions) {
        return AlterReplicaLogDirsRequest.builder().dirs(List.of(new AlterReplicaLogDir(
                folder, List.of(new AlterReplicaLogDirTopic(topic, List.of(partitions)))))).build();
    }
}
