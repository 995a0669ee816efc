package naru.log;

import static naru.base.Invariant.check;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import naru.base.DiskFailure;
import naru.base.TopicPartition;
import naru.base.Uuid;

/**
 * One partition's records on disk, in Kafka's files. Owned by one lane.
 *
 * <p>Appends are staged by reference and reach the files with {@link #writeStaged}, once a turn. Until then nobody reads
 * them; if the write fails, they never happened.
 */
public final class Log {

    private static final Appended BEING_CUT = new Appended.Refused(new Refusal.BeingCut());

    private final LogPorts ports;
    private final TopicPartition name;
    private final Uuid topicId;
    private final EpochCache epochs;
    private final LedgerFiles ledgerFiles;
    private final KeptLedger kept;
    private final Segments segments;
    private final RollRule rollRule;
    private final LogTail tail;
    private final Retention retention;
    private final LogTransactions transactions;
    private final AbortedSums abortedSums;
    private final LogCompaction compaction;
    private final LogSafety safety;
    private final LogCuts cuts;
    private final LogSuccession succession;
    private final List<String> findings;
    private final boolean recovered;
    private LogConfig config;
    private long logStart;
    private boolean startMoved;

    Log(LogPorts ports, TopicPartition name, Uuid topicId, String folder, LogConfig config, LogFacts facts, long nowMs) {
        this.ports = ports;
        this.name = name;
        this.topicId = topicId;
        this.config = config;
        this.segments = new Segments(ports.files(), folder);
        this.epochs = new EpochCache(ports.disk(), folder, segments);
        this.ledgerFiles = new LedgerFiles(ports.disk(), folder);
        var recovered = new LogRecovery(ports, folder, config, segments, epochs, ledgerFiles, nowMs).open(facts);
        this.kept = new KeptLedger(ledgerFiles, segments, ports.producersMax());
        this.rollRule = new RollRule(segments, ports.randomness());
        this.retention = new Retention(segments);
        this.logStart = recovered.logStart();
        long end = recovered.end();
        this.tail = new LogTail(ports, segments, epochs, ledgerFiles, rollRule, end);
        this.abortedSums = new AbortedSums(ports.disk(), segments);
        this.compaction = new LogCompaction(this, segments, ledgerFiles, this::ledger, abortedSums);
        this.transactions = new LogTransactions(segments, this::ledger, this::writtenEnd);
        this.safety = new LogSafety(facts.clean() ? end : Math.min(Math.max(facts.recoveryPoint(), logStart), end));
        this.cuts = new LogCuts(this, segments, epochs, safety);
        this.succession = new LogSuccession(segments, tail, epochs, ledgerFiles, kept, safety);
        epochs.within(logStart, end);
        this.findings = recovered.findings();
        this.recovered = recovered.scanned();
        rollRule.drawJitter(config);
    }

    public TopicPartition name() {
        return name;
    }

    public Uuid topicId() {
        return topicId;
    }

    /** The folder the log lives in, with the log folder's path. */
    public String folder() {
        return segments.folder();
    }

    public LogConfig config() {
        return config;
    }

    /** The topic's configuration changed. */
    public void configure(LogConfig changed) {
        this.config = changed;
        rollRule.drawJitter(config);
    }

    /** What recovery repaired when the log was opened: sentences with file and place, for the broker's own log. */
    public List<String> findings() {
        return findings;
    }

    boolean wasRecovered() {
        return recovered;
    }

    /** The first offset a reader may ask for. */
    public long logStart() {
        return logStart;
    }

    /** The offset the next record gets; batches staged in this turn included. */
    public long logEnd() {
        return tail.end();
    }

    /** The end of what is in the page cache. */
    public long writtenEnd() {
        return tail.writtenEnd();
    }

    /** What lies before this offset is known to be on the medium. */
    public long recoveryPoint() {
        return safety.recoveryPoint();
    }

    /** How many offsets were written that are not known to be on the medium. */
    public long unsynced() {
        return tail.writtenEnd() - safety.recoveryPoint();
    }

    /** True once after the log's start has moved. */
    boolean takeStartMoved() {
        boolean was = startMoved;
        startMoved = false;
        return was;
    }

    /**
     * Up to where every transaction is decided: the first offset of the oldest that is open, or whose marker does not lie
     * below the high watermark; else the high watermark.
     */
    public long lastStableOffset(long highWatermark) {
        return Math.max(logStart, Math.min(highWatermark, ledger().firstUndecided(highWatermark)));
    }

    public LogTransactions transactions() {
        return transactions;
    }

