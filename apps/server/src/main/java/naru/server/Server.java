package naru.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import naru.base.Disk;
import naru.base.Lanes;
import naru.base.Limits;
import naru.base.Peers;
import naru.base.Uuid;
import naru.broker.Broker;
import naru.configuration.BrokerSettings;
import naru.configuration.Listener.SecurityProtocol;
import naru.configuration.Listener;
import naru.disk.FileDisk;
import naru.lanes.Dice;
import naru.lanes.FailureHandler;
import naru.lanes.LaneGroup;
import naru.metadata.Features;
import naru.network.ListenerAt;
import naru.network.Network;
import naru.network.NetworkSettings;
import naru.network.TcpPeers;
import naru.quorum.DamagedMetadata;
import naru.quorum.Formatting;
import naru.quorum.LoneMetadataLog;
import naru.quorum.MetaProperties;
import naru.quorum.Rules;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The wiring: disk, lanes, metadata, broker and network, in the order in which they need each other. */
public final class Server {

    static {
        LoadedAhead.awaitLogging();
    }

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    /** How long a broker that stops waits for others to take over what it leads. */
    private static final long LEAVE_MS_MAX = 30_000;

    /** The world does not allow what was asked; the message is for the person who asked. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    /** What lies between this node and others: the way as it is goes in, the way as it shall seem comes out. */
    @FunctionalInterface
    public interface Wires {

        Wires WHOLE = (peers, _) -> peers;

        Peers of(Peers peers, Lanes lanes);
    }

    /**
     * What a server is wired to.
     *
     * @param limits what the settings ask for goes in, what holds comes out
     * @param onFailure hears of a lane that has given up
     */
    public record World(Disk disk, UnaryOperator<Limits> limits, Wires wires, FailureHandler onFailure) {

        /** A process of its own on the disk of this machine. */
        static World outside() {
            return new World(new FileDisk(), UnaryOperator.identity(), Wires.WHOLE, Server::onFailure);
        }

        public World(Disk disk, UnaryOperator<Limits> limits, FailureHandler onFailure) {
            this(disk, limits, Wires.WHOLE, onFailure);
        }
    }

    private final BrokerSettings settings;
    private final World world;
    private final Disk disk;
    private final LaneGroup lanes;
    private final TcpPeers peers;
    private final Peers wired;
    private final CountDownLatch ready = new CountDownLatch(1);
    private NodeMetadata metadata;
    private volatile String refusal;
    private Broker broker;
    private Network network;
    private List<Listener> advertised = List.of();

    private Server(BrokerSettings settings, World world) {
        this.settings = settings;
        this.world = world;
        this.disk = world.disk();
        this.lanes = LaneGroup.of(1, world.onFailure());
        this.peers = new TcpPeers(lanes, limits(), TcpPeers.CONNECT_MS_MAX);
        this.wired = world.wires().of(peers, lanes);
    }

    /** A broken invariant means that the code is wrong: whatever goes on now may do harm. */
    private static void onFailure(String where, Throwable why) {
        if (why instanceof DamagedMetadata told) {
            LOG.error("This node ends: {}", told.getMessage());
            Runtime.getRuntime().halt(1);
        }
        LOG.error("{} failed, the process ends", where, why);
        Runtime.getRuntime().halt(70);
    }

    static Server start(BrokerSettings settings) throws IOException, InterruptedException, Refused {
        return start(settings, World.outside());
    }

    /** Returns when clients are served. */
    public static Server start(BrokerSettings settings, World world)
            throws IOException, InterruptedException, Refused {
        settings.warnings().forEach(LOG::warn);
        checkPromises(settings);
        var server = new Server(settings, world);
        server.open();
        server.listen();
        server.ready.await();
        if (server.refusal != null) {
            server.stop();
            throw new Refused(server.refusal);
        }
        return server;
    }

    /** Some settings promise what is not there yet. To go on without would be worse than not to start. */
    private static void checkPromises(BrokerSettings settings) throws Refused {
        for (var listener : settings.listeners()) {
            boolean isUsed = !settings.isAlone() || !settings.isForControllers(listener.name());
            if (isUsed && listener.protocol() != SecurityProtocol.PLAINTEXT) {
                throw new Refused("the listener " + listener.name() + " asks for " + listener.protocol()
                        + ", and so far only PLAINTEXT is served");
            }
        }
        for (var listener : settings.isAlone() ? List.<Listener>of() : settings.controllerListeners()) {
            if (listener.port() == 0) {
                throw new Refused("the listener " + listener.name() + " is for other controllers, who have to know its port:"
                        + " give it one");
            }
        }
        if (settings.isGiven("authorizer.class.name") && !settings.text("authorizer.class.name").isEmpty()) {
            throw new Refused("authorizer.class.name asks for access control, which is not there yet");
        }
    }

