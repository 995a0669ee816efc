package naru.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import naru.base.Limits;
import naru.coordination.transactions.Channel;
import naru.protocol.MalformedMessage;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ApiVersionsResponse;
import naru.protocol.message.HeartbeatResponse;
import org.junit.jupiter.api.Test;

class ConversationTest {

    private static final int IN_FLIGHT_MAX = Limits.CRAMPED.requestsInFlightMax();

    private final RecordingLink link = new RecordingLink();
    private final List<Request> taken = new ArrayList<>();
    private boolean malformed;
    private final Conversation conversation = new Conversation(link, new Conversation.Desk() {
        @Override
        public boolean serves(ApiKey api, int version) {
            return version <= api.stableMax() && api != ApiKey.SHARE_FETCH;
        }

        @Override
        public void take(Request request, Reader body) {
            if (malformed) {
                throw new MalformedMessage("a length of minus seven");
            }
            taken.add(request);
        }

        @Override
        public void takeUnknownApiVersions(Request request) {
            request.answerInVersion(Apis.unsupported(), (short) 0);
        }
    }, new Writer(64), Limits.CRAMPED, new Channel(0, 0));

    @Test
    void answersLeaveInTheOrderOfTheRequests() {
        ask(7);
        ask(8);
        ask(9);
        answer(2);
        answer(1);
        assertThat(link.sent).isEmpty();
        answer(0);
        assertThat(correlationIds()).containsExactly(7, 8, 9);
    }

    @Test
    void whatTellsHowThingsStandIsAnsweredWhenItIsNext() {
        ask(7);
        ask(8);
        ask(9);
        taken.get(2).whenNext(() -> answer(2));
        taken.get(1).whenNext(() -> answer(1));
        assertThat(taken.get(1).isAnswered()).isFalse();
        answer(0);
        assertThat(correlationIds()).containsExactly(7, 8, 9);
        ask(10);
        taken.get(3).whenNext(() -> answer(3));
        assertThat(correlationIds()).containsExactly(7, 8, 9, 10);
    }

    @Test
    void anyNumberMayWaitUntilTheyAreNext() {
        int many = 20_000;
        for (int i = 0; i < many; i++) {
            ask(i);
            int number = i;
            if (i > 0) {
                taken.get(i).whenNext(() -> answer(number));
            }
        }
        answer(0);
        assertThat(link.sent).hasSize(many);
    }

    @Test
    void whatWouldHaveBeenNextIsForgottenWithTheConnection() {
        ask(7);
        ask(8);
        taken.get(1).whenNext(() -> answer(1));
        taken.getFirst().hangUp("waits in vain");
        assertThat(taken.get(1).isAnswered()).isFalse();
    }

    @Test
    void whatWantsNoAnswerGetsNoneAndHoldsNobodyUp() {
        ask(7);
        ask(8);
        answer(1);
        taken.getFirst().answerNothing();
        assertThat(correlationIds()).containsExactly(8);
    }

    @Test
    void whoIsHungUpOnHearsNothingThatStoodBehind() {
        ask(7);
        ask(8);
        answer(1);
        taken.getFirst().hangUp("waits in vain");
        assertThat(link.closedBecause).contains("in vain");
        assertThat(link.sent).isEmpty();
    }

    @Test
    void readingStopsWhileTooMuchIsUnderWay() {
        for (int i = 1; i < IN_FLIGHT_MAX; i++) {
            ask(i);
        }
        assertThat(link.paused).isFalse();
        ask(IN_FLIGHT_MAX);
        assertThat(link.paused).isTrue();
        answer(0);
        assertThat(link.paused).isFalse();
    }

    @Test
    void readingStopsWhileTheClientDoesNotTakeItsAnswers() {
        link.congested = true;
        ask(1);
        assertThat(link.paused).isTrue();
        link.congested = false;
        conversation.onRoom();
        assertThat(link.paused).isFalse();
    }

    @Test
    void aNewerClientLearnsWhichVersionsToAskFor() {
        conversation.onFrame(frame(ApiKey.API_VERSIONS.id(), 99, 5));
        var reader = new Reader(link.sent.getFirst());
        assertThat(reader.int32()).isEqualTo(link.sent.getFirst().limit() - 4);
        assertThat(reader.int32()).isEqualTo(5);
        var answer = ApiVersionsResponse.read(reader, 0);
        assertThat(answer.errorCode()).isEqualTo((short) 35);
        assertThat(answer.apiKeys()).hasSize(1);
        assertThat(link.closedBecause).isNull();
    }

    @Test
    void whatCannotBeUnderstoodEndsTheConnection() {
        conversation.onFrame(frame(12_345, 0, 1));
        assertThat(link.closedBecause).contains("API 12345");
    }

    @Test
    void anUnknownVersionEndsTheConnection() {
        conversation.onFrame(frame(ApiKey.HEARTBEAT.id(), 77, 1));
        assertThat(link.closedBecause).contains("version 77");
    }

    @Test
    void anApiThatIsNotServedEndsTheConnection() {
        conversation.onFrame(frame(ApiKey.SHARE_FETCH.id(), 1, 1));
        assertThat(link.closedBecause).contains("SHARE_FETCH");
    }

    @Test
    void aShortHeaderEndsTheConnection() {
        conversation.onFrame(ByteBuffer.allocate(5));
        assertThat(link.closedBecause).contains("5 bytes");
    }

    @Test
    void aBrokenBodyEndsTheConnectionAndTheRestIsNotHeard() {
        malformed = true;
        ask(1);
        malformed = false;
        ask(2);
        assertThat(link.closedBecause).contains("minus seven");
        assertThat(taken).isEmpty();
    }

    @Test
    void whoLeftIsNotAnswered() {
        var abandoned = new ArrayList<Integer>();
        ask(1);
        ask(2);
        taken.get(1).whenAbandoned(() -> abandoned.add(2));
        conversation.onClosed();
        answer(0);
        assertThat(link.sent).isEmpty();
        assertThat(abandoned).containsExactly(2);
        assertThat(taken.getFirst().isAbandoned()).isTrue();
    }

    @Test
    void flexibleHeadersMayCarryTagsNobodyKnows() {
        var writer = new Writer(64);
        writer.int16(ApiKey.HEARTBEAT.id());
        writer.int16((short) 4);
        writer.int32(11);
        writer.string("who", false, true);
        writer.uvarint(1);
        writer.uvarint(9);
        writer.uvarint(2);
        writer.int16((short) 5);
        conversation.onFrame(ByteBuffer.wrap(writer.toBytes()));
        assertThat(taken.getFirst().clientId()).isEqualTo("who");
        answer(0);
        // length, correlation id, no tags in the header, throttle time, error, no tags in the body
        assertThat(link.sent.getFirst().limit()).isEqualTo(4 + 4 + 1 + 4 + 2 + 1);
    }

    private void ask(int correlationId) {
        conversation.onFrame(frame(ApiKey.HEARTBEAT.id(), 0, correlationId));
    }

    private void answer(int at) {
        taken.get(at).answer(HeartbeatResponse.builder().build());
    }

    private List<Integer> correlationIds() {
        return link.sent.stream().map(answer -> answer.getInt(4)).toList();
    }

    private static ByteBuffer frame(int api, int version, int correlationId) {
        var frame = ByteBuffer.allocate(10);
        frame.putShort((short) api).putShort((short) version).putInt(correlationId).putShort((short) -1);
        return frame.flip();
    }
}
