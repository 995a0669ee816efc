package naru.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import naru.base.Limits;
import naru.base.Outgoing;
import naru.base.PeerLink;
import naru.base.PeerVisit;
import naru.base.PeerVisit.Ending;
import naru.broker.Broker;
import naru.client.Exchange;
import naru.client.Reply;
import naru.configuration.BrokerSettings;
import naru.metadata.BrokerNode;
import naru.metadata.Cluster;
import naru.metadata.MetadataLog;
import naru.protocol.Message;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FeatureLevelRecord;
import naru.protocol.message.PartitionChangeRecord;
import naru.quorum.MetaProperties;
import naru.simulation.SimulatedLink.Weather;

/** A few brokers in one thread, whose metadata is told to all of them at once: for stories about what they say to each other. */
final class SmallCluster {

    private static final String FOLDER = "/data";
    private static final long PATIENCE_MS = 20_000;

    private final SimulatedRandomness dice;
    private final Timeline timeline;
    private final Order metadata = new Order();
    private final Map<Integer, Node> nodes = new TreeMap<>();
    private final Map<String, String> more;
    private final int lanesEach;
    /** Brokers that nobody reaches, and that reach nobody; clients do. */
    private final TreeSet<Integer> cut = new TreeSet<>();
    /** Brokers that hear nothing new of the cluster, and decide nothing. */
    private final TreeSet<Integer> deaf = new TreeSet<>();
    private Cluster cluster = Cluster.EMPTY;
    private long nextLink;

    SmallCluster(long seed, int brokers, int lanesEach, Map<String, String> more) {
        this.dice = new SimulatedRandomness(seed);
        this.timeline = new Timeline(dice.fork("timeline"), new Transcript());
        this.lanesEach = lanesEach;
        this.more = more;
        commit(new FeatureLevelRecord("metadata.version", (short) 30), new FeatureLevelRecord("transaction.version", (short) 2));
        // One after the other: each decides over its own registration, and the log knows no other order.
        for (int id = 1; id <= brokers; id++) {
            int all = id;
            nodes.put(id, new Node(id));
            nodes.get(id).start();
            await("broker " + id + " serves", () ->
                    cluster.brokers().size() == all && cluster.brokers().values().stream().allMatch(BrokerNode::isActive));
            runForMs(50);
        }
    }

    Cluster cluster() {
        return cluster;
    }

    void commit(Message... records) {
        metadata.commit(List.of(records));
    }

    /** Every partition of the topic gets the next replica as its leader. */
    void moveEverything(String name) {
        var topic = cluster.topic(name);
        for (int i = 0; i < topic.partitions().size(); i++) {
            var state = topic.partitions().get(i);
            int next = state.replicas().get((state.replicas().indexOf(state.leader()) + 1) % state.replicas().size());
            commit(PartitionChangeRecord.builder().topicId(topic.id()).partitionId(i).leader(next).build());
        }
        runForMs(50);
    }

    void start(int node) {
        nodes.get(node).start();
    }

    void kill(int node) {
        nodes.get(node).kill(true);
    }

    /** What was not synced may be gone, and some of it is. */
    void cutPower(int node) {
        nodes.get(node).kill(false);
    }

    /** The broker and the others do not hear each other any more. */
    void cut(int node) {
        cut.add(node);
        nodes.values().forEach(Node::severPeers);
    }

    void heal() {
        cut.clear();
    }

    /** The broker does not hear what is committed from now on. */
    void deafen(int node) {
        deaf.add(node);
    }

    /** Everybody hears what they have missed. */
    void letHear() {
        deaf.clear();
        metadata.views.forEach(Order.View::tellLater);
    }

    /** What stands in the broker's log folder. */
    List<String> names(int node) {
        return nodes.get(node).disk.list(FOLDER);
    }

    /** What lies in this file of the broker's log folder, in bytes. */
    int size(int node, String file) {
        return nodes.get(node).disk.content(FOLDER + "/" + file).length;
    }

    /** Somebody sets the wall clock of a broker that runs. */
    void setClock(int node, long byMs) {
        nodes.get(node).clock.jumpMs(byMs);
    }

    void runForMs(long ms) {
        timeline.runForMs(ms);
    }

    void await(String what, BooleanSupplier done) {
        if (!timeline.runUntil(timeline.nowNs() + PATIENCE_MS * 1_000_000, done)) {
            throw new AssertionError("not within " + PATIENCE_MS + " ms: " + what);
        }
    }

