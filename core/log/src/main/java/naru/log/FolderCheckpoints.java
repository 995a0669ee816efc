package naru.log;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import naru.base.Disk;
import naru.base.TopicPartition;
import naru.base.Uuid;

/** Kafka's checkpoints in the root of a log folder, and our catalogue beside them. */
final class FolderCheckpoints {

    static final String RECOVERY_POINTS = "recovery-point-offset-checkpoint";
    static final String LOG_STARTS = "log-start-offset-checkpoint";
    static final String HIGH_WATERMARKS = "replication-offset-checkpoint";
    static final String CLEANER = "cleaner-offset-checkpoint";

    private FolderCheckpoints() {}

    /** Blocking: what is written survives a power cut. */
    static void write(Disk disk, String folder, List<Catalogue.Entry> entries) {
        // Starts go first. Those of a writing that a crash ended are not believed as long as the recovery points are the ones that the
        // catalogue knows, or there are none; once there are others, the starts beside them must be of the same writing.
        // Kafka notes only starts that differ from the first segment's base; noting all of them means the same.
        disk.replace(folder + "/" + LOG_STARTS, lines(entries, entry -> entry.facts().logStart()));
        // Of topics that the catalogue does not know, nobody could say whose recovery points these are: one that was deleted since may have
        // left its name to another. So there are none while the catalogue is exchanged, and it alone is believed.
        disk.delete(folder + "/" + RECOVERY_POINTS);
        var recoveryPoints = lines(entries, entry -> entry.facts().recoveryPoint());
        int crc = Catalogue.crc(recoveryPoints, recoveryPoints.length);
        disk.replace(folder + "/" + Catalogue.FILE, Catalogue.encode(entries, crc));
        disk.replace(folder + "/" + RECOVERY_POINTS, recoveryPoints);
        disk.replace(folder + "/" + HIGH_WATERMARKS, lines(entries, Catalogue.Entry::highWatermark));
    }

    private static byte[] lines(List<Catalogue.Entry> entries, ToLongFunction<Catalogue.Entry> offset) {
        var lines = new ArrayList<String>(entries.size());
        for (var entry : entries) {
            lines.add(entry.name().topic() + " " + entry.name().partition() + " " + offset.applyAsLong(entry));
        }
        return TextCheckpoint.encode(lines);
    }

    /** Empty when the file is missing or damaged. */
    static TreeMap<TopicPartition, Long> read(Disk disk, String path) {
        var offsets = new TreeMap<TopicPartition, Long>();
        var lines = TextCheckpoint.read(disk, path, 1, 2);
        if (lines == null) {
            return offsets;
        }
        for (var line : lines) {
            try {
                offsets.put(new TopicPartition(line[0], Integer.parseInt(line[1])), Long.parseLong(line[2]));
            } catch (NumberFormatException e) {
                return new TreeMap<>();
            }
        }
        return offsets;
    }

    /**
     * What is known about each partition by name; a start without knowledge reads more, and is right all the same. The
     * checkpoints are Kafka's, and Kafka may have rewritten them since the catalogue was written; but they have no checksum. So
     * where the two disagree, only what both say is on the medium counts.
     */
    static TreeMap<TopicPartition, Catalogue.Entry> readAll(Disk disk, String folder, boolean clean) {
        var catalogue = readCatalogue(disk, folder);
        if (isOfOneWrite(disk, folder, catalogue)) {
            return asCatalogued(catalogue, clean);
        }
        var points = read(disk, folder + "/" + RECOVERY_POINTS);
        var starts = read(disk, folder + "/" + LOG_STARTS);
        var marks = read(disk, folder + "/" + HIGH_WATERMARKS);
        var known = new TreeMap<TopicPartition, Catalogue.Entry>();
        for (var name : points.keySet()) {
            var facts = new LogFacts(starts.getOrDefault(name, -1L), points.get(name), clean, -1, -1, -1, -1, -1);
            known.put(name, new Catalogue.Entry(name, Uuid.ZERO, facts, marks.getOrDefault(name, 0L)));
        }
        if (points.isEmpty()) {
            return asCatalogued(catalogue, clean);
        }
        for (var entry : catalogue.entries()) {
            var f = entry.facts();
            var point = points.getOrDefault(entry.name(), 0L);
            var start = Math.max(f.logStart(), starts.getOrDefault(entry.name(), -1L));
            var facts = new LogFacts(start, Math.min(f.recoveryPoint(), point), clean, -1, -1, -1, -1, -1);
            known.put(entry.name(), new Catalogue.Entry(entry.name(), entry.topicId(), facts, entry.highWatermark()));
        }
        return known;
    }

    /** Nobody has rewritten the checkpoints since: then their lines say what the catalogue says, and need not be taken apart. */
    private static boolean isOfOneWrite(Disk disk, String folder, Catalogue.Content catalogue) {
        String path = folder + "/" + RECOVERY_POINTS;
        if (catalogue.entries().isEmpty() || !disk.exists(path)) {
            return false;
        }
        var bytes = disk.readAll(path);
        return catalogue.checkpointCrc() == Catalogue.crc(bytes, bytes.length);
    }

    private static TreeMap<TopicPartition, Catalogue.Entry> asCatalogued(Catalogue.Content catalogue, boolean clean) {
        var known = new TreeMap<TopicPartition, Catalogue.Entry>();
        for (var entry : catalogue.entries()) {
            var f = entry.facts();
            var facts = new LogFacts(f.logStart(), f.recoveryPoint(), clean, f.activeBase(), f.activeBytes(), f.end(), -1, -1);
            known.put(entry.name(), new Catalogue.Entry(entry.name(), entry.topicId(), facts, entry.highWatermark()));
        }
        return known;
    }

    private static Catalogue.Content readCatalogue(Disk disk, String folder) {
        String path = folder + "/" + Catalogue.FILE;
        return disk.exists(path) ? Catalogue.decode(disk.readAll(path)) : Catalogue.Content.NONE;
    }
}
