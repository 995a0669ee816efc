package naru.log;

import java.util.HexFormat;
import java.util.List;
import naru.base.TopicPartition;
import naru.base.Uuid;

/** Kafka's names for the files of a log. */
final class FileNames {

    static final String LOG = ".log";
    static final String INDEX = ".index";
    static final String TIME_INDEX = ".timeindex";
    static final String TXN_INDEX = ".txnindex";
    static final String SNAPSHOT = ".snapshot";
    static final String DELETED = ".deleted";
    /** Compaction is not done with it: worth nothing after a crash. */
    static final String CLEANED = ".cleaned";
    /** Complete and on the medium: takes the place of those it was made from, after a crash too. */
    static final String SWAP = ".swap";
    static final String EPOCHS = "leader-epoch-checkpoint";
    static final String METADATA = "partition.metadata";
    static final String DELETED_FOLDER = "-delete";
    /** Belongs to no partition any more, and may hold what is nowhere else: nobody but the operator deletes it. */
    static final String STRAY_FOLDER = "-stray";
    /** A copy of a partition that is served from another log folder. */
    static final String FUTURE_FOLDER = "-future";

    /** The files of a segment; of the last there is none in most. */
    static final List<String> OF_A_SEGMENT = List.of(LOG, INDEX, TIME_INDEX, TXN_INDEX);

    private static final int DIGITS = 20;
    private static final int LENGTH_MAX = 255;

    private FileNames() {}

    /** The offset as 20 digits. */
    static String digits(long offset) {
        var plain = Long.toString(offset);
        return "0".repeat(DIGITS - plain.length()) + plain;
    }

    static String path(String folder, long base, String suffix) {
        return folder + "/" + digits(base) + suffix;
    }

    /** The offset in a name that ends with {@code suffix}; -1 when the name is another file's. */
    static long offsetOf(String name, String suffix) {
        if (name.length() != DIGITS + suffix.length() || !name.endsWith(suffix)) {
            return -1;
        }
        long offset = 0;
        for (int i = 0; i < DIGITS; i++) {
            char digit = name.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            offset = offset * 10 + (digit - '0');
        }
        return offset;
    }

    /** The folder of a partition that is being deleted. */
    static String ofDeleted(TopicPartition name, Uuid id) {
        return cutOff(name, "." + hex(id) + DELETED_FOLDER);
    }

    static String ofStray(TopicPartition name, Uuid id) {
        return cutOff(name, "." + hex(id) + STRAY_FOLDER);
    }

    /** The name is cut off where the whole would be too long. */
    private static String cutOff(TopicPartition name, String suffix) {
        String plain = name.toString();
        return plain.substring(0, Math.min(plain.length(), LENGTH_MAX - suffix.length())) + suffix;
    }

    static String ofFuture(TopicPartition name, Uuid id) {
        return name + "." + hex(id) + FUTURE_FOLDER;
    }

    /** False when the name of its copy would be too long for a folder. */
    static boolean mayHaveFuture(TopicPartition name) {
        return ofFuture(name, Uuid.ZERO).length() <= LENGTH_MAX;
    }

    private static String hex(Uuid id) {
        var digits = HexFormat.of();
        return digits.toHexDigits(id.high()) + digits.toHexDigits(id.low());
    }

    /** The partition that the folder of this name is a copy of; null when it is another folder. */
    static TopicPartition partitionOfFuture(String folderName) {
        int dot = folderName.lastIndexOf('.');
        return dot < 0 || !folderName.endsWith(FUTURE_FOLDER) ? null : partitionOf(folderName.substring(0, dot));
    }

    /** The partition whose folder has this name; null when it is not a partition's folder. */
    static TopicPartition partitionOf(String folderName) {
        int dash = folderName.lastIndexOf('-');
        if (dash <= 0 || dash == folderName.length() - 1 || folderName.length() - dash > 11) {
            return null;
        }
        long partition = 0;
        for (int i = dash + 1; i < folderName.length(); i++) {
            char digit = folderName.charAt(i);
            if (digit < '0' || digit > '9') {
                return null;
            }
            partition = partition * 10 + (digit - '0');
        }
        return partition > Integer.MAX_VALUE ? null : new TopicPartition(folderName.substring(0, dash), (int) partition);
    }
}
