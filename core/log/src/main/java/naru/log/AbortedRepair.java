package naru.log;

import naru.protocol.batch.BatchHeader;

/**
 * Makes the index of aborted transactions again for what recovery read. A marker alone does not tell where its transaction
 * began, so the producers are followed from the newest snapshot in front of it.
 */
final class AbortedRepair {

    private long from = Long.MAX_VALUE;
    private boolean markers;

    /** Recovery read this batch. */
    void note(BatchWalk walk) {
        from = Math.min(from, walk.baseOffset());
        markers |= BatchHeader.isControl(walk.bytes(), walk.at());
    }

    /** Everything was read; the log goes from {@code start} to {@code end}. Entries for what was cut off are not left either. */
    void run(Segments segments, LedgerFiles ledgers, long start, long end) {
        from = Math.min(from, end);
        var first = segments.holding(from);
        for (var segment : segments.behind(first == null ? 0 : first.base())) {
            segment.aborted().keepSoundBefore(from);
        }
        if (markers) {
            again(segments, ledgers, start, from, end);
        }
    }

    /** The entries of markers from {@code from} on and before {@code until}. */
    static void again(Segments segments, LedgerFiles ledgers, long start, long from, long until) {
        segments.holding(from).aborted().truncateTo(from);
        var ledger = new ProducerLedger(Integer.MAX_VALUE);
        long known = ledgers.readUpTo(ledger, from);
        LogReader.headersSince(segments, known, start, until, walk -> {
            var aborted = ledger.add(walk);
            if (aborted != null && aborted.lastOffset() >= from) {
                segments.holding(aborted.lastOffset()).aborted().add(aborted);
            }
        });
    }
}
