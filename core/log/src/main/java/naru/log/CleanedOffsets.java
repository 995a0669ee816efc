package naru.log;

import java.util.ArrayList;
import java.util.TreeMap;
import naru.base.Disk;
import naru.base.Lanes;
import naru.base.Lanes.Work;
import naru.base.TopicPartition;

/**
 * Kafka's {@code cleaner-offset-checkpoint} of a log folder: up to where rounds of compaction have looked at each log. Lane 0
 * owns it. Lost, it costs a round that finds nothing to do.
 */
final class CleanedOffsets {

    private final Disk disk;
    private final Lanes lanes;
    private final String folder;
    private final TreeMap<TopicPartition, Long> offsets;
    private boolean writing;
    private boolean changed;

    /** Blocking: reads what is there, from a folder that can be read. */
    CleanedOffsets(Disk disk, Lanes lanes, String folder, boolean readable) {
        this.disk = disk;
        this.lanes = lanes;
        this.folder = folder;
        this.offsets = readable
                ? FolderCheckpoints.read(disk, folder + "/" + FolderCheckpoints.CLEANER) : new TreeMap<>();
    }

    /** What one lane knows of it: made before the lanes run. */
    Share share(int lane) {
        return new Share(lane, new TreeMap<>(offsets));
    }

    /** The logs of one lane; the others' are never asked for. */
    final class Share {
        private final int lane;
        private final TreeMap<TopicPartition, Long> known;

        private Share(int lane, TreeMap<TopicPartition, Long> known) {
            this.lane = lane;
            this.known = known;
        }

        long of(TopicPartition name) {
            return known.getOrDefault(name, LogCompaction.NEVER);
        }

        void note(TopicPartition name, long offset) {
            known.put(name, offset);
            tell(name, offset);
        }

        /** A topic that takes this name has another content. */
        void forget(TopicPartition name) {
            if (known.remove(name) != null) {
                tell(name, LogCompaction.NEVER);
            }
        }

        private void tell(TopicPartition name, long offset) {
            if (lane == 0) {
                CleanedOffsets.this.note(name, offset);
            } else {
                lanes.post(0, () -> CleanedOffsets.this.note(name, offset));
            }
        }
    }

    private void note(TopicPartition name, long offset) {
        var before = offset < 0 ? offsets.remove(name) : offsets.put(name, offset);
        changed |= offset < 0 ? before != null : before == null || before != offset;
        write();
    }

    private void write() {
        if (writing || !changed) {
            return;
        }
        writing = true;
        changed = false;
        var lines = new ArrayList<String>(offsets.size());
        offsets.forEach((name, offset) -> lines.add(name.topic() + " " + name.partition() + " " + offset));
        lanes.offLane(folder, Work.CHORE, () -> {
            disk.replace(folder + "/" + FolderCheckpoints.CLEANER, TextCheckpoint.encode(lines));
            return true;
        }, _ -> {
            writing = false;
            write();
        });
    }
}
