package naru.metadata;

import static naru.metadata.PartitionChange.RECOVERING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.message.AlterPartitionRequest;
import naru.protocol.message.AlterPartitionRequest.BrokerState;
import naru.protocol.message.AlterPartitionRequest.PartitionData;
import naru.protocol.message.AlterPartitionRequest.TopicData;
import naru.protocol.message.AlterPartitionResponse;
import naru.protocol.message.ElectLeadersRequest;
import naru.protocol.message.ElectLeadersResponse;
import naru.protocol.message.IncrementalAlterConfigsRequest;
import naru.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import naru.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import org.junit.jupiter.api.Test;

/** Who is in sync, who may lead, and what is lost when nobody may. */
class InSyncTest {

    private static Stage three(boolean keepsEligible, String... configs) {
        var stage = new Stage(keepsEligible).brokers(3);
        stage.topic("t", List.of(1, 2, 3), configs);
        return stage;
    }

    @Test
    void a_leader_says_who_is_in_sync_and_hears_what_became_of_it() {
        var stage = three(false);
        var answer = stage.propose(1, "t", stage.proposal("t", 1, 3));
        assertThat(answer.isr()).containsExactly(1, 3);
        assertThat(answer.partitionEpoch()).isEqualTo(1).isEqualTo(stage.partition("t").partitionEpoch());
        assertThat(answer.leaderEpoch()).isZero();
    }

    /** Only a newer partition epoch settles for certain what a leader has proposed before. */
    @Test
    void who_proposes_what_is_the_set_already_hears_of_it_by_a_record() {
        var stage = three(false);
        var answer = stage.propose(1, "t", stage.proposal("t", 1, 2, 3));
        assertThat(stage.last.records()).hasSize(1);
        assertThat(stage.partition("t").partitionEpoch()).isEqualTo(1).isEqualTo(answer.partitionEpoch());
        assertThat(stage.partition("t").leaderEpoch()).isZero();
        assertThat(stage.partition("t").inSync()).containsExactly(1, 2, 3);
    }

