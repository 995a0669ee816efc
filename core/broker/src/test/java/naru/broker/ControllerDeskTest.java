package naru.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import naru.base.Clock;
import naru.base.Randomness;
import naru.base.Uuid;
import naru.configuration.BrokerSettings;
import naru.metadata.Cluster;
import naru.metadata.Command;
import naru.metadata.Controller;
import naru.metadata.Features;
import naru.metadata.MetadataLog;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.BrokerHeartbeatRequest;
import naru.protocol.message.BrokerHeartbeatResponse;
import naru.protocol.message.BrokerRegistrationRequest;
import naru.protocol.message.BrokerRegistrationResponse;
import naru.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import naru.protocol.message.CreatePartitionsRequest;
import naru.protocol.message.CreatePartitionsResponse;
import naru.protocol.message.CreateTopicsRequest.CreatableTopic;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.FeatureLevelRecord;
import naru.protocol.message.NoOpRecord;
import naru.protocol.message.UpdateFeaturesRequest;
import naru.protocol.message.UpdateFeaturesResponse;
import org.junit.jupiter.api.Test;

/** The desk over a log that commits when it is told to, or not. */
class ControllerDeskTest {

    private static final long MS = 1_000_000;

    /** Keeps what is appended until the story says what becomes of it. */
    private static final class InMemoryLog implements MetadataLog {
        private record Appended(int epoch, List<Message> batch, Consumer<Outcome> whenDecided) {}

        private final Deque<Appended> appended = new ArrayDeque<>();
        private final Deque<Consumer<RaiseAnswer>> raises = new ArrayDeque<>();
        private Follower follower;
        private long end;

        @Override
        public void raiseQuorumVersion(int epoch, short version, boolean rehearsed, Consumer<RaiseAnswer> whenAnswered) {
            raises.addLast(whenAnswered);
        }

        @Override
        public void append(int epoch, List<Message> batch, Consumer<Outcome> whenDecided) {
            appended.addLast(new Appended(epoch, batch, whenDecided));
        }

        @Override
        public void follow(Follower newFollower) {
            follower = newFollower;
            follower.onSnapshot(Cluster.EMPTY, 0);
        }

        private void commitOne() {
            var first = appended.removeFirst();
            end += first.batch().size();
            follower.onCommitted(first.batch(), end);
            first.whenDecided().accept(new Outcome.Committed(end));
        }

        private void commitAll() {
            while (!appended.isEmpty()) {
                commitOne();
            }
        }

        /** As the port says: one that fails takes those behind it along. */
        private void failAll() {
            var lost = List.copyOf(appended);
            appended.clear();
            lost.forEach(one -> one.whenDecided().accept(new Outcome.Failed(new IllegalStateException("no room"))));
        }
    }

    private final InMemoryLog log = new InMemoryLog();
    private final List<Object> heard = new ArrayList<>();
    private final TreeMap<Long, Runnable> timers = new TreeMap<>();
    private final List<Runnable> lanes = new ArrayList<>();
    private final BrokerSettings settings = BrokerSettings.parse(Map.of("broker.session.timeout.ms", "1500"));
    private boolean lanesAreSlow;
    private long nowNs;
    private final ControllerDesk desk = new ControllerDesk(
            new Controller(settings, "here"), log,
            new ControllerDesk.Room(new Clock() {
                @Override
                public long nowNs() {
                    return nowNs;
                }

                @Override
                public long nowMs() {
                    return nowNs / MS;
                }
            }, (ms, task) -> timers.put(nowNs + ms * MS, task), settings, 8),
            new Randomness() {
                private long next;

                @Override
                public long nextLong() {
                    return ++next;
                }

                @Override
                public int nextInt(int bound) {
                    return 0;
                }
            },
            (cluster, changes, whenAllKnow) -> {
                lanes.add(whenAllKnow);
                if (!lanesAreSlow) {
                    lanesKnow();
                }
            });

    private void lanesKnow() {
        var all = List.copyOf(lanes);
        lanes.clear();
        all.forEach(Runnable::run);
    }

    private void lead() {
        desk.open();
        log.follower.onCommitted(List.of(new FeatureLevelRecord(Features.METADATA, Features.METADATA_MAX)), ++log.end);
        log.follower.onLeadership(1);
    }

    private void ask(Command command) {
        desk.submit(command, heard::add, () -> heard.add("refused"));
    }

    private static Command register(int id) {
        return new Command.RegisterBroker(BrokerRegistrationRequest.builder().brokerId(id).clusterId("here")
                .incarnationId(new Uuid(1, id)).rack(null).features(Features.toRegister())
                .logDirs(List.of(new Uuid(9, id))).build());
    }

    private static Command create(String name) {
        return new Command.CreateTopics(CreateTopicsRequest.builder().topics(List.of(
                new CreatableTopic(name, 1, (short) 1, List.of(), List.of()))).build());
    }

    private static Command grow(String name, int to) {
        return new Command.CreatePartitions(new CreatePartitionsRequest(
                List.of(new CreatePartitionsTopic(name, to, null)), 1_000, false));
    }

    private long broker(int id) {
        ask(register(id));
        log.commitAll();
        long epoch = ((BrokerRegistrationResponse) heard.removeLast()).brokerEpoch();
        beat(id, epoch);
        log.commitAll();
        assertThat(((BrokerHeartbeatResponse) heard.removeLast()).isFenced()).isFalse();
        return epoch;
    }

    private void beat(int id, long epoch) {
        ask(new Command.BrokerHeartbeat(BrokerHeartbeatRequest.builder().brokerId(id).brokerEpoch(epoch)
                .currentMetadataOffset(log.end).build()));
    }

