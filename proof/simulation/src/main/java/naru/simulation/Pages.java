package naru.simulation;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * A file's content twice: as processes see it (the page cache) and as the medium has it. Pages never written are
 * zeros, so that reserving 64 MB costs nothing. A page that the medium shares is copied before it is changed.
 */
final class Pages {

    static final int PAGE = 4096;
    private static final byte[] ZEROS = new byte[PAGE];

    private TreeMap<Long, byte[]> cached = new TreeMap<>();
    private TreeMap<Long, byte[]> onMedium = new TreeMap<>();
    /** Pages changed since the last sync; a failed sync forgets them, although the medium does not have them. */
    private TreeMap<Long, Boolean> dirty = new TreeMap<>();
    /** Pages whose array a sync in flight or the medium holds too. */
    private final TreeMap<Long, Boolean> shared = new TreeMap<>();
    private long size;
    private long sizeOnMedium;
    private long tornFrom = -1;
    private long syncsStarted;
    private long sizeSynced;
    /** Which sync last put a page on the medium. */
    private final TreeMap<Long, Long> lastSync = new TreeMap<>();

    long size() {
        return size;
    }

    int read(ByteBuffer into, long position, int lengthMax) {
        int length = (int) Math.min(Math.min(into.remaining(), lengthMax), size - position);
        int left = length;
        long at = position;
        while (left > 0) {
            int inPage = (int) (at % PAGE);
            int piece = Math.min(left, PAGE - inPage);
            into.put(cached.getOrDefault(at / PAGE, ZEROS), inPage, piece);
            at += piece;
            left -= piece;
        }
        return length;
    }

    void write(ByteBuffer from, int length, long position) {
        tornFrom = position;
        int left = length;
        long at = position;
        while (left > 0) {
            int inPage = (int) (at % PAGE);
            int piece = Math.min(left, PAGE - inPage);
            from.get(pageToChange(at / PAGE), inPage, piece);
            at += piece;
            left -= piece;
        }
        size = Math.max(size, at);
    }

    void truncate(long to) {
        if (to < size) {
            if (to % PAGE != 0 && cached.containsKey(to / PAGE)) {
                java.util.Arrays.fill(pageToChange(to / PAGE), (int) (to % PAGE), PAGE, (byte) 0);
            }
            var beyond = (to + PAGE - 1) / PAGE;
            cached.tailMap(beyond, true).clear();
            shared.tailMap(beyond, true).clear();
            onMedium.tailMap(beyond, true).keySet().forEach(page -> dirty.put(page, true));
            dirty.tailMap(beyond, true).keySet().removeIf(page -> !onMedium.containsKey(page));
        }
        size = to;
    }

    private byte[] pageToChange(long number) {
        dirty.put(number, true);
        var page = cached.get(number);
        if (page == null) {
            page = new byte[PAGE];
            cached.put(number, page);
        } else if (shared.containsKey(number)) {
            page = page.clone();
            cached.put(number, page);
        }
        shared.remove(number);
        return page;
    }

    /**
     * Takes what is dirty now; running the result puts it on the medium. Until then the pages stay dirty, so that
     * another sync meanwhile does not take them for safe, and an older sync that ends later undoes no newer one.
     */
    Runnable startSync() {
        var taken = new TreeMap<Long, byte[]>();
        for (long number : dirty.keySet()) {
            taken.put(number, cached.get(number));
            shared.put(number, true);
        }
        long sizeTaken = size;
        long round = ++syncsStarted;
        return () -> {
            for (var page : taken.entrySet()) {
                if (lastSync.merge(page.getKey(), round, Math::max) == round) {
                    put(onMedium, page.getKey(), page.getValue());
                }
                if (cached.get(page.getKey()) == page.getValue()) {
                    dirty.remove(page.getKey());
                }
            }
            if (round > sizeSynced) {
                sizeSynced = round;
                sizeOnMedium = sizeTaken;
            }
        };
    }

    /** What Linux does when a sync fails: the pages count as clean, and the next sync says all is well. */
    void forgetDirty() {
        dirty = new TreeMap<>();
    }

    boolean isDirty() {
        return !dirty.isEmpty() || size != sizeOnMedium;
    }

    /** The power is gone: of what was not synced, all, nothing, a torn beginning or any pages survive. */
    void losePower(SimulatedRandomness dice) {
        var survivors = new TreeMap<>(onMedium);
        long sizeNow = sizeOnMedium;
        switch (dice.nextInt(4)) {
            case 0 -> { }
            case 1 -> {
                survivors = new TreeMap<>(cached);
                sizeNow = size;
            }
            case 2 -> {
                long from = tornFrom >= 0 && dice.onceIn(2) ? Math.min(tornFrom, size) : Math.min(size, sizeOnMedium);
                long cut = size > from ? dice.between(from, size) : size;
                tear(survivors, cut);
                sizeNow = dice.onceIn(2) ? Math.max(cut, sizeOnMedium) : Math.max(size, sizeOnMedium);
            }
            default -> {
                for (var page : changedPages().entrySet()) {
                    if (dice.onceIn(2)) {
                        put(survivors, page.getKey(), page.getValue());
                    }
                }
                sizeNow = dice.onceIn(2) ? size : sizeOnMedium;
            }
        }
        restore(survivors, sizeNow);
    }

    /** Everything changed before {@code cut} reached the medium, nothing after it. */
    private void tear(TreeMap<Long, byte[]> survivors, long cut) {
        for (var page : changedPages().entrySet()) {
            long start = page.getKey() * PAGE;
            if (start + PAGE <= cut) {
                put(survivors, page.getKey(), page.getValue());
            } else if (start < cut) {
                var mixed = survivors.getOrDefault(page.getKey(), ZEROS).clone();
                var fresh = page.getValue() == null ? ZEROS : page.getValue();
                System.arraycopy(fresh, 0, mixed, 0, (int) (cut - start));
                survivors.put(page.getKey(), mixed);
            }
        }
    }

    private Map<Long, byte[]> changedPages() {
        var changed = new TreeMap<Long, byte[]>();
        for (var page : cached.entrySet()) {
            if (onMedium.get(page.getKey()) != page.getValue()) {
                changed.put(page.getKey(), page.getValue());
            }
        }
        onMedium.keySet().stream().filter(number -> !cached.containsKey(number)).forEach(n -> changed.put(n, null));
        return changed;
    }

    private void restore(TreeMap<Long, byte[]> survivors, long sizeNow) {
        var beyond = (sizeNow + PAGE - 1) / PAGE;
        survivors.tailMap(beyond, true).clear();
        if (sizeNow % PAGE != 0 && survivors.containsKey(sizeNow / PAGE)) {
            var last = survivors.get(sizeNow / PAGE).clone();
            java.util.Arrays.fill(last, (int) (sizeNow % PAGE), PAGE, (byte) 0);
            survivors.put(sizeNow / PAGE, last);
        }
        onMedium = survivors;
        cached = new TreeMap<>(survivors);
        shared.clear();
        survivors.keySet().forEach(number -> shared.put(number, true));
        dirty = new TreeMap<>();
        size = sizeNow;
        sizeOnMedium = sizeNow;
        tornFrom = -1;
    }

    private static void put(TreeMap<Long, byte[]> pages, long number, byte[] page) {
        if (page == null) {
            pages.remove(number);
        } else {
            pages.put(number, page);
        }
    }
}
