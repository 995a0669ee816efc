package naru.client;

import static naru.client.Neighbour.speaks;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import naru.base.PeerVisit.Ending;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ApiVersionsResponse;
import naru.protocol.message.BrokerHeartbeatRequest;
import naru.protocol.message.BrokerHeartbeatResponse;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.MetadataRequest;
import naru.protocol.message.MetadataResponse;
import org.junit.jupiter.api.Test;

class ExchangeTest {

    private static final Exchange.Rules RULES = new Exchange.Rules("tester", 1_000, 3);

    private final Neighbour neighbour = new Neighbour();
    private final Exchange exchange = neighbour.exchange(RULES);
    private final Neighbour.Diary diary = new Neighbour.Diary();

    private static BrokerHeartbeatRequest heartbeat(int brokerId) {
        return BrokerHeartbeatRequest.builder().brokerId(brokerId).build();
    }

    private static Reply answered(Reply reply) {
        assertThat(reply).isInstanceOf(Reply.Answered.class);
        return reply;
    }

    @Test
    void whatIsAskedEarlyWaitsUntilVersionsAreKnown() {
        exchange.ask(ApiKey.BROKER_HEARTBEAT, heartbeat(7), diary.entry());
        assertThat(neighbour.heard).isEmpty();
        neighbour.visit.onOpen();
        assertThat(neighbour.heard).extracting(Neighbour.Heard::api).containsExactly(ApiKey.API_VERSIONS);
        assertThat(exchange.isOpen()).isFalse();
        neighbour.answer(Neighbour.versions(speaks(ApiKey.BROKER_HEARTBEAT, 0, 1)));
        assertThat(exchange.isOpen()).isTrue();
        assertThat(neighbour.heard).containsExactly(
                new Neighbour.Heard(ApiKey.BROKER_HEARTBEAT, 1, 1, "tester", heartbeat(7)));
        var answer = BrokerHeartbeatResponse.builder().isFenced(false).build();
        neighbour.answer(answer);
        assertThat(diary.only()).isEqualTo(new Reply.Answered(answer, 1));
        neighbour.pass(10_000);
        assertThat(exchange.hasEnded()).as("no timeout is left behind").isFalse();
        assertThat(neighbour.timers()).isZero();
    }

    @Test
    void theNewestVersionBothKnowIsSpokenOrTheOneThatWasAskedFor() {
        neighbour.open(speaks(ApiKey.METADATA, 0, 99), speaks(ApiKey.FIND_COORDINATOR, 1, 3), speaks(ApiKey.FETCH, 1, 2));
        assertThat(exchange.versionOf(ApiKey.METADATA)).isEqualTo(ApiKey.METADATA.stableMax());
        assertThat(exchange.versionOf(ApiKey.FIND_COORDINATOR)).isEqualTo(3);
        assertThat(exchange.versionOf(ApiKey.FETCH)).as("too old for us").isEqualTo(-1);
        assertThat(exchange.versionOf(ApiKey.VOTE)).as("not served there").isEqualTo(-1);
        exchange.ask(ApiKey.METADATA, 9, MetadataRequest.builder().build(), 0, diary.entry());
        assertThat(neighbour.heard.getFirst().version()).isEqualTo(9);
        neighbour.answer(MetadataResponse.builder().controllerId(3).build());
        assertThat(((Reply.Answered) answered(diary.only())).version()).isEqualTo(9);
    }

    @Test
    void whatTheOtherSideDoesNotSpeakIsToldAndTheRestGoesOn() {
        neighbour.open(speaks(ApiKey.METADATA, 0, 12));
        exchange.ask(ApiKey.VOTE, naru.protocol.message.VoteRequest.builder().build(), diary.entry());
        assertThat(diary.replies).as("not inside the call").isEmpty();
        neighbour.pass(0);
        assertThat(diary.only()).isEqualTo(new Reply.Unspoken(ApiKey.VOTE));
        exchange.ask(ApiKey.METADATA, MetadataRequest.builder().build(), diary.entry());
        neighbour.answer(MetadataResponse.builder().build());
        assertThat(diary.replies).hasSize(2);
    }

