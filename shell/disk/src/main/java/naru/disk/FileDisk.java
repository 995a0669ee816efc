package naru.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import naru.base.Disk;
import naru.base.DiskFile;

/** The files of this machine. Safe for use from lanes and disk threads alike. Open to disks that fail where a test says so. */
public class FileDisk implements Disk {

    private static final String LOCK_FILE = ".lock";
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Optional<SystemCalls> calls = SystemCalls.ofThisMachine();
    private final Optional<Writeback> writeback = calls.map(Writeback::new);
    private final OpenInodes inodes = new OpenInodes();
    private final Trash trash;
    /** Held until the process ends: a lock that is let go early would let a second broker in. */
    private final Map<String, FileLock> locks = new HashMap<>();

    public FileDisk() {
        this(Thread.ofPlatform().daemon().name("naru-trash").factory());
    }

    /** @param trashThreads makes the thread that frees large deleted files */
    FileDisk(ThreadFactory trashThreads) {
        this.trash = new Trash(inodes, trashThreads);
    }

    /** Linux makes a new one each time it starts; it is the host's inside a container, too. Nobody else is asked. */
    @Override
    public String bootId() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException _) {
            return "";
        }
    }

    Trash trash() {
        return trash;
    }

    private interface Step<T> {
        T take() throws IOException;
    }

    private static <T> T orFailure(String path, Step<T> step) {
        try {
            return step.take();
        } catch (IOException e) {
            throw Failures.of(path, e);
        }
    }

    @Override
    public boolean exists(String path) {
        return Files.exists(Path.of(path));
    }

    @Override
    public boolean isFolder(String path) {
        return Files.isDirectory(Path.of(path));
    }

    @Override
    public List<String> list(String folder) {
        return orFailure(folder, () -> {
            var names = new ArrayList<String>();
            try (var entries = Files.newDirectoryStream(Path.of(folder))) {
                entries.forEach(entry -> names.add(entry.getFileName().toString()));
            } catch (NoSuchFileException | NotDirectoryException _) {
                return List.of();
            } catch (DirectoryIteratorException failed) {
                throw failed.getCause();
            }
            Collections.sort(names);
            return names;
        });
    }

    @Override
    public void createFolders(String folder) {
        orFailure(folder, () -> Files.createDirectories(Path.of(folder)));
    }

    @Override
    public DiskFile open(String path) {
        return channelFile(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    }

    @Override
    public DiskFile openForReading(String path) {
        return channelFile(path, StandardOpenOption.READ);
    }

    private DiskFile channelFile(String path, OpenOption... options) {
        return orFailure(path, () -> {
            var channel = FileChannel.open(Path.of(path), options);
            try {
                var key = keyOf(Path.of(path));
                inodes.opened(key);
                return new ChannelFile(path, channel, writeback, calls, () -> inodes.closed(key));
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        });
    }

    /** The file's own identity, which outlives its name; where the system has none, its path. */
    private static Object keyOf(Path path) throws IOException {
        var key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key == null ? path : key;
    }

    @Override
    public void rename(String from, String to) {
        orFailure(from, () -> Files.move(Path.of(from), Path.of(to), StandardCopyOption.ATOMIC_MOVE));
    }

    @Override
    public void delete(String path) {
        var file = Path.of(path);
        orFailure(path, () -> Files.isRegularFile(file) && Files.size(file) > Trash.LARGE_BYTES
                ? discard(file) : Files.deleteIfExists(file));
    }

    private boolean discard(Path file) throws IOException {
        var room = roomBeside(file);
        var channel = FileChannel.open(file, StandardOpenOption.WRITE);
        try {
            var key = keyOf(file);
            Files.delete(file);
            trash.add(channel, key, room);
            return true;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** By the folder: a store that was found by a file knows nothing any more once that has no name. */
    static Trash.FreeRoom roomBeside(Path file) throws IOException {
        return Files.getFileStore(file.toAbsolutePath().getParent())::getUsableSpace;
    }

    @Override
    public void syncFolder(String folder) {
        try (var channel = FileChannel.open(Path.of(folder), StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw Failures.ofSync(folder, e);
        }
    }

    @Override
    public void syncAll(String folder) {
        boolean done = calls.map(system -> system.syncFileSystem(folder)).orElse(false);
        if (!done) {
            syncTree(folder);
        }
    }

    /** Where the system has no call for it: every file and folder by itself. */
    private void syncTree(String folder) {
        for (var name : list(folder)) {
            String path = folder + "/" + name;
            if (isFolder(path)) {
                syncTree(path);
            } else if (!name.equals(LOCK_FILE)) {
                try (var file = open(path)) {
                    file.sync();
                }
            }
        }
        syncFolder(folder);
    }

    @Override
    public long freeBytes(String folder) {
        return orFailure(folder, () -> Files.getFileStore(Path.of(folder)).getUsableSpace());
    }

    @Override
    public long totalBytes(String folder) {
        return orFailure(folder, () -> Files.getFileStore(Path.of(folder)).getTotalSpace());
    }

    @Override
    public synchronized boolean lock(String folder) {
        if (locks.containsKey(folder)) {
            return false; // this process has it already, for another broker
        }
        return orFailure(folder, () -> {
            var channel = FileChannel.open(
                    Path.of(folder, LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            var lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                return false;
            }
            locks.put(folder, lock);
            return true;
        });
    }

    /** The broker that held these folders has ended while its process goes on, as happens inside tests. */
    public synchronized void unlockAll() {
        locks.forEach((folder, lock) -> orFailure(folder, () -> {
            lock.channel().close();
            return null;
        }));
        locks.clear();
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // another broker in this very process
        }
    }
}
