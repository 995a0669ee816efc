package naru.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsRequest.CreatableTopic;
import naru.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import naru.protocol.message.DescribeConfigsRequest;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.IncrementalAlterConfigsRequest;
import naru.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import naru.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import naru.protocol.message.IncrementalAlterConfigsResponse;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import naru.protocol.message.JoinGroupResponse;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import naru.protocol.message.OffsetCommitResponse;
import naru.protocol.message.SyncGroupRequest;
import naru.protocol.message.SyncGroupResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Words that are too long for where they have to go: newer versions of a request take any length, older answers and the
 * records of {@code __consumer_offsets} 32,767 bytes.
 */
class LongWordsTest extends BesideABystander {

    private static final int OLD_MAX = Short.MAX_VALUE;
    private static final byte TOPIC = 2;

    @BeforeEach
    void groupsHaveATopic() throws Exception {
        try (var client = broker.connect()) {
            var found = client.ask(ApiKey.FIND_COORDINATOR, 3, new FindCoordinatorRequest("g", (byte) 0, List.of()),
                    FindCoordinatorResponse.class);
            assertThat(found.errorCode()).isZero();
        }
    }

    private static JoinGroupRequest join(String group, String member, String instance, String type, String protocol) {
        return new JoinGroupRequest(group, 10_000, 10_000, member, instance, type,
                List.of(new JoinGroupRequestProtocol(protocol, ByteBuffer.allocate(0))), null);
    }

    /** With a client id of its own. */
    private static void send(Wire wire, ApiKey api, int version, String clientId, Message body) throws IOException {
        var writer = new Writer(1 << 10);
        writer.int16(api.id());
        writer.int16((short) version);
        writer.int32(7);
        writer.string(clientId, false, true);
        if (api.requestHeaderVersion(version) >= 2) {
            writer.uvarint(0);
        }
        body.write(writer, version);
        wire.sendFrame(writer.toBytes());
    }

    @Test
    void theNameOfAClientInTheIdOfItsMember() throws Exception {
        String name = "c".repeat(OLD_MAX);
        for (int version : new int[] {2, 5, 9}) {
            try (var client = broker.connect()) {
                send(client, ApiKey.JOIN_GROUP, version, name, join("g" + version, "", null, "consumer", "range"));
                var joined = (JoinGroupResponse) client.receive(ApiKey.JOIN_GROUP, version);
                assertThat(joined.memberId()).startsWith("ccc").hasSizeLessThanOrEqualTo(OLD_MAX);
            }
        }
        bystander.goesOn();
    }

    @Test
    void theNamesOfAGroupAndOfWhatIsInIt() throws Exception {
        String word = "w".repeat(OLD_MAX + 1);
        try (var client = broker.connect()) {
            assertThat(joined(client, join(word, "", null, "consumer", "range"))).isEqualTo(ErrorCode.INVALID_GROUP_ID);
            assertThat(joined(client, join("g", "", word.substring(23), "consumer", "range"))).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(joined(client, join("g", "", null, word, "range"))).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(joined(client, join("g", "", null, "consumer", word))).isEqualTo(ErrorCode.INVALID_REQUEST);
            var partition = OffsetCommitRequestPartition.builder().partitionIndex(0).committedOffset(1).build();
            var topic = OffsetCommitRequestTopic.builder().name("bystander").partitions(List.of(partition)).build();
            var committed = client.ask(ApiKey.OFFSET_COMMIT, 9,
                    OffsetCommitRequest.builder().groupId(word).topics(List.of(topic)).build(), OffsetCommitResponse.class);
            assertThat(ErrorCode.of(committed.topics().getFirst().partitions().getFirst().errorCode()))
                    .isEqualTo(ErrorCode.INVALID_GROUP_ID);
        }
        bystander.goesOn();
    }

    private static ErrorCode joined(Wire client, JoinGroupRequest request) throws IOException {
        return ErrorCode.of(client.ask(ApiKey.JOIN_GROUP, 9, request, JoinGroupResponse.class).errorCode());
    }

    /** As long as it may be, everywhere at once: a group of one goes all the way. */
    @Test
    void wordsThatJustFit() throws Exception {
        String word = "w".repeat(OLD_MAX);
        String instance = "w".repeat(OLD_MAX - 23);
        try (var client = broker.connect()) {
            var answer = client.ask(ApiKey.JOIN_GROUP, 9, join(word, "", instance, word, word), JoinGroupResponse.class);
            assertThat(answer.errorCode()).isZero();
            var synced = client.ask(ApiKey.SYNC_GROUP, 5, new SyncGroupRequest(word, answer.generationId(), answer.memberId(),
                    instance, word, word, List.of()), SyncGroupResponse.class);
            assertThat(synced.errorCode()).isZero();
        }
        bystander.goesOn();
    }

    /** The complaint quotes the word, and so is longer than an old answer can say. */
    @Test
    void aComplaintAboutALongWord() throws Exception {
        String word = "w".repeat(OLD_MAX);
        var topic = new CreatableTopic("t", 1, (short) 1, List.of(), List.of(new CreatableTopicConfig(word, "1")));
        try (var client = broker.connect()) {
            client.send(ApiKey.CREATE_TOPICS, 4, CreateTopicsRequest.builder().topics(List.of(topic)).timeoutMs(1_000).build());
            assertThat(client.isHungUp()).isTrue();
            assertThat(log.about(client)).singleElement().asString().contains("cannot be told in version 4");
        }
        bystander.goesOn();
    }

    @Test
    void aLongValueThatAnOldVersionAsksFor() throws Exception {
        String value = "1:1,".repeat(OLD_MAX / 4) + "100:100";
        try (var client = broker.connect()) {
            var set = new AlterConfigsResource(TOPIC, "bystander",
                    List.of(new AlterableConfig("leader.replication.throttled.replicas", (byte) 0, value)));
            var altered = client.ask(ApiKey.INCREMENTAL_ALTER_CONFIGS, 1,
                    new IncrementalAlterConfigsRequest(List.of(set), false), IncrementalAlterConfigsResponse.class);
            assertThat(altered.responses().getFirst().errorCode()).isZero();
            client.send(ApiKey.DESCRIBE_CONFIGS, 1, DescribeConfigsRequest.builder().resources(List.of(
                    new DescribeConfigsRequest.DescribeConfigsResource(TOPIC, "bystander", null))).build());
            assertThat(client.isHungUp()).isTrue();
        }
        bystander.goesOn();
    }
}
