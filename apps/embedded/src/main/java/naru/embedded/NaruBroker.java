package naru.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import naru.base.Disk;
import naru.configuration.BrokerSettings;
import naru.disk.FileDisk;
import naru.server.LoadedAhead;
import naru.server.NewCluster;
import naru.server.Server;

/**
 * A broker inside the virtual machine of a test: no container, no download, ready within a tenth of a second once its
 * classes are loaded. It is the broker that runs in production, with its data in memory unless a folder is named.
 *
 * <pre>{@code
 * try (var broker = NaruBroker.start()) {
 *     var producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker.bootstrapServers(), ...));
 * }
 * }</pre>
 *
 * <p>Safe for use from any thread, one call at a time.
 */
public final class NaruBroker implements AutoCloseable {

    /** What {@link Disk#freeBytes} says of memory; the virtual machine's own limit is what counts. */
    private static final long MEMORY_BYTES = 64L << 30;

    private static final String MEMORY_FOLDER = "/memory";

    static {
        // Of our own Netty, which has another name outside: its native part is not here, so it need not look for it.
        System.setProperty("io.netty.transport.noNative", "true");
        System.setProperty("io.netty.jfr.enabled", "false");
    }

    /** What a broker is to be like. Every method gives a new value; none changes this one. */
    public static final class Plan {
        private final Map<String, String> settings;
        private final Path folder;
        private final int port;

        private Plan(Map<String, String> settings, Path folder, int port) {
            this.settings = settings;
            this.folder = folder;
            this.port = port;
        }

        /** A setting of {@code server.properties}, such as {@code num.partitions}. */
        public Plan with(String key, String value) {
            var more = new TreeMap<>(settings);
            more.put(key, value);
            return new Plan(more, folder, port);
        }

        /** Keeps data in this folder, which is made when it does not exist and stays behind. */
        public Plan onDisk(Path dataFolder) {
            return new Plan(settings, dataFolder, port);
        }

        /** Listens on this port of the loopback address instead of one that is free. */
        public Plan onPort(int fixed) {
            return new Plan(settings, folder, fixed);
        }

        /** Returns when clients are served. */
        public NaruBroker start() {
            return new NaruBroker(this);
        }
    }

    private final Plan plan;
    private final Server.Wires wires;
    private final Disk disk;
    private final Runnable unlock;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private Server server;
    private int port;
    private CountDownLatch pause;

    private NaruBroker(Plan plan) {
        this(plan, plan.port, Server.Wires.WHOLE);
        begin();
    }

    private NaruBroker(Plan plan, int port, Server.Wires wires) {
        this.plan = plan;
        this.wires = wires;
        this.port = port;
        if (plan.folder == null) {
            var memory = new MemoryDisk(MEMORY_BYTES);
            this.disk = memory;
            this.unlock = memory::unlockAll;
        } else {
            var files = new FileDisk();
            this.disk = files;
            this.unlock = files::unlockAll;
        }
    }

    /** One node of a cluster, on folders that are its own from now on; {@link #revive} starts it. */
    static NaruBroker node(NewCluster.Node node, Map<String, String> settings, boolean inMemory, Cuts cuts) {
        var broker = new NaruBroker(new Plan(settings, inMemory ? null : Path.of(node.folder()), node.port()), node.port(),
                (peers, lanes) -> cuts.of(node.id(), peers, lanes));
        node.format(broker.disk);
        return broker;
    }

    boolean isInMemory() {
        return plan.folder == null;
    }

    /** A broker in memory on a free port, with the settings a newcomer has. */
    public static NaruBroker start() {
        return plan().start();
    }

    public static Plan plan() {
        return new Plan(new TreeMap<>(), null, 0);
    }

    /** For {@code bootstrap.servers}; the same for as long as this object lives. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** True between {@link #start} or {@link #revive}, and {@link #kill} or {@link #close}. */
    public synchronized boolean isRunning() {
        return server != null;
    }

    /**
     * Ends the broker as {@code kill -9} ends a process: connections break, nothing is written any more, and nothing is
     * tidied up. What was in the page cache (or in memory) is there when it is revived.
     */
    public synchronized void kill() {
        if (server != null) {
            resume();
            server.abandon();
            server = null;
            unlock.run();
        }
    }

    /** Starts again on what a killed broker left, on the same port. */
    public synchronized void revive() {
        if (server == null) {
            begin();
        }
    }

    /** Stops the broker in its tracks, as {@code SIGSTOP} does or a long pause of a collector: connections stay, nothing moves. */
    public synchronized void pause() {
        if (server != null && pause == null) {
            pause = new CountDownLatch(1);
            server.holdUp(pause);
        }
    }

    /** Lets a paused broker go on where it was. */
    public synchronized void resume() {
        if (pause != null) {
            pause.countDown();
            pause = null;
        }
    }

    private void begin() {
        LoadedAhead.begin();
        try {
            var settings = settings();
            server = Server.start(settings, new Server.World(disk, limits -> limits, wires, this::onFailure));
        } catch (IOException | Server.Refused refused) {
            unlock.run();
            throw new IllegalStateException("the broker did not start: " + refused.getMessage(), refused);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the broker started", interrupted);
        }
        port = server.advertised().getFirst().port();
    }

    private BrokerSettings settings() {
        var all = new TreeMap<String, String>();
        all.put("listeners", "PLAINTEXT://127.0.0.1:" + port);
        all.put("log.dirs", plan.folder == null ? MEMORY_FOLDER : plan.folder.toString());
        // A test that consumes from the beginning should not wait for fifty empty partitions to be made.
        all.put("offsets.topic.num.partitions", "1");
        all.put("transaction.state.log.num.partitions", "1");
        all.put("share.coordinator.state.topic.num.partitions", "1");
        all.putAll(plan.settings);
        return BrokerSettings.parse(all);
    }

    private void onFailure(String where, Throwable why) {
        failure.compareAndSet(null, why);
    }

    /**
     * Stops cleanly: what is written is synced, and a folder may be opened by another broker.
     *
     * @throws IllegalStateException when the broker broke while it ran, with what broke it
     */
    @Override
    public synchronized void close() {
        if (server != null) {
            resume();
            server.stop();
            server = null;
            unlock.run();
        }
        if (failure.get() != null) {
            throw new IllegalStateException("the broker broke while it ran", failure.get());
        }
    }
}
