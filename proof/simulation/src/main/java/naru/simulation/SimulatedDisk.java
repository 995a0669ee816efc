package naru.simulation;

import static naru.base.DiskFailure.Kind.BROKEN;
import static naru.base.DiskFailure.Kind.FULL;
import static naru.base.DiskFailure.Kind.MISSING;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.DiskFile;
import naru.simulation.DiskFaults.Fault;
import naru.simulation.DiskFaults.Operation;
import naru.simulation.Names.Node;

/**
 * A machine's files in memory. Outlives the processes that use it: {@link #killProcess} keeps the page cache, as a
 * kill -9 does; {@link #losePower} keeps what was synced and a random part of the rest.
 *
 * <p>Every operation has a cost in virtual time, which {@link SimulatedLanes} collects from blocking work. A sync made
 * in such work counts only once the work has been reported as done, so that whoever answers earlier is found out.
 */
public final class SimulatedDisk implements Disk {

    /** More than any story fills. */
    public static final long ROOMY_BYTES = 1L << 40;

    private final SimulatedRandomness dice;
    private final Names names = new Names(this::progress);
    private final Set<String> locked = new TreeSet<>();
    private DiskFaults faults = DiskFaults.NONE;
    private long totalBytes = ROOMY_BYTES;
    private int openFilesMax = 20_000;
    private int shortReadOnceIn;
    private int slowness = 1;
    private int openFiles;
    private boolean liesAboutSyncs;
    private int process;
    private int boot;
    private long costNs;
    private List<Effect> inFlight;
    /** The syncs of work that has not been reported as done, each in its order. */
    private final List<List<Effect>> underWay = new ArrayList<>();

    public SimulatedDisk(SimulatedRandomness dice) {
        this.dice = dice;
    }

    public void faults(DiskFaults now) {
        faults = now;
    }

    /** For the exam: from now on every sync is a lie, whatever else goes wrong. */
    void lieAboutSyncs() {
        liesAboutSyncs = true;
    }

    public void totalBytes(long bytes) {
        totalBytes = bytes;
    }

    public void openFilesMax(int count) {
        openFilesMax = count;
    }

    /** Once in how many reads fewer bytes come back than asked for; 0 for never. */
    public void shortReadOnceIn(int reads) {
        shortReadOnceIn = reads;
    }

    /** How many times longer than a good disk this one takes for everything. */
    public void slowness(int times) {
        slowness = times;
    }

    public int openFiles() {
        return openFiles;
    }

    /**
     * The process is gone without a word. The system still has every byte that was written. The next process finds what blocking work has
     * renamed, so it died behind that, and the syncs that the work did before are done.
     */
    public void killProcess() {
        underWay.forEach(SimulatedDisk::finishToLastAwaited);
        endProcess();
    }

    private static void finishToLastAwaited(List<Effect> effects) {
        int last = effects.size() - 1;
        while (last >= 0 && !effects.get(last).awaited) {
            last--;
        }
        effects.subList(0, last + 1).forEach(Effect::run);
    }

    private void endProcess() {
        process++;
        openFiles = 0;
        locked.clear();
        inFlight = null;
        underWay.clear();
    }

    /** The machine is gone. What was synced survives, and any part of the rest. */
    public void losePower() {
        endProcess();
        boot++;
        names.losePower(dice);
    }

    @Override
    public String bootId() {
        return "boot-" + boot;
    }

    /** What processes would read in a file; for checkers, who cost the disk nothing. */
    byte[] content(String path) {
        if (!(names.find(path) instanceof Node.File file)) {
            return new byte[0];
        }
        var content = java.nio.ByteBuffer.allocate(Math.toIntExact(file.pages.size()));
        file.pages.read(content, 0, content.capacity());
        return content.array();
    }

    /** Paths of all files, sorted. */
    public List<String> files() {
        return List.copyOf(names.files().keySet());
    }

    /** From now on syncs take effect only when {@link #finishWork} returns their effects and those are run. */
    void beginWork() {
        inFlight = new ArrayList<>();
        costNs = 0;
    }

    /** Ends what {@link #beginWork} began. */
    List<? extends Runnable> finishWork() {
        var effects = inFlight;
        inFlight = null;
        if (effects != null) {
            underWay.removeIf(one -> one.getLast().done);
            if (!effects.isEmpty()) {
                underWay.add(effects);
            }
        }
        return effects;
    }

    /** What a sync does, once it is done. */
    private static final class Effect implements Runnable {
        private final Runnable what;
        private boolean done;
        /** Names were changed behind it. */
        private boolean awaited;

        private Effect(Runnable what) {
            this.what = what;
        }

        @Override
        public void run() {
            if (!done) {
                what.run();
                done = true;
            }
        }
    }

    /** Work goes on behind a sync only when that is done: nobody renames a file whose content is still on its way. */
    private BooleanSupplier progress() {
        if (inFlight == null || inFlight.isEmpty()) {
            return () -> true;
        }
        var last = inFlight.getLast();
        last.awaited = true;
        return () -> last.done;
    }

    /** What the operations since {@link #beginWork} cost, in nanoseconds. */
    long costNs() {
        return costNs;
    }

    int process() {
        return process;
    }

    boolean comesShort() {
        return dice.onceIn(shortReadOnceIn);
    }

    SimulatedRandomness dice() {
        return dice;
    }

