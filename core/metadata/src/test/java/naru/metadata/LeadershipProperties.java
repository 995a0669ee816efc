package naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.Randomness;
import naru.base.Uuid;
import naru.configuration.BrokerSettings;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.AlterPartitionReassignmentsRequest;
import naru.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import naru.protocol.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import naru.protocol.message.AlterPartitionRequest;
import naru.protocol.message.AlterPartitionRequest.BrokerState;
import naru.protocol.message.AlterPartitionRequest.PartitionData;
import naru.protocol.message.AlterPartitionRequest.TopicData;
import naru.protocol.message.AlterPartitionResponse;
import naru.protocol.message.BrokerHeartbeatRequest;
import naru.protocol.message.BrokerHeartbeatResponse;
import naru.protocol.message.BrokerRegistrationRequest;
import naru.protocol.message.BrokerRegistrationResponse;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsRequest.CreatableTopic;
import naru.protocol.message.ElectLeadersRequest;
import naru.protocol.message.FeatureLevelRecord;
import naru.protocol.message.IncrementalAlterConfigsRequest;
import naru.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import naru.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import naru.protocol.message.PartitionChangeRecord;
import naru.protocol.message.UnregisterBrokerRequest;
import org.junit.jupiter.api.Test;

/**
 * Brokers come, go, are killed and taken for dead, followers lag and catch up, partitions move, rules change: and
 * whoever leads without loss being told holds everything that was acknowledged. The model has a log at each broker.
 */
class LeadershipProperties {

    private static final int RUNS = Integer.getInteger("naru.leadership.runs", 100);
    private static final int STEPS = 200;
    private static final int BROKERS = 5;
    private static final String TOPIC = "t";
    private static final int PARTITIONS = 3;

    /** What a partition's replicas hold, as lists of records that are each written once. */
    private static final class Model {
        private final TreeMap<Integer, List<Long>> logs = new TreeMap<>();
        private List<Long> acknowledged = List.of();
        private final Map<Integer, Integer> leaderOfEpoch = new HashMap<>();

        private List<Long> log(int broker) {
            return logs.computeIfAbsent(broker, _ -> new ArrayList<>());
        }
    }

    private final Controller controller = new Controller(BrokerSettings.parse(Map.of()), "here");
    private final TreeMap<Integer, Long> epochs = new TreeMap<>();
    private final TreeSet<Integer> running = new TreeSet<>();
    /** Brokers that do not run: whether their machines went on. */
    private final TreeMap<Integer, Boolean> whole = new TreeMap<>();
    private final List<Model> models = new ArrayList<>();
    private BrokerSessions sessions;
    private Random dice;
    private Cluster cluster;
    private long end;
    private long nextRecord;
    private long incarnations;
    private boolean keepsEligible;
    private int inSyncMin;
    private String doing;
    private final TreeMap<String, Integer> seen = new TreeMap<>();

    @Test
    void whoever_leads_holds_everything_acknowledged() {
        for (int run = 0; run < RUNS; run++) {
            long seed = new Random(run).nextLong();
            begin(seed);
            for (int step = 0; step < STEPS; step++) {
                try {
                    step();
                } catch (RuntimeException | AssertionError broken) {
                    throw new AssertionError("seed " + seed + ", step " + step + ": " + doing, broken);
                }
            }
            assertThat(Cluster.EMPTY.withAll(cluster.toRecords())).as("seed %s", seed).isEqualTo(cluster);
        }
        assertThat(seen.keySet()).as("%s", seen).contains(
                "acknowledged", "lossy", "moved", "cancelled", "eligible led", "left politely", "fenced", "no leader", "killed");
    }

