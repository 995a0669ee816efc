package naru.coordination.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

    private final Deadlines deadlines = new Deadlines();
    private final List<Integer> passed = new ArrayList<>();

    @Test
    void whatWasCancelledDoesNotPileUp() {
        for (int i = 0; i < 100_000; i++) {
            int number = i;
            var deadline = deadlines.create(() -> passed.add(number));
            deadline.in(1_000 + i);
            if (i % 1_000 != 0) {
                deadline.cancel();
            }
        }
        assertThat(deadlines.size()).isLessThan(3_000);
        deadlines.advance(200_000);
        deadlines.run();
        assertThat(passed).hasSize(100).isSorted();
    }

    @Test
    void aDeadlineThatWasSweptAwayMayBeSetAgain() {
        var often = deadlines.create(() -> passed.add(1));
        often.in(500_000);
        often.cancel();
        for (int i = 0; i < 3_000; i++) {
            var other = deadlines.create(() -> { });
            other.in(600_000);
            other.cancel();
        }
        often.in(700_000);
        deadlines.advance(700_000);
        deadlines.run();
        assertThat(passed).containsExactly(1);
    }

    @Test
    void whatIsDueHappensOnceInTheOrderOfTime() {
        deadline(30);
        deadline(10);
        deadline(20);
        assertThat(deadlines.nextMs()).isEqualTo(10);
        deadlines.advance(20);
        deadlines.run();
        deadlines.run();
        assertThat(passed).containsExactly(10, 20);
        assertThat(deadlines.nextMs()).isEqualTo(30);
    }

    @Test
    void aDeadlineMovesBothWays() {
        var moved = deadline(10);
        moved.in(50);
        deadlines.advance(49);
        deadlines.run();
        assertThat(passed).isEmpty();
        moved.in(0);
        assertThat(deadlines.nextMs()).isEqualTo(49);
        deadlines.run();
        deadlines.advance(100);
        deadlines.run();
        assertThat(passed).containsExactly(10);
    }

    @Test
    void aDeadlineThatMovedLaterPassesThen() {
        deadline(10).in(50);
        var cancelled = deadline(20);
        cancelled.cancel();
        deadlines.advance(49);
        deadlines.run();
        assertThat(passed).isEmpty();
        assertThat(deadlines.nextMs()).isEqualTo(50);
        deadlines.advance(50);
        deadlines.run();
        assertThat(passed).containsExactly(10);
        assertThat(deadlines.nextMs()).isEqualTo(Deadlines.NEVER);
    }

    @Test
    void afterAClearNothingIsDue() {
        deadline(10);
        deadlines.clear();
        assertThat(deadlines.nextMs()).isEqualTo(Deadlines.NEVER);
        deadlines.advance(20);
        deadlines.run();
        assertThat(passed).isEmpty();
    }

    private Deadlines.Deadline deadline(int atMs) {
        var made = deadlines.create(() -> passed.add(atMs));
        made.in(atMs);
        return made;
    }
}
