package naru.log;

/** Who appends. Decides how far the batches are trusted. */
public enum Origin {
    /** A producer: everything is checked, one batch at a time, the broker gives offsets. */
    CLIENT,
    /** A coordinator of this broker: offsets are given, the content is trusted; several batches and control batches may come. */
    COORDINATOR,
    /** A leader whose log is copied: offsets and epochs stay as they are. */
    REPLICATION
}