    private void begin(long seed) {
        dice = new Random(seed);
        cluster = Cluster.EMPTY;
        end = 0;
        epochs.clear();
        running.clear();
        whole.clear();
        models.clear();
        sessions = new BrokerSessions(1_500);
        keepsEligible = dice.nextBoolean();
        inSyncMin = 1 + dice.nextInt(2);
        take(List.of(new FeatureLevelRecord(Features.METADATA, Features.METADATA_MAX)));
        if (keepsEligible) {
            take(List.of(new FeatureLevelRecord(LeadershipRules.FEATURE, (short) 1)));
        }
        for (int id = 1; id <= BROKERS; id++) {
            start(id, -1);
        }
        ask(new Command.CreateTopics(CreateTopicsRequest.builder().topics(List.of(
                new CreatableTopic(TOPIC, PARTITIONS, (short) (1 + dice.nextInt(3)), List.of(), List.of(
                        new CreateTopicsRequest.CreatableTopicConfig("min.insync.replicas", "" + inSyncMin))))).build()));
        for (int i = 0; i < PARTITIONS; i++) {
            models.add(new Model());
        }
    }

    private Message ask(Command command) {
        doing = command.toString();
        var decision = controller.decide(command, new Situation(cluster, end, sessions, 0, (short) 0), randomness());
        take(decision.records());
        return decision.reply();
    }

    private void take(List<Message> records) {
        var before = cluster.topic(TOPIC);
        for (var record : records) {
            cluster = cluster.with(record);
        }
        end += records.size();
        if (before != null) {
            check(before, records);
        }
    }

    private Randomness randomness() {
        var seeded = dice;
        return new Randomness() {
            @Override
            public long nextLong() {
                return seeded.nextLong();
            }

            @Override
            public int nextInt(int bound) {
                return seeded.nextInt(bound);
            }
        };
    }

    // --- what happens ---

    private void step() {
        int id = 1 + dice.nextInt(BROKERS);
        int number = dice.nextInt(PARTITIONS);
        switch (dice.nextInt(22)) {
            case 0, 1, 2, 3, 4 -> write(number);
            case 5, 6, 7, 8 -> follow(number);
            case 9, 10, 11, 12 -> propose(number);
            case 13 -> fence(id);
            case 14 -> kill(id);
            case 15, 16 -> comeBack(id);
            case 17 -> leave(id);
            case 18 -> move(number);
            case 19 -> elect(number);
            case 20 -> configure();
            default -> {
                if (dice.nextInt(10) == 0) {
                    ask(new Command.UnregisterBroker(new UnregisterBrokerRequest(id)));
                } else {
                    ask(new Command.BalanceLeaders());
                }
            }
        }
    }

    private Partition partition(int number) {
        return cluster.topic(TOPIC).partitions().get(number);
    }

    private void write(int number) {
        var partition = partition(number);
        if (partition.leader() >= 0 && running.contains(partition.leader())) {
            models.get(number).log(partition.leader()).add(nextRecord++);
            acknowledge(number);
        }
    }

    /** As far as all who are in sync have come, if they are enough. */
    private void acknowledge(int number) {
        var partition = partition(number);
        var model = models.get(number);
        if (partition.leader() < 0 || partition.inSync().size() < Math.min(inSyncMin, partition.replicas().size())
                || !running.contains(partition.leader())) {
            return;
        }
        var leaders = model.log(partition.leader());
        int common = leaders.size();
        for (int id : partition.inSync()) {
            common = Math.min(common, commonPrefix(leaders, model.log(id)));
        }
        if (common > model.acknowledged.size()) {
            model.acknowledged = List.copyOf(leaders.subList(0, common));
            seen.merge("acknowledged", 1, Integer::sum);
        }
    }

    private static int commonPrefix(List<Long> one, List<Long> other) {
        int same = 0;
        while (same < Math.min(one.size(), other.size()) && one.get(same).equals(other.get(same))) {
            same++;
        }
        return same;
    }

    private void follow(int number) {
        var partition = partition(number);
        int id = partition.replicas().get(dice.nextInt(partition.replicas().size()));
        var model = models.get(number);
        if (id != partition.leader() && running.contains(id) && running.contains(partition.leader())) {
            var leaders = model.log(partition.leader());
            var own = model.log(id);
            int same = commonPrefix(leaders, own);
            int to = dice.nextInt(4) == 0 ? same + dice.nextInt(leaders.size() - same + 1) : leaders.size();
            own.clear();
            own.addAll(leaders.subList(0, to));
            acknowledge(number);
        }
    }

