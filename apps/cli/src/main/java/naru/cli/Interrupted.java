package naru.cli;

/** The user pressed ctrl-C: the command tidies up and ends. */
public final class Interrupted extends RuntimeException {

    private static final long serialVersionUID = 1;

    public Interrupted() {
        super("interrupted", null, false, false);
    }
}