    /** What a broker answers to a client. */
    <A> A ask(int node, ApiKey api, Message request, Class<A> kind) {
        var reply = begin(node, api, request);
        await(api + " is answered", () -> reply[0] != null);
        if (reply[0] instanceof Reply.Answered(var answer, int _)) {
            return kind.cast(answer);
        }
        throw new AssertionError(api + " at " + node + ": " + reply[0]);
    }

    /** Asks, and does not wait: the reply will stand in the place that is returned. */
    Reply[] begin(int node, ApiKey api, Message request) {
        return begin(node, api, api.stableMax(), request);
    }

    /** As {@link #begin}, one question right after the other on one connection. */
    Reply[] begin(int node, ApiKey first, Message asked, ApiKey second, Message askedThen) {
        var replies = new Reply[2];
        var exchange = exchangeWith(node);
        exchange.ask(first, first.stableMax(), asked, 0, told -> replies[0] = told);
        exchange.ask(second, second.stableMax(), askedThen, 0, told -> {
            replies[1] = told;
            exchange.close();
        });
        return replies;
    }

    private Exchange exchangeWith(int node) {
        return new Exchange(visit -> connect(node, visit, Runnable::run, false),
                new Exchange.Rules("story", PATIENCE_MS * 2, 10), this::later, new Writer(1 << 16));
    }

    /** @param versionMax the newest that this client speaks */
    Reply[] begin(int node, ApiKey api, int versionMax, Message request) {
        var reply = new Reply[1];
        var exchange = exchangeWith(node);
        exchange.ask(api, versionMax, request, 0, told -> {
            reply[0] = told;
            exchange.close();
        });
        return reply;
    }

    private Runnable later(long ms, Runnable task) {
        var wanted = new boolean[] {true};
        timeline.afterMs(ms, () -> {
            if (wanted[0]) {
                task.run();
            }
        });
        return () -> wanted[0] = false;
    }

    private PeerLink connect(int to, PeerVisit visit, Consumer<Runnable> hears, boolean ofPeer) {
        var end = new End(visit, hears);
        var target = nodes.get(to);
        if (target == null || !target.isRunning()) {
            timeline.after(50_000, () -> end.close(Ending.REFUSED));
            return end;
        }
        var link = new SimulatedLink(nextLink, (int) (nextLink % lanesEach), target.lanes, timeline, dice, 8 << 20, end, Weather.CALM);
        nextLink++;
        target.links.add(link);
        if (ofPeer) {
            target.peers.add(link);
        }
        link.open();
        return end;
    }

    /** One broker, its disk and its process. */
    private final class Node {
        private final int id;
        private final SimulatedDisk disk;
        private final List<SimulatedLink> links = new ArrayList<>();
        private final List<SimulatedLink> peers = new ArrayList<>();
        private final SimulatedClock clock = new SimulatedClock(timeline);
        private SimulatedLanes lanes;

        private Node(int id) {
            this.id = id;
            this.disk = new SimulatedDisk(dice.fork("disk" + id));
        }

        private boolean isRunning() {
            return lanes != null && !lanes.isDead();
        }

        private void start() {
            lanes = new SimulatedLanes(lanesEach, timeline, dice.fork("lanes" + id + timeline.nowNs()), disk);
            disk.establishFolders(FOLDER);
            var random = dice.fork("broker" + id + timeline.nowNs());
            var folderId = MetaProperties.claim(disk, FOLDER, id, "small", random).directory();
            var broker = new Broker(
                    new Broker.World(clock, disk, lanes, (host, port, visit) -> connectPeer(port, visit)),
                    Limits.PRODUCTION, settings(), new Broker.Identity(id, "small", List.of(folderId)), metadata.view(id, lanes));
            for (int lane = 0; lane < lanesEach; lane++) {
                lanes.run(lane, broker.program(lane, random));
            }
            lanes.post(0, () -> broker.advertise(settings().advertised(), () -> { }));
        }

        private BrokerSettings settings() {
            var settings = new TreeMap<String, String>();
            settings.put("node.id", Integer.toString(id));
            settings.put("log.dirs", FOLDER);
            settings.put("listeners", "PLAINTEXT://broker" + id + ":" + id);
            settings.put("broker.rack", "rack" + id);
            settings.put("replica.selector.class", "org.apache.kafka.common.replica.RackAwareReplicaSelector");
            settings.put("offsets.topic.num.partitions", "2");
            settings.put("transaction.state.log.num.partitions", "2");
            settings.putAll(more);
            return BrokerSettings.parse(settings);
        }

