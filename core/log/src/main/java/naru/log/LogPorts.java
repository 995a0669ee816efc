package naru.log;

import naru.base.Disk;
import naru.base.Limits;
import naru.base.Randomness;
import naru.protocol.batch.BatchCheck;
import naru.protocol.batch.RecordReader;

/**
 * What the logs of one lane and log folder share.
 *
 * @param crashedHere the folder was last used by a broker of ours, which crashed: then compaction has made no gap that is not
 *     covered by the checkpoints
 */
record LogPorts(
        Disk disk,
        OpenFiles files,
        Staging.Pool stagings,
        BatchCheck check,
        RecordReader reader,
        Randomness randomness,
        int producersMax,
        boolean crashedHere) {

    static LogPorts over(Disk disk, Limits limits, Randomness randomness, boolean crashedHere) {
        return new LogPorts(
                disk,
                new OpenFiles(disk, limits.openFilesMax()),
                new Staging.Pool(),
                new BatchCheck(limits.decompressedBytesMax()),
                new RecordReader(limits.decompressedBytesMax()),
                randomness,
                limits.logProducersMax(),
                crashedHere);
    }
}
