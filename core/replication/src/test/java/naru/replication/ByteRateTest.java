package naru.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteRateTest {

    private final ByteRate rate = new ByteRate();

    @Test
    void withoutALimitThereIsAlwaysRoom() {
        rate.spend(1L << 40, 0);
        assertThat(rate.room(0)).isEqualTo(ByteRate.UNLIMITED);
        assertThat(rate.msUntilRoom(0)).isZero();
    }

    @Test
    void whatWasTooMuchIsMadeUpForFirst() {
        rate.limitTo(1_000, 0);
        assertThat(rate.room(0)).isEqualTo(1_000);
        rate.spend(3_000, 0);
        assertThat(rate.room(0)).isZero();
        assertThat(rate.msUntilRoom(0)).isEqualTo(2_100);
        assertThat(rate.room(2_100)).isEqualTo(100);
        assertThat(rate.msUntilRoom(2_100)).isZero();
    }

    @Test
    void whatIsNotUsedIsKeptForOneSecond() {
        rate.limitTo(1_000, 0);
        rate.spend(1_000, 0);
        assertThat(rate.room(500)).isEqualTo(500);
        assertThat(rate.room(3_600_000)).isEqualTo(1_000);
    }

    @Test
    void aNewLimitCountsAtOnceAndTheSameOneChangesNothing() {
        rate.limitTo(10, 0);
        rate.spend(1_000, 0);
        rate.limitTo(10, 0);
        assertThat(rate.room(1_000)).isZero();
        rate.limitTo(1_000, 1_000);
        assertThat(rate.room(1_000)).isEqualTo(1_000);
        rate.limitTo(ByteRate.UNLIMITED, 1_000);
        assertThat(rate.room(1_000)).isEqualTo(ByteRate.UNLIMITED);
    }

    @Test
    void aClockThatGoesBackIsNoReasonToStop() {
        rate.limitTo(1_000, 1_000_000);
        rate.spend(1_000, 1_000_000);
        assertThat(rate.room(0)).isZero();
        assertThat(rate.room(500)).isEqualTo(500);
    }

    /** Whoever sends only when there is room, as much as he likes, keeps the average: a second's worth and one piece more at most. */
    @Test
    void theAverageHoldsWhateverIsSent() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        long bytesPerSecond = 1 + random.nextInt(1_000_000);
        int pieceMax = 1 + random.nextInt(2_000_000);
        rate.limitTo(bytesPerSecond, 0);
        long sent = 0;
        for (long nowMs = 0; nowMs < 600_000; nowMs += 1 + random.nextInt(100)) {
            if (rate.room(nowMs) > 0) {
                int piece = 1 + random.nextInt(pieceMax);
                rate.spend(piece, nowMs);
                sent += piece;
            }
            assertThat(sent).as("seed %d, %d ms", seed, nowMs)
                    .isLessThanOrEqualTo(bytesPerSecond + pieceMax + bytesPerSecond * nowMs / 1_000 + 1);
        }
    }
}