    @Test
    void a_proposal_that_rests_on_something_else_is_refused() {
        var stage = three(false);
        stage.inSync("t", 1, 3);
        stage.fence(3);
        stage.beat(3, false);
        var good = stage.proposal("t", 1, 2, 3);
        refused(stage, 1, good.toBuilder().leaderEpoch(9).build(), ErrorCode.NOT_CONTROLLER);
        refused(stage, 1, good.toBuilder().partitionEpoch(9).build(), ErrorCode.NOT_CONTROLLER);
        refused(stage, 1, good.toBuilder().partitionEpoch(0).build(), ErrorCode.INVALID_UPDATE_VERSION);
        refused(stage, 2, good, ErrorCode.INVALID_REQUEST);
        refused(stage, 1, good.toBuilder().partitionIndex(7).build(), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        refused(stage, 1, stage.proposal("t", 2, 3), ErrorCode.INVALID_REQUEST);
        refused(stage, 1, stage.proposal("t", 1, 1), ErrorCode.INVALID_REQUEST);
        refused(stage, 1, stage.proposal("t", 1, 9), ErrorCode.INVALID_REQUEST);
        refused(stage, 1, stage.proposal("t"), ErrorCode.INVALID_REQUEST);
        refused(stage, 1, good.toBuilder().leaderRecoveryState(RECOVERING).build(), ErrorCode.INVALID_REQUEST);
        var before = good.toBuilder().newIsrWithEpochs(List.of(
                new BrokerState(1, stage.epochs.get(1)), new BrokerState(3, stage.epochs.get(3) - 1))).build();
        refused(stage, 1, before, ErrorCode.INELIGIBLE_REPLICA);
        stage.fence(3);
        refused(stage, 1, stage.proposal("t", 1, 3), ErrorCode.INELIGIBLE_REPLICA);
        stage.fence(1);
        stage.beat(1, false);
        assertThat(stage.partition("t").leader()).isEqualTo(1);
        refused(stage, 1, stage.proposal("t", 1).toBuilder().leaderEpoch(0).build(), ErrorCode.FENCED_LEADER_EPOCH);
    }

    private static void refused(Stage stage, int from, PartitionData proposal, ErrorCode why) {
        assertThat(stage.propose(from, "t", proposal).errorCode()).isEqualTo(why.code());
        assertThat(stage.last.records()).isEmpty();
    }

    @Test
    void brokers_and_topics_that_do_not_exist_are_told() {
        var stage = three(false);
        AlterPartitionResponse stale = stage.ask(new Command.AlterPartition(AlterPartitionRequest.builder()
                .brokerId(1).brokerEpoch(0).build()));
        assertThat(stale.errorCode()).isEqualTo(ErrorCode.STALE_BROKER_EPOCH.code());
        AlterPartitionResponse unknown = stage.ask(new Command.AlterPartition(new AlterPartitionRequest(
                1, stage.epochs.get(1), List.of(new TopicData(new Uuid(7, 7), List.of(stage.proposal("t", 1)))))));
        assertThat(unknown.topics().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID.code());
    }

    @Test
    void without_epochs_version_2_is_taken_at_its_word() {
        var stage = three(false);
        var old = stage.proposal("t", 1).toBuilder().newIsrWithEpochs(List.of()).newIsr(List.of(1, 2)).build();
        assertThat(stage.propose(1, "t", old).isr()).containsExactly(1, 2);
    }

    @Test
    void a_stale_replica_does_not_lead_unless_somebody_says_so() {
        var stage = three(false);
        stage.inSync("t", 1, 2);
        stage.fence(2);
        stage.fence(1);
        assertThat(stage.partition("t").leader()).isEqualTo(-1);
        assertThat(elect(stage, 0)).isEqualTo(ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE.code());
        assertThat(elect(stage, 1)).isZero();
        assertThat(stage.partition("t").leader()).isEqualTo(3);
        assertThat(stage.partition("t").inSync()).containsExactly(3);
        assertThat(stage.partition("t").recoveryState()).isEqualTo(RECOVERING);
        assertThat(stage.last.notices()).singleElement().asString().contains("t-0", "broker 3", "[1]", "lost");
        refused(stage, 3, stage.proposal("t", 3, 1).toBuilder().leaderRecoveryState(RECOVERING).build(), ErrorCode.INVALID_REQUEST);
        stage.inSync("t", 3);
        assertThat(stage.partition("t").recoveryState()).isZero();
        assertThat(elect(stage, 1)).isEqualTo(ErrorCode.ELECTION_NOT_NEEDED.code());
    }

    private static short elect(Stage stage, int type) {
        ElectLeadersResponse reply = stage.ask(new Command.ElectLeaders(ElectLeadersRequest.builder().electionType((byte) type)
                .topicPartitions(List.of(new ElectLeadersRequest.TopicPartitions("t", List.of(0)))).build()));
        return reply.replicaElectionResults().getFirst().partitionResult().getFirst().errorCode();
    }

    @Test
    void where_losing_is_allowed_the_first_that_is_alive_leads() {
        var stage = three(false, "unclean.leader.election.enable", "true");
        stage.inSync("t", 1);
        stage.fence(1);
        assertThat(stage.partition("t").leader()).isEqualTo(2);
        assertThat(stage.last.notices()).hasSize(2);
    }

    @Test
    void to_allow_losing_helps_at_once() {
        var stage = three(false);
        stage.inSync("t", 1);
        stage.fence(1);
        assertThat(stage.partition("t").leader()).isEqualTo(-1);
        configure(stage, "unclean.leader.election.enable", "true");
        assertThat(stage.partition("t").leader()).isEqualTo(2);
        assertThat(stage.last.notices()).hasSize(1);
    }

    private static void configure(Stage stage, String key, String value) {
        stage.ask(new Command.IncrementalAlterConfigs(new IncrementalAlterConfigsRequest(List.of(new AlterConfigsResource(
                Resource.TOPIC, "t", List.of(new AlterableConfig(key, (byte) 0, value)))), false)));
    }

    @Test
    void leaderships_go_back_to_the_preferred_leader() {
        var stage = three(false);
        stage.fence(1);
        stage.beat(1, false);
        stage.ask(new Command.BalanceLeaders());
        assertThat(stage.last.records()).isEmpty();
        stage.inSync("t", 2, 3, 1);
        stage.ask(new Command.BalanceLeaders());
        assertThat(stage.partition("t").leader()).isEqualTo(1);
        assertThat(stage.partition("t").inSync()).containsExactly(2, 3, 1);
        assertThat(elect(stage, 0)).isEqualTo(ErrorCode.ELECTION_NOT_NEEDED.code());
    }

    // --- eligible replicas (KIP-966) ---

    @Test
    void who_leaves_while_too_few_are_in_sync_stays_eligible() {
        var stage = three(true, "min.insync.replicas", "2");
        stage.fence(3);
        assertThat(stage.partition("t").eligible()).isEmpty();
        stage.fence(2);
        assertThat(stage.partition("t").inSync()).containsExactly(1);
        assertThat(stage.partition("t").eligible()).containsExactly(2);
        stage.fence(1);
        assertThat(stage.partition("t").inSync()).isEmpty();
        assertThat(stage.partition("t").eligible()).containsExactly(1, 2);
        assertThat(stage.partition("t").lastKnownEligible()).containsExactly(1);
        stage.beat(3, false);
        assertThat(stage.partition("t").leader()).isEqualTo(-1);
        stage.beat(2, false);
        assertThat(stage.partition("t").leader()).isEqualTo(2);
        assertThat(stage.partition("t").inSync()).containsExactly(2);
        assertThat(stage.partition("t").eligible()).containsExactly(1);
        assertThat(stage.partition("t").lastKnownEligible()).isEmpty();
        stage.inSync("t", 2, 3);
        assertThat(stage.partition("t").eligible()).isEmpty();
    }

    @Test
    void who_was_killed_is_eligible_no_more_but_the_last_leader_is_better_than_none() {
        var stage = three(true, "min.insync.replicas", "2");
        stage.fence(3);
        stage.fence(2);
        stage.fence(1);
        stage.register(stage.registration(2).previousBrokerEpoch(-1).build());
        assertThat(stage.partition("t").eligible()).containsExactly(1);
        stage.beat(2, false);
        assertThat(stage.partition("t").leader()).isEqualTo(-1);
        stage.register(stage.registration(1).previousBrokerEpoch(-1).build());
        assertThat(stage.partition("t").eligible()).isEmpty();
        stage.beat(1, false);
        assertThat(stage.partition("t").leader()).isEqualTo(1);
        assertThat(stage.partition("t").recoveryState()).isEqualTo(RECOVERING);
        assertThat(stage.last.notices()).hasSize(1);
    }

    /** A machine is without power, and still counts as alive; the processes on the others are killed, and start again. */
    @Test
    void who_has_all_that_it_had_stays_eligible_also_when_it_was_killed() {
        var stage = three(true, "min.insync.replicas", "2");
        startAgain(stage, 2, stage.epochs.get(2));
        startAgain(stage, 3, stage.epochs.get(3));
        assertThat(stage.partition("t").inSync()).containsExactly(1);
        assertThat(stage.partition("t").eligible()).containsExactly(3);
        stage.beat(2, false);
        stage.beat(3, false);
        assertThat(stage.partition("t").leader()).isEqualTo(1);
        stage.fence(1);
        assertThat(stage.partition("t").leader()).isEqualTo(3);
        assertThat(stage.partition("t").recoveryState()).isZero();
        startAgain(stage, 1, -1);
        assertThat(stage.partition("t").inSync()).containsExactly(3);
        assertThat(stage.partition("t").eligible()).isEmpty();
    }

    private static void startAgain(Stage stage, int id, long previousEpoch) {
        stage.sessions.lost(id, stage.epochs.get(id));
        assertThat(stage.register(stage.registration(id).previousBrokerEpoch(previousEpoch).build()).errorCode()).isZero();
    }

    @Test
    void who_has_all_that_is_in_its_folders_but_not_the_folders_is_eligible_no_more() {
        var stage = three(true, "min.insync.replicas", "2");
        stage.fence(3);
        stage.fence(2);
        assertThat(stage.partition("t").eligible()).containsExactly(2);
        stage.register(stage.registration(2).logDirs(List.of(new Uuid(5, 2))).build());
        assertThat(stage.partition("t").eligible()).isEmpty();
    }

    @Test
    void nobody_is_eligible_for_what_lay_in_a_folder_that_failed() {
        var stage = three(true, "min.insync.replicas", "2");
        stage.fence(3);
        stage.beat(naru.protocol.message.BrokerHeartbeatRequest.builder().brokerId(2).brokerEpoch(stage.epochs.get(2))
                .currentMetadataOffset(stage.end).offlineLogDirs(List.of(new Uuid(9, 2))).build());
        assertThat(stage.partition("t").inSync()).containsExactly(1);
        assertThat(stage.partition("t").eligible()).isEmpty();
    }

    /** Nobody has more than the only replica, so there is nothing to be afraid of, and nothing to tell. */
    @Test
    void the_only_replica_stays_eligible_when_its_machine_was_without_power() {
        var stage = new Stage(true).brokers(2);
        stage.topic("t", List.of(1));
        startAgain(stage, 1, -1);
        assertThat(stage.partition("t").leader()).isEqualTo(-1);
        assertThat(stage.partition("t").inSync()).isEmpty();
        assertThat(stage.partition("t").eligible()).containsExactly(1);
        stage.beat(1, false);
        assertThat(stage.partition("t").leader()).isEqualTo(1);
        assertThat(stage.partition("t").inSync()).containsExactly(1);
        assertThat(stage.partition("t").recoveryState()).isZero();
        assertThat(stage.last.notices()).isEmpty();
    }

    @Test
    void the_only_replica_is_eligible_no_more_when_its_folder_is_another() {
        var stage = new Stage(true).brokers(2);
        stage.topic("t", List.of(1));
        stage.sessions.lost(1, stage.epochs.get(1));
        stage.register(stage.registration(1).logDirs(List.of(new Uuid(5, 1))).build());
        assertThat(stage.partition("t").eligible()).isEmpty();
        assertThat(stage.partition("t").lastKnownEligible()).containsExactly(1);
    }

    @Test
    void when_fewer_are_enough_nobody_stays_eligible() {
        var stage = three(true, "min.insync.replicas", "2");
        stage.fence(3);
        stage.fence(2);
        configure(stage, "min.insync.replicas", "3");
        assertThat(stage.partition("t").eligible()).containsExactly(2);
        configure(stage, "min.insync.replicas", "1");
        assertThat(stage.partition("t").eligible()).isEmpty();
    }
}
