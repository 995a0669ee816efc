package naru.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OffsetRangeTest {

    @Test
    void theEndIsOutside() {
        var range = OffsetRange.startingAt(10, 3);
        assertThat(range.contains(10)).isTrue();
        assertThat(range.contains(12)).isTrue();
        assertThat(range.contains(13)).isFalse();
        assertThat(range.contains(9)).isFalse();
        assertThat(range.count()).isEqualTo(3);
    }

    @Test
    void theNextRangeBeginsWhereThisOneEnds() {
        assertThat(new OffsetRange(0, 4).isFollowedBy(new OffsetRange(4, 9))).isTrue();
        assertThat(new OffsetRange(0, 4).isFollowedBy(new OffsetRange(5, 9))).isFalse();
    }

    @Test
    void aRangeThatGoesBackwardsCannotBeMade() {
        assertThatThrownBy(() -> new OffsetRange(5, 4)).isInstanceOf(Invariant.Broken.class);
        assertThatThrownBy(() -> new OffsetRange(-1, 4)).isInstanceOf(Invariant.Broken.class);
    }
}
