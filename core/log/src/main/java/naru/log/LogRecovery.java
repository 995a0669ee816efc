package naru.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.protocol.batch.BatchHeader;

/**
 * Opens what lies in a partition's folder. After a crash it reads what may be torn, and only that: it cuts the log
 * behind the last whole batch, and makes the indexes of what it read again. What it did is told in words.
 *
 * <p>What was on the medium before cannot be torn. Damage there is no crash's work, and cutting would give offsets that
 * readers know to other records: the log is refused, with file and place.
 */
final class LogRecovery {

    /**
     * What was found.
     *
     * @param end the offset behind the last whole batch
     * @param scanned true when files were changed or made again, and are to be synced
     * @param findings what was repaired, with file and place, one sentence each
     */
    record Recovered(long logStart, long end, boolean scanned, List<String> findings) {}

    private final LogPorts ports;
    private final String folder;
    private final LogConfig config;
    private final EpochCache epochs;
    private final LedgerFiles ledgers;
    private final long nowMs;
    private final List<String> findings = new ArrayList<>();
    private final AbortedRepair aborted = new AbortedRepair();
    private final Segments segments;

    /** @param segments none yet; those in the folder are found */
    LogRecovery(
            LogPorts ports, String folder, LogConfig config, Segments segments, EpochCache epochs, LedgerFiles ledgers,
            long nowMs) {
        this.ports = ports;
        this.folder = folder;
        this.config = config;
        this.epochs = epochs;
        this.ledgers = ledgers;
        this.nowMs = nowMs;
        this.segments = segments;
    }

    /** @throws DiskFailure when records are damaged or missing that were on the medium */
    Recovered open(LogFacts facts) {
        // The journal speaks of nothing that was synced: what lies in front of its first word about this log was on the medium.
        covered = Math.max(facts.recoveryPoint(), facts.scanBase());
        begins = facts.logStart();
        findFiles(ports.disk(), facts);
        if (segments.isEmpty()) {
            long start = Math.max(0, facts.logStart());
            refuseLossOf(folder, 0, start);
            return found(start, start);
        }
        long end = endOf(facts);
        refuseLossOf(segments.active().path(), segments.active().size(), end);
        long start = Math.max(facts.logStart(), segments.first().base());
        if (start > end) {
            // Records were lost from the end; what was deleted before them stays deleted.
            findings.add(folder + ": the log ends at " + end + ", before its start " + start + "; it begins anew there");
            segments.deleteFrom(segments.first().base());
            ledgers.deleteFrom(0);
            scanned = true;
            return found(start, start);
        }
        if (scanned) {
            aborted.run(segments, ledgers, start, end);
        }
        if (abortedNoted) {
            var again = AbortedSums.repair(ports.disk(), folder, segments, ledgers, start, end);
            scanned |= !again.isEmpty();
            findings.addAll(again);
        }
        return found(start, end);
    }

    /**
     * Snapshots of records that are lost go now, to be synced with the rest: the log may grow to the same offset again, and a power cut
     * bring an old one back beside records that it says nothing of.
     */
    private Recovered found(long start, long end) {
        if (ledgers.newest() > end) {
            ledgers.deleteFrom(end + 1);
            scanned = true;
        }
        return new Recovered(start, end, scanned, findings);
    }

    /** Nothing may be missing in front of what was on the medium. */
    private void refuseLossOf(String path, long position, long end) {
        if (end < covered && covered > begins) { // else all that was on the medium was deleted, or was about to be cut
            throw new DiskFailure(DiskFailure.Kind.DAMAGED, path, new IOException("damaged at position " + position
                    + " (offset " + end + "), but records up to offset " + covered + " were on the medium"));
        }
    }

    private void findFiles(Disk disk, LogFacts facts) {
        var names = new SwapRecovery(disk, folder, findings).run(disk.list(folder));
        for (var name : names) {
            long base = FileNames.offsetOf(name, FileNames.LOG);
            if (base >= 0) {
                segments.addExisting(base, nowMs);
            }
        }
        refuseMissing(names, facts);
        abortedNoted = names.contains(AbortedSums.FILE);
        for (var name : names) {
            if (name.endsWith(FileNames.DELETED) || name.endsWith(".tmp") || isOrphan(name)) {
                disk.delete(folder + "/" + name);
                if (name.endsWith(FileNames.INDEX) && isOrphan(name)) {
                    findings.add(folder + "/" + name + ": deleted, its records are not there");
                }
            }
            ledgers.found(FileNames.offsetOf(name, FileNames.SNAPSHOT));
        }
    }

    /** A crash leaves indexes alone at both ends, where segments come and go; between others, records are missing. */
    private void refuseMissing(List<String> names, LogFacts facts) {
        for (var name : names) {
            long base = FileNames.offsetOf(name, FileNames.INDEX);
            if (base < 0 || !isOrphan(name) || names.contains(FileNames.digits(base) + FileNames.LOG + FileNames.DELETED)) {
                continue;
            }
            boolean first = segments.isEmpty() || base < segments.first().base();
            boolean last = segments.isEmpty() || base > segments.active().base();
            if (last ? base < covered : first ? facts.logStart() >= base : base < covered) {
                throw new DiskFailure(DiskFailure.Kind.DAMAGED, FileNames.path(folder, base, FileNames.LOG),
                        new IOException("the records from offset " + base + " on are missing"));
            }
        }
    }

    /** An index whose records are gone. */
    private boolean isOrphan(String name) {
        for (var suffix : List.of(FileNames.INDEX, FileNames.TIME_INDEX, FileNames.TXN_INDEX)) {
            long base = FileNames.offsetOf(name, suffix);
            if (base >= 0) {
                var segment = segments.holding(base);
                return segment == null || segment.base() != base;
            }
        }
        return false;
    }

