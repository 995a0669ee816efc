package naru.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import naru.base.Disk;
import naru.base.Limits;
import naru.configuration.BrokerSettings;
import naru.disk.FileDisk;
import naru.server.Server;

/** The real server in this JVM, on real sockets and files. A lane that gives up is remembered instead of ending the JVM. */
final class BrokerHere implements AutoCloseable {

    private final ConcurrentLinkedQueue<Throwable> failures;
    private final Server server;

    private BrokerHere(Server server, ConcurrentLinkedQueue<Throwable> failures) {
        this.server = server;
        this.failures = failures;
    }

    /** @param settings each as {@code key=value} */
    static BrokerHere start(Path folder, String... settings) throws Exception {
        return start(new FileDisk(), folder, UnaryOperator.identity(), settings);
    }

    static BrokerHere start(Disk disk, Path folder, UnaryOperator<Limits> limits, String... settings) throws Exception {
        var failures = new ConcurrentLinkedQueue<Throwable>();
        var world = new Server.World(disk, limits, (_, why) -> failures.add(why));
        return new BrokerHere(Server.start(BrokerSettings.parse(properties(folder, settings)), world), failures);
    }

    private static Map<String, String> properties(Path folder, String... settings) {
        var all = new TreeMap<String, String>();
        all.put("log.dirs", folder.toString());
        all.put("listeners", "PLAINTEXT://127.0.0.1:0");
        for (var setting : settings) {
            int equals = setting.indexOf('=');
            all.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return all;
    }

    InetSocketAddress address() {
        var listener = server.advertised().getFirst();
        return new InetSocketAddress(listener.host(), listener.port());
    }

    Wire connect() throws Exception {
        return new Wire(address());
    }

    /** What made a lane give up; nothing may. */
    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        server.stop();
        assertThat(failures()).as("what ended a lane").isEmpty();
    }
}
