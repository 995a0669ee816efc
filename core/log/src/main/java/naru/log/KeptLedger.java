package naru.log;

import naru.base.DiskFailure;

/** The ledger of one log and its snapshots: read from the newest one, and the batches behind it, when first needed. */
final class KeptLedger {

    private final LedgerFiles files;
    private final Segments segments;
    private ProducerLedger ledger;
    private boolean loaded;

    KeptLedger(LedgerFiles files, Segments segments, int producersMax) {
        this.files = files;
        this.segments = segments;
        this.ledger = new ProducerLedger(producersMax);
    }

    /** The ledger; {@code start} and {@code end} tell which written batches count. */
    ProducerLedger current(long start, long end) {
        if (!loaded) {
            long from = files.load(ledger, end);
            LedgerRecall.beforeSnapshot(ledger, segments, from);
            LogReader.headersSince(segments, from, start, end, ledger::add);
            ledger.keep();
            loaded = true;
        }
        return ledger;
    }

    boolean isLoaded() {
        return loaded;
    }

    /** The log was cut at {@code end}: what is known no longer holds. */
    void truncatedTo(long end) {
        files.deleteFrom(end + 1);
        loaded = false;
    }

    /** A snapshot at the end, so that the ledger is found without reading many batches; the one before it goes. */
    void remember(long end) {
        if (!loaded || ledger.size() == 0 || files.newest() >= end) {
            return;
        }
        long previous = files.newest();
        var holding = previous < 0 ? null : segments.holding(previous);
        try {
            files.write(end, LedgerSnapshot.encode(ledger));
        } catch (DiskFailure failure) {
            if (failure.kind() != DiskFailure.Kind.FULL) {
                throw failure;
            }
            return; // the snapshot before is as true, and has more batches behind it to be read
        }
        if (holding != null && holding.base() != previous) {
            files.delete(previous);
        }
    }

    /**
     * Segments are about to leave the log: what their batches say of producers has to be in a snapshot. As a rule it is in the one that was
     * written when the newest segment began; but a crash may have taken that, or come in the middle of a cut.
     */
    void outlive(long start, long end) {
        current(start, end);
        if (files.newest() < segments.active().base()) {
            remember(end);
        }
    }

    /** From now on this is what the other was; its snapshot lies here already. */
    void takeOver(KeptLedger other) {
        ledger = other.ledger;
        loaded = true;
    }

    /** The log is closed: the next start finds all that is known in one file. */
    void close(long start, long end) {
        if (files.newest() < end && (loaded || files.newest() >= 0)) {
            files.write(end, LedgerSnapshot.encode(current(start, end)));
        }
    }
}
