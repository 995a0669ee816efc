package naru.embedded;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.DiskFile;

/**
 * A file system in memory, for a broker whose data nobody wants back after the test. Safe for use from lanes and disk
 * threads alike. It lives longer than a broker on it, so a broker that was killed finds what it had written.
 */
public final class MemoryDisk implements Disk {

    /** What a name stands for. */
    sealed interface Node {
        record Folder(TreeMap<String, Node> names) implements Node {
            Folder() {
                this(new TreeMap<>());
            }
        }

        record File(MemoryPages pages) implements Node {}
    }

    private final long bytesMax;
    private final Node.Folder root = new Node.Folder();
    private final Set<String> locked = new HashSet<>();

    /** @param bytesMax said to be free to whoever asks; what memory there is decides */
    public MemoryDisk(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** It forgets nothing while it is there. */
    @Override
    public String bootId() {
        return "this one";
    }

    private static List<String> split(String path) {
        var names = new ArrayList<String>();
        for (var name : path.split("/")) {
            if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        return names;
    }

    private static DiskFailure missing(String path) {
        return new DiskFailure(DiskFailure.Kind.MISSING, path, new NoSuchElementException("no such file or folder"));
    }

    private static DiskFailure broken(String path, String why) {
        return new DiskFailure(DiskFailure.Kind.BROKEN, path, new IllegalStateException(why));
    }

    /** Null when there is none. */
    private Node find(List<String> names) {
        Node at = root;
        for (var name : names) {
            at = at instanceof Node.Folder folder ? folder.names().get(name) : null;
            if (at == null) {
                return null;
            }
        }
        return at;
    }

    private Node find(String path) {
        return find(split(path));
    }

    /** The folder a path lies in. */
    private Node.Folder above(String path) {
        var names = split(path);
        if (!names.isEmpty() && find(names.subList(0, names.size() - 1)) instanceof Node.Folder folder) {
            return folder;
        }
        throw missing(path);
    }

    private static String last(String path) {
        return split(path).getLast();
    }

    @Override
    public synchronized boolean exists(String path) {
        return find(path) != null;
    }

    @Override
    public synchronized boolean isFolder(String path) {
        return find(path) instanceof Node.Folder;
    }

    @Override
    public synchronized List<String> list(String path) {
        return find(path) instanceof Node.Folder folder ? List.copyOf(folder.names().keySet()) : List.of();
    }

    @Override
    public synchronized void createFolders(String path) {
        var at = root;
        for (var name : split(path)) {
            if (!(at.names().computeIfAbsent(name, _ -> new Node.Folder()) instanceof Node.Folder below)) {
                throw broken(path, "a file is in the way");
            }
            at = below;
        }
    }

    @Override
    public synchronized DiskFile open(String path) {
        var node = above(path).names().computeIfAbsent(last(path), _ -> new Node.File(new MemoryPages()));
        return fileOf(path, node, true);
    }

    @Override
    public synchronized DiskFile openForReading(String path) {
        return fileOf(path, find(path), false);
    }

    private static DiskFile fileOf(String path, Node node, boolean mayWrite) {
        return switch (node) {
            case Node.File(var pages) -> new MemoryFile(path, pages, mayWrite);
            case Node.Folder _ -> throw broken(path, "is a folder");
            case null -> throw missing(path);
        };
    }

    @Override
    public synchronized void rename(String from, String to) {
        var source = above(from);
        var node = source.names().get(last(from));
        if (node == null) {
            throw missing(from);
        }
        above(to).names().put(last(to), node);
        if (!split(from).equals(split(to))) {
            source.names().remove(last(from));
        }
    }

    @Override
    public synchronized void delete(String path) {
        var node = find(path);
        if (node instanceof Node.Folder(var names) && !names.isEmpty()) {
            throw broken(path, "the folder is not empty");
        }
        if (node != null) {
            above(path).names().remove(last(path));
        }
    }

    @Override
    public synchronized void syncFolder(String folder) {
        if (find(folder) == null) {
            throw missing(folder);
        }
    }

    @Override
    public void syncAll(String folder) {
        // memory is all the medium there is
    }

    @Override
    public long freeBytes(String folder) {
        return bytesMax;
    }

    @Override
    public long totalBytes(String folder) {
        return bytesMax;
    }

    @Override
    public synchronized boolean lock(String folder) {
        open(folder + "/.lock").close();
        return locked.add(folder);
    }

    /** The process that held the folders is gone. */
    synchronized void unlockAll() {
        locked.clear();
    }
}
