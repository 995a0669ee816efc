package naru.log;

import java.util.ArrayList;
import java.util.List;
import naru.base.Disk;
import naru.log.CompactionPlan.Source;

/** Neighbouring segments that become one: as many as fit into a segment and its indexes, as they are before the round. */
final class SegmentGroups {

    /** They are exchanged in one turn, which has to stay short. */
    static final int SEGMENTS_MAX = 64;

    private SegmentGroups() {}

    /**
     * Blocking.
     *
     * @param end only segments that begin before this offset; the map knows nothing about the others
     */
    static List<List<Source>> of(Disk disk, CompactionPlan plan, long end) {
        var groups = new ArrayList<List<Source>>();
        var group = new ArrayList<Source>();
        var sum = new Sizes(0, 0, 0);
        for (var source : plan.sources()) {
            if (source.base() >= end) {
                break;
            }
            var sizes = sizes(disk, plan.folder(), source);
            var together = sum.plus(sizes);
            boolean fits = together.fits(plan.config()) && group.size() < SEGMENTS_MAX
                    && (group.isEmpty() || source.end() - group.getFirst().base() <= Integer.MAX_VALUE);
            if (!group.isEmpty() && !fits) {
                groups.add(List.copyOf(group));
                group.clear();
                together = sizes;
            }
            group.add(source);
            sum = together;
        }
        groups.add(List.copyOf(group));
        return groups;
    }

    private record Sizes(long log, long offsets, long times) {
        Sizes plus(Sizes more) {
            return new Sizes(log + more.log, offsets + more.offsets, times + more.times);
        }

        boolean fits(LogConfig config) {
            return log <= config.segmentBytes() && offsets <= config.segmentIndexBytes() && times <= config.segmentIndexBytes();
        }
    }

    private static Sizes sizes(Disk disk, String folder, Source source) {
        return new Sizes(source.bytes(), size(disk, FileNames.path(folder, source.base(), FileNames.INDEX)),
                size(disk, FileNames.path(folder, source.base(), FileNames.TIME_INDEX)));
    }

    private static long size(Disk disk, String path) {
        if (!disk.exists(path)) {
            return 0;
        }
        try (var file = disk.openForReading(path)) {
            return file.size();
        }
    }
}
