package naru.log;

import java.util.List;
import naru.base.Disk;

/**
 * Ends what a compaction had begun when the process stopped. Records whose name ends with {@code .swap} are complete: they take
 * the place of the segments they were made from. What is only {@code .cleaned} never happened.
 */
final class SwapRecovery {

    private final Disk disk;
    private final String folder;
    private final List<String> findings;

    SwapRecovery(Disk disk, String folder, List<String> findings) {
        this.disk = disk;
        this.folder = folder;
        this.findings = findings;
    }

    /**
     * @param names what is in the folder
     * @return what is in it now
     */
    List<String> run(List<String> names) {
        if (names.stream().noneMatch(name -> name.endsWith(FileNames.CLEANED) || name.endsWith(FileNames.SWAP))) {
            return names;
        }
        long unfinished = Long.MAX_VALUE;
        for (var name : names) {
            if (name.endsWith(FileNames.CLEANED)) {
                unfinished = Math.min(unfinished, baseOf(name, FileNames.CLEANED));
            }
        }
        for (var name : names) {
            // Indexes get their new names before the records do: beside unfinished records they are worth nothing.
            if (name.endsWith(FileNames.CLEANED)
                    || name.endsWith(FileNames.SWAP) && baseOf(name, FileNames.SWAP) >= unfinished) {
                disk.delete(folder + "/" + name);
            }
        }
        disk.syncFolder(folder);
        retireReplaced();
        takeOver();
        return disk.list(folder);
    }

    /** The offset in a name like {@code 00000000000000000000.log.swap}; 0 where there is none, so that it counts as old. */
    private static long baseOf(String name, String ending) {
        String plain = name.substring(0, name.length() - ending.length());
        for (var suffix : FileNames.OF_A_SEGMENT) {
            long base = FileNames.offsetOf(plain, suffix);
            if (base >= 0) {
                return base;
            }
        }
        return 0;
    }

    private void retireReplaced() {
        var names = disk.list(folder);
        boolean any = false;
        for (var name : names) {
            if (name.endsWith(FileNames.LOG + FileNames.SWAP)) {
                long base = baseOf(name, FileNames.SWAP);
                long end = Math.max(base + 1, endOf(folder + "/" + name));
                names.forEach(other -> retire(other, base, end));
                findings.add(folder + "/" + name + ": takes the place of the segments it was made from");
                any = true;
            }
        }
        if (any) {
            disk.syncFolder(folder);
        }
    }

    private void retire(String name, long base, long end) {
        for (var suffix : FileNames.OF_A_SEGMENT) {
            long other = FileNames.offsetOf(name, suffix);
            if (other >= base && other < end) {
                disk.rename(folder + "/" + name, folder + "/" + name + FileNames.DELETED);
            }
        }
    }

    /** The offset behind the last batch. */
    private long endOf(String path) {
        try (var file = disk.openForReading(path)) {
            return new BatchWalk(file, 0, file.size(), false).endOr(-1);
        }
    }

    private void takeOver() {
        for (var name : disk.list(folder)) {
            if (name.endsWith(FileNames.SWAP)) {
                String path = folder + "/" + name;
                disk.rename(path, path.substring(0, path.length() - FileNames.SWAP.length()));
            }
        }
        disk.syncFolder(folder);
    }
}
