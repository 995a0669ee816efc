package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import naru.client.Reply;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;
import naru.protocol.message.BrokerRegistrationChangeRecord;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.MetadataRequest;
import naru.protocol.message.MetadataResponse;
import naru.protocol.message.PartitionChangeRecord;
import org.junit.jupiter.api.Test;

/** A broker has gone, and the cluster has not decided yet: who asks for the leader hears of the next one, not of the last once more. */
class MissedBrokersTest {

    private static final String ORDERS = "orders";
    private static final String OTHERS = "others";
    private static final String GROUP = "group";

    private final SmallCluster cluster = new SmallCluster(1, 3, 1, Map.of("offsets.topic.replication.factor", "3"));

    private void create(String name, List<Integer> replicas) {
        var topic = CreateTopicsRequest.CreatableTopic.builder().name(name).numPartitions(-1).replicationFactor((short) -1)
                .assignments(List.of(new CreateTopicsRequest.CreatableReplicaAssignment(0, replicas))).build();
        cluster.ask(2, ApiKey.CREATE_TOPICS,
                CreateTopicsRequest.builder().topics(List.of(topic)).timeoutMs(1_000).build(), CreateTopicsResponse.class);
        cluster.runForMs(200);
    }

    private void create() {
        create(ORDERS, List.of(1, 2, 3));
        create(OTHERS, List.of(2, 3, 1));
    }

    private static MetadataRequest whoLeads(String topic) {
        return MetadataRequest.builder()
                .topics(List.of(MetadataRequest.MetadataRequestTopic.builder().name(topic).build())).build();
    }

    private Reply[] askForLeader(String topic) {
        return cluster.begin(2, ApiKey.METADATA, whoLeads(topic));
    }

    private static Message answer(Reply[] reply) {
        return ((Reply.Answered) reply[0]).answer();
    }

    private static int leader(Reply... reply) {
        return ((MetadataResponse) answer(reply)).topics().getFirst().partitions().getFirst().leaderId();
    }

    /** As the controller does. */
    private void decideThatItHasGone(int broker, String topic, int next) {
        cluster.commit(
                PartitionChangeRecord.builder().topicId(cluster.cluster().topic(topic).id()).partitionId(0).leader(next)
                        .isr(List.of(2, 3)).build(),
                BrokerRegistrationChangeRecord.builder().brokerId(broker)
                        .brokerEpoch(cluster.cluster().brokers().get(broker).epoch()).fenced((byte) 1).build());
    }

    @Test
    void whoAsksForTheLeaderHearsOfTheNextOne() {
        create();
        cluster.kill(1);
        cluster.runForMs(20);
        var asked = askForLeader(ORDERS);
        cluster.runForMs(500);
        assertThat(asked[0]).as("an answer before there is one").isNull();
        decideThatItHasGone(1, ORDERS, 3);
        cluster.runForMs(10);
        assertThat(leader(asked)).isEqualTo(3);
    }

    @Test
    void whatElseIsDecidedDoesNotBringBackABrokerThatHasGone() {
        create();
        cluster.kill(1);
        cluster.runForMs(20);
        var asked = askForLeader(ORDERS);
        create(OTHERS + "-2", List.of(2, 3));
        assertThat(asked[0]).as("an answer before there is one").isNull();
        decideThatItHasGone(1, ORDERS, 3);
        cluster.runForMs(10);
        assertThat(leader(asked)).isEqualTo(3);
    }

    /** A fetch that waits for 300 ms, as nothing comes. */
    private FetchRequest whatIsNew() {
        return FetchRequest.builder().replicaId(-1).maxWaitMs(300).minBytes(1)
                .topics(List.of(new FetchRequest.FetchTopic("", cluster.cluster().topic(OTHERS).id(),
                        List.of(FetchRequest.FetchPartition.builder().partition(0).partitionMaxBytes(1).build())))).build();
    }

