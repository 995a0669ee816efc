package naru.log;

import static naru.base.Invariant.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import naru.log.CompactionPlan.LastBatch;
import naru.log.CompactionPlan.Source;

/** What one log has to do with its compaction, on its lane: how dirty it is, what a round may look at, and the exchange of segments. */
public final class LogCompaction {

    static final long NEVER = -1;

    private final Log log;
    private final Segments segments;
    private final LedgerFiles ledgerFiles;
    private final Supplier<ProducerLedger> ledger;
    private final AbortedSums abortedSums;
    private long cleanedTo = NEVER;
    private boolean switching;
    private Runnable whenNotSwitching;

    LogCompaction(
            Log log, Segments segments, LedgerFiles ledgerFiles, Supplier<ProducerLedger> ledger, AbortedSums abortedSums) {
        this.abortedSums = abortedSums;
        this.log = log;
        this.ledger = ledger;
        this.segments = segments;
        this.ledgerFiles = ledgerFiles;
    }

    /** Rounds have looked at everything before this offset; {@link #NEVER} when there was none. */
    void cleanedTo(long offset) {
        cleanedTo = offset;
    }

    /** True while files are exchanged: segments that go meanwhile might come back. */
    boolean isSwitching() {
        return switching;
    }

    void switching(boolean now) {
        switching = now;
        if (!now && whenNotSwitching != null) {
            var then = whenNotSwitching;
            whenNotSwitching = null;
            then.run();
        }
    }

    /** Runs {@code then} at once, or when files are not exchanged any more. */
    void whenNotSwitching(Runnable then) {
        if (switching) {
            whenNotSwitching = then;
        } else {
            then.run();
        }
    }

    long cleanedTo() {
        return cleanedTo;
    }

    /**
     * How much a round would find to do; null when there is nothing but what is written to now, or the topic does not ask for it.
     *
     * @param lastStable the log's last stable offset, at most the high watermark
     */
    public Dirtiness dirtiness(long lastStable, long nowMs) {
        var config = log.config();
        if (!config.compacts() || segments.count() < 2 || log.cuts().isUnderWay()) {
            return null;
        }
        // Retention may have taken what was cleaned; and the offset may be that of another topic of this name.
        boolean known = cleanedTo >= log.logStart() && cleanedTo <= log.writtenEnd();
        long firstDirty = known ? cleanedTo : log.logStart();
        long limit = beforeYoung(config, firstDirty, Math.min(lastStable, segments.active().base()), nowMs);
        long until = limit >= segments.active().base() ? segments.active().base() : baseAt(limit);
        long clean = 0;
        long dirty = 0;
        long floor = baseAt(Math.min(firstDirty, until));
        for (var segment : segments.all()) {
            clean += segment.base() < firstDirty ? segment.size() : 0;
            dirty += segment.base() >= floor && segment.base() < until ? segment.size() : 0;
        }
        return new Dirtiness(firstDirty, until, clean, dirty, isOverdue(config, firstDirty, nowMs));
    }

    private long baseAt(long offset) {
        var segment = segments.holding(offset);
        return segment == null ? segments.first().base() : segment.base();
    }

    private long beforeYoung(LogConfig config, long firstDirty, long limit, long nowMs) {
        long lagMs = config.compaction().lagMsMin();
        if (lagMs > 0) {
            for (var segment : segments.from(baseAt(firstDirty))) {
                if (segment.base() >= limit) {
                    break;
                }
                if (segment.maxTimestamp() > nowMs - lagMs) {
                    return Math.max(firstDirty, segment.base());
                }
            }
        }
        return Math.max(firstDirty, limit);
    }

    private boolean isOverdue(LogConfig config, long firstDirty, long nowMs) {
        long lagMs = config.compaction().lagMsMax();
        if (lagMs >= nowMs) {
            return false;
        }
        for (var segment : segments.from(baseAt(firstDirty))) {
            if (segment != segments.active() && segment.firstTimestamp() > 0 && segment.firstTimestamp() < nowMs - lagMs) {
                return true;
            }
        }
        return false;
    }

    /** Between turns: what a round would work on. */
    CompactionPlan plan(Dirtiness found, CompactionLimits limits, long nowMs) {
        check(!log.isStaged(), "compaction is planned between turns: the ledger knows what is in the log, and no more");
        var sources = new ArrayList<Source>();
        for (var segment : segments.all()) {
            if (segment.base() < found.end()) {
                sources.add(new Source(segment.base(), segments.after(segment).base(), segment.size()));
            }
        }
        return new CompactionPlan(log.folder(), sources, found.firstDirty(), found.end(), log.config(), lastBatches(ledger.get()),
                limits, nowMs);
    }

    private static Map<Long, LastBatch> lastBatches(ProducerLedger ledger) {
        var last = new HashMap<Long, LastBatch>();
        for (var producer : ledger.sorted()) {
            last.put(producer.id(), new LastBatch(producer.epoch(), producer.lastOffset()));
        }
        return last;
    }

    /** False when retention took some of them meanwhile, or the log was cut. */
    boolean holds(List<Source> group) {
        for (var source : group) {
            var segment = segments.at(source.base());
            if (segment == null || segment == segments.active() || segment.size() != source.bytes()) {
                return false;
            }
        }
        return true;
    }

    /** Reads come from the new segment from now on; who reads the old ones holds their files. */
    void exchange(List<Source> group, long nowMs) {
        check(holds(group), "what is exchanged is what was read");
        for (var source : group) {
            var old = segments.at(source.base());
            segments.remove(old);
            old.close();
        }
        segments.add(group.getFirst().base(), nowMs, FileNames.SWAP);
        for (var source : group.subList(1, group.size())) {
            ledgerFiles.deleteUnlessNewest(source.base());
        }
    }

    /** The old files have other names: the new ones get theirs. */
    void takeNames(List<Source> group) {
        segments.at(group.getFirst().base()).rename(FileNames.SWAP, "");
        abortedSums.onExchanged();
    }
}
