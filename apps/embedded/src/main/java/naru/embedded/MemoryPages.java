package naru.embedded;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The content of a file in memory: grows page by page, so that a journal of megabytes costs what was written to it. */
final class MemoryPages {

    private static final int PAGE_BYTES = 64 << 10;

    /** By number; null where nothing but zeroes was written. */
    private final List<byte[]> pages = new ArrayList<>();
    private long size;

    synchronized long size() {
        return size;
    }

    /** How many bytes were read; -1 at the end. */
    synchronized int read(ByteBuffer into, long position) {
        if (position >= size) {
            return -1;
        }
        int wanted = (int) Math.min(into.remaining(), size - position);
        for (int done = 0; done < wanted; ) {
            long at = position + done;
            int from = (int) (at % PAGE_BYTES);
            int length = Math.min(wanted - done, PAGE_BYTES - from);
            into.put(page(at), from, length);
            done += length;
        }
        return wanted;
    }

    private static final byte[] ZEROES = new byte[PAGE_BYTES];

    private byte[] page(long at) {
        int number = (int) (at / PAGE_BYTES);
        var page = number < pages.size() ? pages.get(number) : null;
        return page == null ? ZEROES : page;
    }

    synchronized void write(ByteBuffer from, long position) {
        long at = position;
        while (from.hasRemaining()) {
            int offset = (int) (at % PAGE_BYTES);
            int length = Math.min(from.remaining(), PAGE_BYTES - offset);
            from.get(ownPage((int) (at / PAGE_BYTES)), offset, length);
            at += length;
        }
        size = Math.max(size, at);
    }

    private byte[] ownPage(int number) {
        while (pages.size() <= number) {
            pages.add(null);
        }
        var page = pages.get(number);
        if (page == null) {
            page = new byte[PAGE_BYTES];
            pages.set(number, page);
        }
        return page;
    }

    synchronized void truncate(long to) {
        if (to >= size) {
            return;
        }
        int kept = (int) ((to + PAGE_BYTES - 1) / PAGE_BYTES);
        if (kept < pages.size()) {
            pages.subList(kept, pages.size()).clear();
        }
        int within = (int) (to % PAGE_BYTES);
        if (within > 0 && kept - 1 < pages.size() && pages.get(kept - 1) != null) {
            java.util.Arrays.fill(pages.get(kept - 1), within, PAGE_BYTES, (byte) 0);
        }
        size = to;
    }

    synchronized void grow(long to) {
        size = Math.max(size, to);
    }
}
