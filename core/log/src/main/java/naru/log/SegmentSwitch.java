package naru.log;

import java.util.List;
import naru.base.Disk;
import naru.log.CompactionPlan.Source;

/**
 * How the files of a compacted group take the place of those they were made from, so that a crash at any point leaves the one or
 * the other. The names are Kafka's, and so is what a start makes of them ({@link SwapRecovery}):
 *
 * <ol>
 *   <li>{@code .cleaned}, all of it on the medium: a start deletes it.
 *   <li>{@link #propose}: {@code .swap}, the records last: from here on a start takes the new ones.
 *   <li>The lane reads from them. {@link #retire}: the old ones get names that end with {@code .deleted}.
 *   <li>The lane takes {@code .swap} off the names. {@link #finish}: the old ones are deleted.
 * </ol>
 *
 * All of this is blocking, and off the lane.
 */
final class SegmentSwitch {

    private SegmentSwitch() {}

    static void propose(Disk disk, String folder, long base) {
        for (var suffix : FileNames.OF_A_SEGMENT.reversed()) {
            String path = FileNames.path(folder, base, suffix);
            if (suffix.equals(FileNames.LOG)) {
                disk.syncFolder(folder);
            }
            if (disk.exists(path + FileNames.CLEANED)) {
                disk.rename(path + FileNames.CLEANED, path + FileNames.SWAP);
            }
        }
        disk.syncFolder(folder);
    }

    static void retire(Disk disk, String folder, List<Source> group) {
        for (var source : group) {
            for (var suffix : FileNames.OF_A_SEGMENT) {
                String path = FileNames.path(folder, source.base(), suffix);
                if (disk.exists(path)) {
                    disk.rename(path, path + FileNames.DELETED);
                }
            }
        }
        disk.syncFolder(folder);
    }

    static void finish(Disk disk, String folder, List<Source> group) {
        disk.syncFolder(folder);
        for (var source : group) {
            for (var suffix : FileNames.OF_A_SEGMENT) {
                disk.delete(FileNames.path(folder, source.base(), suffix) + FileNames.DELETED);
            }
        }
    }
}