    private void open() throws Refused, InterruptedException {
        refuseMetadataElsewhere();
        var identity = settings.isAlone() ? claimFolders() : formattedFolders();
        metadata = settings.isAlone() ? loneMetadata(identity) : sharedMetadata(identity);
        broker = new Broker(new Broker.World(lanes.clock(), disk, lanes, wired), limits(), settings, identity, metadata.log(),
                metadata.requests());
        lanes.prepare(broker::program);
        LoadedAhead.await();
        lanes.start();
        metadata.start();
    }

    private NodeMetadata loneMetadata(Broker.Identity identity) {
        int home = settings.logFolders().indexOf(settings.metadataFolder());
        var lone = new LoneMetadataLog(disk, settings.metadataFolder(), settings.nodeId(),
                identity.folderIds().get(Math.max(0, home)), metadataRules(), lanes, lanes.clock());
        lone.findings().forEach(LOG::warn);
        return new LoneMetadata(lone);
    }

    private NodeMetadata sharedMetadata(Broker.Identity identity) throws Refused {
        var around = new SharedMetadata.World(
                disk, lanes, wired, (ms, task) -> broker.timing().afterMs(ms, task), this::onQuorumFailure);
        var home = MetaProperties.read(disk, settings.metadataFolder());
        return SharedMetadata.open(around, settings, metadataRules(), identity.clusterId(), home.directory(), reachable());
    }

    /** What the log or other controllers say may be something for the operator: then it is no failure. */
    private void onQuorumFailure(Throwable why) {
        if (refusal != null) {
            return; // it ends already
        }
        if (why instanceof DamagedMetadata told && ready.getCount() > 0) {
            refuse(told.getMessage());
        } else {
            world.onFailure().onFailure("the quorum's engine", why);
        }
    }

    private void refuse(String why) {
        refusal = why;
        ready.countDown();
    }

    /** Where other controllers reach this one: as the voters say, who all must say the same, else where it listens. */
    private List<Listener> reachable() throws Refused {
        var reachable = new ArrayList<Listener>();
        for (var listener : settings.controllerListeners()) {
            var mine = settings.voters().stream().filter(voter -> voter.id() == settings.nodeId()).findFirst();
            if (mine.isPresent() && mine.get().port() != listener.port() && settings.controllerListeners().size() == 1) {
                throw new Refused("controller.quorum.voters says that node " + settings.nodeId() + " listens for controllers at port "
                        + mine.get().port() + ", and listeners says " + listener.port() + "; they have to agree");
            }
            reachable.add(mine.isPresent()
                    ? new Listener(listener.name(), listener.protocol(), mine.get().host(), listener.port()) : told(listener));
        }
        return reachable;
    }

    /** Where others find this node: as {@code advertised.listeners} says, else where it listens. */
    private Listener told(Listener listener) {
        var advertised = settings.advertised().stream().filter(one -> one.name().equals(listener.name())).findFirst();
        if (advertised.isPresent() && !advertised.get().host().isEmpty()) {
            int port = advertised.get().port() == 0 ? listener.port() : advertised.get().port();
            return new Listener(listener.name(), listener.protocol(), advertised.get().host(), port);
        }
        boolean anywhere = listener.host().isEmpty() || listener.host().equals("0.0.0.0") || listener.host().equals("::");
        return new Listener(listener.name(), listener.protocol(), anywhere ? nameOfThisMachine() : listener.host(), listener.port());
    }

    /**
     * A broker whose configuration names no controller but itself may begin on new folders, as one that is alone may: nobody
     * else can be taken for it, because a new cluster has a new id. It votes alone at first; others may join.
     */
    private void foundOnNewFolders(List<String> folders) {
        boolean mayFound = settings.isBroker() && settings.isController() && settings.namesOnlyItself();
        if (!mayFound || folders.stream().anyMatch(folder -> MetaProperties.read(disk, folder) != null)) {
            return;
        }
        var own = told(settings.controllerListeners().getFirst());
        var voters = settings.voters().isEmpty()
                ? new Formatting.Voters.Standalone(own.host(), own.port()) : new Formatting.Voters.AsConfigured();
        var dice = new Dice();
        Formatting.format(disk, new Formatting.Request(
                dice.nextUuid().toString(), settings.nodeId(), folders, settings.metadataFolder(), own.name(), voters,
                Features.METADATA_MAX, Map.of(), false), dice, lanes.clock().nowMs());
    }

