package naru.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import naru.base.DiskFailure;
import naru.configuration.BadConfiguration;
import naru.configuration.BrokerSettings;
import naru.disk.FileDisk;
import naru.lanes.Dice;
import naru.quorum.DamagedMetadata;
import naru.quorum.FeatureLevels;
import naru.quorum.Formatting;
import naru.quorum.MetaProperties;
import naru.quorum.ReleaseVersions;

/** {@code kafka-storage.sh}: prepares the folders of a node and looks at them, with the words of Kafka's own tool. */
public final class Storage {

    private static final int FAILED = 1;
    private static final String DEBUG = "--debug";

    private final StorageOptions options;
    private final FileDisk disk = new FileDisk();

    private Storage(StorageOptions options) {
        this.options = options;
    }

    public static void main(String... words) {
        boolean debug = Arrays.asList(words).contains(DEBUG);
        var arguments = Arrays.stream(words).filter(word -> !word.equals(DEBUG)).toArray(String[]::new);
        Exception shown;
        try {
            System.exit(run(arguments));
            return;
        } catch (StorageOptions.Unusable unusable) {
            System.err.println("kafka-storage: error: " + unusable.getMessage() + "; kafka-storage.sh --help shows what can be written");
            shown = unusable;
        } catch (BadConfiguration | DamagedMetadata | DiskFailure | IOException expected) {
            System.err.println(Explanation.of(expected));
            shown = expected;
        } catch (RuntimeException bug) {
            System.err.println("kafka-storage: error: " + Explanation.ofBug(bug));
            shown = bug;
        }
        if (debug) {
            shown.printStackTrace();
        }
        System.exit(FAILED);
    }

    private static int run(String... arguments) throws StorageOptions.Unusable, IOException {
        var options = StorageOptions.parse(arguments);
        var storage = new Storage(options);
        return switch (options.command()) {
            case HELP -> say(StorageOptions.USAGE);
            case RANDOM_UUID -> say(new Dice().nextUuid().toString());
            case VERSION_MAPPING -> say(FeatureLevels.mapping(ReleaseVersions.levelOf(options.release())));
            case FEATURE_DEPENDENCIES -> say(options.features().entrySet().stream()
                    .flatMap(one -> FeatureLevels.needs(one.getKey(), one.getValue()).stream()).toList());
            case FORMAT -> storage.format(BrokerSettings.parse(SettingsFile.read(options.config())));
            case INFO -> storage.info(BrokerSettings.parse(SettingsFile.read(options.config())));
        };
    }

    private static int say(List<String> lines) {
        lines.forEach(System.out::println);
        return 0;
    }

    private static int say(String line) {
        System.out.println(line);
        return 0;
    }

    private static List<String> folders(BrokerSettings settings) {
        var all = new LinkedHashSet<>(settings.logFolders());
        all.add(settings.metadataFolder());
        return new ArrayList<>(all);
    }

    private int format(BrokerSettings settings) throws StorageOptions.Unusable {
        var voters = voters(settings);
        short level = ReleaseVersions.levelOf(options.release());
        var request = new Formatting.Request(
                options.clusterId(), settings.nodeId(), folders(settings), settings.metadataFolder(),
                settings.list("controller.listener.names").stream().findFirst().orElse(""), voters, level,
                options.features(), options.ignoresFormatted());
        var done = Formatting.format(disk, request, new Dice(), System.currentTimeMillis());
        if (done.isEmpty()) {
            return say("All of the log directories are already formatted.");
        }
        for (var folder : done) {
            System.out.println("Formatting " + kindOf(folder, settings, voters) + " " + folder + " with metadata.version "
                    + ReleaseVersions.nameOf(level) + ".");
        }
        return 0;
    }

    private static String kindOf(String folder, BrokerSettings settings, Formatting.Voters voters) {
        if (!folder.equals(settings.metadataFolder())) {
            return "data directory";
        }
        return switch (voters) {
            case Formatting.Voters.Standalone _, Formatting.Voters.Initial _ -> "dynamic metadata voter directory";
            case Formatting.Voters.AsConfigured _, Formatting.Voters.Unnamed _ -> "metadata directory";
        };
    }

    private Formatting.Voters voters(BrokerSettings settings) throws StorageOptions.Unusable {
        boolean named = !settings.list("controller.quorum.voters").isEmpty();
        if (named && options.voters() != StorageOptions.Voters.NOT_SAID) {
            throw new StorageOptions.Unusable("controller.quorum.voters is set, so it says who votes: leave out"
                    + " --standalone, --initial-controllers and --no-initial-controllers");
        }
        if (!settings.isController()) {
            return named ? new Formatting.Voters.AsConfigured() : new Formatting.Voters.Unnamed();
        }
        return switch (options.voters()) {
            case STANDALONE -> {
                var own = settings.controllerListeners().getFirst();
                yield new Formatting.Voters.Standalone(own.host().isEmpty() ? "localhost" : own.host(), own.port());
            }
            case INITIAL -> new Formatting.Voters.Initial(options.initial());
            case NONE -> new Formatting.Voters.Unnamed();
            case NOT_SAID -> {
                if (!named) {
                    throw new StorageOptions.Unusable("Because controller.quorum.voters is not set on this controller, you must"
                            + " specify one of the following: --standalone, --initial-controllers, or --no-initial-controllers.");
                }
                yield new Formatting.Voters.AsConfigured();
            }
        };
    }

    private int info(BrokerSettings settings) {
        var found = new ArrayList<String>();
        var problems = new ArrayList<String>();
        MetaProperties first = null;
        for (var folder : folders(settings)) {
            if (!disk.isFolder(folder)) {
                problems.add(folder + " does not exist");
                continue;
            }
            var mark = MetaProperties.read(disk, folder);
            if (mark == null) {
                problems.add(folder + " is not formatted.");
                continue;
            }
            found.add(folder);
            first = first == null ? mark : first;
        }
        if (!found.isEmpty()) {
            list(found.size() > 1 ? "Found log directories:" : "Found log directory:", found);
        }
        if (first != null) {
            System.out.println("Found metadata: {cluster.id=" + first.clusterId() + ", directory.id=" + first.directory()
                    + ", node.id=" + first.nodeId() + ", version=1}\n");
        }
        if (!problems.isEmpty()) {
            list(problems.size() > 1 ? "Found problems:" : "Found problem:", problems);
        }
        return problems.isEmpty() ? 0 : FAILED;
    }

    private static void list(String heading, List<String> lines) {
        System.out.println(heading);
        lines.forEach(line -> System.out.println("  " + line));
        System.out.println();
    }
}
