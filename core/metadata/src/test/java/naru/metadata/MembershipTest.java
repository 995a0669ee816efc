package naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.AllocateProducerIdsRequest;
import naru.protocol.message.AllocateProducerIdsResponse;
import naru.protocol.message.BrokerHeartbeatRequest;
import naru.protocol.message.BrokerRegistrationRequest;
import naru.protocol.message.BrokerRegistrationResponse;
import naru.protocol.message.ConfigRecord;
import naru.protocol.message.PartitionRecord;
import naru.protocol.message.RegisterBrokerRecord;
import naru.protocol.message.TopicRecord;
import naru.protocol.message.UnregisterBrokerRequest;
import naru.protocol.message.UnregisterBrokerResponse;
import org.junit.jupiter.api.Test;

/** Brokers register, live, leave and are missed. */
class MembershipTest {

    private final Stage stage = new Stage(false);

    @Test
    void a_broker_is_fenced_until_it_knows_of_itself() {
        long end = stage.end;
        var reply = stage.register(stage.registration(1).build());
        assertThat(reply.brokerEpoch()).isEqualTo(end);
        assertThat(stage.cluster.brokers().get(1).fenced()).isTrue();
        var early = BrokerHeartbeatRequest.builder().brokerId(1).brokerEpoch(end).currentMetadataOffset(end - 1).build();
        assertThat(stage.beat(early).isFenced()).isTrue();
        assertThat(stage.beat(early).isCaughtUp()).isFalse();
        assertThat(stage.beat(early.toBuilder().currentMetadataOffset(end).wantFence(true).build()).isFenced()).isTrue();
        var late = stage.beat(early.toBuilder().currentMetadataOffset(end).build());
        assertThat(late.isFenced()).isFalse();
        assertThat(late.isCaughtUp()).isTrue();
        assertThat(stage.cluster.brokers().get(1).isActive()).isTrue();
        stage.beat(1, false);
        assertThat(stage.last.records()).isEmpty();
    }

    @Test
    void whoever_does_not_belong_here_stays_out() {
        stage.brokers(2);
        var good = stage.registration(3).build();
        refused(good.toBuilder().clusterId("elsewhere").build(), ErrorCode.INCONSISTENT_CLUSTER_ID);
        refused(good.toBuilder().brokerId(1).build(), ErrorCode.DUPLICATE_BROKER_REGISTRATION);
        refused(good.toBuilder().features(List.of()).build(), ErrorCode.UNSUPPORTED_VERSION);
        refused(good.toBuilder().features(List.of(new BrokerRegistrationRequest.Feature(
                Features.METADATA, (short) 7, (short) 29))).build(), ErrorCode.UNSUPPORTED_VERSION);
        refused(good.toBuilder().logDirs(List.of()).build(), ErrorCode.INVALID_REGISTRATION);
        refused(good.toBuilder().logDirs(List.of(new Uuid(0, 1))).build(), ErrorCode.INVALID_REGISTRATION);
        refused(good.toBuilder().logDirs(List.of(new Uuid(5, 5), new Uuid(5, 5))).build(), ErrorCode.INVALID_REGISTRATION);
        refused(good.toBuilder().logDirs(List.of(new Uuid(9, 2))).build(), ErrorCode.INVALID_REGISTRATION);
        assertThat(stage.register(good).errorCode()).isZero();
    }

    private void refused(BrokerRegistrationRequest request, ErrorCode why) {
        assertThat(stage.register(request).errorCode()).isEqualTo(why.code());
        assertThat(stage.last.records()).isEmpty();
        assertThat(stage.last.notices()).hasSize(1);
    }

    @Test
    void the_number_of_a_silent_broker_can_be_taken_again() {
        stage.brokers(2);
        stage.topic("t", List.of(1, 2));
        stage.nowNs = Stage.SESSION_NS - 1;
        assertThat(stage.register(stage.registration(1).build()).errorCode())
                .isEqualTo(ErrorCode.DUPLICATE_BROKER_REGISTRATION.code());
        stage.nowNs = Stage.SESSION_NS;
        long before = stage.epochs.get(1);
        assertThat(stage.register(stage.registration(1).build()).errorCode()).isZero();
        assertThat(stage.cluster.brokers().get(1).epoch()).isEqualTo(stage.epochs.get(1)).isGreaterThan(before);
        assertThat(stage.partition("t").leader()).isEqualTo(2);
        assertThat(stage.partition("t").inSync()).containsExactly(2);
    }