    /** As a leader does: who has everything joins, and one that lags leaves. Sometimes it knows less than it thinks. */
    private void propose(int number) {
        var partition = partition(number);
        int leader = partition.leader();
        if (!running.contains(leader)) {
            return;
        }
        var model = models.get(number);
        var members = new ArrayList<Integer>();
        for (int id : partition.replicas()) {
            boolean hasAll = model.log(id).equals(model.log(leader));
            if (id == leader || hasAll && running.contains(id) || partition.inSync().contains(id) && dice.nextInt(3) > 0) {
                members.add(id);
            }
        }
        if (partition.recoveryState() == PartitionChange.RECOVERING) {
            members.retainAll(List.of(leader));
        }
        int mistake = dice.nextInt(12);
        var states = new ArrayList<BrokerState>();
        members.forEach(id -> states.add(new BrokerState(id, epochs.get(id) - (mistake == 0 ? 1 : 0))));
        if (mistake == 1) {
            states.add(new BrokerState(BROKERS + 1, -1));
        } else if (mistake == 2) {
            states.removeFirst();
        }
        var proposal = PartitionData.builder().partitionIndex(number).newIsrWithEpochs(states)
                .leaderEpoch(partition.leaderEpoch() - (mistake == 3 ? 1 : 0))
                .partitionEpoch(partition.partitionEpoch() - (mistake == 4 ? 1 : 0)).build();
        var reply = (AlterPartitionResponse) ask(new Command.AlterPartition(AlterPartitionRequest.builder()
                .brokerId(leader).brokerEpoch(epochs.get(leader))
                .topics(List.of(new TopicData(cluster.topic(TOPIC).id(), List.of(proposal)))).build()));
        if (mistake <= 1 || mistake == 3 || mistake == 4) {
            assertThat(reply.errorCode() != 0 || reply.topics().getFirst().partitions().getFirst().errorCode() != 0).isTrue();
        } else if (reply.errorCode() == 0) {
            var answer = reply.topics().getFirst().partitions().getFirst();
            if (answer.errorCode() == ErrorCode.NONE.code()) {
                assertThat(answer.partitionEpoch()).isEqualTo(partition(number).partitionEpoch());
                assertThat(answer.isr()).isEqualTo(partition(number).inSync());
            }
        }
        acknowledge(number);
    }

    private void fence(int id) {
        if (epochs.containsKey(id)) {
            ask(new Command.FenceBrokers(new TreeMap<>(Map.of(id, epochs.get(id), 1 + id % BROKERS, 0L))));
            if (cluster.brokers().containsKey(id)) {
                assertThat(cluster.brokers().get(id).fenced()).isTrue();
                seen.merge("fenced", 1, Integer::sum);
            }
        }
    }

    /**
     * Where eligible replicas are kept, a killed broker may lose the end of its logs, unless its machine went on; elsewhere that is the
     * operator's risk.
     */
    private void kill(int id) {
        boolean isMachineOn = dice.nextBoolean();
        if (running.remove(id)) {
            whole.put(id, isMachineOn);
        } else if (!isMachineOn) {
            whole.put(id, false);
        }
        seen.merge("killed", 1, Integer::sum);
        if (keepsEligible && !isMachineOn) {
            for (int i = 0; i < models.size(); i++) {
                var log = models.get(i).log(id);
                // An only replica acknowledges what is on its disk.
                int safe = partition(i).replicas().equals(List.of(id)) ? commonPrefix(models.get(i).acknowledged, log) : 0;
                int keeps = safe + dice.nextInt(log.size() - safe + 1);
                log.subList(keeps, log.size()).clear();
            }
        }
        fence(id);
    }

    private void comeBack(int id) {
        if (running.contains(id)) {
            beat(id, false);
        } else {
            start(id, whole.getOrDefault(id, false) ? epochs.get(id) : -1);
        }
    }

