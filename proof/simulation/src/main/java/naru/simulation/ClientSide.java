package naru.simulation;

import java.nio.ByteBuffer;

/** What a simulated client hears on its connection. */
public interface ClientSide {

    /** The broker accepted the connection; frames may be sent. */
    void onConnected(SimulatedLink link);

    /** One whole answer, without its length prefix. */
    void onAnswer(ByteBuffer answer);

    /** The connection is gone; what was asked and not answered may or may not have happened. */
    void onClosed(String why);

    /**
     * True for one whose questions may arrive after it has given up the connection and asked again on another: by what they say, the
     * protocol knows that they are old, or does no harm with them twice.
     */
    default boolean mayStray() {
        return false;
    }
}
