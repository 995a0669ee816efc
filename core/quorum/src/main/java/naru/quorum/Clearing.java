package naru.quorum;

import naru.base.Disk;

/** Takes away snapshots that a newer one replaces, and segments that the oldest kept snapshot covers. */
final class Clearing {

    private final Disk disk;
    private final String own;
    private final Rules rules;
    private final long nowMs;

    private Clearing(Disk disk, String own, Rules rules, long nowMs) {
        this.disk = disk;
        this.own = own;
        this.rules = rules;
        this.nowMs = nowMs;
    }

    /** Blocking. Never touches the newest snapshot, nor the segment that is written to. */
    static void run(Disk disk, String own, Rules rules, long nowMs) {
        new Clearing(disk, own, rules, nowMs).run();
    }

    /** Whether there is a snapshot that a newer one replaces and that the rules do not keep. Blocking. */
    static boolean isOldestSuperfluous(Disk disk, String own, Rules rules, long nowMs) {
        var snapshots = Names.snapshots(disk, own);
        return snapshots.size() > 1 && new Clearing(disk, own, rules, nowMs).isSuperfluous(snapshots.getFirst());
    }

    private void run() {
        var snapshots = Names.snapshots(disk, own);
        for (int i = 0; i + 1 < snapshots.size() && isSuperfluous(snapshots.get(i)); i++) {
            // The segments first: a log that begins behind its oldest snapshot could not be read from that one.
            dropSegmentsBefore(Names.offsetOf(snapshots.get(i + 1)));
            disk.delete(own + "/" + snapshots.get(i));
        }
        disk.syncFolder(own);
    }

    private boolean isSuperfluous(String snapshot) {
        return rules.retentionBytes() >= 0 && bytes() > rules.retentionBytes()
                || rules.retentionMs() >= 0 && nowMs - SnapshotFile.lastMs(disk, own + "/" + snapshot) > rules.retentionMs();
    }

    private long bytes() {
        long sum = 0;
        for (var name : Names.segments(disk, own)) {
            sum += size(name);
        }
        for (var name : Names.snapshots(disk, own)) {
            sum += size(name);
        }
        return sum;
    }

    private long size(String name) {
        try (var file = disk.openForReading(own + "/" + name)) {
            return file.size();
        }
    }

    private void dropSegmentsBefore(long offset) {
        var segments = Names.segments(disk, own);
        for (int i = 0; i + 1 < segments.size() && Names.offsetOf(segments.get(i + 1)) <= offset; i++) {
            long next = Names.offsetOf(segments.get(i + 1));
            for (var name : Names.filesBefore(disk, own, next)) {
                disk.delete(own + "/" + name);
            }
        }
    }
}
