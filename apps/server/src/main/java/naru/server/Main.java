package naru.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import naru.base.DiskFailure;
import naru.configuration.BadConfiguration;
import naru.configuration.BrokerSettings;
import naru.quorum.DamagedMetadata;

/** {@code naru start}. What goes wrong on the way up is told in one line, without a stack trace. */
public final class Main {

    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private Main() {}

    public static void main(String... arguments) {
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
            System.err.println("naru: " + unusable.getMessage() + "\n\n" + Options.USAGE);
            System.exit(MISUSED);
        } catch (ClusterAtHome.Impossible impossible) {
            System.err.println("naru: " + impossible.getMessage());
            System.exit(FAILED);
        } catch (BadConfiguration | DamagedMetadata | DiskFailure | IOException | UncheckedIOException
                | Server.Refused expected) {
            System.err.println("naru cannot start: " + expected.getMessage() + advice(expected));
            System.exit(FAILED);
        } catch (InterruptedException _) {
            System.exit(FAILED);
        }
    }

    private static String advice(Exception expected) {
        return expected instanceof DiskFailure failure && failure.kind() == DiskFailure.Kind.FULL
                ? "; make room there, a few hundred kilobytes are enough to serve what is kept" : "";
    }

    private static Server start(Options options) throws IOException, InterruptedException, Server.Refused {
        var settings = BrokerSettings.parse(properties(options));
        var server = Server.start(settings);
        var address = (settings.isBroker() ? server.advertised() : settings.controllerListeners()).getFirst();
        var pidFile = PidFile.write(settings.logFolders().getFirst(), address.host() + ":" + address.port());
        System.out.println(server.readyLine());
        System.out.flush();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.stop();
            pidFile.delete();
        }, "naru-stop"));
        return server;
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
            all.putAll(readProperties(options.configFile()));
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

    static Map<String, String> readProperties(String path) throws IOException {
        var file = new Properties();
        try (var reader = Files.newBufferedReader(Path.of(path), StandardCharsets.UTF_8)) {
            file.load(reader);
        } catch (NoSuchFileException _) {
            throw new IOException("there is no file " + path);
        }
        var all = new TreeMap<String, String>();
        file.stringPropertyNames().forEach(name -> all.put(name, file.getProperty(name)));
        return all;
    }
}
