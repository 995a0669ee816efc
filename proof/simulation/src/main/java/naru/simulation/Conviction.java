package naru.simulation;

/** A checker saw what must never happen. The message says what; the seed says how to see it again. */
public final class Conviction extends RuntimeException {

    private static final long serialVersionUID = 1;

    public Conviction(String claim) {
        super(claim);
    }

    static void unless(boolean holds, String claim) {
        if (!holds) {
            throw new Conviction(claim);
        }
    }
}
