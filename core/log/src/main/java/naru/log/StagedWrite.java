package naru.log;

import java.nio.ByteBuffer;
import naru.base.DiskFailure;
import naru.protocol.batch.BatchHeader;

/** Brings one turn's batches to the files: one gathering write for each segment they go to, which is nearly always one. */
final class StagedWrite {

    private final Segments segments;
    private final Staging staging;
    private final EpochCache epochs;
    private final LedgerFiles ledgerFiles;
    private final RollRule rollRule;
    private final LogConfig config;

    StagedWrite(
            Segments segments, Staging staging, EpochCache epochs, LedgerFiles ledgerFiles, RollRule rollRule,
            LogConfig config) {
        this.segments = segments;
        this.staging = staging;
        this.epochs = epochs;
        this.ledgerFiles = ledgerFiles;
        this.rollRule = rollRule;
        this.config = config;
    }

    /** @param journal where to enter what was written; null for a log that does without */
    void run(long writtenEnd, Log log, Journal journal) {
        var active = segments.isEmpty() ? null : segments.active();
        long bytesBefore = active == null ? 0 : active.size();
        int mark = journal == null ? 0 : journal.mark();
        try {
            int first = 0;
            for (int next = 1; next <= staging.count(); next++) {
                if (next == staging.count() || staging.rollSnapshot(next) != null) {
                    writeRun(first, next, writtenEnd, log, journal);
                    first = next;
                }
            }
            if (journal != null) {
                journal.written(log, BatchHeader.nextOffset(staging.batch(staging.count() - 1), 0));
            }
        } catch (DiskFailure failure) {
            if (journal != null) {
                journal.takeBackTo(mark);
            }
            undo(active, bytesBefore, writtenEnd, failure);
            throw failure;
        }
    }

    private void writeRun(int first, int end, long writtenEnd, Log log, Journal journal) {
        long base = BatchHeader.baseOffset(staging.batch(first), 0);
        long before = first == 0 ? writtenEnd : BatchHeader.nextOffset(staging.batch(first - 1), 0);
        if (staging.rollSnapshot(first) != null) {
            // Where a compacted leader has a gap, the segment begins with it: else recovery could not tell it from a loss. But its offsets
            // must fit into the index.
            long begin = BatchHeader.nextOffset(staging.batch(first), 0) - before <= Integer.MAX_VALUE ? before : base;
            ledgerFiles.write(begin, staging.rollSnapshot(first));
            segments.active().seal();
            segments.create(begin, staging.nowMs());
            rollRule.drawJitter(config);
        } else if (segments.isEmpty()) {
            segments.create(Math.min(base, before), staging.nowMs());
        }
        var segment = segments.active();
        long position = segment.size();
        var pieces = staging.pieces(first, end);
        segment.file().write(pieces, position);
        long at = position;
        for (var piece : pieces) {
            piece.rewind();
            note(segment, at, piece);
            at += piece.remaining();
        }
        segment.grewTo(at);
        long next = BatchHeader.nextOffset(staging.batch(end - 1), 0);
        for (var gone = staging.takeAborted(next); gone != null; gone = staging.takeAborted(next)) {
            segment.aborted().add(gone);
        }
        if (journal != null) {
            journal.wrote(log, segment.base(), position, (int) (at - position), pieces);
        } else {
            log.safety().leftOut(log.logEnd());
        }
    }

    private void note(Segment segment, long position, ByteBuffer batch) {
        epochs.assign(BatchHeader.leaderEpoch(batch, 0), BatchHeader.baseOffset(batch, 0));
        segment.note(
                position, batch.remaining(), BatchHeader.nextOffset(batch, 0) - 1, BatchHeader.maxTimestamp(batch, 0),
                config.indexIntervalBytes());
    }

    /** As if the turn had not been. A disk that cannot even do this is broken, and recovery will cut what is left. */
    private void undo(Segment active, long bytesBefore, long writtenEnd, DiskFailure failure) {
        try {
            if (active == null) {
                segments.deleteFrom(0);
            } else {
                segments.deleteFrom(active.base() + 1);
                active.truncateTo(bytesBefore, writtenEnd);
            }
            epochs.truncateFromEnd(writtenEnd);
            ledgerFiles.deleteFrom(writtenEnd + 1); // one at the end says what holds there, whoever wrote it
        } catch (DiskFailure again) {
            again.addSuppressed(failure);
            throw new DiskFailure(DiskFailure.Kind.BROKEN, again.path(), again);
        }
    }
}
