package naru.log;

/** What a log hands to its copy in another log folder, when that takes its place. */
record LogSuccession(
        Segments segments, LogTail tail, EpochCache epochs, LedgerFiles ledgerFiles, KeptLedger kept, LogSafety safety) {

    /** The log ends there, behind a gap that compaction has made, and nothing stands behind the gap yet. */
    void endAt(long end, long nowMs) {
        if (segments.isEmpty()) {
            segments.create(tail.end(), nowMs); // who reads from the log's start on begins here
        }
        segments.active().seal();
        tail.endAt(end);
        segments.create(end, nowMs);
    }

    /** It has all that the other has, which may know epochs that compaction has left no record of: without them it would look like another log. */
    void learnEpochs(LogSuccession before) {
        epochs.takeOver(before.epochs);
    }

    /**
     * The files say what the other log knows besides its records: epochs, and producers that were silent for longer than records are
     * kept. Nothing else knows of it yet, so this may fail.
     */
    void write(LogSuccession before, long start, long end) {
        epochs.takeOver(before.epochs);
        epochs.flush();
        ledgerFiles.deleteFrom(0);
        var ledger = before.kept.current(start, end);
        if (ledger.size() > 0) {
            ledgerFiles.write(end, LedgerSnapshot.encode(ledger));
        }
    }

    /** In memory, after {@link #write}. */
    void takeOver(LogSuccession before) {
        kept.takeOver(before.kept);
    }

    /** The log's folder has another name, in which it has to be synced anew. */
    void inFolder(String folder) {
        segments.inFolder(folder);
        epochs.inFolder(folder);
        ledgerFiles.inFolder(folder);
        safety.named();
    }
}
