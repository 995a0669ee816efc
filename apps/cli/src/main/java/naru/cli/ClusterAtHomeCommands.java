package naru.cli;

import java.util.List;
import naru.cli.options.Option;
import naru.cli.options.Syntax;
import naru.cli.options.Syntax.Kind;

/** {@code naru cluster start} and its like, which the script hands to the program of the brokers: here is what they take. */
final class ClusterAtHomeCommands {

    private static final Option DATA = Option.of("data", "DIR", "where the cluster lies (default ./cluster); the same for every command");

    private ClusterAtHomeCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(Syntax.of("cluster start", "Start a cluster on this machine, each node a process with a folder of its own")
                        .option(Option.of("nodes", "N", "how many nodes a new cluster has, 1 to 9 (default 3); each is a broker and a controller"))
                        .option(DATA)
                        .option(Option.of("set", "KEY=VALUE", "a setting of a new cluster's nodes; may be given several times").repeated())
                        .example("naru cluster start --nodes 3 --data /tmp/cluster"), ClusterAtHomeCommands::leaveToTheScript),
                new Command(Syntax.of("cluster status", "Show which nodes of the cluster on this machine run").option(DATA)
                        .example("naru cluster status --data /tmp/cluster"), ClusterAtHomeCommands::leaveToTheScript),
                new Command(Syntax.of("cluster kill", "End a node of the cluster on this machine at once, as kill -9 does")
                        .operand("NODE", Kind.OTHER).option(DATA)
                        .example("naru cluster kill 2 --data /tmp/cluster"), ClusterAtHomeCommands::leaveToTheScript),
                new Command(Syntax.of("cluster revive", "Start a node of the cluster on this machine again")
                        .operand("NODE", Kind.OTHER).option(DATA)
                        .example("naru cluster revive 2 --data /tmp/cluster"), ClusterAtHomeCommands::leaveToTheScript),
                new Command(Syntax.of("cluster stop", "Stop all nodes of the cluster on this machine").option(DATA)
                        .example("naru cluster stop --data /tmp/cluster"), ClusterAtHomeCommands::leaveToTheScript));
    }

    private static void leaveToTheScript(Session session) {
        String name = session.line().syntax().name();
        throw new Failure("a cluster on this machine is looked after by the script naru", "type it as 'naru " + name + "'");
    }
}
