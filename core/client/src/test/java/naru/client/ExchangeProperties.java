package naru.client;

import static naru.client.Neighbour.speaks;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import naru.base.PeerVisit.Ending;
import naru.protocol.message.ApiKey;
import naru.protocol.message.BrokerHeartbeatRequest;
import naru.protocol.message.BrokerHeartbeatResponse;
import org.junit.jupiter.api.Test;

/** Whatever the other side and the line do: each question has exactly one reply, in order, and the right one. */
class ExchangeProperties {

    private static final int RUNS = 2_000;
    private static final int STEPS = 60;

    @Test
    void eachQuestionHasOneReplyAndTheRightOne() {
        long first = Long.getLong("seed", System.nanoTime());
        for (long seed = first; seed < first + RUNS; seed++) {
            try {
                new Run(new Random(seed)).play();
            } catch (Throwable wrong) {
                throw new AssertionError("seed " + seed, wrong);
            }
        }
    }

    /** Questions carry a number; the neighbour sends it back in the throttle time. */
    private static final class Run {
        private final Random dice;
        private final Neighbour neighbour = new Neighbour();
        private final Exchange exchange;
        private final List<Integer> asked = new ArrayList<>();
        private final List<Integer> answered = new ArrayList<>();
        private final List<Integer> lost = new ArrayList<>();
        private boolean opened;

        Run(Random dice) {
            this.dice = dice;
            this.exchange = neighbour.exchange(new Exchange.Rules("x", 500, 1 + dice.nextInt(6)));
        }

        void play() {
            for (int i = 0; i < STEPS; i++) {
                step(i);
            }
            if (!exchange.hasEnded()) {
                neighbour.visit.onClosed(Ending.LOST);
            }
            neighbour.pass(5_000);
            assertThat(answered).as("answers come in the order of questions").isSorted();
            var all = new ArrayList<>(answered);
            all.addAll(lost);
            assertThat(all).as("one reply for each question").containsExactlyInAnyOrderElementsOf(asked);
            assertThat(neighbour.timers()).as("timers left behind").isZero();
        }

        private void step(int number) {
            switch (dice.nextInt(8)) {
                case 0, 1, 2 -> ask(number);
                case 3, 4 -> answerNext();
                case 5 -> neighbour.pass(dice.nextInt(200));
                case 6 -> open();
                default -> {
                    if (dice.nextInt(12) == 0) {
                        misbehave();
                    }
                }
            }
        }

        private void ask(int number) {
            asked.add(number);
            exchange.ask(ApiKey.BROKER_HEARTBEAT, BrokerHeartbeatRequest.builder().brokerId(number).build(), reply -> {
                switch (reply) {
                    case Reply.Answered(BrokerHeartbeatResponse it, int _) -> {
                        assertThat(it.throttleTimeMs()).as("the answer to this question").isEqualTo(number);
                        answered.add(number);
                    }
                    case Reply.Lost(Ending _, boolean sent) -> {
                        assertThat(sent).as("sent means that it arrived").isEqualTo(neighbour.hasHeard(number));
                        lost.add(number);
                    }
                    case Reply.Answered _, Reply.Unspoken _ -> throw new AssertionError(reply);
                }
            });
        }

        private void open() {
            if (!opened && !exchange.hasEnded()) {
                opened = true;
                neighbour.visit.onOpen();
            }
        }

        private void answerNext() {
            var next = neighbour.heard.peekFirst();
            if (next == null) {
                return;
            }
            if (next.api() == ApiKey.API_VERSIONS) {
                neighbour.answer(Neighbour.versions(speaks(ApiKey.BROKER_HEARTBEAT, 0, dice.nextInt(3))));
            } else {
                int number = ((BrokerHeartbeatRequest) next.question()).brokerId();
                neighbour.answer(BrokerHeartbeatResponse.builder().throttleTimeMs(number).build());
            }
        }

        private void misbehave() {
            switch (dice.nextInt(3)) {
                case 0 -> neighbour.visit.onClosed(Ending.values()[dice.nextInt(3)]);
                case 1 -> {
                    byte[] noise = new byte[dice.nextInt(30)];
                    dice.nextBytes(noise);
                    if (opened) {
                        neighbour.visit.onFrame(ByteBuffer.wrap(noise));
                    }
                }
                default -> neighbour.answer(ApiKey.BROKER_HEARTBEAT, 0, -1, BrokerHeartbeatResponse.builder().build());
            }
        }
    }
}
