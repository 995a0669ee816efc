package naru.log;

import java.nio.ByteBuffer;
import naru.base.Disk;
import naru.base.DiskFailure;

/** Small files that are written as a whole under another name and put in place, without waiting for the medium. */
final class WholeFile {

    private WholeFile() {}

    static void write(Disk disk, String path, byte[] content) {
        String fresh = path + ".tmp";
        try {
            try (var file = disk.open(fresh)) {
                file.truncate(0);
                file.write(new ByteBuffer[] {ByteBuffer.wrap(content)}, 0);
            }
            disk.rename(fresh, path);
        } catch (DiskFailure failure) {
            discard(disk, fresh, failure);
            throw failure;
        }
    }

    /** What found no room must not take the room that is left. */
    private static void discard(Disk disk, String fresh, DiskFailure failure) {
        try {
            disk.delete(fresh);
        } catch (DiskFailure again) {
            failure.addSuppressed(again);
        }
    }
}