    private long endOf(LogFacts facts) {
        var active = segments.active();
        if (facts.knowsEnd(active.base(), active.size())) {
            return facts.end();
        }
        if (facts.clean()) {
            active.repairIndexes(config.indexIntervalBytes());
            return endByHeaders(active);
        }
        scanned = true;
        return scan(facts);
    }

    /** Trusts the bytes and looks only for where they end. */
    private long endByHeaders(Segment active) {
        long found = active.size();
        var walk = new BatchWalk(active.file(), active.offsets().lastPosition(), active.size(), false);
        long end = walk.endOr(active.base());
        if (walk.position() < found) {
            // Whoever stopped cleanly had nothing torn.
            covered = Math.max(covered, end + 1);
            refuseLossOf(active.path(), walk.position(), end);
        }
        return end;
    }

    private long scan(LogFacts facts) {
        boolean byJournal = facts.scanBase() >= 0;
        long from = byJournal ? facts.scanBase() : facts.recoveryPoint();
        var first = segments.holding(Math.min(from, segments.active().base()));
        if (first == null) {
            first = segments.first();
        }
        epochs.readAgainFrom(facts.recoveryPoint(), facts.logStart());
        if (byJournal) {
            EpochRepair.run(segments, epochs, facts);
        }
        long end = first.base();
        for (var segment : segments.from(first.base())) {
            long position = segment != first ? 0 : byJournal ? facts.scanPosition() : segment.positionBefore(from);
            long expected = end;
            if (segment != first && !isNext(segment, expected)) {
                findings.add(segment.path() + ": begins at offset " + segment.base() + ", but " + expected + " comes next");
                deleteFrom(segment, expected);
                return end;
            }
            var scanned = scanSegment(segment, position, Math.max(end, segment.base()));
            end = scanned;
            if (torn) {
                var next = segments.after(segment);
                if (next != null) {
                    deleteFrom(next, end);
                }
                return end;
            }
        }
        return end;
    }

    private boolean torn;
    private boolean scanned;
    private boolean abortedNoted;
    private long covered;
    private long begins;

    private void deleteFrom(Segment segment, long end) {
        refuseLossOf(segment.path(), 0, end);
        findings.add(segment.path() + ": deleted, it lies behind the cut at offset " + end);
        segments.deleteFrom(segment.base());
        epochs.truncateFromEnd(end);
        ledgers.deleteFrom(end + 1);
    }

    /** Reads every byte from a position on; answers the end of the last whole batch. */
    private long scanSegment(Segment segment, long from, long endBefore) {
        var walk = new BatchWalk(segment.file(), from, segment.size(), true);
        long end = endBefore;
        boolean first = true;
        var index = new IndexRepair(segment, config.indexIntervalBytes(), from);
        while (walk.next()) {
            boolean sound = walk.isCrcRight() && isNext(walk.baseOffset(), first && from > 0 ? segment.base() : end, first && from > 0)
                    && walk.nextOffset() > walk.baseOffset();
            if (!sound) {
                if (from > 0 && first) {
                    // The index led astray, or the byte it leads to is damaged: read all of the segment.
                    return scanSegment(segment, 0, segment.base());
                }
                break;
            }
            first = false;
            end = walk.nextOffset();
            epochs.assign(BatchHeader.leaderEpoch(walk.bytes(), walk.at()), walk.baseOffset());
            index.note(walk);
            aborted.note(walk);
        }
        if (first && from > 0 && segment.size() > 0) {
            return scanSegment(segment, 0, segment.base());
        }
        if (segment != segments.active()) {
            index.done(); // entries of the newest wait in memory, as they do while it grows
        }
        torn = walk.position() < segment.size();
        if (torn) {
            cut(segment, walk.position(), end, "a torn or damaged batch");
        }
        return end;
    }

    /**
     * Nothing can be missing between two whole batches that stand side by side. Where their offsets do not, compaction took something
     * away, here or at the leader they were copied from. The CRC leaves the offset out: elsewhere another one is damage. What compaction
     * of ours left out lies wholly in front of what the checkpoints cover.
     *
     * @param isAnywhere of the batches in front of this one nothing was read
     */
    private boolean isNext(long baseOffset, long expected, boolean isAnywhere) {
        boolean wasCleaned = expected < covered && (baseOffset <= covered || !ports.crashedHere());
        return baseOffset == expected || baseOffset > expected && (isAnywhere || config.compacts() || wasCleaned);
    }

    /**
     * Between files the end of the one before may be missing, and nothing shows it but the offsets: what we write goes on where that one
     * ends ({@link StagedWrite}), and the gaps of our own compactions lie wholly in front of what the checkpoints cover. Kafka's may lie
     * anywhere but in front of a segment that was only begun.
     */
    private boolean isNext(Segment segment, long expected) {
        boolean isOfKafka = !ports.crashedHere() && !segment.isEmpty() && (config.compacts() || expected < covered);
        return segment.base() == expected || segment.base() > expected && (isOfKafka || segment.base() <= covered);
    }

    private void cut(Segment segment, long position, long end, String what) {
        refuseLossOf(segment.path(), position, end);
        findings.add(segment.path() + ": " + what + " at position " + position + " (offset " + end + "); cut, "
                + (segment.size() - position) + " bytes dropped");
        segment.truncateTo(position, end);
        epochs.truncateFromEnd(end);
        ledgers.deleteFrom(end + 1);
    }
}
