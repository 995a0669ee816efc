package naru.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import naru.base.Uuid;
import org.junit.jupiter.api.Test;

class OpeningsTest {

    private static final int PER_TURN_MAX = 10;
    private static final Uuid MANY = new Uuid(1, 1);
    private static final Uuid FEW = new Uuid(2, 2);

    private final Map<Uuid, Integer> partitions = new LinkedHashMap<>();
    private final ArrayDeque<Runnable> nextTurns = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private int openedInTurn;
    private final Openings openings = new Openings(PER_TURN_MAX, nextTurns::add, new Openings.Work() {
        @Override
        public int open(Uuid topic, int from, Openings.Turn turn) {
            int at = from;
            for (; at < partitions.get(topic) && turn.hasRoom(); at++) {
                turn.opened();
                openedInTurn++;
            }
            return at == partitions.get(topic) ? -1 : at;
        }

        @Override
        public void finish(List<Uuid> topics) {
            told.add("finished " + topics.size());
        }
    });

    private void begin(Uuid topic, int count, String who) {
        partitions.put(topic, count);
        openings.add(topic);
        openings.goOn();
        openings.whenDone(() -> told.add(who));
    }

    private int turn() {
        openedInTurn = 0;
        nextTurns.removeFirst().run();
        return openedInTurn;
    }

    @Test
    void fewAreOpenedAtOnce() {
        begin(FEW, PER_TURN_MAX - 1, "few");
        assertThat(told).containsExactly("finished 1", "few");
        assertThat(nextTurns).isEmpty();
    }

    @Test
    void manyAreOpenedSomeATurnAndGetTheirRolesTogether() {
        begin(MANY, 3 * PER_TURN_MAX + 1, "many");
        assertThat(openedInTurn).isEqualTo(PER_TURN_MAX);
        assertThat(told).isEmpty();
        assertThat(turn()).isEqualTo(PER_TURN_MAX);
        assertThat(turn()).isEqualTo(PER_TURN_MAX);
        assertThat(told).isEmpty();
        assertThat(turn()).isEqualTo(1);
        assertThat(told).containsExactly("finished 1", "many");
        assertThat(nextTurns).isEmpty();
    }

    @Test
    void whatComesMeanwhileWaitsForWhatCameBefore() {
        begin(MANY, 2 * PER_TURN_MAX, "many");
        begin(FEW, 1, "few");
        openings.whenDone(() -> told.add("nothing to open"));
        assertThat(openedInTurn).isEqualTo(PER_TURN_MAX);
        assertThat(told).isEmpty();
        while (!nextTurns.isEmpty()) {
            assertThat(turn()).isLessThanOrEqualTo(PER_TURN_MAX);
        }
        assertThat(told).containsExactly("finished 2", "many", "few", "nothing to open");
    }
}
