package naru.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import naru.protocol.MalformedMessage;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsRequest.CreatableTopic;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.EnvelopeRequest;
import org.junit.jupiter.api.Test;

class EnvelopesTest {

    private static final Asker ASKER = new Asker("an admin", "/192.168.7.9");
    private static final CreateTopicsRequest QUESTION = CreateTopicsRequest.builder()
            .topics(List.of(CreatableTopic.builder().name("orders").numPartitions(3).replicationFactor((short) 3).build()))
            .timeoutMs(1_234).build();

    /** As the other side gets it. */
    private static EnvelopeRequest sent(EnvelopeRequest envelope) {
        var out = new Writer(64);
        envelope.write(out, 0);
        return EnvelopeRequest.read(new Reader(ByteBuffer.wrap(out.toBytes())), 0);
    }

    @Test
    void whatAClientAskedAndWhoItIsComeOutAsTheyWentIn() {
        for (int version = ApiKey.CREATE_TOPICS.versionMin(); version <= ApiKey.CREATE_TOPICS.stableMax(); version++) {
            var envelope = sent(Envelopes.seal(ApiKey.CREATE_TOPICS, version, QUESTION, ASKER));
            assertThat(Envelopes.hasPrincipal(envelope)).isTrue();
            var content = Envelopes.open(envelope, 1_000);
            assertThat(content.api()).isEqualTo(ApiKey.CREATE_TOPICS);
            assertThat(content.version()).isEqualTo((short) version);
            assertThat(content.asker()).isEqualTo(ASKER);
            assertThat(content.request()).isEqualTo(QUESTION);
        }
    }

    @Test
    void theAnswerComesBackInTheVersionOfTheQuestion() {
        var answer = CreateTopicsResponse.builder().throttleTimeMs(5).build();
        for (int version = ApiKey.CREATE_TOPICS.versionMin(); version <= ApiKey.CREATE_TOPICS.stableMax(); version++) {
            var content = Envelopes.open(sent(Envelopes.seal(ApiKey.CREATE_TOPICS, version, QUESTION, ASKER)), 1_000);
            assertThat(Envelopes.openAnswer(ApiKey.CREATE_TOPICS, version, Envelopes.sealAnswer(content, answer)))
                    .isEqualTo(answer);
        }
    }

    /** The bytes of the principal, as Kafka's DefaultKafkaPrincipalBuilder writes User:ANONYMOUS. */
    @Test
    void thePrincipalIsWrittenAsKafkaDoes() {
        var bytes = Envelopes.seal(ApiKey.CREATE_TOPICS, 7, QUESTION, ASKER).requestPrincipal();
        byte[] principal = new byte[bytes.remaining()];
        bytes.get(principal);
        assertThat(principal).isEqualTo(new byte[] {
            0, 0, 5, 'U', 's', 'e', 'r', 10, 'A', 'N', 'O', 'N', 'Y', 'M', 'O', 'U', 'S', 0, 0});
    }

    @Test
    void addressesOfBothFamiliesAreKept() {
        var six = new Asker("x", "/2001:db8:0:0:0:0:0:1");
        assertThat(Envelopes.open(sent(Envelopes.seal(ApiKey.CREATE_TOPICS, 7, QUESTION, six)), 100).asker()).isEqualTo(six);
    }

    @Test
    void whatIsNoRequestIsNotOpened() {
        var whole = Envelopes.seal(ApiKey.CREATE_TOPICS, 7, QUESTION, ASKER);
        for (int length = 0; length < whole.requestData().limit(); length++) {
            var cut = new EnvelopeRequest(
                    whole.requestData().duplicate().limit(length), whole.requestPrincipal(), whole.clientHostAddress());
            assertThatThrownBy(() -> Envelopes.open(cut, 1_000)).isInstanceOf(MalformedMessage.class);
        }
        var nowhere = new EnvelopeRequest(whole.requestData(), whole.requestPrincipal(), ByteBuffer.allocate(3));
        assertThatThrownBy(() -> Envelopes.open(nowhere, 1_000)).isInstanceOf(MalformedMessage.class);
    }

    @Test
    void withoutAPrincipalNothingIsDone() {
        var whole = Envelopes.seal(ApiKey.CREATE_TOPICS, 7, QUESTION, ASKER);
        for (var principal : new ByteBuffer[] {null, ByteBuffer.allocate(0), ByteBuffer.allocate(40)}) {
            assertThat(Envelopes.hasPrincipal(
                    new EnvelopeRequest(whole.requestData(), principal, whole.clientHostAddress()))).isFalse();
        }
    }
}
