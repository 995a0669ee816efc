package naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.message.AlterPartitionReassignmentsRequest;
import naru.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import naru.protocol.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import naru.protocol.message.AlterPartitionReassignmentsResponse;
import naru.protocol.message.AssignReplicasToDirsRequest;
import naru.protocol.message.AssignReplicasToDirsResponse;
import naru.protocol.message.BrokerHeartbeatRequest;
import naru.protocol.message.CreatePartitionsRequest;
import naru.protocol.message.CreatePartitionsResponse;
import naru.protocol.message.ListPartitionReassignmentsRequest;
import naru.protocol.message.ListPartitionReassignmentsResponse;
import org.junit.jupiter.api.Test;

/** Partitions move from broker to broker, and lie in folders. */
class ReassignmentTest {

    private final Stage stage = new Stage(false).brokers(4);

    private short move(List<Integer> to) {
        AlterPartitionReassignmentsResponse reply = stage.ask(new Command.AlterPartitionReassignments(
                AlterPartitionReassignmentsRequest.builder().topics(List.of(new ReassignableTopic(
                        "t", List.of(new ReassignablePartition(0, to))))).build()));
        return reply.responses().getFirst().partitions().getFirst().errorCode();
    }

    private List<Integer> moving() {
        ListPartitionReassignmentsResponse reply = stage.ask(new Command.ListPartitionReassignments(
                ListPartitionReassignmentsRequest.builder().topics(null).build()));
        return reply.topics().isEmpty() ? List.of() : reply.topics().getFirst().partitions().getFirst().addingReplicas();
    }

