package naru.base;

/**
 * Connections that this node opens to others: to brokers whose partitions it follows, to controllers. A connection
 * belongs to the lane that asked for it; everything about it comes back on that lane.
 */
public interface Peers {

    /**
     * Begins to connect and returns at once. The visit hears of the outcome in a later turn, never inside this call.
     * Nobody tries again by itself: whoever asked decides when and where.
     *
     * @param host a name or an address; names are looked up off the lane
     */
    PeerLink connect(String host, int port, PeerVisit visit);
}
