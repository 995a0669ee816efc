package naru.log;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.DiskFile;

/** A disk for one test: remembers what was synced, and can forget the rest, keep a torn part of it, or fail. */
final class InMemoryDisk implements Disk {

    static final class Content {
        byte[] now = new byte[0];
        byte[] synced = new byte[0];

        void resize(long size) {
            now = Arrays.copyOf(now, (int) size);
        }
    }

    private TreeMap<String, Content> files = new TreeMap<>();
    private final TreeSet<String> folders = new TreeSet<>();
    int opens;
    int lists;
    int writes;
    /** How many more writes succeed; the next one leaves half of its bytes behind and fails. */
    int writesUntilFailure = Integer.MAX_VALUE;
    DiskFailure.Kind failure = DiskFailure.Kind.FULL;
    /** How many bytes may still be reserved. */
    long room = Long.MAX_VALUE;
    boolean syncsFail;
    /** Of this run of the machine; empty where nobody knows. */
    String boot = "the first";
    int syncs;

    record Range(long from, long end) {}

    /** What was asked to be brought into memory, one after the other. */
    final List<Range> readAhead = new ArrayList<>();

    /** The power goes: of each file stays what was synced, and of what was not a prefix of random length or nothing. */
    void cutPower(Random dice) {
        for (var content : files.values()) {
            int common = 0;
            while (common < Math.min(content.now.length, content.synced.length)
                    && content.now[common] == content.synced[common]) {
                common++;
            }
            int kept = common + (content.now.length > common ? dice.nextInt(content.now.length - common + 1) : 0);
            byte[] after = Arrays.copyOf(content.now, Math.max(kept, content.synced.length));
            System.arraycopy(content.synced, Math.min(kept, content.synced.length), after,
                    Math.min(kept, content.synced.length), Math.max(0, content.synced.length - kept));
            content.now = after;
            content.synced = after.clone();
        }
    }

    /** Everything that was not synced is gone. */
    void forgetUnsynced() {
        for (var content : files.values()) {
            content.now = content.synced.clone();
        }
    }

    @Override
    public String bootId() {
        return boot;
    }

    byte[] bytes(String path) {
        return files.get(path).now;
    }

    /** The paths of all files, in order. */
    List<String> files() {
        return new ArrayList<>(files.keySet());
    }

    void sync(String path) {
        files.get(path).synced = files.get(path).now.clone();
    }

    void flip(String path, int position) {
        files.get(path).now[position] ^= 0x10;
    }

    void cut(String path, int size) {
        files.get(path).resize(size);
    }

    @Override
    public boolean exists(String path) {
        return path.equals(".") || files.containsKey(path) || folders.contains(path);
    }

    @Override
    public List<String> list(String folder) {
        lists++;
        var names = new TreeSet<String>();
        for (var path : files.tailMap(folder + "/").keySet()) {
            collect(folder, path, names);
        }
        for (var path : folders.tailSet(folder + "/")) {
            collect(folder, path, names);
        }
        return new ArrayList<>(names);
    }

    private static void collect(String folder, String path, TreeSet<String> names) {
        if (path.startsWith(folder + "/")) {
            var rest = path.substring(folder.length() + 1);
            names.add(rest.contains("/") ? rest.substring(0, rest.indexOf('/')) : rest);
        }
    }

    @Override
    public boolean isFolder(String path) {
        return folders.contains(path);
    }

    @Override
    public void createFolders(String folder) {
        for (int slash = folder.indexOf('/', 1); slash > 0; slash = folder.indexOf('/', slash + 1)) {
            folders.add(folder.substring(0, slash));
        }
        folders.add(folder);
    }

    @Override
    public DiskFile open(String path) {
        opens++;
        return new InMemoryFile(path, files.computeIfAbsent(path, _ -> new Content()));
    }

    @Override
    public DiskFile openForReading(String path) {
        var content = files.get(path);
        if (content == null) {
            throw new DiskFailure(DiskFailure.Kind.MISSING, path, null);
        }
        opens++;
        return new InMemoryFile(path, content);
    }

    @Override
    public void rename(String from, String to) {
        if (files.containsKey(from)) {
            files.put(to, files.remove(from));
            return;
        }
        var moved = new TreeMap<String, Content>();
        for (var entry : files.entrySet()) {
            boolean inside = entry.getKey().startsWith(from + "/");
            moved.put(inside ? to + entry.getKey().substring(from.length()) : entry.getKey(), entry.getValue());
        }
        files = moved;
        folders.remove(from);
        folders.add(to);
    }

    @Override
    public void delete(String path) {
        files.remove(path);
        folders.remove(path);
    }

    @Override
    public void syncFolder(String folder) {
        if (!folder.equals(".") && !isFolder(folder)) {
            throw new DiskFailure(DiskFailure.Kind.MISSING, folder, null);
        }
    }

    @Override
    public void syncAll(String folder) {
        files.values().forEach(content -> content.synced = content.now.clone());
    }

    @Override
    public long freeBytes(String folder) {
        return room;
    }

    @Override
    public long totalBytes(String folder) {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean lock(String folder) {
        return true;
    }

    private final class InMemoryFile implements DiskFile {
        private final String path;
        private final Content content;

        InMemoryFile(String path, Content content) {
            this.path = path;
            this.content = content;
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public long size() {
            return content.now.length;
        }

        @Override
        public int read(ByteBuffer into, long position) {
            int count = (int) Math.min(into.remaining(), content.now.length - position);
            if (count <= 0) {
                return -1;
            }
            into.put(content.now, (int) position, count);
            return count;
        }

        @Override
        public void write(ByteBuffer[] pieces, long position) {
            writes++;
            int total = 0;
            for (var piece : pieces) {
                total += piece.remaining();
            }
            boolean fails = writesUntilFailure-- <= 0;
            if (fails) {
                total /= 2;
            }
            if (position + total > content.now.length) {
                content.resize(position + total);
            }
            long at = position;
            for (var piece : pieces) {
                int count = (int) Math.min(piece.remaining(), position + total - at);
                piece.get(content.now, (int) at, count);
                at += count;
            }
            if (fails) {
                throw new DiskFailure(failure, path, null);
            }
        }

        @Override
        public void truncate(long size) {
            if (size < content.now.length) {
                content.resize(size);
            }
        }

        @Override
        public void sync() {
            syncs++;
            if (syncsFail) {
                throw new DiskFailure(DiskFailure.Kind.BROKEN, path, null);
            }
            content.synced = content.now.clone();
        }

        @Override
        public void readAhead(long position, long length) {
            readAhead.add(new Range(position, position + length));
        }

        @Override
        public void startWriteback(long position, long length) {}

        @Override
        public void allocate(long size) {
            if (size - content.now.length > room) {
                throw new DiskFailure(DiskFailure.Kind.FULL, path, null);
            }
            if (size > content.now.length) {
                content.resize(size);
            }
        }

        @Override
        public DiskFile retain() {
            return this;
        }

        @Override
        public Optional<FileChannel> channel() {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }
}
