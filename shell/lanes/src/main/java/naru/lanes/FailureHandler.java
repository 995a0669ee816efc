package naru.lanes;

/** What becomes of the process when its own code turns out to be wrong. The server logs and halts. */
@FunctionalInterface
public interface FailureHandler {

    /** Called once by each thread that gives up; {@code where} names it, such as {@code lane 0}. */
    void onFailure(String where, Throwable why);
}
