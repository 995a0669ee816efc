package naru.log;

import java.util.LinkedHashSet;
import naru.base.Disk;
import naru.base.DiskFailure;

/** What opening and creating logs has left in one lane's share of a folder that a power cut would take away. */
final class OpenedLogs {

    // A sync of the whole file system also waits for everybody else's bytes: only many new partitions are worth it.
    private static final int SYNCED_ONE_BY_ONE_MAX = 8;

    private final LinkedHashSet<String> created = new LinkedHashSet<>();
    private boolean recovered;

    void onOpened(Log log) {
        recovered |= log.wasRecovered();
    }

    void onCreated(String folder) {
        created.add(folder);
    }

    /** It bears its name no longer: a topic may be deleted while the others of its lane are still being opened. */
    void onGone(String folder) {
        created.remove(folder);
    }

    /** Blocking. */
    void sync(Disk disk, String path) {
        if (recovered || created.size() > SYNCED_ONE_BY_ONE_MAX) {
            disk.syncAll(path);
            recovered = false;
        } else if (!created.isEmpty()) {
            created.forEach(folder -> PartitionMetadata.sync(disk, folder));
            disk.syncFolder(path);
        }
        created.clear();
    }

    /** Brings in order what nobody has opened; false when something could not be. */
    static boolean openAll(LaneLogs share) {
        boolean whole = true;
        for (var here : share.partitions()) {
            try {
                // Nobody says whether it was ever compacted.
                share.open(here.name(), LogConfig.DEFAULTS.toBuilder().cleanup(true, true).build(), 0);
            } catch (DiskFailure why) {
                whole = false;
            }
        }
        return whole;
    }
}
