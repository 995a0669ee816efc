package naru.log;

import java.nio.ByteBuffer;
import naru.base.DiskFailure;
import naru.base.OffsetRange;
import naru.protocol.batch.BatchHeader;

/** The growing end of one log: batches are judged, stamped and staged, and written once a turn. */
final class LogTail {

    private final LogPorts ports;
    private final Admission admission;
    private final Segments segments;
    private final EpochCache epochs;
    private final LedgerFiles ledgerFiles;
    private final RollRule rollRule;
    private long end;
    private long writtenEnd;
    private Staging staging;

    LogTail(
            LogPorts ports, Segments segments, EpochCache epochs, LedgerFiles ledgerFiles, RollRule rollRule, long end) {
        this.ports = ports;
        this.admission = new Admission(ports.check(), ports.reader());
        this.segments = segments;
        this.epochs = epochs;
        this.ledgerFiles = ledgerFiles;
        this.rollRule = rollRule;
        this.end = end;
        this.writtenEnd = end;
    }

    /** The offset the next record gets; staged batches included. */
    long end() {
        return end;
    }

    /** The end of what is in the page cache. */
    long writtenEnd() {
        return writtenEnd;
    }

    boolean isStaged() {
        return staging != null;
    }

    /** The log was cut. */
    void endAt(long offset) {
        end = offset;
        writtenEnd = offset;
    }

    Appended append(
            ByteBuffer batches, int leaderEpoch, Origin origin, Verification shown, LogConfig config, ProducerLedger ledger,
            long nowMs) {
        var refusal = admission.refusal(batches, origin, config, nowMs);
        if (refusal == null && origin == Origin.REPLICATION) {
            refusal = continuity(batches);
        }
        if (refusal != null) {
            return new Appended.Refused(refusal);
        }
        var known = ledger.judge(batches, batches.position(), origin, shown);
        if (known != null) {
            return known;
        }
        var kept = origin.isClient() ? admission.asKept(batches, config, nowMs) : batches;
        if (kept != batches && kept.remaining() > config.maxMessageBytes()) {
            return new Appended.Refused(new Refusal.TooLarge(kept.remaining(), config.maxMessageBytes()));
        }
        long first = origin == Origin.REPLICATION ? BatchHeader.baseOffset(kept, kept.position()) : end;
        stage(kept, leaderEpoch, origin, config, ledger, nowMs);
        boolean stamped = origin.isClient() && config.stampsAppendTime();
        return new Appended.Accepted(new OffsetRange(first, end), stamped ? nowMs : -1);
    }

    Appended appendMarker(
            TransactionMarker marker, int leaderEpoch, LogConfig config, ProducerLedger ledger, long nowMs) {
        var refusal = ledger.judge(marker);
        if (refusal != null) {
            return new Appended.Refused(refusal);
        }
        long first = end;
        var pass = ledger.verifications().of(marker.producerId());
        stage(marker.batch(nowMs), leaderEpoch, Origin.COORDINATOR, config, ledger, nowMs);
        if (pass != null && pass.outlives(marker)) {
            ledger.verifications().renew(pass);
        }
        return new Appended.Accepted(new OffsetRange(first, end), -1);
    }

    /** @param lastEpoch of what is in the log; -1 for none */
    Appended appendAsFollower(
            ByteBuffer batches, int leaderEpoch, int lastEpoch, long logStart, LogConfig config, ProducerLedger ledger, long nowMs) {
        // Where deletion has left the leader half of its first batch, that batch begins before our empty log does.
        boolean mayReachBack = end == logStart && staging == null && segments.isEmpty();
        var fetched = FetchedBatches.in(batches, leaderEpoch, lastEpoch, end, mayReachBack);
        if (fetched.fault() != null) {
            return new Appended.Refused(fetched.fault());
        }
        var refusal = admission.refusal(fetched.whole(), Origin.REPLICATION, config, nowMs);
        if (refusal != null) {
            return new Appended.Refused(refusal);
        }
        long first = end;
        stage(fetched.whole(), leaderEpoch, Origin.REPLICATION, config, ledger, nowMs);
        return new Appended.Accepted(new OffsetRange(first, end), -1);
    }

    private Refusal continuity(ByteBuffer batches) {
        long next = end;
        for (int at = batches.position(); at < batches.limit(); at += BatchHeader.sizeInBytes(batches, at)) {
            long base = BatchHeader.baseOffset(batches, at);
            if (base < next) {
                return new Refusal.NotNext(next, base);
            }
            next = BatchHeader.nextOffset(batches, at);
        }
        return null;
    }

    private void stage(
            ByteBuffer batches, int leaderEpoch, Origin origin, LogConfig config, ProducerLedger ledger, long nowMs) {
        if (staging == null) {
            staging = ports.stagings().borrow();
        }
        int at = batches.position();
        while (at < batches.limit()) {
            int size = BatchHeader.sizeInBytes(batches, at);
            if (origin != Origin.REPLICATION) {
                BatchHeader.stamp(batches, at, end, leaderEpoch);
            }
            long next = BatchHeader.nextOffset(batches, at);
            long maxTimestamp = BatchHeader.maxTimestamp(batches, at);
            boolean rolls = rollRule.rollsBefore(size, next - 1, maxTimestamp, staging, writtenEnd, config, nowMs);
            staging.add(batches.slice(at, size), rolls ? LedgerSnapshot.encode(ledger) : null, nowMs);
            var aborted = ledger.add(batches, at);
            if (aborted != null) {
                staging.aborts(aborted);
            }
            end = next;
            at += size;
        }
    }

    /** One write for each segment; on a failure all of the turn is taken back. */
    void write(Log log, Journal journal, LogConfig config, ProducerLedger ledger) {
        try {
            new StagedWrite(segments, staging, epochs, ledgerFiles, rollRule, config).run(writtenEnd, log, journal);
        } catch (DiskFailure failure) {
            end = writtenEnd;
            ledger.takeBack(writtenEnd);
            release();
            throw failure;
        }
        writtenEnd = end;
        ledger.keep();
        release();
    }

    private void release() {
        ports.stagings().giveBack(staging);
        staging = null;
    }
}
