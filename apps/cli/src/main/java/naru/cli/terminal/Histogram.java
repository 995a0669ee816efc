package naru.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * Durations, counted in buckets whose width is at most a thirty-second of their value, so a percentile is right to 3 %.
 * From a microsecond to some hours; what is beyond counts as the last.
 */
public final class Histogram {

    private static final int SUB_BITS = 5;
    private static final int SUB = 1 << SUB_BITS;
    private static final int BUCKETS = 40 * SUB;

    private final long[] counts = new long[BUCKETS];
    private long count;
    private long sumUs;
    private long maxUs;

    public void add(long durationNs) {
        long us = Math.max(0, durationNs / 1_000);
        counts[bucket(us)]++;
        count++;
        sumUs += us;
        maxUs = Math.max(maxUs, us);
    }

    static int bucket(long us) {
        if (us < SUB) {
            return (int) us;
        }
        int exponent = 63 - Long.numberOfLeadingZeros(us) - SUB_BITS;
        return Math.min(BUCKETS - 1, (exponent + 1) * SUB + (int) (us >>> exponent) - SUB);
    }

    /** The largest value of a bucket, in microseconds. */
    static long upperUs(int bucket) {
        if (bucket < SUB) {
            return bucket;
        }
        int exponent = bucket / SUB - 1;
        return ((long) (bucket % SUB + SUB + 1) << exponent) - 1;
    }

    public long count() {
        return count;
    }

    /** Milliseconds that this part of all durations, 0 to 1, did not exceed; 0 when there are none. */
    public double percentileMs(double part) {
        long wanted = Math.max(1, (long) Math.ceil(part * count));
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return Math.min(maxUs, upperUs(i)) / 1_000.0;
            }
        }
        return 0;
    }

    public double maxMs() {
        return maxUs / 1_000.0;
    }

    public double meanMs() {
        return count == 0 ? 0 : (double) sumUs / count / 1_000;
    }

    /** One bar for each doubling of the duration, from the first that has any to the last. */
    public List<String> drawing(int width) {
        var sums = new ArrayList<Long>();
        var limits = new ArrayList<Long>();
        long limitUs = 1;
        long sum = 0;
        for (int i = 0; i < BUCKETS; i++) {
            while (upperUs(i) >= limitUs) {
                sums.add(sum);
                limits.add(limitUs);
                sum = 0;
                limitUs *= 2;
            }
            sum += counts[i];
        }
        sums.add(sum);
        limits.add(limitUs);
        int first = 0;
        while (first < sums.size() && sums.get(first) == 0) {
            first++;
        }
        int last = sums.size() - 1;
        while (last >= first && sums.get(last) == 0) {
            last--;
        }
        long most = sums.stream().mapToLong(Long::longValue).max().orElse(0);
        var lines = new ArrayList<String>();
        for (int i = first; i <= last; i++) {
            String label = "under " + Amounts.milliseconds(limits.get(i) / 1_000.0);
            String number = Amounts.number(sums.get(i));
            String percent = Amounts.fixed(100.0 * sums.get(i) / count, 1) + " %";
            int room = Math.max(10, width - 16 - 12 - 9);
            lines.add(left(label, 16) + right(number, 10) + right(percent, 9) + "  " + bar((double) sums.get(i) / most, room));
        }
        return lines;
    }

    /** In eighths of a column, so that small bars can be told apart. */
    static String bar(double part, int width) {
        int eighths = (int) Math.round(part * width * 8);
        if (part > 0 && eighths == 0) {
            eighths = 1;
        }
        String bar = "\u2588".repeat(eighths / 8);
        return eighths % 8 == 0 ? bar : bar + (char) (0x2588 + 8 - eighths % 8);
    }

    private static String left(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
