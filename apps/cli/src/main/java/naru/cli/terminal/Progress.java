package naru.cli.terminal;

import java.util.function.LongSupplier;

/** A bar on the error stream for what takes longer than a second, where somebody looks. */
public final class Progress implements AutoCloseable {

    private static final long PATIENCE_NS = 1_000_000_000;
    private static final long REDRAW_NS = 100_000_000;
    private static final int BAR = 24;

    private final Screen screen;
    private final String what;
    private final LongSupplier nowNs;
    private final long beganNs;
    private long drawnNs;
    private boolean drawn;

    public Progress(Screen screen, String what) {
        this(screen, what, System::nanoTime);
    }

    Progress(Screen screen, String what, LongSupplier nowNs) {
        this.screen = screen;
        this.what = what;
        this.nowNs = nowNs;
        this.beganNs = nowNs.getAsLong();
    }

    /**
     * How far it is.
     *
     * @param total 0 when nobody knows
     * @param beside what else to tell, such as a rate
     */
    public void at(long done, long total, String beside) {
        if (!screen.isErrTerminal()) {
            return;
        }
        long now = nowNs.getAsLong();
        if (now - beganNs < PATIENCE_NS || drawn && now - drawnNs < REDRAW_NS) {
            return;
        }
        drawn = true;
        drawnNs = now;
        screen.draw("\r\033[K" + Table.cut(line(done, total, beside), screen.columns() - 1));
    }

    private String line(long done, long total, String beside) {
        if (total <= 0) {
            return what + "  " + beside;
        }
        double part = Math.min(1, (double) done / total);
        int full = (int) Math.round(part * BAR);
        return what + "  " + "\u2588".repeat(full) + "\u2591".repeat(BAR - full) + "  " + Math.round(part * 100) + " %  " + beside;
    }

    /** Clears the line away. */
    @Override
    public void close() {
        if (drawn) {
            screen.draw("\r\033[K");
            drawn = false;
        }
    }
}
