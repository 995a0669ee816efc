package naru.simulation;

/** Decides, operation by operation, what the simulated disk does wrong. The disk asks before it acts. */
@FunctionalInterface
public interface DiskFaults {

    DiskFaults NONE = (operation, path) -> Fault.NONE;

    Fault before(Operation operation, String path);

    /** What is asked of the disk. */
    enum Operation {
        CREATE_FOLDER, LIST, OPEN, READ, WRITE, TRUNCATE, ALLOCATE, SYNC, RENAME, DELETE, SYNC_FOLDER, SYNC_ALL
    }

    /** What the disk does about it. */
    enum Fault {
        NONE,
        /** Refuses for lack of room; a write leaves any prefix behind. */
        FULL,
        /** Fails; a write leaves any prefix behind, a failed sync forgets what was dirty, as Linux does. */
        BROKEN,
        /** Says that it synced and did not: a planted bug, for the exam. */
        LIE
    }
}