    private void start(int id, long previousEpoch) {
        sessions.forget(id);
        var reply = (BrokerRegistrationResponse) ask(new Command.RegisterBroker(BrokerRegistrationRequest.builder()
                .brokerId(id).clusterId("here").incarnationId(new Uuid(1, ++incarnations)).rack(null)
                .features(Features.toRegister()).logDirs(List.of(new Uuid(9, id))).previousBrokerEpoch(previousEpoch).build()));
        assertThat(reply.errorCode()).isZero();
        assertThat(cluster.brokers().get(id).epoch()).isEqualTo(reply.brokerEpoch());
        assertThat(cluster.brokers().get(id).fenced()).isTrue();
        epochs.put(id, reply.brokerEpoch());
        running.add(id);
        beat(id, false);
    }

    private BrokerHeartbeatResponse beat(int id, boolean leaving) {
        sessions.heard(id, epochs.get(id), end, 0);
        var reply = (BrokerHeartbeatResponse) ask(new Command.BrokerHeartbeat(BrokerHeartbeatRequest.builder()
                .brokerId(id).brokerEpoch(epochs.get(id)).currentMetadataOffset(end).wantShutDown(leaving).build()));
        if (cluster.brokers().containsKey(id)) {
            assertThat(reply.errorCode()).isZero();
            assertThat(reply.isFenced()).isEqualTo(cluster.brokers().get(id).fenced());
        }
        return reply;
    }

    /** Gives away what it leads, waits until the others know, ends with everything on its disk, and may start again. */
    private void leave(int id) {
        if (!running.contains(id) || !cluster.brokers().containsKey(id)) {
            return;
        }
        var reply = beat(id, true);
        for (int i = 0; i < 3 && !reply.shouldShutDown(); i++) {
            for (int other : running) {
                beat(other, other == id);
            }
            reply = beat(id, true);
        }
        assertThat(reply.shouldShutDown()).isTrue();
        assertThat(cluster.ledBy(id)).isZero();
        running.remove(id);
        seen.merge("left politely", 1, Integer::sum);
        if (dice.nextBoolean()) {
            start(id, epochs.get(id));
        }
    }

    private void move(int number) {
        boolean cancels = dice.nextInt(3) == 0;
        var target = new ArrayList<>(cluster.brokers().keySet());
        java.util.Collections.shuffle(target, dice);
        if (target.isEmpty()) {
            return;
        }
        var wanted = target.subList(0, 1 + dice.nextInt(Math.min(3, target.size())));
        boolean wasMoving = !partition(number).adding().isEmpty() || !partition(number).removing().isEmpty();
        ask(new Command.AlterPartitionReassignments(AlterPartitionReassignmentsRequest.builder().topics(List.of(
                new ReassignableTopic(TOPIC, List.of(
                        new ReassignablePartition(number, cancels ? null : List.copyOf(wanted)))))).build()));
        if (cancels && wasMoving && partition(number).adding().isEmpty()) {
            seen.merge("cancelled", 1, Integer::sum);
        }
        acknowledge(number);
    }

    private void elect(int number) {
        boolean uncleanly = dice.nextInt(3) == 0;
        ask(new Command.ElectLeaders(ElectLeadersRequest.builder().electionType((byte) (uncleanly ? 1 : 0))
                .topicPartitions(List.of(new ElectLeadersRequest.TopicPartitions(TOPIC, List.of(number)))).build()));
    }

    private void configure() {
        int min = 1 + dice.nextInt(3);
        boolean uncleanly = dice.nextInt(4) == 0;
        inSyncMin = min;
        ask(new Command.IncrementalAlterConfigs(new IncrementalAlterConfigsRequest(List.of(
                new AlterConfigsResource(Resource.TOPIC, TOPIC, List.of(
                        new AlterableConfig("min.insync.replicas", (byte) 0, "" + min),
                        new AlterableConfig("unclean.leader.election.enable", (byte) 0, "" + uncleanly)))), false)));
    }