    /** Before anybody leads: else a leader could acknowledge with fewer than the controller counts with. */
    @Test
    void where_eligible_replicas_are_kept_the_first_to_register_brings_a_word_for_all_on_how_many_are_enough() {
        stage.register(stage.registration(1).build());
        assertThat(stage.cluster.config(Resource.ALL_BROKERS)).isEmpty();
        for (boolean one : List.of(true, false)) {
            var keeping = new Stage(true);
            var asked = keeping.registration(1).build();
            BrokerRegistrationResponse reply = keeping.ask(one ? new Command.RegisterLoneBroker(asked) : new Command.RegisterBroker(asked));
            assertThat(keeping.cluster.config(Resource.ALL_BROKERS)).isEqualTo(Map.of("min.insync.replicas", "1"));
            long epoch = reply.brokerEpoch();
            assertThat(keeping.cluster.brokers().get(1).epoch()).isEqualTo(epoch);
            assertThat(keeping.last.records().get((int) (epoch - (keeping.end - keeping.last.records().size()))))
                    .as("whose offset is its epoch").isInstanceOf(RegisterBrokerRecord.class);
            keeping.ask(new Command.RegisterBroker(keeping.registration(2).build()));
            assertThat(keeping.last.records()).noneMatch(ConfigRecord.class::isInstance);
        }
    }

    @Test
    void the_same_process_may_ask_twice() {
        var request = stage.registration(1).build();
        long epoch = stage.register(request).brokerEpoch();
        stage.beat(1, false);
        assertThat(stage.register(request).brokerEpoch()).isEqualTo(epoch);
        assertThat(stage.cluster.brokers().get(1).fenced()).isFalse();
    }

    @Test
    void a_heartbeat_of_a_process_that_is_gone_is_refused() {
        stage.brokers(1);
        var stale = BrokerHeartbeatRequest.builder().brokerId(1).brokerEpoch(stage.epochs.get(1) - 1).build();
        assertThat(stage.beat(stale).errorCode()).isEqualTo(ErrorCode.STALE_BROKER_EPOCH.code());
        var stranger = BrokerHeartbeatRequest.builder().brokerId(7).brokerEpoch(1).build();
        assertThat(stage.beat(stranger).errorCode()).isEqualTo(ErrorCode.STALE_BROKER_EPOCH.code());
        AllocateProducerIdsResponse ids = stage.ask(new Command.AllocateProducerIds(new AllocateProducerIdsRequest(1, 0)));
        assertThat(ids.errorCode()).isEqualTo(ErrorCode.STALE_BROKER_EPOCH.code());
    }

    @Test
    void who_is_missed_leads_nothing_until_it_comes_back() {
        stage.brokers(2);
        stage.topic("both", List.of(1, 2));
        stage.topic("one", List.of(1));
        stage.fence(1);
        assertThat(stage.partition("both").leader()).isEqualTo(2);
        assertThat(stage.partition("both").inSync()).containsExactly(2);
        assertThat(stage.partition("both").leaderEpoch()).isEqualTo(1);
        assertThat(stage.partition("one").leader()).isEqualTo(-1);
        assertThat(stage.partition("one").inSync()).containsExactly(1);
        assertThat(stage.last.notices().getFirst()).contains("[1]");
        stage.ask(new Command.FenceBrokers(new TreeMap<>(Map.of(2, 0L))));
        assertThat(stage.last.records()).isEmpty();
        stage.beat(1, false);
        assertThat(stage.partition("one").leader()).isEqualTo(1);
        assertThat(stage.partition("one").leaderEpoch()).isEqualTo(2);
        assertThat(stage.partition("both").leader()).isEqualTo(2);
    }

    @Test
    void all_who_were_in_sync_to_the_end_may_lead_again() {
        stage.brokers(3);
        stage.topic("t", List.of(1, 2, 3));
        stage.inSync("t", 1, 2);
        stage.fence(1, 2);
        assertThat(stage.partition("t").leader()).isEqualTo(-1);
        assertThat(stage.partition("t").inSync()).containsExactly(1, 2);
        stage.beat(2, false);
        assertThat(stage.partition("t").leader()).isEqualTo(2);
        assertThat(stage.partition("t").inSync()).containsExactly(2);
    }

