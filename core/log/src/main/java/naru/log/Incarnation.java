package naru.log;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import naru.base.Disk;
import naru.base.DiskFailure;

/**
 * Tells the next process in a log folder under which registration the one before it wrote here, where nothing of that can be missing:
 * after a clean stop, which Kafka's mark tells, and as long as the machine has not been switched off since. For what a process has
 * written stays in the page cache when the process is killed. {@code docs/formats/incarnation.md} and decision 33.
 *
 * <p>The note is never synced. A power cut may leave it as it was, as it is, in parts, or not at all; every word that can be left
 * is of a boot that is over, so nobody believes it.
 */
final class Incarnation {

    static final String FILE = "naru-incarnation";
    static final String CLEAN = ".kafka_cleanshutdown";

    /** Nobody can say who wrote here, or whether all of it is there. */
    static final long UNKNOWN = -1;

    private static final Pattern EPOCH_OF_CLEAN_STOP = Pattern.compile("\"brokerEpoch\"\\s*:\\s*(\\d{1,18})\\b");
    private static final String VERSION = "version=1";
    private static final String BOOT = "boot=";
    private static final String EPOCH = "epoch=";

    private final Disk disk;
    private final String folder;
    /** Also heard off the lane, by whoever waits for the medium. */
    private final AtomicBoolean doubted = new AtomicBoolean();

    Incarnation(Disk disk, String folder) {
        this.disk = disk;
        this.folder = folder;
    }

    /**
     * What the process before left, asked before anything in the folder is changed. Kafka's mark goes at the start, so the
     * note takes its place at once: this process may be killed before it has registered.
     */
    long before() {
        long epoch = disk.exists(folder + "/" + CLEAN) ? ofCleanStop() : noted();
        if (epoch == UNKNOWN) {
            forget();
        } else {
            note(epoch);
        }
        return epoch;
    }

    private long ofCleanStop() {
        var found = EPOCH_OF_CLEAN_STOP.matcher(text(CLEAN));
        return found.find() ? Long.parseLong(found.group(1)) : UNKNOWN;
    }

    private long noted() {
        if (!disk.exists(folder + "/" + FILE)) {
            return UNKNOWN;
        }
        var lines = List.of(text(FILE).split("\n", -1));
        // The last line ends too: without that, its number may be half a number.
        boolean isWhole = lines.size() == 4 && lines.get(0).equals(VERSION) && lines.get(2).matches(EPOCH + "\\d{1,18}");
        if (!isWhole || !isOfThisBoot(lines.get(1))) {
            return UNKNOWN;
        }
        return Long.parseLong(lines.get(2).substring(EPOCH.length()));
    }

    private boolean isOfThisBoot(String line) {
        String boot = disk.bootId();
        return !boot.isEmpty() && line.equals(BOOT + boot);
    }

    private String text(String name) {
        return new String(disk.readAll(folder + "/" + name), StandardCharsets.UTF_8);
    }

    /** What Kafka's mark of a clean stop says. */
    static byte[] cleanStop(long epoch) {
        return ("{\"version\":0,\"brokerEpoch\":" + epoch + "}").getBytes(StandardCharsets.UTF_8);
    }

    /** From now on this process writes under this registration. */
    void note(long epoch) {
        String boot = disk.bootId();
        if (boot.isEmpty() || epoch < 0 || doubted.get()) {
            return;
        }
        String text = VERSION + "\n" + BOOT + boot + "\n" + EPOCH + epoch + "\n";
        try {
            WholeFile.write(disk, folder + "/" + FILE, text.getBytes(StandardCharsets.UTF_8));
        } catch (DiskFailure _) {
            // The next process counts as one that may lack something: the note before names a registration that is over.
        }
        if (doubted.get()) {
            forget();
        }
    }

    /** The medium failed, so something that was written may be gone although this machine runs. From any thread; for good. */
    void doubt() {
        doubted.set(true);
        forget();
    }

    boolean isDoubted() {
        return doubted.get();
    }

    /** The mark of a clean stop says more. */
    void forget() {
        try {
            disk.delete(folder + "/" + FILE);
        } catch (DiskFailure _) {
            empty();
        }
    }

    private void empty() {
        try (var file = disk.open(folder + "/" + FILE)) {
            file.truncate(0);
        } catch (DiskFailure _) {
            // Nothing can be changed here any more. What failed before is told, and whoever makes the folder work again reads why.
        }
    }
}
