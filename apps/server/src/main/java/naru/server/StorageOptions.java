package naru.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import naru.quorum.Formatting;

/**
 * What the command line of {@code kafka-storage.sh} says.
 *
 * @param config a {@code server.properties}; null where the command needs none
 * @param initial what {@code --initial-controllers} names
 * @param features what {@code --feature} says, by name
 * @param release the last stable one unless {@code --release-version} names another
 */
record StorageOptions(
        Command command, String config, String clusterId, Voters voters, List<Formatting.Controller> initial,
        Map<String, Short> features, String release, boolean ignoresFormatted) {

    static final String USAGE = """
            usage: kafka-storage random-uuid
                   kafka-storage info --config CONFIG
                   kafka-storage format --config CONFIG --cluster-id CLUSTER_ID [--ignore-formatted]
                                 [--release-version RELEASE_VERSION] [--feature NAME=LEVEL ...]
                                 [--standalone | --no-initial-controllers | --initial-controllers ID@HOST:PORT:DIRECTORY,...]
                   kafka-storage version-mapping [--release-version RELEASE_VERSION]
                   kafka-storage feature-dependencies --feature NAME=LEVEL [...]

              -c, --config CONFIG          the server.properties of the node
              -t, --cluster-id ID          the same on every node of the cluster; random-uuid prints a new one
              -g, --ignore-formatted       leaves folders alone that have been formatted
              -r, --release-version V      features as of this release (default 4.3-IV0)
              -f, --feature NAME=LEVEL     one feature at another level
              -s, --standalone             this node is the only controller at first
              -N, --no-initial-controllers this node joins a cluster that has its controllers
              -I, --initial-controllers    the controllers at first, this node among them
            """.stripTrailing();

    enum Command { HELP, RANDOM_UUID, FORMAT, INFO, VERSION_MAPPING, FEATURE_DEPENDENCIES }

    enum Voters { NOT_SAID, STANDALONE, INITIAL, NONE }

    /** The command line cannot be understood; the message says what is wrong with it. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        Unusable(String message) {
            super(message);
        }
    }

    private static final String LATEST = "4.3-IV0";

    static StorageOptions parse(String... arguments) throws Unusable {
        return new Words(arguments).read();
    }

    /** The words, one after the other. */
    private static final class Words {
        private final String[] words;
        private int next;
        private String config;
        private String clusterId;
        private Voters voters = Voters.NOT_SAID;
        private List<Formatting.Controller> initial = List.of();
        private final Map<String, Short> features = new LinkedHashMap<>();
        private String release = LATEST;
        private boolean ignoresFormatted;

        private Words(String... words) {
            this.words = words;
        }

        private StorageOptions read() throws Unusable {
            if (words.length == 0) {
                throw new Unusable("a command is missing: format, info, version-mapping, feature-dependencies or random-uuid");
            }
            var command = switch (words[next++]) {
                case "-h", "--help" -> Command.HELP;
                case "random-uuid" -> Command.RANDOM_UUID;
                case "format" -> Command.FORMAT;
                case "info" -> Command.INFO;
                case "version-mapping" -> Command.VERSION_MAPPING;
                case "feature-dependencies" -> Command.FEATURE_DEPENDENCIES;
                default -> throw new Unusable("invalid choice: '" + words[0] + "' (choose from 'info', 'format', 'version-mapping',"
                        + " 'feature-dependencies', 'random-uuid')");
            };
            while (next < words.length) {
                String word = words[next++];
                if (word.equals("-h") || word.equals("--help")) {
                    command = Command.HELP;
                } else {
                    readOption(word);
                }
            }
            if ((command == Command.FORMAT || command == Command.INFO) && config == null) {
                throw new Unusable("argument --config/-c is required");
            }
            if (command == Command.FEATURE_DEPENDENCIES && features.isEmpty()) {
                throw new Unusable("argument --feature/-f is required");
            }
            if (command == Command.FORMAT && clusterId == null) {
                throw new Unusable("argument --cluster-id/-t is required");
            }
            return new StorageOptions(command, config, clusterId, voters, initial, features, release, ignoresFormatted);
        }

        private void readOption(String word) throws Unusable {
            int equals = word.startsWith("--") ? word.indexOf('=') : -1;
            String name = equals < 0 ? word : word.substring(0, equals);
            switch (name) {
                case "-c", "--config" -> config = value(word, equals);
                case "-t", "--cluster-id" -> clusterId = value(word, equals);
                case "-r", "--release-version" -> release = value(word, equals);
                case "-f", "--feature" -> feature(value(word, equals));
                case "-g", "--ignore-formatted" -> ignoresFormatted = true;
                case "-s", "--standalone" -> choose(Voters.STANDALONE, name);
                case "-N", "--no-initial-controllers" -> choose(Voters.NONE, name);
                case "-I", "--initial-controllers" -> {
                    choose(Voters.INITIAL, name);
                    var controllers = new ArrayList<Formatting.Controller>();
                    for (var one : value(word, equals).split(",")) {
                        controllers.add(Formatting.Controller.parse(one));
                    }
                    initial = controllers;
                }
                case "-S", "--add-scram" -> throw new Unusable("--add-scram asks for SCRAM, which is not served yet");
                default -> throw new Unusable("unrecognized arguments: '" + word + "'");
            }
        }

        private String value(String word, int equals) throws Unusable {
            if (equals >= 0) {
                return word.substring(equals + 1);
            }
            if (next == words.length) {
                throw new Unusable("argument " + word + ": expected one argument");
            }
            return words[next++];
        }

        private void choose(Voters chosen, String name) throws Unusable {
            if (voters != Voters.NOT_SAID && voters != chosen) {
                throw new Unusable("argument " + name + ": not allowed with another one that says who votes");
            }
            voters = chosen;
        }

        private void feature(String text) throws Unusable {
            int equals = text.indexOf('=');
            try {
                features.put(text.substring(0, equals), Short.parseShort(text.substring(equals + 1)));
            } catch (IndexOutOfBoundsException | NumberFormatException _) {
                throw new Unusable("argument --feature/-f wants NAME=LEVEL, not '" + text + "'");
            }
        }
    }
}