    @Test
    void who_wants_to_leave_gives_everything_away_first_and_goes_when_all_know() {
        stage.brokers(2);
        stage.topic("t", List.of(1, 2));
        stage.beat(2, false);
        assertThat(stage.beat(1, true).shouldShutDown()).isFalse();
        assertThat(stage.partition("t").leader()).isEqualTo(2);
        assertThat(stage.partition("t").inSync()).containsExactly(2);
        assertThat(stage.cluster.brokers().get(1).inControlledShutdown()).isTrue();
        assertThat(stage.cluster.brokers().get(1).fenced()).isFalse();
        assertThat(stage.beat(1, true).shouldShutDown()).isFalse();
        stage.beat(2, false);
        assertThat(stage.beat(1, true).shouldShutDown()).isTrue();
        assertThat(stage.cluster.brokers().get(1).fenced()).isTrue();
    }

    @Test
    void who_leads_nothing_may_go_at_once() {
        stage.brokers(2);
        var reply = stage.beat(2, true);
        assertThat(reply.shouldShutDown()).isTrue();
        assertThat(reply.isFenced()).isTrue();
        assertThat(stage.beat(2, true).shouldShutDown()).isTrue();
        assertThat(stage.last.records()).isEmpty();
    }

    @Test
    void a_failed_folder_takes_its_leaderships_along_and_no_others() {
        var folders = List.of(new Uuid(5, 1), new Uuid(5, 2));
        stage.brokers(2);
        stage.sessions.forget(1);
        stage.register(stage.registration(1).logDirs(folders).build());
        stage.beat(1, false);
        for (var name : List.of("a", "b")) {
            stage.topic(name, List.of(1, 2));
            stage.ask(new Command.AssignReplicasToDirs(ReassignmentTest.assignment(
                    stage, 1, folders.get(name.equals("a") ? 0 : 1), name)));
        }
        assertThat(stage.partition("b").directories()).containsExactly(folders.get(1), new Uuid(9, 2));
        var reply = stage.beat(BrokerHeartbeatRequest.builder().brokerId(1).brokerEpoch(stage.epochs.get(1))
                .currentMetadataOffset(stage.end).offlineLogDirs(folders.subList(0, 1)).build());
        assertThat(reply.isFenced()).isFalse();
        assertThat(stage.partition("a").leader()).isEqualTo(2);
        assertThat(stage.partition("a").inSync()).containsExactly(2);
        assertThat(stage.partition("b").leader()).isEqualTo(1);
        assertThat(stage.cluster.brokers().get(1).directories()).containsExactly(folders.get(1));
        assertThat(stage.propose(2, "a", stage.proposal("a", 2)).errorCode()).isZero();
    }

    @Test
    void a_broker_without_any_folder_is_fenced_and_that_is_told_once() {
        stage.brokers(2);
        stage.topic("both", List.of(1, 2));
        stage.topic("one", List.of(1));
        var beat = BrokerHeartbeatRequest.builder().brokerId(1).brokerEpoch(stage.epochs.get(1))
                .currentMetadataOffset(stage.end).offlineLogDirs(List.of(new Uuid(9, 1))).build();
        assertThat(stage.beat(beat).isFenced()).isTrue();
        assertThat(stage.last.notices()).hasSize(1).first().asString().contains("has lost all its log folders");
        assertThat(stage.partition("both").leader()).isEqualTo(2);
        assertThat(stage.partition("one").leader()).isEqualTo(-1);
        assertThat(stage.beat(beat).isFenced()).isTrue();
        assertThat(stage.last.records()).isEmpty();
        assertThat(stage.last.notices()).isEmpty();
    }

    private BrokerRegistrationRequest startedAgain(String host) {
        return stage.registration(1).listeners(List.of(new BrokerRegistrationRequest.Listener("PLAINTEXT", host, 9092, (short) 0))).build();
    }