    @Test
    void what_is_on_its_way_counts_already() {
        lead();
        broker(1);
        ask(create("a"));
        ask(grow("a", 3));
        ask(create("a"));
        assertThat(log.appended).hasSize(2);
        assertThat(heard).isEmpty();
        log.commitOne();
        assertThat(heard).hasSize(1);
        log.commitOne();
        assertThat(heard).hasSize(3);
        assertThat(((CreateTopicsResponse) heard.get(0)).topics().getFirst().errorCode()).isZero();
        assertThat(((CreatePartitionsResponse) heard.get(1)).results().getFirst().errorCode()).isZero();
        assertThat(((CreateTopicsResponse) heard.get(2)).topics().getFirst().errorCode())
                .isEqualTo(ErrorCode.TOPIC_ALREADY_EXISTS.code());
        assertThat(desk.cluster().topic("a").partitions()).hasSize(3);
    }

    @Test
    void nobody_is_answered_before_all_lanes_know() {
        lead();
        broker(1);
        lanesAreSlow = true;
        ask(create("a"));
        log.commitAll();
        assertThat(heard).isEmpty();
        lanesKnow();
        assertThat(heard).hasSize(1);
    }

    @Test
    void what_rests_on_something_lost_is_lost_too() {
        lead();
        broker(1);
        ask(create("a"));
        ask(grow("a", 3));
        ask(create("a"));
        log.failAll();
        assertThat(heard).containsExactly("refused", "refused", "refused");
        heard.clear();
        ask(grow("a", 3));
        assertThat(((CreatePartitionsResponse) heard.getFirst()).results().getFirst().errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
        ask(create("a"));
        log.commitAll();
        assertThat(desk.cluster().topic("a").partitions()).hasSize(1);
    }

    @Test
    void who_loses_the_leadership_answers_nothing_more_of_it() {
        lead();
        broker(1);
        ask(create("a"));
        desk.onLeadershipLost();
        assertThat(heard).containsExactly("refused");
        // It was committed all the same, by the next leader; and another thing too.
        log.commitAll();
        assertThat(heard).hasSize(1);
        assertThat(desk.cluster().topic("a")).isNotNull();
        desk.onLeadership(7);
        ask(grow("a", 2));
        assertThat(log.appended.getFirst().epoch()).isEqualTo(7);
    }

    private static Command raise() {
        return new Command.UpdateFeatures(UpdateFeaturesRequest.builder().featureUpdates(List.of(
                new UpdateFeaturesRequest.FeatureUpdateKey("kraft.version", (short) 1, false, (byte) 1))).build());
    }

    @Test
    void the_quorum_is_asked_and_others_need_not_wait_for_its_answer() {
        lead();
        broker(1);
        ask(raise());
        ask(create("a"));
        log.commitAll();
        assertThat(heard).hasSize(1);
        log.raises.removeFirst().accept(new MetadataLog.RaiseAnswer.Granted());
        assertThat(heard).hasSize(1);
        assertThat(log.appended.getFirst().batch()).containsExactly(new NoOpRecord());
        log.commitAll();
        assertThat(((UpdateFeaturesResponse) heard.get(1)).errorCode()).isZero();
    }

    @Test
    void an_answer_of_the_quorum_to_an_earlier_leadership_counts_for_nothing() {
        lead();
        broker(1);
        ask(raise());
        desk.onLeadershipLost();
        desk.onLeadership(7);
        log.raises.removeFirst().accept(new MetadataLog.RaiseAnswer.Granted());
        ask(raise());
        log.raises.removeFirst().accept(new MetadataLog.RaiseAnswer.NotLeader());
        assertThat(heard).containsExactly("refused", "refused");
        assertThat(log.appended).isEmpty();
    }

    @Test
    void too_many_commands_are_turned_away() {
        lead();
        broker(1);
        for (int i = 0; i < 9; i++) {
            ask(create("t" + i));
        }
        assertThat(heard).containsExactly("refused");
        log.commitAll();
        assertThat(heard).hasSize(9);
    }

    @Test
    void a_silent_broker_is_fenced_and_one_that_is_heard_is_not() {
        lead();
        desk.watchBrokers();
        long one = broker(1);
        broker(2);
        for (int round = 0; round < 16; round++) {
            pass(100);
            beat(1, one);
            log.commitAll();
        }
        assertThat(desk.cluster().brokers().get(1).fenced()).isFalse();
        assertThat(desk.cluster().brokers().get(2).fenced()).isTrue();
    }

    @Test
    void a_broker_whose_process_is_gone_is_fenced_at_once() {
        lead();
        long one = broker(1);
        desk.onProcessGone(1, one - 1);
        assertThat(log.appended).isEmpty();
        desk.onProcessGone(1, one);
        log.commitAll();
        assertThat(desk.cluster().brokers().get(1).fenced()).isTrue();
    }

    @Test
    void a_lone_broker_is_never_missed() {
        lead();
        broker(1);
        nowNs += 3_600_000 * MS;
        assertThat(timers).isEmpty();
        assertThat(desk.cluster().brokers().get(1).fenced()).isFalse();
    }

    /** Time goes by; what is due meanwhile is done. */
    private void pass(long ms) {
        long until = nowNs + ms * MS;
        while (!timers.isEmpty() && timers.firstKey() <= until) {
            var due = timers.pollFirstEntry();
            nowNs = due.getKey();
            due.getValue().run();
            log.commitAll();
        }
        nowNs = until;
    }
}