        private PeerLink connectPeer(int to, PeerVisit visit) {
            int lane = lanes.current();
            var process = lanes;
            if (cut.contains(id) || cut.contains(to)) {
                var end = new End(visit, task -> process.hear(lane, task));
                timeline.afterMs(100, () -> end.close(Ending.UNREACHABLE));
                return end;
            }
            return connect(to, visit, task -> process.hear(lane, task), true);
        }

        /** Whoever is still reached connects again. */
        private void severPeers() {
            peers.forEach(link -> link.sever("cut"));
            peers.clear();
        }

        private void kill(boolean withPower) {
            lanes.kill();
            if (withPower) {
                disk.killProcess();
            } else {
                disk.losePower();
            }
            links.forEach(SimulatedLink::serverDied);
            links.clear();
            peers.clear();
        }
    }

    /** The side of a connection that has opened it. */
    private final class End implements ClientSide, PeerLink {
        private final PeerVisit visit;
        private final Consumer<Runnable> hears;
        private SimulatedLink link;
        private boolean closed;

        private End(PeerVisit visit, Consumer<Runnable> hears) {
            this.visit = visit;
            this.hears = hears;
        }

        private void hear(Runnable what) {
            hears.accept(() -> {
                if (!closed) {
                    what.run();
                }
            });
        }

        private void close(Ending why) {
            hear(() -> {
                closed = true;
                visit.onClosed(why);
            });
        }

        @Override
        public void onConnected(SimulatedLink opened) {
            link = opened;
            hear(visit::onOpen);
        }

        @Override
        public void onAnswer(ByteBuffer answer) {
            hear(() -> visit.onFrame(answer.slice()));
        }

        @Override
        public void onClosed(String why) {
            close(link == null ? Ending.REFUSED : Ending.LOST);
        }

        @Override
        public void send(Outgoing request) {
            byte[] bytes;
            try (request) {
                var whole = ByteBuffer.allocate(Math.toIntExact(request.length()));
                request.pieces().forEach(piece -> whole.put(((Outgoing.Piece.Memory) piece).bytes().duplicate()));
                bytes = whole.array();
            }
            if (link != null && !closed) {
                link.request(Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length));
            }
        }

        @Override
        public boolean isCongested() {
            return false;
        }

        @Override
        public void close() {
            closed = true;
            if (link != null) {
                link.hangUp();
            }
        }
    }

    /** What is committed, in order: every broker is told everything, and each may decide. */
    private final class Order {
        private final List<Message> records = new ArrayList<>();
        private final List<View> views = new ArrayList<>();

        private MetadataLog view(int node, SimulatedLanes lanes) {
            var view = new View(node, lanes);
            views.add(view);
            return view;
        }

        private void commit(List<Message> batch) {
            records.addAll(batch);
            cluster = cluster.withAll(batch);
            views.forEach(View::tellLater);
        }

        private final class View implements MetadataLog {
            private final int node;
            private final SimulatedLanes lanes;
            private MetadataLog.Follower follower;
            private int told;

            private View(int node, SimulatedLanes lanes) {
                this.node = node;
                this.lanes = lanes;
            }

            @Override
            public void append(int epoch, List<Message> batch, Consumer<Outcome> whenDecided) {
                timeline.after(100_000, () -> {
                    if (!lanes.isDead() && !deaf.contains(node)) {
                        commit(batch);
                        long end = records.size();
                        lanes.hear(0, () -> whenDecided.accept(new Outcome.Committed(end)));
                    }
                });
            }

            @Override
            public void raiseQuorumVersion(int epoch, short version, boolean rehearsed, Consumer<RaiseAnswer> whenAnswered) {
                throw new UnsupportedOperationException("no story of this cluster asks for it");
            }

            @Override
            public void follow(MetadataLog.Follower wanted) {
                follower = wanted;
                follower.onSnapshot(Cluster.EMPTY, 0);
                tell();
                follower.onLeadership(1);
            }

            private void tellLater() {
                lanes.hear(0, this::tell);
            }

            private void tell() {
                if (follower != null && told < records.size() && !deaf.contains(node)) {
                    var news = List.copyOf(records.subList(told, records.size()));
                    told = records.size();
                    follower.onCommitted(news, told);
                }
            }
        }
    }
}
