package naru.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimersTest {

    private final Timers timers = new Timers();
    private final List<String> happened = new ArrayList<>();

    @Test
    void whatIsDueHappensInTheOrderOfTime() {
        timers.at(30, () -> happened.add("third"));
        timers.at(10, () -> happened.add("first"));
        timers.at(10, () -> happened.add("second"));
        assertThat(timers.nextDueNs()).isEqualTo(10);
        timers.runDue(20);
        assertThat(happened).containsExactly("first", "second");
        assertThat(timers.nextDueNs()).isEqualTo(30);
    }

    @Test
    void whatIsCancelledDoesNotHappenAndWakesNobody() {
        timers.at(10, () -> happened.add("no")).cancel();
        assertThat(timers.nextDueNs()).isEqualTo(Long.MAX_VALUE);
        timers.runDue(20);
        assertThat(happened).isEmpty();
    }

    @Test
    void whatIsAskedForMeanwhileWaitsForTheNextCall() {
        timers.at(10, () -> timers.at(5, () -> happened.add("again")));
        timers.runDue(20);
        assertThat(happened).isEmpty();
        timers.runDue(20);
        assertThat(happened).containsExactly("again");
    }

    @Test
    void whatWasCancelledDoesNotPileUp() {
        for (int i = 0; i < 100_000; i++) {
            timers.at(1_000_000 + i, () -> happened.add("no")).cancel();
            if (i % 1_000 == 0) {
                int hundreds = i / 1_000;
                timers.at(2_000_000 + i, () -> happened.add("yes " + hundreds));
            }
        }
        assertThat(timers.size()).isLessThan(3_000);
        timers.runDue(3_000_000);
        assertThat(happened).hasSize(100).first().isEqualTo("yes 0");
        assertThat(happened).last().isEqualTo("yes 99");
    }
}
