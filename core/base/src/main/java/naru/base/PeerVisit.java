package naru.base;

import java.nio.ByteBuffer;

/** This node's side of a connection to another node; the network calls it, on the lane that owns the connection. */
public interface PeerVisit {

    /** The connection stands; what is sent from now on arrives, or {@link #onClosed} follows. */
    void onOpen();

    /**
     * One whole answer, without its length prefix, position 0 to limit. The bytes are valid until
     * {@link LaneProgram#endTurn} of this turn has returned; whoever needs them longer copies them.
     */
    void onFrame(ByteBuffer answer);

    /** The connection is gone, or never came to be. Called once, unless this side closed it. */
    void onClosed(Ending why);

    /** How a connection ended, which tells what is known of the other process. */
    enum Ending {
        /** Nobody listens at that port: the process there is not running. */
        REFUSED,
        /** It was open, and the other side or its machine ended it. */
        LOST,
        /** No answer to the attempt in time, no route, or no such name: nothing is known. */
        UNREACHABLE
    }
}
