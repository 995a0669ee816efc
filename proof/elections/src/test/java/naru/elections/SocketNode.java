package naru.elections;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import naru.base.ClientLink;
import naru.base.LaneProgram;
import naru.base.Limits;
import naru.base.Uuid;
import naru.base.Visit;
import naru.client.Timing;
import naru.consensus.Address;
import naru.consensus.ConsensusThread;
import naru.consensus.Membership;
import naru.consensus.PeerPostman;
import naru.consensus.RaftMetadataLog;
import naru.disk.FileDisk;
import naru.lanes.Dice;
import naru.lanes.LaneGroup;
import naru.metadata.Cluster;
import naru.metadata.MetadataLog;
import naru.network.ListenerAt;
import naru.network.Network;
import naru.network.NetworkSettings;
import naru.network.TcpPeers;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ApiVersionsResponse;
import naru.quorum.Formatting;
import naru.quorum.MetaProperties;
import naru.quorum.ReleaseVersions;
import naru.quorum.Rules;

/** A controller with threads, sockets and files, and nothing else of a broker. */
final class SocketNode implements MetadataLog.Follower, LaneProgram {

    static final String LISTENER = "CONTROLLER";

    private static final List<ApiKey> SPOKEN = List.of(
            ApiKey.API_VERSIONS, ApiKey.FETCH, ApiKey.VOTE, ApiKey.BEGIN_QUORUM_EPOCH, ApiKey.END_QUORUM_EPOCH,
            ApiKey.FETCH_SNAPSHOT, ApiKey.DESCRIBE_QUORUM, ApiKey.ADD_RAFT_VOTER, ApiKey.REMOVE_RAFT_VOTER,
            ApiKey.UPDATE_RAFT_VOTER);