    /** Throws when the operation fails; true when the disk only pretends. */
    boolean attempt(Operation operation, String path) {
        var fault = ask(operation, path);
        if (fault == Fault.FULL || fault == Fault.BROKEN) {
            throw failure(fault == Fault.FULL ? FULL : BROKEN, path, operation + " refused");
        }
        return fault == Fault.LIE;
    }

    Fault ask(Operation operation, String path) {
        costNs += slowness * switch (operation) {
            case SYNC, SYNC_FOLDER -> dice.between(100_000, 2_000_000);
            case SYNC_ALL -> dice.between(500_000, 20_000_000);
            case READ -> dice.onceIn(8) ? dice.between(100_000, 2_000_000) : 5_000L;
            case CREATE_FOLDER, LIST, OPEN, WRITE, TRUNCATE, ALLOCATE, RENAME, DELETE -> 10_000L;
        };
        boolean lies = liesAboutSyncs && (operation == Operation.SYNC || operation == Operation.SYNC_ALL);
        return lies ? Fault.LIE : faults.before(operation, path);
    }

    void sync(Runnable effect) {
        if (inFlight == null) {
            effect.run();
        } else {
            inFlight.add(new Effect(effect));
        }
    }

    static DiskFailure failure(DiskFailure.Kind kind, String path, String why) {
        return new DiskFailure(kind, path, new java.io.IOException(why));
    }

    @Override
    public boolean exists(String path) {
        return names.find(path) != null;
    }

    @Override
    public List<String> list(String folder) {
        attempt(Operation.LIST, folder);
        return names.find(folder) instanceof Node.Folder found ? names.list(found) : List.of();
    }

    @Override
    public boolean isFolder(String path) {
        return names.find(path) instanceof Node.Folder;
    }

    @Override
    public void createFolders(String folder) {
        attempt(Operation.CREATE_FOLDER, folder);
        for (int slash = folder.indexOf('/', 1); slash > 0; slash = folder.indexOf('/', slash + 1)) {
            refuseFileAt(folder.substring(0, slash));
        }
        refuseFileAt(folder);
        names.createFolders(folder);
    }

    private void refuseFileAt(String path) {
        if (names.find(path) instanceof Node.File) {
            throw failure(BROKEN, path, "a file is in the way");
        }
    }

    @Override
    public DiskFile open(String path) {
        attempt(Operation.OPEN, path);
        var folder = names.above(path);
        if (folder == null) {
            throw failure(MISSING, path, "no such folder");
        }
        return switch (names.find(path)) {
            case Node.File file -> opened(path, file, true);
            case Node.Folder _ -> throw failure(BROKEN, path, "is a folder");
            case null -> opened(path, names.createFile(folder, Names.last(path)), true);
        };
    }

    @Override
    public DiskFile openForReading(String path) {
        attempt(Operation.OPEN, path);
        return switch (names.find(path)) {
            case Node.File file -> opened(path, file, false);
            case Node.Folder _ -> throw failure(BROKEN, path, "is a folder");
            case null -> throw failure(MISSING, path, "no such file");
        };
    }

    private DiskFile opened(String path, Node.File file, boolean writable) {
        if (openFiles >= openFilesMax) {
            throw failure(BROKEN, path, "too many open files");
        }
        openFiles++;
        return new SimulatedFile(this, path, file.pages, writable);
    }

    void closed() {
        openFiles--;
    }

    @Override
    public void rename(String from, String to) {
        attempt(Operation.RENAME, from);
        var source = names.find(from);
        if (source == null) {
            throw failure(MISSING, from, "no such name");
        }
        var folder = names.above(to);
        if (folder == null) {
            throw failure(MISSING, to, "no such folder");
        }
        if (names.find(to) instanceof Node.Folder occupied && occupied != source
                && !(source instanceof Node.Folder && names.list(occupied).isEmpty())) {
            throw failure(BROKEN, to, "a folder is in the way");
        }
        names.rename(names.above(from), Names.last(from), folder, Names.last(to));
    }

    @Override
    public void delete(String path) {
        attempt(Operation.DELETE, path);
        var node = names.find(path);
        if (node instanceof Node.Folder folder && !names.list(folder).isEmpty()) {
            throw failure(BROKEN, path, "the folder is not empty");
        }
        if (node != null) {
            names.delete(names.above(path), Names.last(path));
        }
    }

    @Override
    public void syncFolder(String folder) {
        if (!(names.find(folder) instanceof Node.Folder found)) {
            throw failure(MISSING, folder, "no such folder");
        }
        if (!attempt(Operation.SYNC_FOLDER, folder)) {
            sync(names.startSync(found));
        }
    }

    @Override
    public void syncAll(String folder) {
        if (attempt(Operation.SYNC_ALL, folder)) {
            return;
        }
        sync(names.startSyncAll());
        for (var file : names.files().values()) {
            if (file.pages.isDirty()) {
                sync(file.pages.startSync());
            }
        }
    }

    @Override
    public long freeBytes(String folder) {
        return Math.max(0, totalBytes - usedBytes());
    }

    @Override
    public long totalBytes(String folder) {
        return totalBytes;
    }

    private long usedBytes() {
        return names.files().values().stream().mapToLong(file -> file.pages.size()).sum();
    }

    /** How many of {@code wanted} more bytes there is room for. */
    long roomFor(long wanted) {
        return totalBytes == ROOMY_BYTES ? wanted : Math.min(wanted, freeBytes("/"));
    }

    @Override
    public boolean lock(String folder) {
        createFolders(folder);
        open(folder + "/.lock").close();
        return locked.add(folder);
    }
}
