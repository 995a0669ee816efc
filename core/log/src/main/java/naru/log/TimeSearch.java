package naru.log;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.RecordReader;

/** Finds records by their time: what ListOffsets asks for. */
final class TimeSearch {

    private TimeSearch() {}

    static Optional<OffsetAtTime> first(Segments segments, RecordReader reader, long timestamp, long start, long end) {
        for (var segment : segments.all()) {
            if (segment.maxTimestamp() < timestamp) {
                continue;
            }
            long from = Math.max(start, segment.lookUpTime(timestamp));
            var walk = segment.find(from, segment.size());
            if (walk == null) {
                segment.refuseDamage(from);
            }
            for (boolean more = walk != null; more && walk.baseOffset() < end; more = walk.next()) {
                if (walk.maxTimestamp() >= timestamp) {
                    var found = inBatch(segment, walk, reader, timestamp, start);
                    if (found.isPresent()) {
                        return found.filter(at -> at.offset() < end);
                    }
                }
            }
        }
        return Optional.empty();
    }

    static Optional<OffsetAtTime> newest(Segments segments, RecordReader reader, long start, long end) {
        Segment newest = null;
        for (var segment : segments.all()) {
            if (newest == null || segment.maxTimestamp() > newest.maxTimestamp()) {
                newest = segment;
            }
        }
        return newest == null || newest.maxTimestamp() < 0
                ? Optional.empty()
                : first(segments, reader, newest.maxTimestamp(), start, end);
    }

    private static Optional<OffsetAtTime> inBatch(
            Segment segment, BatchWalk walk, RecordReader reader, long timestamp, long start) {
        var batch = ByteBuffer.allocate(walk.size());
        while (batch.hasRemaining() && segment.file().read(batch, walk.position() + batch.position()) > 0) {
            // a read may come back short
        }
        batch.flip();
        if (!BatchHeader.isCrcRight(batch, 0)) {
            throw segment.damage(walk.position(), walk.baseOffset(), walk.baseOffset());
        }
        int epoch = BatchHeader.leaderEpoch(batch, 0);
        var found = new AtomicReference<OffsetAtTime>();
        reader.forEachTime(batch, 0, (offset, timestampMs) -> {
            if (timestampMs >= timestamp && offset >= start) {
                found.set(new OffsetAtTime(timestampMs, offset, epoch));
            }
            return found.get() == null;
        });
        return Optional.ofNullable(found.get());
    }
}
