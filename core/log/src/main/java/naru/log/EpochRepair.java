package naru.log;

import naru.protocol.batch.BatchHeader;

/**
 * Finds the epochs that began between a log's recovery point and where the journal has recovery read on. The batches there are sound, but
 * the epochs need not be in their file: if the process before came from a crash, too, it brought these batches to the medium before
 * anything else, and would have brought the epochs there with the next sync of the log.
 */
final class EpochRepair {

    private EpochRepair() {}

    static void run(Segments segments, EpochCache epochs, LogFacts facts) {
        var first = segments.holding(Math.max(facts.recoveryPoint(), segments.first().base()));
        for (var segment : segments.from(first.base())) {
            if (segment.base() > facts.scanBase()) {
                return;
            }
            long from = segment == first ? segment.positionBefore(facts.recoveryPoint()) : 0;
            long to = segment.base() == facts.scanBase() ? Math.min(facts.scanPosition(), segment.size()) : segment.size();
            var walk = new BatchWalk(segment.file(), from, Math.max(from, to), false);
            while (walk.next()) {
                epochs.assign(BatchHeader.leaderEpoch(walk.bytes(), walk.at()), walk.baseOffset());
            }
        }
    }
}
