package naru.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.zip.CRC32C;
import naru.base.Disk;
import naru.base.DiskFile;
import naru.base.TopicPartition;
import naru.base.Uuid;

/**
 * Brings what the journals of a folder hold back to the segments they belong to, where a power cut lost it. Frames are taken
 * in sequence as far as they are whole; applying one twice changes nothing.
 */
final class JournalRecovery {

    private record Frame(long generation, long sequence, long checkpointed, ByteBuffer body) {}

    private final Disk disk;
    private final String folder;
    private final BiFunction<Uuid, Integer, TopicPartition> partitionOf;
    private final TreeMap<TopicPartition, Catalogue.Entry> known;
    private final List<String> findings;
    private final TreeMap<String, DiskFile> written = new TreeMap<>();
    private final TreeMap<String, Long> restored = new TreeMap<>();
    private final TreeMap<String, Long> firstBases = new TreeMap<>();
    private final TreeMap<TopicPartition, long[]> scans = new TreeMap<>();
    /** What was restored of these may lie behind something that is missing: they are read from the last safe point on. */
    private final TreeSet<TopicPartition> gaps = new TreeSet<>();
    private boolean missing;
    private final TreeMap<Uuid, TreeMap<Integer, Optional<TopicPartition>>> names = new TreeMap<>();

    private JournalRecovery(
            Disk disk, String folder, BiFunction<Uuid, Integer, TopicPartition> partitionOf,
            TreeMap<TopicPartition, Catalogue.Entry> known, List<String> findings) {
        this.disk = disk;
        this.folder = folder;
        this.partitionOf = partitionOf;
        this.known = known;
        this.findings = findings;
    }

    static void run(
            Disk disk, String folder, List<String> names, BiFunction<Uuid, Integer, TopicPartition> partitionOf,
            TreeMap<TopicPartition, Catalogue.Entry> known, List<String> findings) {
        var journals = new TreeSet<String>();
        for (var name : names) {
            if (name.startsWith(JournalFile.PREFIX) && name.lastIndexOf('.') > 0) {
                journals.add(name.substring(0, name.lastIndexOf('.')));
            }
        }
        if (journals.isEmpty()) {
            return;
        }
        var recovery = new JournalRecovery(disk, folder, partitionOf, known, findings);
        for (var journal : journals) {
            recovery.apply(journal);
        }
        recovery.finish();
        JournalFile.deleteAll(disk, folder);
        disk.syncFolder(folder);
    }

    private void apply(String journal) {
        var frames = new ArrayList<Frame>();
        for (var suffix : List.of(".a", ".b")) {
            String path = folder + "/" + journal + suffix;
            if (disk.exists(path)) {
                read(path, frames);
            }
        }
        frames.sort(Comparator.comparingLong(Frame::sequence));
        long checkpointed = frames.stream().mapToLong(Frame::checkpointed).max().orElse(0);
        // Of the two files the one with the older frames may be the one that was lost.
        long next = checkpointed + 1;
        for (var frame : frames) {
            if (frame.sequence() <= checkpointed) {
                continue; // the segments were synced since
            }
            if (frame.sequence() != next) {
                // Nothing was acknowledged that waited for the missing ones, unless they were damaged later. What is whole is
                // taken in both cases: a log that lacks bytes in between is cut there.
                findings.add(folder + "/" + journal + ": no whole frames from sequence " + next + " to " + (frame.sequence() - 1));
                missing = true;
            }
            apply(frame);
            next = frame.sequence() + 1;
        }
    }

    private void read(String path, List<Frame> frames) {
        var bytes = ByteBuffer.wrap(disk.readAll(path));
        int at = 0;
        long next = -1;
        while (bytes.limit() - at >= JournalFrame.HEADER && bytes.getInt(at) == JournalFrame.MAGIC) {
            if (bytes.get(at + 4) != JournalFrame.VERSION) {
                findings.add(path + ": version " + bytes.get(at + 4) + " at position " + at + " is unknown");
                return;
            }
            int length = bytes.getInt(at + JournalFrame.LENGTH_AT);
            long sequence = bytes.getLong(at + 16);
            boolean whole = length >= 0 && length <= bytes.limit() - at - JournalFrame.HEADER;
            if (!whole || next >= 0 && sequence < next || !isCrcRight(bytes, at, length)) {
                // Behind the end lie frames of the file's former life; only a later one tells of damage in between.
                at = next < 0 ? bytes.limit() : nextFrame(bytes, at + 1, next);
                continue;
            }
            frames.add(new Frame(bytes.getLong(at + 8), sequence, bytes.getLong(at + 24),
                    bytes.slice(at + JournalFrame.HEADER, length)));
            next = sequence + 1;
            at += JournalFrame.HEADER + length;
        }
    }

