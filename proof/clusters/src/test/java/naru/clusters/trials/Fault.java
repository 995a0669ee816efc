package naru.clusters.trials;

import java.io.IOException;
import java.util.Locale;

/**
 * What happens to one node of a cluster.
 *
 * @param lastsMs until it is undone; a killed node is started again then
 */
record Fault(Kind kind, Target target, long lastsMs) {

    /** As long as a fault of the long kind lasts: others must take over meanwhile. */
    private static final long LONG_MS = 5_000;

    /** A collector, or a slow disk: no reason to take anything from anybody. */
    private static final long PAUSE_MS = 300;

    enum Kind {
        KILL, STOP, CUT, PAUSE
    }

    enum Target {
        /** A broker that leads and, where there is a choice, is neither of the others. */
        LEADER,
        CONTROLLER,
        /** Of the group. */
        COORDINATOR
    }

    /** Such as {@code kill-leader}. */
    static Fault of(String name) {
        var words = name.toUpperCase(Locale.ROOT).split("-", 2);
        var kind = Kind.valueOf(words[0]);
        return new Fault(kind, Target.valueOf(words[1]), kind == Kind.PAUSE ? PAUSE_MS : LONG_MS);
    }

    String name() {
        return (kind + "-" + target).toLowerCase(Locale.ROOT);
    }

    void begin(Nodes nodes, int node) throws IOException {
        switch (kind) {
            case KILL -> nodes.kill(node);
            case STOP, PAUSE -> nodes.hold(node);
            case CUT -> nodes.cut(node);
        }
    }

    void end(Nodes nodes, int node) throws IOException, InterruptedException {
        switch (kind) {
            case KILL -> nodes.startAgain(node);
            case STOP, PAUSE -> nodes.letGo(node);
            case CUT -> nodes.mend(node);
        }
    }
}
