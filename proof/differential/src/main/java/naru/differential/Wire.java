package naru.differential;

import java.nio.ByteBuffer;

/** A connection to a broker: whole frames in, whole frames out, without their length. */
public interface Wire extends AutoCloseable {

    void send(ByteBuffer frame);

    /** What came back. */
    Heard receive();

    @Override
    void close();

    /** What a client hears after a request. */
    sealed interface Heard {
        record Frame(ByteBuffer bytes) implements Heard {}

        /** The broker hung up. */
        record Closed() implements Heard {}

        /** Nothing came for as long as anybody would wait. */
        record Silence() implements Heard {}
    }

    /** Opens connections to one broker. */
    interface Door {
        Wire open();

        /** The broker's port, which differs from run to run. */
        int port();
    }
}
