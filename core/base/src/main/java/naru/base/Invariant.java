package naru.base;

/** Checks that stay on in production. A broken invariant means the code is wrong, so the process stops. */
public final class Invariant {

    private Invariant() {}

    public static void check(boolean holds, String claim) {
        if (!holds) {
            throw new Broken(claim);
        }
    }

    public static final class Broken extends Error {
        private static final long serialVersionUID = 1;

        Broken(String claim) {
            super("broken invariant: " + claim);
        }
    }
}
