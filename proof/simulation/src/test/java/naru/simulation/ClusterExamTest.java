package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A sample of the exam of clusters; {@code ./run simulate --exam} is all of it, and {@code exam.md} says what came of it. */
class ClusterExamTest {

    private static final long STORY_MS = 10_000;
    private static final double CPU_SECONDS_MAX = 120;

    /** Where a bug was to be planted there may be something else by now. */
    @ParameterizedTest
    @EnumSource
    void everyBugHasItsPlaceInTheProduct(ClusterBug bug) {
        var planted = new SabotagedClasses(List.of(), bug.places());
        for (var place : bug.places()) {
            assertThatCode(() -> Class.forName(place.owner(), true, planted)).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SHOWS_WHAT_IS_NOT_COMMITTED", "REASSIGNS_TOO_SOON", "FORGETS_PRODUCERS_WHEN_IT_LEADS"})
    void isConvicted(ClusterBug bug) {
        var verdict = new ClusterExam(0, 3, STORY_MS, CPU_SECONDS_MAX).examine(bug);
        System.out.println(verdict);
        assertThat(verdict.isConvicted()).as(verdict.toString()).isTrue();
    }

    @Test
    void anHonestProductWalksFree() {
        assertThat(ClusterExam.trial(null, 0, 3, STORY_MS)).isNull();
    }
}
