package naru.histories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checker is checked: what can be right is left in peace, and each anomaly, planted once, is named and nothing else. */
class HistoryCheckTest {

    private static final int SEEDS = Integer.getInteger("naru.runs", 40);
    private static final int STEPS = 600;
    private static final int MILLION = 1_000_000;

    @Test
    void whatCanBeRightIsLeftInPeace() {
        long from = new Random().nextInt(1_000_000);
        System.out.println("histories of the seeds from " + from);
        for (long seed = from; seed < from + SEEDS; seed++) {
            var history = RandomHistory.of(seed, STEPS);
            assertThat(HistoryCheck.check(history)).as("seed %d", seed).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyAnomalyIsFoundAndNothingElse(Anomaly anomaly) {
        long from = new Random().nextInt(1_000_000);
        System.out.println(anomaly + " planted in the histories of the seeds from " + from);
        int plantings = 0;
        for (var planted : Planted.of(anomaly)) {
            for (long seed = from; seed < from + SEEDS; seed++) {
                var history = new ArrayList<>(RandomHistory.of(seed, STEPS));
                if (!planted.into(history, new Random(seed))) {
                    continue;
                }
                plantings++;
                var found = EnumSet.noneOf(Anomaly.class);
                var findings = HistoryCheck.check(history);
                findings.forEach(finding -> found.add(finding.anomaly()));
                assertThat(found).as("seed %d, %s: %s", seed, planted, findings).containsExactly(anomaly);
            }
        }
        assertThat(plantings).as("plantings").isGreaterThan(SEEDS / 2);
    }

    @Test
    void aMillionOperationsTakeSeconds() {
        var history = RandomHistory.of(7, 140_000);
        var long_ = new ArrayList<Event>(MILLION);
        for (int copy = 0; long_.size() < MILLION; copy++) {
            for (var event : history) {
                long_.add(Copied.under(copy, event));
            }
        }
        long began = System.nanoTime();
        assertThat(HistoryCheck.check(long_)).isEmpty();
        long tookMs = (System.nanoTime() - began) / 1_000_000;
        System.out.println(long_.size() + " events were checked in " + tookMs + " ms");
        assertThat(tookMs).isLessThan(30_000);
    }

    @Test
    void aHistoryThatMakesNoSenseIsRefused() {
        var send = new Operation.Send(null, "t-0", -1, "v", null);
        var twice = List.of(new Event(1, "p", Stage.INVOKE, send), new Event(2, "p", Stage.INVOKE, send));
        assertThatThrownBy(() -> HistoryCheck.check(twice)).hasMessageContaining("'v' twice");
    }
}