    /** Where the next whole frame after {@code sequence} begins; the limit when there is none. */
    private static int nextFrame(ByteBuffer bytes, int from, long sequence) {
        for (int at = from; at <= bytes.limit() - JournalFrame.HEADER; at++) {
            if (bytes.getInt(at) == JournalFrame.MAGIC && bytes.getLong(at + 16) > sequence) {
                int length = bytes.getInt(at + JournalFrame.LENGTH_AT);
                if (length >= 0 && length <= bytes.limit() - at - JournalFrame.HEADER && isCrcRight(bytes, at, length)) {
                    return at;
                }
            }
        }
        return bytes.limit();
    }

    private static boolean isCrcRight(ByteBuffer bytes, int at, int length) {
        var crc = new CRC32C();
        crc.update(bytes.slice(at, JournalFrame.CRC_AT));
        crc.update(bytes.slice(at + JournalFrame.HEADER, length));
        return bytes.getInt(at + JournalFrame.CRC_AT) == (int) crc.getValue();
    }

    private void apply(Frame frame) {
        var body = frame.body();
        while (body.hasRemaining()) {
            byte kind = body.get();
            var topicId = new Uuid(body.getLong(), body.getLong());
            int partition = body.getInt();
            long base = body.getLong();
            long position = body.getLong();
            int length = body.getInt();
            var bytes = body.slice(body.position(), length);
            body.position(body.position() + length);
            // Hundreds of thousands of entries speak of few partitions, and looking for one means going through a folder.
            var name = names.computeIfAbsent(topicId, _ -> new TreeMap<>())
                    .computeIfAbsent(partition, _ -> Optional.ofNullable(partitionOf.apply(topicId, partition))).orElse(null);
            if (name != null) {
                boolean behindGap = missing || kind == JournalFrame.BYTES_BEHIND_GAP;
                if (behindGap) {
                    gaps.add(name);
                }
                put(name, base, position, bytes, behindGap);
            }
        }
    }

    private void put(TopicPartition name, long base, long position, ByteBuffer bytes, boolean behindGap) {
        String partitionFolder = folder + "/" + name;
        String path = FileNames.path(partitionFolder, base, FileNames.LOG);
        if (!written.containsKey(path) && !disk.exists(path)) {
            if (base < firstBase(partitionFolder) || base < startOf(name)) {
                return; // retention deleted it after the frame was written
            }
            long first = firstBase(partitionFolder);
            if (behindGap && base > Math.max(0, startOf(name)) && (first < 0 || first >= base)) {
                findings.add(path + ": not made again, the records in front of it are lost");
                return; // else the log would seem to begin here
            }
            firstBases.put(partitionFolder, first < 0 ? base : first);
            findings.add(path + ": made again from the journal");
        }
        var file = written.computeIfAbsent(path, disk::open);
        if (!holds(file, position, bytes)) {
            restored.merge(path, (long) bytes.remaining(), Long::sum);
        }
        // Written even where it is there already: after a sync that failed, the page cache shows what no medium holds,
        // and takes it for clean. Only what is written again is synced again.
        file.write(new ByteBuffer[] {bytes}, position);
        note(name, base, position);
    }

    private void note(TopicPartition name, long base, long position) {
        long[] scan = scans.computeIfAbsent(name, _ -> new long[] {base, position});
        if (base < scan[0] || base == scan[0] && position < scan[1]) {
            scan[0] = base;
            scan[1] = position;
        }
    }

    private long startOf(TopicPartition name) {
        var entry = known.get(name);
        return entry == null ? -1 : entry.facts().logStart();
    }

    /** The base of the oldest segment in the folder; -1 when there is none. */
    private long firstBase(String partitionFolder) {
        return firstBases.computeIfAbsent(partitionFolder, path -> {
            for (var file : disk.list(path)) {
                long base = FileNames.offsetOf(file, FileNames.LOG);
                if (base >= 0) {
                    return base;
                }
            }
            return -1L;
        });
    }

    private static boolean holds(DiskFile file, long position, ByteBuffer bytes) {
        if (file.size() < position + bytes.remaining()) {
            return false;
        }
        var there = ByteBuffer.allocate(bytes.remaining());
        while (there.hasRemaining() && file.read(there, position + there.position()) > 0) {
            // a read may come back short
        }
        return there.flip().equals(bytes);
    }

    private void finish() {
        restored.forEach((path, bytes) -> findings.add(path + ": " + bytes + " bytes restored from the journal"));
        for (var file : written.values()) {
            file.sync();
            file.close();
        }
        for (var scan : scans.entrySet()) {
            var name = scan.getKey();
            disk.syncFolder(folder + "/" + name);
            var entry = known.get(name);
            var before = entry == null ? LogFacts.NONE : entry.facts();
            var facts = gaps.contains(name)
                    ? before.withoutEnd() : before.withScan(scan.getValue()[0], scan.getValue()[1]);
            var id = entry == null ? Uuid.ZERO : entry.topicId();
            known.put(name, new Catalogue.Entry(name, id, facts, entry == null ? 0 : entry.highWatermark()));
        }
    }
}
