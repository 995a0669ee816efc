package naru.quorum;

/**
 * Names a snapshot.
 *
 * @param end the offset after the last record that it stands for
 * @param epoch of that record; 0, with an end of 0, for what a folder was formatted with
 */
public record SnapshotId(long end, int epoch) implements Comparable<SnapshotId> {

    @Override
    public int compareTo(SnapshotId other) {
        int byEnd = Long.compare(end, other.end);
        return byEnd != 0 ? byEnd : Integer.compare(epoch, other.epoch);
    }
}