    /** A node of a cluster has folders that say so; it does not found a cluster where others are named. */
    private Broker.Identity formattedFolders() throws Refused {
        var folders = new ArrayList<>(settings.logFolders());
        if (!folders.contains(settings.metadataFolder())) {
            folders.add(settings.metadataFolder());
        }
        for (var folder : folders) {
            lock(folder);
        }
        foundOnNewFolders(folders);
        var marks = Formatting.formatted(disk, folders, settings.nodeId());
        var ids = new ArrayList<Uuid>();
        for (int i = 0; i < settings.logFolders().size(); i++) {
            var id = marks.get(i).directory();
            if (ids.contains(id)) {
                throw new Refused("the data folders " + folders.get(ids.indexOf(id)) + " and " + folders.get(i)
                        + " are copies of one folder: their meta.properties name the same directory.id " + id
                        + "; take the copy out of log.dirs");
            }
            ids.add(id);
        }
        return new Broker.Identity(settings.nodeId(), marks.getFirst().clusterId(), ids);
    }

    /** Another log folder was put first: this node would begin with no metadata, and take all its partitions for somebody else's. */
    private void refuseMetadataElsewhere() throws Refused {
        for (var folder : settings.logFolders()) {
            if (!isOneFolder(folder, settings.metadataFolder()) && Formatting.holdsMetadata(disk, folder)) {
                throw new Refused("the metadata of this node lies in " + folder + ", and is looked for in " + settings.metadataFolder()
                        + ", which is metadata.log.dir, or else the first of log.dirs; set metadata.log.dir=" + folder
                        + ", or move __cluster_metadata-0 while the node does not run");
            }
        }
    }

    private static boolean isOneFolder(String one, String other) {
        return Path.of(one).toAbsolutePath().normalize().equals(Path.of(other).toAbsolutePath().normalize());
    }

    /** Every folder is locked and knows whose it is; new ones are given to this node. */
    private Broker.Identity claimFolders() throws Refused {
        var randomness = new Dice();
        String clusterId = null;
        for (var folder : settings.logFolders()) {
            lock(folder);
            var found = MetaProperties.read(disk, folder);
            if (clusterId == null && found != null) {
                clusterId = found.clusterId();
            }
        }
        if (clusterId == null) {
            clusterId = randomness.nextUuid().toString();
        }
        var ids = new ArrayList<Uuid>();
        for (var folder : settings.logFolders()) {
            ids.add(MetaProperties.claim(disk, folder, settings.nodeId(), clusterId, randomness).directory());
        }
        return new Broker.Identity(settings.nodeId(), clusterId, ids);
    }

    private void lock(String folder) throws Refused {
        disk.establishFolders(folder);
        if (!disk.lock(folder)) {
            throw new Refused("the data folder " + folder + " is in use by another broker");
        }
    }

    private Rules metadataRules() {
        return new Rules(
                settings.number("metadata.log.max.record.bytes.between.snapshots"),
                settings.number("metadata.log.max.snapshot.interval.ms"), settings.number("metadata.log.segment.bytes"),
                settings.number("metadata.log.segment.ms"), settings.number("metadata.max.retention.bytes"),
                settings.number("metadata.max.retention.ms"));
    }

    private Limits limits() {
        var usual = Limits.PRODUCTION;
        int requestBytesMax = settings.integer("socket.request.max.bytes");
        return world.limits().apply(new Limits(
                requestBytesMax, usual.requestsInFlightMax(), usual.answerBytesQueuedMax(),
                usual.answerMemoryBytesMax(), usual.readBytesPerTurnMax(),
                settings.integer("max.connections"), Math.max(usual.requestMemoryBytesMax(), requestBytesMax),
                settings.integer("max.incremental.fetch.session.cache.slots"), settings.integer("fetch.max.bytes"),
                usual.waitingFetchesMax(), usual.fetchPositionsMax(), usual.openFilesMax(),
                usual.logProducersMax(), usual.decompressedBytesMax(), usual.groupsMax(),
                settings.integer("group.max.size"), usual.commandsWaitingMax(), usual.topicsPerRequestMax(),
                usual.partitionsOpenedPerTurnMax()));
    }

