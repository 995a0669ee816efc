package naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import naru.base.Randomness;
import naru.base.Uuid;
import naru.configuration.BrokerSettings;
import naru.protocol.Message;
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
import naru.protocol.message.CreateTopicsRequest.CreatableReplicaAssignment;
import naru.protocol.message.CreateTopicsRequest.CreatableTopic;
import naru.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import naru.protocol.message.FeatureLevelRecord;

/** A controller with brokers and topics, for stories: what is decided is committed at once. */
final class Stage {

    static final long SESSION_NS = 1_500_000_000L;

    final BrokerSettings settings = BrokerSettings.parse(Map.of());
    final BrokerSessions sessions = new BrokerSessions(1_500);
    final TreeMap<Integer, Long> epochs = new TreeMap<>();
    private final Controller controller = new Controller(settings, "here");
    private final Random dice = new Random(7);
    Cluster cluster = Cluster.EMPTY;
    Decision last;
    long end;
    long nowNs;
    short quorumVersion;

    Stage(boolean keepsEligible) {
        take(List.of(new FeatureLevelRecord(Features.METADATA, Features.METADATA_MAX)));
        if (keepsEligible) {
            take(List.of(new FeatureLevelRecord(LeadershipRules.FEATURE, (short) 1)));
        }
    }

    private void take(List<Message> records) {
        cluster = cluster.withAll(records);
        end += records.size();
    }

    @SuppressWarnings("unchecked")
    <R extends Message> R ask(Command command) {
        last = controller.decide(command, new Situation(cluster, end, sessions, nowNs, quorumVersion), new Randomness() {
            @Override
            public long nextLong() {
                return dice.nextLong();
            }

            @Override
            public int nextInt(int bound) {
                return dice.nextInt(bound);
            }
        });
        take(last.records());
        return (R) last.reply();
    }

    /** A request with nothing wrong in it. */
    BrokerRegistrationRequest.Builder registration(int id) {
        return BrokerRegistrationRequest.builder().brokerId(id).clusterId("here").incarnationId(new Uuid(1, dice.nextLong()))
                .rack(null).features(Features.toRegister()).logDirs(List.of(new Uuid(9, id)))
                .previousBrokerEpoch(epochs.getOrDefault(id, -1L));
    }

    BrokerRegistrationResponse register(BrokerRegistrationRequest request) {
        BrokerRegistrationResponse reply = ask(new Command.RegisterBroker(request));
        if (reply.errorCode() == 0) {
            epochs.put(request.brokerId(), reply.brokerEpoch());
        }
        sessions.answered(request, reply, cluster, nowNs);
        return reply;
    }

    BrokerHeartbeatResponse beat(int id, boolean wantsToLeave) {
        return beat(BrokerHeartbeatRequest.builder().brokerId(id).brokerEpoch(epochs.get(id))
                .currentMetadataOffset(end - 1).wantShutDown(wantsToLeave).build());
    }

    BrokerHeartbeatResponse beat(BrokerHeartbeatRequest request) {
        sessions.heard(request.brokerId(), request.brokerEpoch(), request.currentMetadataOffset(), nowNs);
        BrokerHeartbeatResponse reply = ask(new Command.BrokerHeartbeat(request));
        if (!last.records().isEmpty() && cluster.brokers().get(request.brokerId()).inControlledShutdown()) {
            sessions.leaves(request.brokerId(), end - 1);
        }
        return reply;
    }

    Stage brokers(int count) {
        for (int id = 1; id <= count; id++) {
            assertThat(register(registration(id).build()).errorCode()).isZero();
            beat(id, false);
        }
        return this;
    }

    void fence(int... ids) {
        var meant = new TreeMap<Integer, Long>();
        for (int id : ids) {
            meant.put(id, epochs.get(id));
            sessions.lost(id, epochs.get(id));
        }
        ask(new Command.FenceBrokers(meant));
    }

    /** One partition on these brokers, the first of which leads. */
    void topic(String name, List<Integer> replicas, String... configs) {
        var settled = new ArrayList<CreatableTopicConfig>();
        for (int i = 0; i < configs.length; i += 2) {
            settled.add(new CreatableTopicConfig(configs[i], configs[i + 1]));
        }
        ask(new Command.CreateTopics(CreateTopicsRequest.builder().topics(List.of(new CreatableTopic(
                name, -1, (short) -1, List.of(new CreatableReplicaAssignment(0, replicas)), settled))).build()));
        assertThat(partition(name).leader()).isEqualTo(replicas.getFirst());
    }

    Partition partition(String topic) {
        return cluster.topic(topic).partitions().getFirst();
    }

    /** What the leader would send to have these in sync. */
    PartitionData proposal(String topic, Integer... members) {
        var now = partition(topic);
        return PartitionData.builder().partitionIndex(0).leaderEpoch(now.leaderEpoch()).partitionEpoch(now.partitionEpoch())
                .newIsrWithEpochs(List.of(members).stream()
                        .map(id -> new BrokerState(id, epochs.getOrDefault(id, -1L))).toList()).build();
    }

    AlterPartitionResponse.PartitionData propose(int from, String topic, PartitionData proposal) {
        AlterPartitionResponse reply = ask(new Command.AlterPartition(new AlterPartitionRequest(
                from, epochs.get(from), List.of(new TopicData(cluster.topic(topic).id(), List.of(proposal))))));
        assertThat(reply.errorCode()).isZero();
        return reply.topics().getFirst().partitions().getFirst();
    }

    void inSync(String topic, Integer... members) {
        assertThat(propose(partition(topic).leader(), topic, proposal(topic, members)).errorCode()).isZero();
        assertThat(partition(topic).inSync()).containsExactly(members);
    }
}