    @Test
    void anOlderNodeIsAskedAgainInTheVersionItNames() {
        neighbour.visit.onOpen();
        var asked = neighbour.heard.removeFirst();
        neighbour.answer(ApiKey.API_VERSIONS, 0, asked.correlationId(), ApiVersionsResponse.builder()
                .errorCode(ErrorCode.UNSUPPORTED_VERSION.code())
                .apiKeys(java.util.List.of(speaks(ApiKey.API_VERSIONS, 0, 2))).build());
        assertThat(neighbour.heard.getFirst().version()).isEqualTo(2);
        neighbour.answer(Neighbour.versions(speaks(ApiKey.METADATA, 0, 5)));
        assertThat(exchange.isOpen()).isTrue();
        assertThat(exchange.versionOf(ApiKey.METADATA)).isEqualTo(5);
    }

    @Test
    void aNodeThatOnlyRefusesIsLeft() {
        neighbour.visit.onOpen();
        for (int i = 0; i < 2; i++) {
            var asked = neighbour.heard.removeFirst();
            neighbour.answer(ApiKey.API_VERSIONS, 0, asked.correlationId(), ApiVersionsResponse.builder()
                    .errorCode(ErrorCode.UNSUPPORTED_VERSION.code()).build());
        }
        assertThat(exchange.hasEnded()).isTrue();
        assertThat(neighbour.closed).isTrue();
    }

    @Test
    void aNodeThatIsNotThereIsToldToEverybodyWhoAsked() {
        var endings = new ArrayList<Ending>();
        exchange.whenEnded(endings::add);
        exchange.ask(ApiKey.BROKER_HEARTBEAT, heartbeat(7), diary.entry());
        neighbour.visit.onClosed(Ending.REFUSED);
        assertThat(diary.only()).isEqualTo(new Reply.Lost(Ending.REFUSED, false));
        assertThat(endings).containsExactly(Ending.REFUSED);
        exchange.ask(ApiKey.BROKER_HEARTBEAT, heartbeat(7), diary.entry());
        assertThat(diary.replies).hasSize(1);
        neighbour.pass(0);
        assertThat(diary.replies.getLast()).isEqualTo(new Reply.Lost(Ending.REFUSED, false));
    }

    @Test
    void whatWasSentMayHaveBeenWorkedOn() {
        neighbour.open(speaks(ApiKey.BROKER_HEARTBEAT, 0, 2));
        exchange.ask(ApiKey.BROKER_HEARTBEAT, heartbeat(7), diary.entry());
        neighbour.visit.onClosed(Ending.LOST);
        assertThat(diary.only()).isEqualTo(new Reply.Lost(Ending.LOST, true));
        assertThat(neighbour.timers()).isZero();
    }

    @Test
    void anAnswerThatTakesTooLongEndsTheConnectionForAll() {
        neighbour.open(speaks(ApiKey.BROKER_HEARTBEAT, 0, 2));
        exchange.ask(ApiKey.BROKER_HEARTBEAT, ApiKey.BROKER_HEARTBEAT.stableMax(), heartbeat(1), 500, diary.entry());
        neighbour.pass(1_499);
        exchange.ask(ApiKey.BROKER_HEARTBEAT, heartbeat(2), diary.entry());
        assertThat(exchange.hasEnded()).isFalse();
        neighbour.pass(1);
        assertThat(diary.replies).containsExactly(
                new Reply.Lost(Ending.UNREACHABLE, true), new Reply.Lost(Ending.UNREACHABLE, true));
        assertThat(neighbour.closed).isTrue();
    }

    @Test
    void aNodeThatAcceptsAndSaysNothingIsLeft() {
        neighbour.visit.onOpen();
        neighbour.pass(1_000);
        assertThat(exchange.hasEnded()).isTrue();
    }

