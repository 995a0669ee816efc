package naru.protocol;

/**
 * What a message says cannot be said in the version asked for: a string is too long, or nothing stands where something
 * must. Often the words come from a client, who wrote them in a newer version. Nothing of the message may be used.
 */
public final class UnwritableMessage extends RuntimeException {

    private static final long serialVersionUID = 1;

    public UnwritableMessage(String why) {
        super(why);
    }
}
