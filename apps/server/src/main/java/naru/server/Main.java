package naru.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import naru.base.DiskFailure;
import naru.configuration.BadConfiguration;
import naru.configuration.BrokerSettings;
import naru.quorum.DamagedMetadata;

/** {@code naru start}. What goes wrong on the way up is told in one line, without a stack trace. */
public final class Main {

    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    /** Shows where in the program it happened, too. */
    private static final String DEBUG = "--debug";

    private Main() {}

    public static void main(String... words) {
        LogBinding.choose();
        boolean debug = Arrays.asList(words).contains(DEBUG);
        var arguments = Arrays.stream(words).filter(word -> !word.equals(DEBUG)).toArray(String[]::new);
        try {
            if (arguments.length == 2 && arguments[0].equals("rehearse")) {
                rehearse(arguments[1]);
            } else if (arguments.length == 2 && arguments[0].equals("rehearse-cluster")) {
                ClusterRehearsal.play(arguments[1]);
                System.exit(0);
            } else if (arguments.length > 0 && arguments[0].equals("cluster")) {
                System.out.println(ClusterCommand.run(arguments));
            } else {
                start(Options.parse(arguments));
            }
        } catch (Options.Unusable unusable) {
            end(MISUSED, "naru: " + unusable.getMessage() + "; 'naru start --help' shows what can be written", debug ? unusable : null);
        } catch (ClusterAtHome.Impossible impossible) {
            end(FAILED, "naru: " + impossible.getMessage(), debug ? impossible : null);
        } catch (BadConfiguration | DamagedMetadata | DiskFailure | IOException | UncheckedIOException
                | Server.Refused expected) {
            end(FAILED, "naru cannot start: " + Explanation.of(expected), debug ? expected : null);
        } catch (InterruptedException _) {
            System.exit(FAILED);
        } catch (RuntimeException bug) {
            end(FAILED, "naru: " + Explanation.ofBug(bug), debug ? bug : null);
        }
    }

    private static void end(int code, String sentence, Exception shown) {
        System.err.println(sentence);
        if (shown != null) {
            shown.printStackTrace();
        }
        System.exit(code);
    }

    private static Server start(Options options) throws IOException, InterruptedException, Server.Refused {
        LoadedAhead.begin();
        var settings = BrokerSettings.parse(properties(options));
        var server = Server.start(settings);
        var address = (settings.isBroker() ? server.advertised() : settings.controllerListeners()).getFirst();
        var pidFile = PidFile.in(settings.logFolders().getFirst());
        if (stopsInPeace(server, pidFile)) { // before anybody can know whom to stop
            pidFile.write(address.host() + ":" + address.port());
            System.out.println(server.readyLine());
            System.out.flush();
        }
        return server;
    }

    /** False when it was told to stop before it was up. */
    private static boolean stopsInPeace(Server server, PidFile pidFile) {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                server.stop();
                pidFile.delete();
            }, "naru-stop"));
            return true;
        } catch (IllegalStateException _) {
            server.stop();
            return false;
        }
    }

    /** Starts as always, on a folder that is thrown away, and plays a client; the launcher does this once a build. */
    private static void rehearse(String folder)
            throws IOException, InterruptedException, Server.Refused, Options.Unusable {
        var server = start(Options.parse("start", "--data", folder, "--listen", "127.0.0.1:0"));
        var advertised = server.advertised().getFirst();
        Rehearsal.play(new InetSocketAddress(advertised.host(), advertised.port()));
        System.exit(0);
    }

    /** The file, then the options with a name of their own, then single settings: the later word wins. */
    private static Map<String, String> properties(Options options) throws IOException {
        var all = new TreeMap<String, String>();
        if (options.configFile() != null) {
            all.putAll(SettingsFile.read(options.configFile()));
        }
        if (options.dataFolder() != null) {
            all.put("log.dirs", options.dataFolder());
        }
        if (options.listen() != null) {
            all.put("listeners", "PLAINTEXT://" + options.listen());
            all.remove("advertised.listeners");
        }
        all.putAll(options.settings());
        return all;
    }
}
