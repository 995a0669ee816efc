package naru.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code naru cluster ...}, from the words on the command line to what is printed. */
final class ClusterCommand {

    private static final String HELP = "; 'naru cluster start --help' shows what can be written";

    private static final Set<String> OPTIONS = Set.of("--data", "--nodes", "--set");

    private Path home = Path.of("cluster");
    private int nodes = 3;
    private final List<String> words = new ArrayList<>();
    private final List<String> settings = new ArrayList<>();

    private ClusterCommand() {}

    /** @return what to print; @throws ClusterAtHome.Impossible with what to tell instead */
    static String run(String... arguments) throws IOException, InterruptedException, ClusterAtHome.Impossible {
        if (List.of(arguments).contains("--help") || List.of(arguments).contains("-h")) {
            return ClusterAtHome.USAGE.stripTrailing();
        }
        var command = new ClusterCommand();
        command.read(arguments);
        return command.run();
    }

    private void read(String... arguments) throws ClusterAtHome.Impossible {
        for (int i = 1; i < arguments.length; i++) {
            String word = arguments[i];
            if (!word.startsWith("--")) {
                words.add(word);
                continue;
            }
            if (!OPTIONS.contains(word)) {
                throw new ClusterAtHome.Impossible("unknown option '" + word + "'" + HELP);
            }
            if (i + 1 == arguments.length) {
                throw new ClusterAtHome.Impossible(word + " needs a value" + HELP);
            }
            String value = arguments[++i];
            switch (word) {
                case "--data" -> home = Path.of(value);
                case "--nodes" -> nodes = number(value);
                default -> settings.add(value);
            }
        }
    }

    private static int number(String text) throws ClusterAtHome.Impossible {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            throw new ClusterAtHome.Impossible("'" + text + "' is not a number" + HELP);
        }
    }

    private String run() throws IOException, InterruptedException, ClusterAtHome.Impossible {
        var cluster = new ClusterAtHome(home);
        String verb = words.isEmpty() ? "" : words.getFirst();
        boolean namesNode = verb.equals("kill") || verb.equals("revive");
        if (words.size() != (namesNode ? 2 : 1)) {
            throw new ClusterAtHome.Impossible(
                    (namesNode ? "naru cluster " + verb + " wants the number of a node" : "what shall the cluster do?")
                            + HELP);
        }
        return switch (verb) {
            case "start" -> cluster.start(nodes, settings);
            case "status" -> cluster.status();
            case "stop" -> cluster.stop();
            case "kill" -> cluster.kill(number(words.getLast()));
            case "revive" -> cluster.revive(number(words.getLast()));
            default -> throw new ClusterAtHome.Impossible(
                    "unknown command 'cluster " + verb + "'" + HELP);
        };
    }
}
