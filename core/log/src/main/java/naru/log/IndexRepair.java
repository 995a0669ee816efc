package naru.log;

/** Makes the index entries of a segment again from a position on, while recovery reads the batches anyway. */
final class IndexRepair {

    private final Segment segment;
    private final int intervalBytes;

    IndexRepair(Segment segment, int intervalBytes, long from) {
        this.segment = segment;
        this.intervalBytes = intervalBytes;
        segment.forgetFrom(from);
    }

    void note(BatchWalk walk) {
        segment.note(walk.position(), walk.size(), walk.nextOffset() - 1, walk.maxTimestamp(), intervalBytes);
    }

    void done() {
        segment.flushIndexes();
    }
}