    @Test
    void a_move_is_complete_when_all_that_are_added_are_in_sync() {
        stage.topic("t", List.of(1, 2));
        assertThat(move(List.of(3, 4))).isZero();
        assertThat(stage.partition("t").replicas()).containsExactly(3, 4, 1, 2);
        assertThat(stage.partition("t").removing()).containsExactly(1, 2);
        assertThat(moving()).containsExactly(3, 4);
        stage.inSync("t", 1, 2, 3);
        assertThat(moving()).containsExactly(3, 4);
        var answer = stage.propose(1, "t", stage.proposal("t", 1, 2, 3, 4));
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.NEW_LEADER_ELECTED.code());
        assertThat(moving()).isEmpty();
        assertThat(stage.partition("t").replicas()).containsExactly(3, 4);
        assertThat(stage.partition("t").directories()).containsExactly(new Uuid(9, 3), new Uuid(9, 4));
        assertThat(stage.partition("t").inSync()).containsExactly(3, 4);
        assertThat(stage.partition("t").leader()).isEqualTo(3);
    }

    @Test
    void a_leader_that_stays_begins_a_new_epoch_when_others_go() {
        stage.topic("t", List.of(1, 2, 3));
        assertThat(move(List.of(1, 3))).isZero();
        assertThat(stage.partition("t").replicas()).containsExactly(1, 3);
        assertThat(stage.partition("t").leader()).isEqualTo(1);
        assertThat(stage.partition("t").leaderEpoch()).isEqualTo(1);
        assertThat(moving()).isEmpty();
    }

    @Test
    void who_goes_stays_until_enough_of_the_others_are_in_sync() {
        stage.topic("t", List.of(1, 2, 3), "min.insync.replicas", "2");
        stage.fence(3);
        assertThat(move(List.of(3, 1))).isZero();
        assertThat(stage.partition("t").replicas()).containsExactly(3, 1, 2);
        assertThat(stage.partition("t").removing()).containsExactly(2);
        assertThat(stage.partition("t").inSync()).containsExactly(1, 2);
        stage.beat(3, false);
        stage.propose(1, "t", stage.proposal("t", 1, 2, 3));
        assertThat(stage.partition("t").replicas()).containsExactly(3, 1);
        assertThat(stage.partition("t").inSync()).containsExactly(1, 3);
        assertThat(move(List.of(3))).isZero();
        assertThat(stage.partition("t").inSync()).containsExactly(3);
    }

    @Test
    void nothing_is_taken_back_that_would_leave_too_few_in_sync() {
        stage.topic("t", List.of(1, 2), "min.insync.replicas", "2");
        move(List.of(3, 4));
        stage.inSync("t", 1, 2, 3);
        stage.fence(2);
        assertThat(move(null)).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT.code());
        assertThat(stage.partition("t").inSync()).containsExactly(1, 3);
        stage.beat(2, false);
        stage.inSync("t", 1, 2, 3);
        assertThat(move(null)).isZero();
        assertThat(stage.partition("t").inSync()).containsExactly(1, 2);
    }

    @Test
    void a_move_can_be_taken_back() {
        stage.topic("t", List.of(1, 2));
        assertThat(move(null)).isEqualTo(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS.code());
        move(List.of(3, 4));
        stage.inSync("t", 1, 2, 3);
        assertThat(move(null)).isZero();
        assertThat(stage.partition("t").replicas()).containsExactly(1, 2);
        assertThat(stage.partition("t").inSync()).containsExactly(1, 2);
        assertThat(stage.partition("t").leaderEpoch()).isEqualTo(1);
    }

    @Test
    void taking_back_never_loses_what_only_the_new_have() {
        stage.topic("t", List.of(1));
        move(List.of(3, 4));
        stage.inSync("t", 1, 3);
        stage.fence(1);
        assertThat(stage.partition("t").leader()).isEqualTo(3);
        assertThat(move(null)).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT.code());
    }

    @Test
    void a_move_can_change_its_mind() {
        stage.topic("t", List.of(1, 2));
        move(List.of(3, 2));
        move(List.of(3, 4));
        assertThat(stage.partition("t").adding()).containsExactly(3, 4);
        assertThat(stage.partition("t").removing()).containsExactly(1, 2);
        move(List.of(1, 2));
        assertThat(stage.partition("t").replicas()).containsExactly(1, 2);
        assertThat(moving()).isEmpty();
    }

    @Test
    void new_partitions_stay_away_from_brokers_that_leave_or_are_cordoned() {
        stage.topic("t", List.of(1, 2));
        stage.fence(3);
        stage.beat(BrokerHeartbeatRequest.builder().brokerId(4).brokerEpoch(stage.epochs.get(4))
                .currentMetadataOffset(stage.end).cordonedLogDirs(List.of(new Uuid(9, 4))).build());
        assertThat(stage.cluster.brokers().get(4).cordoned()).containsExactly(new Uuid(9, 4));
        grow(5, 0);
        for (var partition : stage.cluster.topic("t").partitions()) {
            assertThat(partition.replicas()).containsExactlyInAnyOrder(1, 2);
        }
        stage.topic("wide", List.of(1, 2, 3));
        assertThat(stage.partition("wide").inSync()).containsExactly(1, 2);
        stage.fence(1, 2);
        grow(6, ErrorCode.INVALID_REPLICATION_FACTOR.code());
    }

    private void grow(int to, int error) {
        CreatePartitionsResponse reply = stage.ask(new Command.CreatePartitions(new CreatePartitionsRequest(
                List.of(new CreatePartitionsRequest.CreatePartitionsTopic("t", to, null)), 1_000, false)));
        assertThat(reply.results().getFirst().errorCode()).isEqualTo((short) error);
    }

    static AssignReplicasToDirsRequest assignment(Stage stage, int broker, Uuid folder, String topic) {
        return new AssignReplicasToDirsRequest(broker, stage.epochs.get(broker), List.of(
                new AssignReplicasToDirsRequest.DirectoryData(folder, List.of(new AssignReplicasToDirsRequest.TopicData(
                        stage.cluster.topic(topic).id(),
                        List.of(new AssignReplicasToDirsRequest.PartitionData(0), new AssignReplicasToDirsRequest.PartitionData(9)))))));
    }

    @Test
    void a_replica_in_a_folder_that_failed_is_not_in_sync() {
        stage.topic("t", List.of(1, 2));
        AssignReplicasToDirsResponse reply = stage.ask(new Command.AssignReplicasToDirs(
                assignment(stage, 1, new Uuid(5, 5), "t")));
        assertThat(reply.directories().getFirst().topics().getFirst().partitions())
                .extracting(AssignReplicasToDirsResponse.PartitionData::errorCode)
                .containsExactly((short) 0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(stage.partition("t").leader()).isEqualTo(2);
        AssignReplicasToDirsResponse other = stage.ask(new Command.AssignReplicasToDirs(
                assignment(stage, 3, new Uuid(9, 3), "t")));
        assertThat(other.directories().getFirst().topics().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
    }
}
