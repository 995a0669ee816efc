package naru.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {

    @Test
    void percentilesAreRightToThreePercent() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var histogram = new Histogram();
        long[] all = new long[10_000];
        for (int i = 0; i < all.length; i++) {
            all[i] = (long) Math.exp(random.nextDouble() * 16) * 1_000;
            histogram.add(all[i]);
        }
        Arrays.sort(all);
        for (double part : new double[] {0.01, 0.5, 0.9, 0.99, 0.999}) {
            double exact = all[(int) Math.ceil(part * all.length) - 1] / 1e6;
            assertThat(histogram.percentileMs(part)).as("seed " + seed).isCloseTo(exact, within(exact * 0.035 + 0.002));
        }
        assertThat(histogram.percentileMs(1)).isEqualTo(histogram.maxMs());
    }

    @Test
    void everyBucketEndsWhereTheNextBegins() {
        for (long us = 0; us < 1 << 18; us++) {
            int bucket = Histogram.bucket(us);
            if (Histogram.upperUs(bucket) < us || bucket > 0 && Histogram.upperUs(bucket - 1) >= us) {
                throw new AssertionError(us + " is in bucket " + bucket);
            }
        }
        assertThat(Histogram.bucket(Long.MAX_VALUE)).isEqualTo(Histogram.bucket(Long.MAX_VALUE - 1));
    }

    @Test
    void aDrawingHasABarForEachDoubling() {
        var histogram = new Histogram();
        for (int i = 0; i < 3; i++) {
            histogram.add(1_500_000);
        }
        histogram.add(5_000_000);
        assertThat(histogram.drawing(80)).containsExactly(
                "under 2.0 ms             3   75.0 %  " + "\u2588".repeat(43),
                "under 4.1 ms             0    0.0 %  ",
                "under 8.2 ms             1   25.0 %  " + "\u2588".repeat(14) + "\u258d");
        assertThat(new Histogram().drawing(80)).isEmpty();
    }
}
