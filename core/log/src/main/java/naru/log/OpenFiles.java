package naru.log;

import static naru.base.Invariant.check;

import naru.base.Disk;
import naru.base.DiskFile;

/**
 * A bounded set of open files, the least recently used closed first, so that many partitions need few files. Owned by
 * one lane. Files that readers hold stay open for them after they were closed here.
 */
final class OpenFiles {

    private final Disk disk;
    private final int openMax;
    // A ring through a sentinel: the newest used stands behind it, the oldest before it.
    private final Slot ring = new Slot(null);
    private int open;

    OpenFiles(Disk disk, int openMax) {
        check(openMax >= 4, "a log needs its segment and its indexes open at once");
        this.disk = disk;
        this.openMax = openMax;
        ring.next = ring;
        ring.previous = ring;
    }

    int open() {
        return open;
    }

    Slot slot(String path) {
        return new Slot(path);
    }

    /** A file that is open only while it is in use often enough. */
    final class Slot {
        private String path;
        private DiskFile file;
        private Slot next;
        private Slot previous;

        private Slot(String path) {
            this.path = path;
        }

        String path() {
            return path;
        }

        boolean isOpen() {
            return file != null;
        }

        /** The file, opened or created when needed. Valid until the next call for another file. */
        DiskFile file() {
            if (file == null) {
                makeRoom();
                file = disk.open(path);
                open++;
            } else if (ring.next == this) {
                return file;
            } else {
                unlink();
            }
            link();
            return file;
        }

        boolean exists() {
            return file != null || disk.exists(path);
        }

        void close() {
            if (file != null) {
                unlink();
                open--;
                var closing = file;
                file = null;
                closing.close();
            }
        }

        /** The file gets another name; it is closed meanwhile, and only renamed when it exists. */
        void renameTo(String to) {
            close();
            if (disk.exists(path)) {
                disk.rename(path, to);
            }
            path = to;
        }

        /** The folder that the file is in has another name. */
        void inFolder(String folder) {
            close();
            path = folder + path.substring(path.lastIndexOf('/'));
        }

        void delete() {
            close();
            disk.delete(path);
        }

        private void link() {
            next = ring.next;
            previous = ring;
            next.previous = this;
            ring.next = this;
        }

        private void unlink() {
            previous.next = next;
            next.previous = previous;
            next = null;
            previous = null;
        }
    }

    private void makeRoom() {
        while (open >= openMax) {
            ring.previous.close();
        }
    }
}