    // --- what must hold ---

    private void check(Topic before, List<Message> records) {
        var topic = cluster.topic(TOPIC);
        for (int i = 0; i < PARTITIONS && i < models.size(); i++) {
            int number = i;
            var was = before.partitions().get(i);
            var is = topic.partitions().get(i);
            long changes = records.stream().filter(one -> one instanceof PartitionChangeRecord change
                    && change.partitionId() == number).count();
            assertThat(is.partitionEpoch()).isEqualTo(was.partitionEpoch() + (int) changes);
            assertThat(is.leaderEpoch()).isGreaterThanOrEqualTo(was.leaderEpoch());
            assertThat(is.replicas()).containsAll(is.inSync()).containsAll(is.eligible()).doesNotHaveDuplicates();
            assertThat(is.directories()).hasSameSizeAs(is.replicas());
            assertThat(is.inSync()).noneMatch(is.eligible()::contains).doesNotHaveDuplicates();
            assertThat(is.replicas()).isNotEmpty();
            if (!keepsEligible) {
                assertThat(is.inSync()).isNotEmpty();
                assertThat(is.eligible()).isEmpty();
            }
            if (is.inSync().size() >= Math.min(inSyncMin, is.replicas().size())) {
                assertThat(is.eligible()).isEmpty();
            }
            boolean isSafe = is.replicas().containsAll(was.inSync()) || is.recoveryState() == PartitionChange.RECOVERING;
            assertThat(isSafe || is.inSync().size() >= Math.min(inSyncMin, is.replicas().size()))
                    .as("those who stay are enough: %s, and before %s", is, was).isTrue();
            checkLeader(number, was, is);
        }
        checkIndex(topic);
    }

    private void checkLeader(int number, Partition was, Partition is) {
        var model = models.get(number);
        var serving = Movements.serving(cluster, is);
        if (is.leader() < 0) {
            seen.merge("no leader", 1, Integer::sum);
            assertThat(is.inSync()).noneMatch(serving::test);
            assertThat(is.eligible()).noneMatch(serving::test);
            return;
        }
        assertThat(is.inSync()).contains(is.leader());
        assertThat(serving.test(is.leader())).isTrue();
        int other = model.leaderOfEpoch.merge(is.leaderEpoch(), is.leader(), (first, _) -> first);
        assertThat(other).as("the leader of epoch %s", is.leaderEpoch()).isEqualTo(is.leader());
        if (!was.replicas().equals(is.replicas()) && is.adding().isEmpty() && is.removing().isEmpty()) {
            seen.merge("moved", 1, Integer::sum);
        }
        if (is.leaderEpoch() == was.leaderEpoch()) {
            return;
        }
        var log = model.log(is.leader());
        if (is.recoveryState() == PartitionChange.RECOVERING) {
            seen.merge("lossy", 1, Integer::sum);
            assertThat(is.inSync()).containsExactly(is.leader());
            int kept = commonPrefix(log, model.acknowledged);
            model.acknowledged = model.acknowledged.subList(0, kept);
        } else {
            if (was.eligible().contains(is.leader())) {
                seen.merge("eligible led", 1, Integer::sum);
            }
            assertThat(log.subList(0, Math.min(log.size(), model.acknowledged.size())))
                    .as("what %s holds, elected from %s to %s", is.leader(), was, is).isEqualTo(model.acknowledged);
        }
    }

    /** The index is what a walk over everything would find. */
    private void checkIndex(Topic topic) {
        for (int id = 1; id <= BROKERS; id++) {
            int broker = id;
            assertThat(cluster.ledBy(id))
                    .isEqualTo((int) topic.partitions().stream().filter(one -> one.leader() == broker).count());
            boolean isHeld = topic.partitions().stream().anyMatch(one -> one.replicas().contains(broker));
            assertThat(new HashSet<>(cluster.topicsOn(id))).hasSize(isHeld ? 1 : 0);
        }
    }
}
