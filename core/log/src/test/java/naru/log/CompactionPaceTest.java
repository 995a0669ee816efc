package naru.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CompactionPaceTest {

    private final CompactionPace pace = new CompactionPace();

    @Test
    void what_comes_after_a_time_with_nothing_is_no_reason_to_hurry() {
        pace.onLook(0);
        pace.onLook(10_000_000_000L);
        assertThat(pace.rest()).isEqualTo(CompactionPace.CALM);
    }

    @Test
    void it_hurries_while_ever_more_waits_and_calms_down_when_it_catches_up() {
        pace.onLook(100);
        pace.onLook(101);
        assertThat(pace.rest()).isEqualTo(CompactionPace.CALM / 2);
        for (int more = 102; more < 120; more++) {
            pace.onLook(more);
        }
        assertThat(pace.rest()).isEqualTo(CompactionPace.HURRIED);
        pace.onLook(119);
        assertThat(pace.rest()).isEqualTo(2 * CompactionPace.HURRIED);
        for (int less = 110; less > 100; less--) {
            pace.onLook(less);
        }
        assertThat(pace.rest()).isEqualTo(CompactionPace.CALM);
    }
}
