package naru.base;

import java.nio.ByteBuffer;

/** The core's side of one connection; the network calls it, on the lane that owns the connection. */
public interface Visit {

    /**
     * One whole request, without its length prefix, big-endian, position 0 to limit. The bytes are valid until
     * {@link LaneProgram#endTurn} of this turn has returned; whoever needs them longer copies them.
     */
    void onFrame(ByteBuffer frame);

    /** Room again in the link after it was congested. */
    void onRoom();

    /** The connection is gone; nothing sent from now on arrives. Called once. */
    void onClosed();
}