    /** Answers leave in the order of the requests: what is told of the leader must be true when it leaves. */
    @Test
    void whoAskedForTheLeaderBehindSomethingThatWaitsHearsOfTheNextOneToo() {
        create();
        var asked = cluster.begin(2, ApiKey.FETCH, whatIsNew(), ApiKey.METADATA, whoLeads(ORDERS));
        cluster.runForMs(10);
        cluster.kill(1);
        cluster.runForMs(20);
        decideThatItHasGone(1, ORDERS, 3);
        cluster.runForMs(10);
        assertThat(asked[1]).isNull();
        cluster.runForMs(300);
        assertThat(leader(asked[1])).isEqualTo(3);
    }

    @Test
    void whoseTurnComesBeforeThereIsALeaderWaitsForIt() {
        create();
        var asked = cluster.begin(2, ApiKey.FETCH, whatIsNew(), ApiKey.METADATA, whoLeads(ORDERS));
        cluster.runForMs(10);
        cluster.kill(1);
        cluster.runForMs(500);
        assertThat(asked[0]).isNotNull();
        assertThat(asked[1]).as("an answer before there is one").isNull();
        decideThatItHasGone(1, ORDERS, 3);
        cluster.runForMs(10);
        assertThat(leader(asked[1])).isEqualTo(3);
    }

    @Test
    void whatOthersLeadIsToldAtOnce() {
        create();
        cluster.kill(1);
        cluster.runForMs(20);
        var asked = askForLeader(OTHERS);
        cluster.runForMs(10);
        assertThat(leader(asked)).isEqualTo(2);
    }

    @Test
    void nobodyWaitsForLongAndNobodyAtAllWhenTheClusterCannotDecide() {
        create();
        cluster.kill(1);
        cluster.runForMs(20);
        var asked = askForLeader(ORDERS);
        cluster.runForMs(990);
        assertThat(asked[0]).isNull();
        cluster.runForMs(20);
        assertThat(leader(asked)).isEqualTo(1);
        cluster.runForMs(3_000);
        var later = askForLeader(ORDERS);
        cluster.runForMs(10);
        assertThat(leader(later)).isEqualTo(1);
    }

    @Test
    void aBrokerThatIsHeardAgainIsNotMissed() {
        create();
        cluster.cut(1);
        cluster.runForMs(450);
        var asked = askForLeader(ORDERS);
        cluster.runForMs(10);
        assertThat(asked[0]).isNull();
        cluster.heal();
        cluster.runForMs(400);
        assertThat(leader(asked)).isEqualTo(1);
    }

    @Test
    void whoAsksForACoordinatorHearsOfTheNextOne() {
        create();
        var request = FindCoordinatorRequest.builder().coordinatorKeys(List.of(GROUP)).build();
        cluster.await("there is a coordinator", () -> cluster.ask(2, ApiKey.FIND_COORDINATOR, request, FindCoordinatorResponse.class)
                .coordinators().getFirst().errorCode() == 0);
        cluster.runForMs(500);
        int before = cluster.ask(2, ApiKey.FIND_COORDINATOR, request, FindCoordinatorResponse.class).coordinators().getFirst().nodeId();
        int witness = before % 3 + 1;
        int next = witness % 3 + 1;
        var askedBehind = cluster.begin(witness, ApiKey.FETCH, whatIsNew(), ApiKey.FIND_COORDINATOR, request);
        cluster.runForMs(10);
        cluster.kill(before);
        cluster.runForMs(20);
        var asked = cluster.begin(witness, ApiKey.FIND_COORDINATOR, request);
        cluster.runForMs(500);
        assertThat(asked[0]).isNull();
        var topic = cluster.cluster().topic("__consumer_offsets");
        for (int i = 0; i < topic.partitions().size(); i++) {
            if (topic.partitions().get(i).leader() == before) {
                cluster.commit(PartitionChangeRecord.builder().topicId(topic.id()).partitionId(i).leader(next).build());
            }
        }
        cluster.runForMs(10);
        assertThat(((FindCoordinatorResponse) answer(asked)).coordinators().getFirst().nodeId()).isEqualTo(next);
        assertThat(((FindCoordinatorResponse) answer(new Reply[] {askedBehind[1]})).coordinators().getFirst().nodeId()).isEqualTo(next);
    }
}