    /** The base of the segment that is written to; the log's end while there is none. */
    public long activeBase() {
        return segments.isEmpty() ? logEnd() : segments.active().base();
    }

    public long sizeBytes() {
        return segments.sizeBytes();
    }

    public EpochEnd endOffsetOfEpoch(int epoch) {
        return epochs.endOf(epoch, logEnd());
    }

    /** The leader epoch of the last batch; -1 for none. */
    public int lastEpoch() {
        return epochs.last();
    }

    public List<ProducerState> describeProducers() {
        return ledger().describe();
    }

    /**
     * Stages batches, whose bytes must stay until the turn's {@link #writeStaged} has returned; offset, epoch and time
     * are stamped into them.
     *
     * @param batches from position to limit
     */
    public Appended append(ByteBuffer batches, int leaderEpoch, Origin origin, long nowMs) {
        return append(batches, leaderEpoch, origin, null, nowMs);
    }

    /** As above; {@code verified} is null unless the batch may be the first of a transaction, see {@link LogTransactions#verify}. */
    public Appended append(ByteBuffer batches, int leaderEpoch, Origin origin, Verification verified, long nowMs) {
        return cuts.isUnderWay() ? BEING_CUT : tail.append(batches, leaderEpoch, origin, verified, config, ledger(), nowMs);
    }

    /**
     * Stages what a leader answered, as it is; batches that it cut off at the end, and those of epochs that this follower has not heard
     * of yet, are left out.
     *
     * @param batches from position to limit; the bytes must stay until the turn's {@link #writeStaged} has returned
     * @param leaderEpoch the epoch in which this broker follows
     */
    public Appended appendAsFollower(ByteBuffer batches, int leaderEpoch, long nowMs) {
        return cuts.isUnderWay() ? BEING_CUT : tail.appendAsFollower(batches, leaderEpoch, lastEpoch(), logStart, config, ledger(), nowMs);
    }

    /** Stages the end of a transaction. */
    public Appended append(TransactionMarker marker, int leaderEpoch, long nowMs) {
        return cuts.isUnderWay() ? BEING_CUT : tail.appendMarker(marker, leaderEpoch, config, ledger(), nowMs);
    }

    /** True between an append and the turn's write. */
    public boolean isStaged() {
        return tail.isStaged();
    }

    /**
     * Writes what the turn staged, each segment once.
     *
     * @throws DiskFailure when the disk failed; then all of the turn is taken back, and the log ends where it did before
     */
    public void writeStaged() {
        writeStaged(null);
    }

    /** As {@link #writeStaged()}, and enters what was written into the turn's frame of the journal. */
    public void writeStaged(Journal journal) {
        if (!tail.isStaged()) {
            return;
        }
        tail.write(this, journal, config, ledger());
        safety.becomeDirty();
        epochs.flushWhenPossible();
    }

    /**
     * Batches from the one that holds {@code offset} on.
     *
     * @param bytesMax of records, unless the first batch is larger and {@code atLeastOne}
     * @param endOffset where this reader must stop looking: the log's end, high watermark or last stable offset
     */
    public LogSlice read(long offset, int bytesMax, long endOffset, boolean atLeastOne) {
        return LogReader.read(segments, offset, bytesMax, Math.min(endOffset, writtenEnd()), writtenEnd(), atLeastOne);
    }

    /** The first record at or after {@code timestampMs}; empty when all are older. Records behind {@code endOffset} do not count. */
    public Optional<OffsetAtTime> offsetForTimestamp(long timestampMs, long endOffset) {
        return TimeSearch.first(segments, ports.reader(), timestampMs, logStart, Math.min(endOffset, writtenEnd()));
    }

    /** The first record among those with the newest timestamp. */
    public Optional<OffsetAtTime> offsetOfMaxTimestamp() {
        return TimeSearch.newest(segments, ports.reader(), logStart, writtenEnd());
    }

    /** The log's start as ListOffsets tells it, with its epoch (-1 when unknown). */
    public OffsetAtTime earliest() {
        return new OffsetAtTime(-1, logStart, epochs.epochAt(logStart));
    }

    /** The epoch of the record at {@code offset}; -1 when unknown. */
    public int epochAt(long offset) {
        return epochs.epochAt(offset);
    }

    /** Moves the log's start: records before {@code offset} are deleted. False when it lies before the start already. */
    public boolean deleteRecordsBefore(long offset) {
        check(offset <= writtenEnd(), "only written records are deleted");
        if (offset <= logStart || cuts.isUnderWay()) {
            return false;
        }
        beginAt(offset);
        epochs.truncateFromStart(offset);
        epochs.flushWhenPossible();
        return true;
    }

