package naru.quorum;

import java.util.List;
import naru.base.Disk;

/** How Kafka names the files of a metadata log: segments by their first offset, snapshots by their end and epoch. */
final class Names {

    static final String FOLDER = "__cluster_metadata-0";

    /** A snapshot that is still being written. */
    static final String PART = ".part";

    private static final String SEGMENT = ".log";
    private static final String SNAPSHOT = ".checkpoint";
    private static final int OFFSET_DIGITS = 20;
    private static final int EPOCH_DIGITS = 10;

    private Names() {}

    static String segment(long baseOffset) {
        return digits(baseOffset, OFFSET_DIGITS) + SEGMENT;
    }

    static String snapshot(long end, int epoch) {
        return digits(end, OFFSET_DIGITS) + "-" + digits(epoch, EPOCH_DIGITS) + SNAPSHOT;
    }

    private static String digits(long number, int width) {
        String plain = Long.toString(number);
        return "0".repeat(width - plain.length()) + plain;
    }

    /** The first offset of a segment, or the end offset of a snapshot. */
    static long offsetOf(String name) {
        return Long.parseLong(name.substring(0, OFFSET_DIGITS));
    }

    static int epochOf(String snapshot) {
        return Integer.parseInt(snapshot.substring(OFFSET_DIGITS + 1, OFFSET_DIGITS + 1 + EPOCH_DIGITS));
    }

    /** By offset. */
    static List<String> segments(Disk disk, String own) {
        return matching(disk, own, "[0-9]{20}\\.log");
    }

    /** By end and epoch. */
    static List<String> snapshots(Disk disk, String own) {
        return matching(disk, own, "[0-9]{20}-[0-9]{10}\\.checkpoint");
    }

    /** What a crash left behind while a snapshot was written. */
    static List<String> unfinished(Disk disk, String own) {
        return matching(disk, own, "[0-9]{20}-[0-9]{10}\\.checkpoint\\.(part|deleted)");
    }

    /** Segments, and Kafka's indexes and producer states beside them, of a lower offset; by offset. */
    static List<String> filesBefore(Disk disk, String own, long offset) {
        return matching(disk, own, "[0-9]{20}\\.(log|index|timeindex|txnindex|snapshot)").stream()
                .filter(name -> offsetOf(name) < offset)
                .toList();
    }

    /** What Kafka may have put beside a segment; made anew by whoever misses it. */
    static List<String> indexesOf(String segmentPath) {
        String stem = segmentPath.substring(0, segmentPath.length() - SEGMENT.length());
        return List.of(stem + ".index", stem + ".timeindex", stem + ".txnindex");
    }

    private static List<String> matching(Disk disk, String own, String pattern) {
        return disk.list(own).stream().filter(name -> name.matches(pattern)).toList();
    }
}
