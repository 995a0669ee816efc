package naru.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The tree of names twice: as processes see it and as the medium has it. Changes reach the medium when a folder they
 * touch is synced; at a power cut the remaining ones survive up to a point in their order, as a journalling file
 * system does it, so a rename is never half done.
 */
final class Names {

    /** What a name stands for. */
    sealed interface Node {
        final class Folder implements Node {
            private TreeMap<String, Node> seen = new TreeMap<>();
            private TreeMap<String, Node> onMedium = new TreeMap<>();
        }

        final class File implements Node {
            final Pages pages = new Pages();
        }
    }

    /**
     * Sets names in order; a null node takes the name away.
     *
     * @param reached false as long as whoever makes it still waits for a sync before it
     */
    private record Change(List<Link> links, BooleanSupplier reached) {
        private record Link(Node.Folder in, String name, Node to) {}

        private Change {
            links = new ArrayList<>(links);
        }

        boolean touches(Set<Node.Folder> folders) {
            return links.stream().anyMatch(link -> folders.contains(link.in()));
        }

        void apply() {
            for (var link : links) {
                if (link.to() == null) {
                    link.in().onMedium.remove(link.name());
                } else {
                    link.in().onMedium.put(link.name(), link.to());
                }
            }
        }

        /** What a later change did with a name is not undone by one that reaches the medium behind it. */
        void yieldTo(Change later) {
            links.removeIf(link -> later.links().stream().anyMatch(
                    other -> other.in() == link.in() && other.name().equals(link.name())));
        }
    }

    private final Node.Folder root = new Node.Folder();
    private final Supplier<BooleanSupplier> progress;
    private List<Change> unsynced = new ArrayList<>();

    /** @param progress asked at each change: what says, later, whether work has come that far */
    Names(Supplier<BooleanSupplier> progress) {
        this.progress = progress;
    }

    /** The node, or null. */
    Node find(String path) {
        Node at = root;
        for (var name : split(path)) {
            if (!(at instanceof Node.Folder folder)) {
                return null;
            }
            at = folder.seen.get(name);
            if (at == null) {
                return null;
            }
        }
        return at;
    }

    List<String> list(Node.Folder folder) {
        return List.copyOf(folder.seen.keySet());
    }

    void createFolders(String path) {
        Node.Folder at = root;
        for (var name : split(path)) {
            if (at.seen.get(name) instanceof Node.Folder below) {
                at = below;
            } else {
                var fresh = new Node.Folder();
                change(new Change.Link(at, name, fresh));
                at = fresh;
            }
        }
    }

    Node.File createFile(Node.Folder folder, String name) {
        var fresh = new Node.File();
        change(new Change.Link(folder, name, fresh));
        return fresh;
    }

    void delete(Node.Folder folder, String name) {
        change(new Change.Link(folder, name, null));
    }

    void rename(Node.Folder from, String nameFrom, Node.Folder to, String nameTo) {
        var node = from.seen.get(nameFrom);
        change(new Change.Link(from, nameFrom, null), new Change.Link(to, nameTo, node));
    }

    private void change(Change.Link... links) {
        for (var link : links) {
            if (link.to() == null) {
                link.in().seen.remove(link.name());
            } else {
                link.in().seen.put(link.name(), link.to());
            }
        }
        unsynced.add(new Change(List.of(links), progress.get()));
    }

    /** The folder above; null when it does not exist. */
    Node.Folder above(String path) {
        var names = split(path);
        var parent = String.join("/", names.subList(0, Math.max(0, names.size() - 1)));
        return find(parent) instanceof Node.Folder folder ? folder : null;
    }

    static String last(String path) {
        var names = split(path);
        return names.isEmpty() ? "" : names.getLast();
    }

    /** Takes what touches the folder, and what that depends on; running the result puts it on the medium. */
    Runnable startSync(Node.Folder folder) {
        var folders = new HashSet<Node.Folder>();
        folders.add(folder);
        var taken = new ArrayList<Change>();
        for (var change : unsynced.reversed()) {
            if (change.touches(folders)) {
                taken.addFirst(change);
                change.links().forEach(link -> folders.add(link.in()));
            }
        }
        return () -> commit(taken);
    }

    Runnable startSyncAll() {
        var taken = List.copyOf(unsynced);
        return () -> commit(taken);
    }

    /** Whoever syncs a folder takes along what others have done in it, but not what they will do once a sync of their own is done. */
    private void commit(List<Change> taken) {
        var gone = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<Change, Boolean>());
        gone.addAll(taken);
        var left = new ArrayList<Change>();
        for (var change : unsynced) {
            if (gone.contains(change) && change.reached().getAsBoolean()) {
                change.apply();
                left.forEach(earlier -> earlier.yieldTo(change));
            } else {
                left.add(change);
            }
        }
        unsynced = left;
    }

    /** The power is gone: some first changes of those not synced survive, the rest never happened. */
    void losePower(SimulatedRandomness dice) {
        int surviving = switch (dice.nextInt(3)) {
            case 0 -> 0;
            case 1 -> unsynced.size();
            default -> dice.nextInt(unsynced.size() + 1);
        };
        unsynced.subList(0, surviving).stream().filter(change -> change.reached().getAsBoolean()).forEach(Change::apply);
        unsynced = new ArrayList<>();
        loseNames(root, dice);
    }

    private static void loseNames(Node.Folder folder, SimulatedRandomness dice) {
        folder.seen = new TreeMap<>(folder.onMedium);
        for (var below : folder.seen.values()) {
            switch (below) {
                case Node.Folder inner -> loseNames(inner, dice);
                case Node.File file -> file.pages.losePower(dice);
            }
        }
    }

    /** Every file that has a name, by path. */
    Map<String, Node.File> files() {
        var all = new TreeMap<String, Node.File>();
        collect("", root, all);
        return all;
    }

    private static void collect(String prefix, Node.Folder folder, Map<String, Node.File> into) {
        for (var entry : folder.seen.entrySet()) {
            switch (entry.getValue()) {
                case Node.Folder inner -> collect(prefix + entry.getKey() + "/", inner, into);
                case Node.File file -> into.put(prefix + entry.getKey(), file);
            }
        }
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
}
