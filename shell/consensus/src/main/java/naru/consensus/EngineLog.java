package naru.consensus;

import java.util.Optional;
import naru.base.OffsetRange;
import naru.quorum.SharedLog;
import naru.quorum.SnapshotFiles;
import naru.quorum.SnapshotId;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Records;
import org.apache.kafka.common.record.internal.UnalignedMemoryRecords;
import org.apache.kafka.common.record.internal.UnalignedRecords;
import org.apache.kafka.raft.Isolation;
import org.apache.kafka.raft.LogAppendInfo;
import org.apache.kafka.raft.LogFetchInfo;
import org.apache.kafka.raft.LogOffsetMetadata;
import org.apache.kafka.raft.RaftLog;
import org.apache.kafka.raft.ValidOffsetAndEpoch;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.RawSnapshotReader;
import org.apache.kafka.snapshot.RawSnapshotWriter;

/** {@link SharedLog} as the engine wants it. On the engine's thread, but for the writing of snapshots. */
final class EngineLog implements RaftLog {

    static final TopicPartition PARTITION = new TopicPartition("__cluster_metadata", 0);

    private final SharedLog log;

    EngineLog(SharedLog log) {
        this.log = log;
    }

    @Override
    public LogAppendInfo appendAsLeader(Records records, int epoch) {
        return append(records, epoch);
    }

    @Override
    public LogAppendInfo appendAsFollower(Records records, int epoch) {
        return append(records, epoch);
    }

    private LogAppendInfo append(Records records, int epochMax) {
        if (records.sizeInBytes() == 0) {
            throw new IllegalArgumentException("nothing to append");
        }
        OffsetRange at = log.append(((MemoryRecords) records).buffer(), epochMax);
        if (at.count() == 0) {
            throw new CorruptRecordException("no whole batch of an epoch up to " + epochMax + " at offset " + at.first());
        }
        return new LogAppendInfo(at.first(), at.end() - 1);
    }

    @Override
    public LogFetchInfo read(long from, Isolation isolation, int bytesMax) {
        if (from < log.start() || from > log.end()) {
            throw new OffsetOutOfRangeException("offset " + from + " is not between " + log.start() + " and " + log.end());
        }
        long endMax = isolation == Isolation.COMMITTED ? log.highWatermark() : log.end();
        return new LogFetchInfo(MemoryRecords.readableRecords(log.read(from, endMax, bytesMax)), new LogOffsetMetadata(from));
    }

    @Override
    public int lastFetchedEpoch() {
        return log.lastEpoch();
    }

    @Override
    public OffsetAndEpoch endOffsetForEpoch(int epoch) {
        return Ids.kafkas(log.endOfEpoch(epoch));
    }

    @Override
    public LogOffsetMetadata endOffset() {
        return new LogOffsetMetadata(log.end());
    }

    @Override
    public LogOffsetMetadata highWatermark() {
        return new LogOffsetMetadata(log.highWatermark());
    }

    @Override
    public long startOffset() {
        return log.start();
    }

    @Override
    public void initializeLeaderEpoch(int epoch) {
        log.beginEpoch(epoch);
    }

    @Override
    public void truncateTo(long offset) {
        if (offset < log.highWatermark()) {
            throw new IllegalArgumentException("offset " + offset + " is below the high watermark " + log.highWatermark());
        }
        log.truncate(offset);
    }

    @Override
    public boolean truncateToLatestSnapshot() {
        return log.resetToNewestSnapshot();
    }

    @Override
    public void updateHighWatermark(LogOffsetMetadata offset) {
        log.raiseHighWatermark(offset.offset());
    }

    @Override
    public boolean deleteBeforeSnapshot(OffsetAndEpoch id) {
        return log.dropBefore(Ids.ours(id));
    }

    @Override
    public void flush(boolean always) {
        log.sync();
    }

    @Override
    public boolean maybeClean() {
        return log.clean();
    }

    @Override
    public TopicPartition topicPartition() {
        return PARTITION;
    }

    @Override
    public Uuid topicId() {
        return Uuid.METADATA_TOPIC_ID;
    }

    @Override
    public Optional<RawSnapshotWriter> createNewSnapshot(OffsetAndEpoch id) {
        if (id.offset() < log.start()) {
            return Optional.empty();
        }
        if (id.offset() > log.highWatermark()) {
            throw new IllegalArgumentException(id + " is above the high watermark " + log.highWatermark());
        }
        var place = validateOffsetAndEpoch(id.offset(), id.epoch());
        if (place.kind() != ValidOffsetAndEpoch.Kind.VALID) {
            throw new IllegalArgumentException(id + " is not in the log: " + place);
        }
        return createNewSnapshotUnchecked(id);
    }

    @Override
    public Optional<RawSnapshotWriter> createNewSnapshotUnchecked(OffsetAndEpoch id) {
        var ours = Ids.ours(id);
        return log.snapshots().has(ours) ? Optional.empty() : Optional.of(new Writing(log.snapshots().draft(ours)));
    }

    @Override
    public Optional<RawSnapshotReader> readSnapshot(OffsetAndEpoch id) {
        return log.snapshots().has(Ids.ours(id)) ? Optional.of(new Reading(log.snapshots(), Ids.ours(id))) : Optional.empty();
    }

    @Override
    public Optional<RawSnapshotReader> latestSnapshot() {
        return latestSnapshotId().flatMap(this::readSnapshot);
    }

    @Override
    public Optional<OffsetAndEpoch> latestSnapshotId() {
        return Optional.ofNullable(log.snapshots().newest()).map(Ids::kafkas);
    }

    @Override
    public Optional<OffsetAndEpoch> earliestSnapshotId() {
        return Optional.ofNullable(log.snapshots().oldest()).map(Ids::kafkas);
    }

    @Override
    public void onSnapshotFrozen(OffsetAndEpoch id) {
        // SnapshotFiles knows since the file has its name.
    }

    @Override
    public void close() {
        log.close();
    }

    private record Reading(SnapshotFiles files, SnapshotId id) implements RawSnapshotReader {

        @Override
        public OffsetAndEpoch snapshotId() {
            return Ids.kafkas(id);
        }

        @Override
        public long sizeInBytes() {
            return files.size(id);
        }

        @Override
        public UnalignedRecords slice(long position, int size) {
            return new UnalignedMemoryRecords(files.read(id, position, size));
        }

        @Override
        public Records records() {
            return MemoryRecords.readableRecords(files.read(id, 0, Integer.MAX_VALUE));
        }
    }

    private record Writing(SnapshotFiles.Draft draft) implements RawSnapshotWriter {

        @Override
        public OffsetAndEpoch snapshotId() {
            return Ids.kafkas(draft.id());
        }

        @Override
        public long sizeInBytes() {
            return draft.size();
        }

        @Override
        public void append(MemoryRecords records) {
            checkOpen();
            draft.append(records.buffer());
        }

        @Override
        public void append(UnalignedMemoryRecords records) {
            checkOpen();
            draft.append(records.buffer());
        }

        private void checkOpen() {
            if (draft.isFrozen()) {
                throw new KafkaException("snapshot " + draft.id() + " is finished");
            }
        }

        @Override
        public boolean isFrozen() {
            return draft.isFrozen();
        }

        @Override
        public void freeze() {
            draft.freeze();
        }

        @Override
        public void close() {
            draft.close();
        }
    }
}
