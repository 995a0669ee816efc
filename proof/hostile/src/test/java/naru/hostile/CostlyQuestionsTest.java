package naru.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import naru.base.Limits;
import naru.hostile.FailingDisk.Operation;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.DescribeConfigsRequest;
import naru.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import naru.protocol.message.DescribeConfigsResponse;
import naru.protocol.message.DescribeGroupsRequest;
import naru.protocol.message.DescribeGroupsResponse;
import naru.protocol.message.DescribeLogDirsRequest;
import naru.protocol.message.DescribeLogDirsRequest.DescribableLogDirTopic;
import naru.protocol.message.DescribeLogDirsResponse;
import naru.protocol.message.DescribeProducersRequest;
import naru.protocol.message.DescribeProducersResponse;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.ListGroupsRequest;
import naru.protocol.message.ListGroupsResponse;
import naru.protocol.message.ListOffsetsRequest;
import naru.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import naru.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import naru.protocol.message.ListOffsetsResponse;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import naru.protocol.message.OffsetDeleteRequest;
import naru.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestPartition;
import naru.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import naru.protocol.message.OffsetDeleteResponse;
import naru.protocol.message.OffsetFetchRequest;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import naru.protocol.message.OffsetFetchResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests inside every limit that would cost the square of their length, or an answer many times as long. Each takes
 * well under a second; the time allowed is for slow machines.
 */
@Timeout(15)
class CostlyQuestionsTest {

    private static final int HALF = (Limits.PRODUCTION.topicsPerRequestMax() - 1_000) / 2;
    private static final byte BROKER = 4;

    @TempDir
    private Path folder;

    private final FailingDisk disk = new FailingDisk();
    private LogLines log;
    private BrokerHere broker;

    @BeforeEach
    void start() throws Exception {
        log = new LogLines();
        broker = BrokerHere.start(disk, folder.resolve("data"), UnaryOperator.identity());
        try (var client = broker.connect()) {
            assertThat(client.createTopic("here", 1)).isZero();
        }
    }

    @AfterEach
    void stop() {
        disk.heals();
        broker.close();
        log.nothingBroke();
        log.close();
    }

    private <A extends Message> A ask(ApiKey api, int version, Message question, Class<A> answer) throws Exception {
        try (var client = broker.connect()) {
            return client.ask(api, version, question, answer);
        }
    }

    private void commit(String group) throws Exception {
        ask(ApiKey.FIND_COORDINATOR, 3, new FindCoordinatorRequest(group, (byte) 0, List.of()), FindCoordinatorResponse.class);
        try (var client = broker.connect()) {
            client.ask(ApiKey.OFFSET_COMMIT, 8, offset(group), Message.class);
        }
    }

    private static OffsetCommitRequest offset(String group) {
        var partition = OffsetCommitRequestPartition.builder().partitionIndex(0).committedOffset(1).build();
        var topic = OffsetCommitRequestTopic.builder().name("here").partitions(List.of(partition)).build();
        return OffsetCommitRequest.builder().groupId(group).topics(List.of(topic)).build();
    }

    @Test
    void sizesOfOneTopicAskedForAgainAndAgain() throws Exception {
        var question = new DescribeLogDirsRequest(Wire.many(HALF, i -> new DescribableLogDirTopic("here", List.of(i))));
        var answer = ask(ApiKey.DESCRIBE_LOG_DIRS, 4, question, DescribeLogDirsResponse.class);
        assertThat(answer.results().getFirst().topics()).hasSize(1);
    }

    @Test
    void offsetsOfTopicsThatAreNotThere() throws Exception {
        commit("g");
        var first = new OffsetDeleteRequestTopic("here", List.of(new OffsetDeleteRequestPartition(0)));
        var topics = Wire.many(HALF, i -> i == 0 ? first
                : new OffsetDeleteRequestTopic("t" + i, List.of(new OffsetDeleteRequestPartition(0))));
        var answer = ask(ApiKey.OFFSET_DELETE, 0, new OffsetDeleteRequest("g", topics), OffsetDeleteResponse.class);
        assertThat(answer.topics()).hasSize(HALF);
    }

    @Test
    void groupsInAHundredThousandStates() throws Exception {
        commit("g");
        try (var client = broker.connect()) {
            for (int i = 0; i < 1_000; i++) {
                client.send(ApiKey.OFFSET_COMMIT, 8, offset("g" + i));
            }
            for (int i = 0; i < 1_000; i++) {
                client.receive(ApiKey.OFFSET_COMMIT, 8);
            }
        }
        var states = Wire.many(HALF, i -> i == HALF - 1 ? " empty" : "state" + i);
        var listed = ask(ApiKey.LIST_GROUPS, 5, new ListGroupsRequest(states, List.of()), ListGroupsResponse.class);
        assertThat(listed.groups()).hasSize(1_001);
        var none = ask(ApiKey.LIST_GROUPS, 5, new ListGroupsRequest(List.of("nonsense"), List.of()), ListGroupsResponse.class);
        assertThat(none.groups()).isEmpty();
    }

