package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** The real log, folder and journal live through crashes and power cuts under clients that remember everything. */
class LogStoriesTest {

    private static final int SEEDS = 30;

    @Test
    void whatTheLogAcknowledgedSurvives() {
        var plan = new Simulate.Plan(0, 6_000, SEEDS, 0, Cast.EVERYBODY, false);
        assertThat(Simulate.run(plan, LogBroker.over(), new PrintStream(System.out, true))).isTrue();
    }
}