    @Test
    void anAnswerThatMakesNoSenseEndsTheConnection() {
        neighbour.open(speaks(ApiKey.BROKER_HEARTBEAT, 0, 2));
        exchange.ask(ApiKey.BROKER_HEARTBEAT, heartbeat(1), diary.entry());
        neighbour.visit.onFrame(ByteBuffer.wrap(new byte[] {0, 0, 0, 1, 0, 1, 2}));
        assertThat(diary.only()).isEqualTo(new Reply.Lost(Ending.LOST, true));
        assertThat(neighbour.closed).isTrue();
    }

    @Test
    void anAnswerToAnotherQuestionEndsTheConnection() {
        neighbour.open(speaks(ApiKey.BROKER_HEARTBEAT, 0, 2));
        exchange.ask(ApiKey.BROKER_HEARTBEAT, heartbeat(1), diary.entry());
        neighbour.answer(ApiKey.BROKER_HEARTBEAT, 2, 77, BrokerHeartbeatResponse.builder().build());
        assertThat(diary.only()).isEqualTo(new Reply.Lost(Ending.LOST, true));
    }

    @Test
    void anAnswerWithATailEndsTheConnection() {
        neighbour.open(speaks(ApiKey.FIND_COORDINATOR, 0, 0));
        exchange.ask(ApiKey.FIND_COORDINATOR, FindCoordinatorRequest.builder().key("g").build(), diary.entry());
        var whole = Neighbour.frame(ApiKey.FIND_COORDINATOR, 0, neighbour.heard.getFirst().correlationId(),
                FindCoordinatorResponse.builder().host("h").build());
        neighbour.visit.onFrame(ByteBuffer.allocate(whole.remaining() + 1).put(whole).rewind());
        assertThat(diary.only()).isInstanceOf(Reply.Lost.class);
    }

    @Test
    void noMoreIsTakenThanMayBeUnderWay() {
        neighbour.open(speaks(ApiKey.BROKER_HEARTBEAT, 0, 2));
        for (int i = 0; i < RULES.underWayMax(); i++) {
            assertThat(exchange.hasRoom()).isTrue();
            exchange.ask(ApiKey.BROKER_HEARTBEAT, heartbeat(i), diary.entry());
        }
        assertThat(exchange.hasRoom()).isFalse();
        exchange.ask(ApiKey.BROKER_HEARTBEAT, heartbeat(9), diary.entry());
        neighbour.pass(0);
        assertThat(diary.only()).isEqualTo(new Reply.Lost(Ending.UNREACHABLE, false));
        neighbour.answer(BrokerHeartbeatResponse.builder().build());
        assertThat(exchange.hasRoom()).isTrue();
        neighbour.congested = true;
        assertThat(exchange.hasRoom()).isFalse();
    }

    @Test
    void whoClosesIsNotToldOfWhatWasUnderWay() {
        neighbour.open(speaks(ApiKey.BROKER_HEARTBEAT, 0, 2));
        exchange.ask(ApiKey.BROKER_HEARTBEAT, heartbeat(1), diary.entry());
        exchange.close();
        neighbour.visit.onClosed(Ending.LOST);
        neighbour.pass(10_000);
        assertThat(diary.replies).isEmpty();
        assertThat(neighbour.closed).isTrue();
    }

    @Test
    void aReplyMayAskAgainAtOnce() {
        neighbour.open(speaks(ApiKey.BROKER_HEARTBEAT, 0, 2));
        exchange.ask(ApiKey.BROKER_HEARTBEAT, heartbeat(1), first -> {
            answered(first);
            exchange.ask(ApiKey.BROKER_HEARTBEAT, heartbeat(2), diary.entry());
        });
        neighbour.answer(BrokerHeartbeatResponse.builder().build());
        neighbour.answer(BrokerHeartbeatResponse.builder().isFenced(false).build());
        answered(diary.only());
    }
}