    @Test
    void who_starts_again_is_let_in_once_its_old_connection_has_gone() {
        stage.register(startedAgain("home"));
        stage.beat(1, false);
        refused(startedAgain("home"), ErrorCode.DUPLICATE_BROKER_REGISTRATION);
        stage.sessions.hungUp(1, stage.epochs.get(1));
        refused(startedAgain("elsewhere"), ErrorCode.DUPLICATE_BROKER_REGISTRATION);
        refused(startedAgain("home").toBuilder().logDirs(List.of(new Uuid(5, 5))).build(), ErrorCode.DUPLICATE_BROKER_REGISTRATION);
        stage.topic("t", List.of(1));
        var again = startedAgain("home");
        assertThat(stage.register(again).errorCode()).isZero();
        assertThat(stage.partition("t").leader()).isEqualTo(-1);
        stage.beat(1, false);
        assertThat(stage.partition("t").leader()).isEqualTo(1);
        assertThat(stage.partition("t").leaderEpoch()).isEqualTo(2);
        refused(startedAgain("home"), ErrorCode.DUPLICATE_BROKER_REGISTRATION);
    }

    @Test
    void who_starts_again_beside_a_connection_that_stands_waits_until_a_live_one_would_have_been_heard() {
        stage.register(startedAgain("home"));
        stage.beat(1, false);
        refused(startedAgain("elsewhere"), ErrorCode.DUPLICATE_BROKER_REGISTRATION);
        stage.nowNs += Stage.SESSION_NS / 3;
        refused(startedAgain("home"), ErrorCode.DUPLICATE_BROKER_REGISTRATION);
        stage.beat(1, false);
        stage.nowNs += Stage.SESSION_NS / 3;
        refused(startedAgain("home"), ErrorCode.DUPLICATE_BROKER_REGISTRATION);
        stage.nowNs += Stage.SESSION_NS / 3;
        assertThat(stage.register(startedAgain("home")).errorCode()).isZero();
    }

    @Test
    void a_new_controller_that_never_heard_the_process_before_lets_it_start_again() {
        stage.register(startedAgain("home"));
        stage.beat(1, false);
        stage.sessions.begin(stage.cluster, stage.end, stage.nowNs);
        assertThat(stage.register(startedAgain("home")).errorCode()).isZero();
    }

    @Test
    void only_a_broker_that_is_gone_can_be_unregistered() {
        stage.brokers(2);
        stage.topic("t", List.of(1, 2));
        assertThat(unregister(7).errorCode()).isEqualTo(ErrorCode.BROKER_ID_NOT_REGISTERED.code());
        assertThat(unregister(2).errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST.code());
        stage.fence(2);
        assertThat(unregister(2).errorCode()).isZero();
        assertThat(stage.cluster.brokers()).containsOnlyKeys(1);
    }

    private UnregisterBrokerResponse unregister(int id) {
        return stage.ask(new Command.UnregisterBroker(new UnregisterBrokerRequest(id)));
    }

    /** 5,000 partitions on three brokers: what happens when one is missed must not be felt. */
    @Test
    void fencing_a_broker_of_many_partitions_is_quick() {
        stage.brokers(3);
        var records = new ArrayList<Message>();
        for (int i = 0; i < 5_000; i++) {
            var id = new Uuid(3, i);
            records.add(new TopicRecord("t" + i, id));
            records.add(PartitionRecord.builder().topicId(id).partitionId(0).replicas(List.of(1 + i % 3, 1 + (i + 1) % 3, 1 + (i + 2) % 3))
                    .isr(List.of(1, 2, 3)).leader(1 + i % 3).leaderEpoch(0).partitionEpoch(0).build());
        }
        stage.cluster = stage.cluster.withAll(records);
        var full = stage.cluster;
        var cpu = ManagementFactory.getThreadMXBean();
        long quickest = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++) {
            stage.cluster = full;
            long beganNs = cpu.getCurrentThreadCpuTime();
            stage.ask(new Command.FenceBrokers(new TreeMap<>(Map.of(2, stage.epochs.get(2)))));
            quickest = Math.min(quickest, cpu.getCurrentThreadCpuTime() - beganNs);
        }
        assertThat(stage.last.records()).hasSize(5_001);
        assertThat(stage.cluster.ledBy(2)).isZero();
        assertThat(stage.cluster.ledBy(1) + stage.cluster.ledBy(3)).isEqualTo(5_000);
        System.out.println("fencing a broker of 5,000 partitions, and taking it in: " + quickest / 1_000 + " us of CPU");
        assertThat(TimeUnit.NANOSECONDS.toMillis(quickest)).isLessThan(100);
    }
}