    /**
     * Retention by time, size and log start, of a bounded number of segments; more may be due when something has left.
     *
     * @param highWatermark segments that reach beyond it stay
     * @return the bytes that left the log
     */
    public long retain(long nowMs, long highWatermark) {
        check(!tail.isStaged(), "retention runs between turns");
        if (compaction.isSwitching() || cuts.isUnderWay()) {
            return 0; // for some milliseconds
        }
        if (kept.isLoaded()) {
            ledger().expire(nowMs, config.producerIdExpirationMs());
        }
        if (config.deletes() && retention.wouldTakeAll(config, nowMs, highWatermark, logStart, writtenEnd())) {
            roll(nowMs);
        }
        long taken = retention.take(config, nowMs, highWatermark, logStart, () -> kept.outlive(logStart, writtenEnd()));
        if (taken > 0) {
            deleteRecordsBefore(Math.min(segments.first().base(), writtenEnd()));
            ledgerFiles.deleteBefore(segments.first().base());
        }
        return taken;
    }

    public LogCompaction compaction() {
        return compaction;
    }

    /** Files of segments that left the log longer than {@code file.delete.delay.ms} ago: whoever asks deletes them, off the lane. */
    public List<String> takeDoomed(long nowMs) {
        return retention.takeDoomed(nowMs, config.fileDeleteDelayMs());
    }

    /** Ends the active segment, unless it is empty. */
    public void roll(long nowMs) {
        check(!tail.isStaged(), "a log rolls between turns");
        if (segments.isEmpty() || segments.active().isEmpty()) {
            return;
        }
        ledgerFiles.write(writtenEnd(), LedgerSnapshot.encode(ledger()));
        segments.active().seal();
        segments.create(writtenEnd(), nowMs);
        rollRule.drawJitter(config);
    }

    /** Drops records from the end, or all. */
    public LogCuts cuts() {
        return cuts;
    }

    void beginAt(long offset) {
        startMoved |= offset != logStart;
        logStart = offset;
    }

    /** In the page cache. */
    void cutAt(long end, boolean all, boolean anew) {
        kept.truncatedTo(anew ? -1 : end); // who wrote before a log began anew belongs to another
        retention.cut(all ? Long.MIN_VALUE : end);
        tail.endAt(end);
        epochs.truncateFromEnd(end);
        epochs.flushWhenPossible();
        safety.becomeDirty();
    }

    private ProducerLedger ledger() {
        return kept.current(logStart, writtenEnd());
    }

    /** Hears the end of what is on the medium, each time it rose. */
    public void whenDurable(LongConsumer listener) {
        safety.whenDurable(listener);
    }

    LogSuccession succession() {
        return succession;
    }

    LogSafety safety() {
        return safety;
    }

    LogSync beginSync(boolean holdingFiles) {
        safety.syncBegins();
        if (!tail.isStaged()) {
            // Else the ledger already holds batches that are not in the log.
            kept.remember(writtenEnd());
        }
        abortedSums.onSyncing();
        epochs.flushWhenPossible();
        var sync = LogSync.of(this, segments, epochs, holdingFiles);
        if (sync.end() < writtenEnd()) {
            safety.becomeDirty(); // its indexes or epochs found no room, and try again with the next checkpoint
        }
        return sync;
    }

    /** False when what was synced was cut off meanwhile. */
    boolean synced(LogSync sync) {
        boolean counts = safety.syncedTo(Math.min(sync.end(), writtenEnd()), sync.life());
        abortedSums.onSynced();
        return counts;
    }

    LogFacts facts() {
        long base = segments.isEmpty() ? -1 : segments.active().base();
        long bytes = segments.isEmpty() ? -1 : segments.active().size();
        return new LogFacts(logStart, safety.recoveryPoint(), false, base, bytes, writtenEnd(), -1, -1);
    }

    /** Everything to the files, nothing open: for a clean stop, before the folder is synced. */
    public void close() {
        check(!tail.isStaged(), "a log is closed between turns");
        if (!segments.isEmpty()) {
            kept.close(logStart, writtenEnd());
            segments.active().seal();
        }
        abortedSums.onSyncing();
        abortedSums.onSynced();
        epochs.flush();
        retention.purge(Long.MAX_VALUE, 0);
        segments.close();
    }

    /** Lets go of the files without writing anything: the folder failed or the partition is deleted. */
    public void abandon() {
        segments.close();
    }
}