    private record Due(long atNs, Runnable task) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return Long.compare(atNs, other.atNs);
        }
    }

    /** What a node was told, for other threads to see. */
    record Known(int leaderId, int epoch, boolean leads, long end, Cluster cluster) {}

    private final int id;
    private final LaneGroup lanes;
    private final TcpPeers peers;
    private final Network network;
    private final RaftMetadataLog log;
    private final ConsensusThread thread;
    private final PriorityQueue<Due> timers = new PriorityQueue<>();
    private final Writer writer = new Writer(1 << 10);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile Known known = new Known(-1, -1, false, 0, Cluster.EMPTY);
    private final Runnable whenTold;

    /** @param whenTold called on the node's lane whenever what is known has changed */
    SocketNode(int id, Path folder, SortedMap<Integer, Address> voters, Address home, boolean byLog, Runnable whenTold)
            throws Exception {
        this.id = id;
        this.whenTold = whenTold;
        this.lanes = LaneGroup.of(1, (_, why) -> failure.set(why));
        this.peers = new TcpPeers(lanes, Limits.PRODUCTION, TcpPeers.CONNECT_MS_MAX);
        var postman = new PeerPostman(peers, this::afterMs, "node-" + id, 1_500);
        var disk = new FileDisk();
        String path = folder.toString();
        format(disk, path, voters, home, byLog);
        var endpoints = new TreeMap<String, Address>();
        boolean canVote = home != null;
        if (canVote) {
            endpoints.put(LISTENER, home);
        }
        var directory = MetaProperties.read(disk, path).directory();
        var self = new Membership(id, directory, "AAAAAAAAAAAAAAAAAAAAAg", canVote, LISTENER, endpoints,
                byLog ? new TreeMap<>() : voters, List.copyOf(voters.values()), Membership.Timeouts.USUAL);
        this.log = new RaftMetadataLog(disk, path, self, Rules.USUAL, lanes, lanes.clock(), new Dice(), postman);
        this.thread = new ConsensusThread(log, failure::set);
        lanes.start((_, _) -> this);
        this.network = new Network(lanes, Limits.PRODUCTION, NetworkSettings.DEFAULTS);
        if (canVote) {
            network.listen(new ListenerAt(LISTENER, new InetSocketAddress(InetAddress.getByName(home.host()), home.port())));
        }
        thread.start();
    }

    private void format(FileDisk disk, String path, SortedMap<Integer, Address> voters, Address home, boolean byLog) {
        var first = voters.entrySet().stream().map(voter -> new Formatting.Controller(
                voter.getKey(), voter.getValue().host(), voter.getValue().port(), new Uuid(9, voter.getKey()))).toList();
        Formatting.Voters named = !byLog ? new Formatting.Voters.AsConfigured()
                : home != null && voters.containsKey(id) ? new Formatting.Voters.Initial(first) : new Formatting.Voters.Unnamed();
        Formatting.format(disk, new Formatting.Request("AAAAAAAAAAAAAAAAAAAAAg", id, List.of(path), path, LISTENER, named,
                ReleaseVersions.levelOf("4.3"), Map.of(), true), new Dice(), System.currentTimeMillis());
    }

    int id() {
        return id;
    }

    Known known() {
        return known;
    }

    Throwable failure() {
        return failure.get();
    }

    void decide(List<Message> records, Consumer<MetadataLog.Outcome> whenDecided) {
        lanes.post(0, () -> log.append(known.epoch(), records, whenDecided));
    }

    void ask(ApiKey api, Message request, Consumer<Message> answer) {
        lanes.post(0, () -> log.take(api, api.stableMax(), LISTENER, "test", request, answer));
    }

    /** As {@code kill -9} would: nobody listens any more, and nobody was told. */
    void kill() throws InterruptedException {
        network.close();
        thread.stop();
        peers.close();
        lanes.close();
    }

    /** In an orderly way. */
    void leave() throws InterruptedException {
        thread.leave();
        kill();
    }

    private Runnable afterMs(long ms, Runnable task) {
        var due = new Due(lanes.clock().nowNs() + ms * 1_000_000, task);
        timers.add(due);
        return () -> timers.remove(due);
    }

    private void tell(Known now) {
        known = now;
        whenTold.run();
    }

    @Override
    public void onSnapshot(Cluster cluster, long end) {
        tell(new Known(known.leaderId(), known.epoch(), known.leads(), end, cluster));
    }

    @Override
    public void onCommitted(List<Message> batch, long end) {
        tell(new Known(known.leaderId(), known.epoch(), known.leads(), end, known.cluster().withAll(batch)));
    }

    @Override
    public void onLeadership(int epoch) {
        tell(new Known(id, epoch, true, known.end(), known.cluster()));
    }

    @Override
    public void onLeadershipLost() {
        tell(new Known(-1, known.epoch(), false, known.end(), known.cluster()));
    }

    @Override
    public void onLeader(int leaderId, int epoch) {
        tell(new Known(leaderId, epoch, known.leads(), known.end(), known.cluster()));
    }

    @Override
    public void onStart() {
        log.follow(this);
    }

    @Override
    public Visit onConnect(ClientLink link) {
        return new Asking(link);
    }

    @Override
    public void endTurn() {
        // nothing is written on this lane
    }

    @Override
    public void onTime() {
        while (!timers.isEmpty() && timers.peek().atNs() <= lanes.clock().nowNs()) {
            timers.remove().task().run();
        }
    }

    @Override
    public long nextDeadlineNs() {
        return timers.isEmpty() ? Long.MAX_VALUE : timers.peek().atNs();
    }

    /** Another controller. It has one question under way at a time, so answers need no order. */
    private final class Asking implements Visit {
        private final ClientLink link;

        private Asking(ClientLink link) {
            this.link = link;
        }

        @Override
        public void onFrame(ByteBuffer frame) {
            var reader = new Reader(frame);
            var api = ApiKey.of(reader.int16());
            short version = reader.int16();
            int correlation = reader.int32();
            reader.string(false, true);
            if (api.requestHeaderVersion(version) >= 2) {
                reader.uvarint();
            }
            if (api == ApiKey.API_VERSIONS) {
                answer(api, version, correlation, versions());
            } else {
                log.take(api, version, LISTENER, "", api.readRequest(reader, version),
                        answer -> answer(api, version, correlation, answer));
            }
        }

        private void answer(ApiKey api, int version, int correlation, Message answer) {
            writer.reset();
            writer.int32(0);
            writer.int32(correlation);
            if (api.responseHeaderVersion(version) >= 1) {
                writer.uvarint(0);
            }
            answer.write(writer, version);
            writer.setInt32(0, Math.toIntExact(writer.length() - Integer.BYTES));
            link.send(writer.finish());
        }

        @Override
        public void onRoom() {
            // what is asked is little
        }

        @Override
        public void onClosed() {
            // answers to nobody are dropped by the link
        }
    }

    private static ApiVersionsResponse versions() {
        return ApiVersionsResponse.builder().apiKeys(SPOKEN.stream().map(api -> new ApiVersionsResponse.ApiVersion(
                api.id(), api.versionMin(), api.stableMax())).toList())
                .supportedFeatures(List.of(new ApiVersionsResponse.SupportedFeatureKey("kraft.version", (short) 0, (short) 1)))
                .build();
    }
}
