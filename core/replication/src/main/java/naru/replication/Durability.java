package naru.replication;

/**
 * What an acknowledgement promises, {@code naru.durability}. The rule behind {@link #AUTO}: an acknowledged record is
 * in the memory of two in-sync replicas, or on the disk of one.
 */
public enum Durability {
    /** Synced before the answer while this replica is the only one in sync; in memory on all in-sync replicas otherwise. */
    AUTO,
    /** Synced on every replica that counts. */
    FSYNC,
    /** In the page cache, which is what Kafka promises. */
    MEMORY
}