    @Test
    void everythingAboutOneGroupAgainAndAgain() throws Exception {
        commit("g");
        var described = ask(ApiKey.DESCRIBE_GROUPS, 5, DescribeGroupsRequest.builder()
                .groups(Collections.nCopies(HALF, "g")).build(), DescribeGroupsResponse.class);
        assertThat(described.groups()).hasSize(1);
        var all = new OffsetFetchRequestGroup("g", null, -1, null);
        var fetched = ask(ApiKey.OFFSET_FETCH, 9, OffsetFetchRequest.builder()
                .groups(Collections.nCopies(HALF, all)).build(), OffsetFetchResponse.class);
        assertThat(fetched.groups()).hasSize(1);
    }

    @Test
    void everyKeyOfABrokerAgainAndAgain() throws Exception {
        var one = new DescribeConfigsResource(BROKER, "1", null);
        var answer = ask(ApiKey.DESCRIBE_CONFIGS, 4, DescribeConfigsRequest.builder()
                .resources(Collections.nCopies(20_000, one)).build(), DescribeConfigsResponse.class);
        assertThat(answer.results()).hasSize(20_000);
        assertThat(answer.results().getFirst().errorCode()).isZero();
        assertThat(ErrorCode.of(answer.results().getLast().errorCode())).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void keysThatABrokerDoesNotHave() throws Exception {
        var one = new DescribeConfigsResource(BROKER, "1", Wire.many(HALF, i -> "key" + i));
        var answer = ask(ApiKey.DESCRIBE_CONFIGS, 4, DescribeConfigsRequest.builder().resources(List.of(one)).build(),
                DescribeConfigsResponse.class);
        assertThat(answer.results().getFirst().configs()).isEmpty();
    }

    @Test
    void onePartitionAgainAndAgain() throws Exception {
        var producers = new DescribeProducersRequest(List.of(
                new DescribeProducersRequest.TopicRequest("here", Collections.nCopies(HALF, 0)),
                new DescribeProducersRequest.TopicRequest("here", List.of(0, 1))));
        var described = ask(ApiKey.DESCRIBE_PRODUCERS, 0, producers, DescribeProducersResponse.class);
        assertThat(described.topics()).singleElement().satisfies(topic -> assertThat(topic.partitions()).hasSize(2));
        var partition = ListOffsetsPartition.builder().partitionIndex(0).timestamp(17).build();
        var offsets = ask(ApiKey.LIST_OFFSETS, 7, ListOffsetsRequest.builder().replicaId(-1).topics(List.of(
                new ListOffsetsTopic("here", Collections.nCopies(HALF, partition)))).build(), ListOffsetsResponse.class);
        assertThat(offsets.topics().getFirst().partitions()).singleElement().satisfies(one ->
                assertThat(ErrorCode.of(one.errorCode())).isEqualTo(ErrorCode.INVALID_REQUEST));
    }

    /** What the controller is asked while the disk is slow waits in line, and what changes nothing needs no turn of its own. */
    @Test
    void commandsThatWaitedForTheDisk() throws Exception {
        var slow = new CountDownLatch(1);
        disk.fails((operation, path) -> {
            if (operation == Operation.SYNC && path.contains("__cluster_metadata")) {
                awaitQuietly(slow);
            }
            return null;
        });
        var clients = Wire.many(39, _ -> connect());
        var exists = CreateTopicsRequest.builder().timeoutMs(1_000).topics(List.of(
                new CreateTopicsRequest.CreatableTopic("here", 1, (short) 1, List.of(), List.of()))).build();
        var fresh = CreateTopicsRequest.builder().timeoutMs(1_000).topics(List.of(
                new CreateTopicsRequest.CreatableTopic("fresh", 1, (short) 1, List.of(), List.of()))).build();
        clients.getFirst().send(ApiKey.CREATE_TOPICS, 7, fresh);
        for (var client : clients) {
            for (int i = 0; i < 250; i++) {
                client.send(ApiKey.CREATE_TOPICS, 7, exists);
            }
        }
        slow.countDown();
        var created = (CreateTopicsResponse) clients.getFirst().receive(ApiKey.CREATE_TOPICS, 7);
        assertThat(created.topics().getFirst().errorCode()).isZero();
        for (var client : clients) {
            for (int i = 0; i < 250; i++) {
                var answer = (CreateTopicsResponse) client.receive(ApiKey.CREATE_TOPICS, 7);
                assertThat(ErrorCode.of(answer.topics().getFirst().errorCode())).isEqualTo(ErrorCode.TOPIC_ALREADY_EXISTS);
            }
            client.close();
        }
    }

    private Wire connect() {
        try {
            return broker.connect();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
