package naru.log;

/**
 * Finds the batches that a snapshot leaves out. It keeps the newest of each producer alone, but after a crash a client may
 * send all five again that were under way: the older ones are taken from the log in front of the snapshot.
 */
final class LedgerRecall {

    /** A client's five batches rarely lie further apart than the first of these, with those of others between them. */
    private static final long[] BYTES_BACK = {1 << 20, 8 << 20, 64 << 20};

    private LedgerRecall() {}

    /** @param snapshotOffset of the snapshot that the ledger was filled from; negative for none */
    static void beforeSnapshot(ProducerLedger ledger, Segments segments, long snapshotOffset) {
        if (snapshotOffset <= 0 || segments.isEmpty() || ledger.size() == 0) {
            return;
        }
        long readFrom = snapshotOffset;
        for (long bytes : BYTES_BACK) {
            long from = LogReader.back(segments, snapshotOffset, bytes);
            if (from >= readFrom) {
                return; // there is nothing older
            }
            var read = new ProducerLedger(Integer.MAX_VALUE);
            LogReader.headers(segments, from, snapshotOffset, read::add);
            if (ledger.recall(read)) {
                return;
            }
            readFrom = from;
        }
    }
}
