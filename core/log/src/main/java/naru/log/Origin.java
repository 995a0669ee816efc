package naru.log;

/** Who appends. Decides how far the batches are trusted. */
public enum Origin {
    /** A producer: everything is checked, one batch at a time, the broker gives offsets. */
    CLIENT,
    /**
     * A producer of the days before those could raise their epoch and number their batches anew (KIP-360). A sequence that is refused
     * is the end of it, so one that this log does not know may begin with any.
     */
    OLD_CLIENT,
    /** A coordinator of this broker: offsets are given, the content is trusted; several batches and control batches may come. */
    COORDINATOR,
    /** A leader whose log is copied: offsets and epochs stay as they are. */
    REPLICATION;

    boolean isClient() {
        return this == CLIENT || this == OLD_CLIENT;
    }
}
