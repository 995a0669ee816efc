package naru.cli.terminal;

/** Numbers as people read them: three or four figures and a unit. Independent of the machine's language. */
public final class Amounts {

    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    private static final int STEP = 1_000;
    private static final long SECOND_MS = 1_000;
    private static final long MINUTE_MS = 60 * SECOND_MS;
    private static final long HOUR_MS = 60 * MINUTE_MS;
    private static final long DAY_MS = 24 * HOUR_MS;

    private Amounts() {}

    /** {@code 1,234,567}. */
    public static String number(long number) {
        String digits = Long.toString(number);
        int first = number < 0 ? 1 : 0;
        var grouped = new StringBuilder(digits);
        for (int at = digits.length() - 3; at > first; at -= 3) {
            grouped.insert(at, ',');
        }
        return grouped.toString();
    }

    /** {@code 999 B}, {@code 1.2 kB}, {@code 34 MB}: steps of a thousand, as disks are sold. */
    public static String bytes(long bytes) {
        double left = bytes;
        int unit = 0;
        while (Math.abs(left) >= STEP - 0.5 && unit < UNITS.length - 1) {
            left /= STEP;
            unit++;
        }
        return (unit == 0 ? Long.toString(bytes) : figures(left)) + " " + UNITS[unit];
    }

    /** Something for each second: {@code 0}, {@code 0.3}, {@code 12}, {@code 12,345}. */
    public static String rate(double perSecond) {
        return perSecond == 0 ? "0" : perSecond < 0.05 ? "<0.1" : perSecond < 10 ? figures(perSecond) : number(Math.round(perSecond));
    }

    /** A time span in its two largest units at most: {@code 0.4 ms}, {@code 3.2 s}, {@code 4 min 5 s}, {@code 2 d 3 h}. */
    public static String milliseconds(double ms) {
        double size = Math.abs(ms);
        if (ms == 0) {
            return "0 ms";
        }
        if (size < SECOND_MS) {
            return (size < 10 ? fixed(ms, size < 1 ? 2 : 1) : number(Math.round(ms))) + " ms";
        }
        if (size < MINUTE_MS) {
            return fixed(ms / SECOND_MS, 1) + " s";
        }
        long whole = Math.round(ms);
        if (size < HOUR_MS) {
            return two(whole, MINUTE_MS, "min", SECOND_MS, "s");
        }
        return size < DAY_MS ? two(whole, HOUR_MS, "h", MINUTE_MS, "min") : two(whole, DAY_MS, "d", HOUR_MS, "h");
    }

    private static String two(long ms, long large, String largeUnit, long small, String smallUnit) {
        long rest = Math.abs(ms % large / small);
        return ms / large + " " + largeUnit + (rest == 0 ? "" : " " + rest + " " + smallUnit);
    }

    private static String figures(double number) {
        return Math.abs(number) < 10 ? fixed(number, 1) : Long.toString(Math.round(number));
    }

    /** Without the machine's language, and cheaper than a formatter, which costs 20 ms the first time. */
    static String fixed(double number, int decimals) {
        long scale = decimals == 2 ? 100 : 10;
        long scaled = Math.round(Math.abs(number) * scale);
        String rest = Long.toString(scaled % scale);
        return (number < 0 ? "-" : "") + scaled / scale + "." + "0".repeat(decimals - rest.length()) + rest;
    }
}
