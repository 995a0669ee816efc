package naru.base;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The files of one machine: a real version over file channels, a simulated one that is slow, fails, forgets what was
 * not synced and tears the last write. Both pass the tests in {@code proof/contracts}.
 *
 * <p>Paths are strings with {@code /} between names. Every method may block and throws {@link DiskFailure} when the
 * world fails. A lane may call what touches the page cache (open, warm reads, writes, listings); everything named
 * {@code sync}, and reads that may be cold, belong to {@link Lanes#offLane}.
 */
public interface Disk {

    boolean exists(String path);

    /** The names in a folder, sorted, without the folder's own path; empty when the folder does not exist. */
    List<String> list(String folder);

    boolean isFolder(String path);

    /** Creates the folder and those above it; no complaint when it exists. */
    void createFolders(String folder);

    /** Creates the folder and those above it, so that their names survive a power cut. For what all else lies in. */
    default void establishFolders(String path) {
        if (exists(path)) {
            return;
        }
        int slash = path.lastIndexOf('/');
        String above = slash > 0 ? path.substring(0, slash) : slash == 0 ? "/" : ".";
        establishFolders(above);
        createFolders(path);
        syncFolder(above);
    }

    /** Opens for reading and writing, creating the file when it does not exist. */
    DiskFile open(String path);

    /** Opens an existing file for reading only. */
    DiskFile openForReading(String path);

    /** Renames a file or folder in one step, replacing a file at {@code to}. */
    void rename(String from, String to);

    /** Deletes a file or an empty folder; no complaint when it is not there. */
    void delete(String path);

    /** Makes names created, renamed or deleted in this folder survive a power cut. */
    void syncFolder(String folder);

    /** Makes everything written so far on this folder's file system survive a power cut (one {@code syncfs}). */
    void syncAll(String folder);

    /** Bytes that may still be written below this folder. */
    long freeBytes(String folder);

    /** Bytes of the file system below this folder. */
    long totalBytes(String folder);

    /**
     * Takes the folder for this process until it ends; false when another process has it.
     * The lock file is {@code .lock}, as Kafka's.
     */
    boolean lock(String folder);

    /**
     * Names the time since this machine was switched on. What processes wrote under the same name is still there, synced or not,
     * whatever became of them; under another name, or an empty one, which says that nobody knows, only what was synced is.
     */
    default String bootId() {
        return "";
    }

    /** The whole content of a small file. */
    default byte[] readAll(String path) {
        try (var file = openForReading(path)) {
            var content = ByteBuffer.allocate(Math.toIntExact(file.size()));
            while (content.hasRemaining() && file.read(content, content.position()) > 0) {
                // a read may come back short
            }
            return java.util.Arrays.copyOf(content.array(), content.position());
        }
    }

    /** Replaces a small file so that a crash leaves the old or the new content, never a mixture. */
    default void replace(String path, byte[] content) {
        String fresh = path + ".tmp";
        try (var file = open(fresh)) {
            file.truncate(0);
            file.write(new ByteBuffer[] {ByteBuffer.wrap(content)}, 0);
            file.sync();
        }
        rename(fresh, path);
        int slash = path.lastIndexOf('/');
        syncFolder(slash < 0 ? "." : path.substring(0, slash));
    }
}
