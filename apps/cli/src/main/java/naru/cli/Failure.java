package naru.cli;

/**
 * The command ends here, and its user is told in one sentence what is wrong and what to try.
 *
 * <p>An exception and not a value because nothing in a command that runs for a user goes on after it.
 */
public final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** The command was understood, and failed. */
    public static final int FAILED = 1;
    /** What was typed cannot be understood. */
    public static final int MISUSED = 2;
    /** The user ended it: 128 and the number of the signal, as shells have it. */
    public static final int INTERRUPTED = 130;

    private final int exitCode;

    /**
     * @param wrong what is wrong, without a full stop
     * @param advice what to try, without a full stop; empty when there is nothing to try
     */
    public Failure(String wrong, String advice) {
        this(FAILED, wrong, advice, null);
    }

    public Failure(String wrong, String advice, Throwable cause) {
        this(FAILED, wrong, advice, cause);
    }

    private Failure(int exitCode, String wrong, String advice, Throwable cause) {
        super(advice.isEmpty() ? wrong : wrong + "; " + advice, cause);
        this.exitCode = exitCode;
    }

    /** For what was typed and makes no sense. */
    public static Failure misuse(String wrong, String advice) {
        return new Failure(MISUSED, wrong, advice, null);
    }

    public int exitCode() {
        return exitCode;
    }
}
