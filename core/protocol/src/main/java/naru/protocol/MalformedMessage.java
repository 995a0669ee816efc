package naru.protocol;

/** Bytes that are not the message they claim to be. A fault of the peer: its connection is closed. */
public final class MalformedMessage extends RuntimeException {

    private static final long serialVersionUID = 1;

    public MalformedMessage(String why) {
        super(why);
    }
}
