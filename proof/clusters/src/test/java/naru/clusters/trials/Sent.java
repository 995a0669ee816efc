package naru.clusters.trials;

/** One record on its way through a cluster, and when what became of it, by the monotonic clock. */
final class Sent {

    /** When it was to be sent; a producer that is held up does not make its records younger. */
    final long dueNs;
    /** 0 while it is not acknowledged. */
    volatile long acknowledgedNs;
    /** 0 while nobody has read it. */
    volatile long seenNs;

    Sent(long dueNs) {
        this.dueNs = dueNs;
    }
}
