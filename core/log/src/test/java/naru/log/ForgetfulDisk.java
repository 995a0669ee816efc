package naru.log;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.DiskFile;

/**
 * A disk that remembers for certain only what was synced, names included: a power cut takes the newest changes of names, as a
 * journalling file system does, and any part of the bytes written since. What lies below another name at the top is another file
 * system, which forgets by itself. And it can end the process at any operation.
 */
final class ForgetfulDisk implements Disk {

    /** The process is no more: nothing that it was about to do happens. */
    static final class Died extends Error {
        private static final long serialVersionUID = 1;
    }

    private static final class Content {
        private byte[] now = new byte[0];
        private byte[] synced = new byte[0];
    }

    private record Change(String path, Content content) {}

    private final TreeMap<String, Content> files = new TreeMap<>();
    private final TreeMap<String, Content> onMedium = new TreeMap<>();
    /** By file system. */
    private final TreeMap<String, List<List<Change>>> unsynced = new TreeMap<>();
    private final TreeSet<String> folders = new TreeSet<>();
    private final TreeSet<String> renamedFolders = new TreeSet<>();
    /** How many operations that change something are done before the process dies. */
    int operationsLeft = Integer.MAX_VALUE;
    /** Files whose names end so find no room; null when all do. */
    String fullFor;

    private void change(Change... changes) {
        live();
        for (var change : changes) {
            if (change.content() == null) {
                files.remove(change.path());
            } else {
                files.put(change.path(), change.content());
            }
        }
        unsyncedOn(changes[0].path()).add(List.of(changes));
    }

    private List<List<Change>> unsyncedOn(String path) {
        return unsynced.computeIfAbsent(path.split("/")[0], _ -> new ArrayList<>());
    }

    private void live() {
        if (operationsLeft-- <= 0) {
            throw new Died();
        }
    }

    void losePower(Random dice) {
        for (var changes : unsynced.values()) {
            int kept = dice.nextInt(3) == 0 ? 0 : dice.nextInt(changes.size() + 1);
            changes.subList(0, kept).forEach(this::toMedium);
            changes.clear();
        }
        files.clear();
        files.putAll(onMedium);
        folders.removeIf(folder -> renamedFolders.contains(folder) && list(folder).isEmpty());
        renamedFolders.clear();
        for (var content : files.values()) {
            content.now = torn(content, dice);
            content.synced = content.now.clone();
        }
    }

    private static byte[] torn(Content content, Random dice) {
        int choice = dice.nextInt(3);
        if (choice == 0) {
            return content.synced.clone();
        }
        int kept = choice == 1 ? content.now.length : dice.nextInt(content.now.length + 1);
        var after = java.util.Arrays.copyOf(content.synced, Math.max(kept, content.synced.length));
        System.arraycopy(content.now, 0, after, 0, Math.min(kept, after.length));
        return after;
    }

    private void toMedium(List<Change> changes) {
        for (var change : changes) {
            if (change.content() == null) {
                onMedium.remove(change.path());
            } else {
                onMedium.put(change.path(), change.content());
            }
        }
    }

    List<String> files() {
        return new ArrayList<>(files.keySet());
    }

    byte[] bytes(String path) {
        return files.get(path).now;
    }

    @Override
    public boolean exists(String path) {
        return path.equals(".") || files.containsKey(path) || isFolder(path);
    }

    @Override
    public List<String> list(String folder) {
        var names = new TreeSet<String>();
        for (var path : files.keySet()) {
            collect(folder, path, names);
        }
        for (var path : folders) {
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
        var within = files.ceilingKey(path + "/");
        return folders.contains(path) || within != null && within.startsWith(path + "/");
    }

    @Override
    public void createFolders(String folder) {
        folders.add(folder);
    }

    @Override
    public DiskFile open(String path) {
        if (!files.containsKey(path)) {
            change(new Change(path, new Content()));
        }
        return new File(path, files.get(path));
    }

    @Override
    public DiskFile openForReading(String path) {
        if (!files.containsKey(path)) {
            throw new DiskFailure(DiskFailure.Kind.MISSING, path, null);
        }
        return new File(path, files.get(path));
    }

    @Override
    public void rename(String from, String to) {
        if (isFolder(from)) {
            renameFolder(from, to);
            return;
        }
        if (!files.containsKey(from)) {
            throw new DiskFailure(DiskFailure.Kind.MISSING, from, null);
        }
        change(new Change(to, files.get(from)), new Change(from, null));
    }

    private void renameFolder(String from, String to) {
        var changes = new ArrayList<Change>();
        for (var path : files.tailMap(from + "/").keySet()) {
            if (path.startsWith(from + "/")) {
                changes.add(new Change(to + path.substring(from.length()), files.get(path)));
                changes.add(new Change(path, null));
            }
        }
        if (!changes.isEmpty()) {
            change(changes.toArray(Change[]::new));
        }
        folders.remove(from);
        folders.add(to);
        renamedFolders.add(to);
    }

    @Override
    public void delete(String path) {
        if (files.containsKey(path)) {
            change(new Change(path, null));
        }
    }

    @Override
    public void syncFolder(String folder) {
        live();
        unsyncedOn(folder).forEach(this::toMedium);
        unsyncedOn(folder).clear();
    }

    @Override
    public void syncAll(String folder) {
        syncFolder(folder);
        files.forEach((path, content) -> {
            if (path.startsWith(folder.split("/")[0] + "/")) {
                content.synced = content.now.clone();
            }
        });
    }

    @Override
    public long freeBytes(String folder) {
        return Long.MAX_VALUE;
    }

    @Override
    public long totalBytes(String folder) {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean lock(String folder) {
        return true;
    }

    private final class File implements DiskFile {
        private final String path;
        private final Content content;

        File(String path, Content content) {
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
            live();
            if (fullFor != null && path.endsWith(fullFor)) {
                throw new DiskFailure(DiskFailure.Kind.FULL, path, null);
            }
            int at = (int) position;
            for (var piece : pieces) {
                int count = piece.remaining();
                if (at + count > content.now.length) {
                    content.now = java.util.Arrays.copyOf(content.now, at + count);
                }
                piece.get(content.now, at, count);
                at += count;
            }
        }

        @Override
        public void truncate(long size) {
            live();
            if (size < content.now.length) {
                content.now = java.util.Arrays.copyOf(content.now, (int) size);
            }
        }

        @Override
        public void sync() {
            live();
            content.synced = content.now.clone();
        }

        @Override
        public void readAhead(long position, long length) {}

        @Override
        public void startWriteback(long position, long length) {}

        @Override
        public void allocate(long size) {
            if (size > content.now.length) {
                content.now = java.util.Arrays.copyOf(content.now, (int) size);
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
