package naru.cli;

import naru.cli.options.Syntax;

/** One command: what may be typed, and what it does. */
record Command(Syntax syntax, Action action) {

    /** What a command does; whatever prevents it is a {@link Failure}. */
    @FunctionalInterface
    interface Action {
        void run(Session session);
    }
}