    private void listen() throws IOException, InterruptedException, Refused {
        network = new Network(lanes, limits(), networkSettings());
        var bound = new ArrayList<Listener>();
        for (var listener : settings.listeners()) {
            if (settings.isAlone() && settings.isForControllers(listener.name())) {
                continue; // nobody else is there to ask
            }
            var address = listener.host().isEmpty()
                    ? new InetSocketAddress(listener.port())
                    : new InetSocketAddress(listener.host(), listener.port());
            var at = network.listen(new ListenerAt(listener.name(), address));
            bound.add(new Listener(listener.name(), listener.protocol(), listener.host(), at.getPort()));
        }
        advertised = settings.advertisedToClients().stream().map(one -> withHost(withPort(one, bound))).toList();
        if (settings.isController() && !settings.isAlone()) {
            broker.enrol(reachable());
        }
        if (settings.isBroker()) {
            broker.advertise(advertised, ready::countDown, this::refuse);
        } else {
            ready.countDown();
        }
    }

    private NetworkSettings networkSettings() throws Refused {
        var usual = NetworkSettings.DEFAULTS;
        return new NetworkSettings(
                settings.integer("socket.listen.backlog.size"), settings.number("connections.max.idle.ms"),
                usual.sendBufferBytes(), usual.receiveBufferBytes(),
                AddressQuotas.of(settings.integer("max.connections.per.ip"), settings.text("max.connections.per.ip.overrides")),
                usual.stopMsMax());
    }

    /** Port 0 means whichever was free. */
    private static Listener withPort(Listener advertised, List<Listener> bound) {
        for (var one : bound) {
            if (one.name().equals(advertised.name()) && advertised.port() == 0) {
                return new Listener(advertised.name(), advertised.protocol(), advertised.host(), one.port());
            }
        }
        return advertised;
    }

    /** Without a host of its own a listener is found under the name of this machine, as with Kafka. */
    private static Listener withHost(Listener advertised) {
        return advertised.host().isEmpty()
                ? new Listener(advertised.name(), advertised.protocol(), nameOfThisMachine(), advertised.port())
                : advertised;
    }

    private static String nameOfThisMachine() {
        try {
            return InetAddress.getLocalHost().getCanonicalHostName();
        } catch (UnknownHostException nameless) {
            LOG.warn("This machine's name is unknown ({}), clients are told localhost; for clients on other machines set"
                    + " advertised.listeners", nameless.getMessage());
            return "localhost";
        }
    }

    /** Where clients reach this broker, with the ports that were bound. */
    public List<Listener> advertised() {
        return advertised;
    }

    /** Counted from the start of the process, because that is what a person waits for. */
    String readyLine() {
        long ms = ProcessAge.ms();
        var addresses = settings.isBroker()
                ? advertised.stream().map(one -> "kafka://" + one.host() + ":" + one.port()).collect(Collectors.joining(", "))
                : "controller at " + settings.controllerListeners().stream().map(one -> one.host() + ":" + one.port())
                        .collect(Collectors.joining(", "));
        var folders = settings.logFolders().stream().map(Server::shown).collect(Collectors.joining(", "));
        return "naru is ready in " + ms + " ms: " + addresses + ", data " + folders;
    }

    private static String shown(String folder) {
        return folder.startsWith("/") || folder.startsWith(".") ? folder : "./" + folder;
    }

    /** Ends as {@code kill -9} ends a process: nothing is answered, synced or tidied up. For brokers inside tests. */
    public void abandon() {
        network.close();
        peers.close();
        if (metadata.log().isShared()) {
            closeMetadata();
        }
        lanes.close();
    }

    private void closeMetadata() {
        try {
            metadata.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Every lane stands still until {@code goOn} is counted down, as under a long pause of a collector. For brokers inside tests. */
    public void holdUp(CountDownLatch goOn) {
        for (int lane = 0; lane < lanes.count(); lane++) {
            lanes.post(lane, () -> {
                try {
                    goOn.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    /** Others take over first; then clients, the lanes, everything to the medium, and the mark of a clean stop. */
    public void stop() {
        try {
            leave();
            network.close();
            peers.close();
            if (metadata.log().isShared()) {
                metadata.close(); // while lanes still take what its thread tells them
            }
            lanes.close();
            broker.close();
            if (!metadata.log().isShared()) {
                metadata.close();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void leave() throws InterruptedException {
        if (metadata.log().isShared() && settings.flag("controlled.shutdown.enable")) {
            var gone = new CountDownLatch(1);
            broker.leave(LEAVE_MS_MAX, gone::countDown);
            gone.await(2 * LEAVE_MS_MAX, TimeUnit.MILLISECONDS);
        }
        metadata.leave();
    }
}
