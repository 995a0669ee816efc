package naru.base;

/** A client's connection as the core sees it: a way to send bytes and to stop hearing more. Owned by one lane. */
public interface ClientLink {

    /** Unique in this process, for logs. */
    long id();

    /** The name of the listener the client came through, such as {@code PLAINTEXT}. */
    String listener();

    /** The peer's address as {@code /127.0.0.1}, as Kafka prints hosts of clients. */
    String clientHost();

    /** The peer's address and port, for logs. */
    String clientAddress();

    /**
     * Queues bytes; they leave with the one flush at the end of the turn, in the order queued. Takes over the
     * {@link Outgoing}: the link closes it when its bytes have left or never will.
     */
    void send(Outgoing bytes);

    /** True while more bytes wait to leave than the limit allows: the core stops producing answers and pauses. */
    boolean isCongested();

    /** Stops reading from the client until {@link #resume}; TCP slows it down. */
    void pause();

    void resume();

    /** Ends the connection after what was queued has left. The reason goes into one log line that names the peer. */
    void close(String why);
}
