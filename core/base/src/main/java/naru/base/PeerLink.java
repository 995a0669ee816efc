package naru.base;

/** A connection to another node as the core sees it. Owned by one lane. */
public interface PeerLink {

    /**
     * Queues one request, length prefix included; it leaves with the flush at the end of the turn. Takes over the
     * {@link Outgoing}. Before the connection is open and after it has ended, the bytes are dropped.
     */
    void send(Outgoing request);

    /** True while more bytes wait to leave than the limit allows: ask for less. */
    boolean isCongested();

    /** Ends the connection at once; the visit hears nothing any more. */
    void close();
}
