package naru.simulation;

import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What happened, as a running 64-bit hash, so that two runs of one seed can be compared bit for bit. Keeps the last
 * lines for the report of a failure, and prints all of them when given somewhere to print to.
 */
public final class Transcript {

    private static final int LINES_KEPT = 60;
    private static final long FNV_PRIME = 0x100_0000_01b3L;

    private final Deque<String> lastLines = new ArrayDeque<>();
    private final PrintStream out;
    private long hash = 0xcbf2_9ce4_8422_2325L;
    private long count;

    public Transcript() {
        this(null);
    }

    /** @param out where every line goes; null for nowhere */
    public Transcript(PrintStream out) {
        this.out = out;
    }

    void tell(long nowNs, String line) {
        String whole = String.format(java.util.Locale.ROOT, "%13.6f %s", nowNs / 1e9, line);
        if (out != null) {
            out.println(whole);
        }
        if (lastLines.size() == LINES_KEPT) {
            lastLines.removeFirst();
        }
        lastLines.addLast(whole);
        for (int i = 0; i < whole.length(); i++) {
            hash = (hash ^ whole.charAt(i)) * FNV_PRIME;
        }
        count++;
    }

    /** Counts bytes into the hash without a line. */
    void absorb(long nowNs, ByteBuffer bytes) {
        hash = (hash ^ nowNs) * FNV_PRIME;
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            hash = (hash ^ bytes.get(i)) * FNV_PRIME;
        }
        count++;
    }

    /** Something happens now, whatever it is. */
    void pass(long nowNs) {
        hash = (hash ^ nowNs) * FNV_PRIME;
    }

    public long hash() {
        return hash;
    }

    /** How many entries went into the hash. */
    public long count() {
        return count;
    }

    public List<String> lastLines() {
        return List.copyOf(lastLines);
    }
}
