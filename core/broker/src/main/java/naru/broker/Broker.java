package naru.broker;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import naru.base.Clock;
import naru.base.Disk;
import naru.base.DiskFailure;
import naru.base.LaneProgram;
import naru.base.Lanes;
import naru.base.Limits;
import naru.base.Peers;
import naru.base.Randomness;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.client.Timing;
import naru.configuration.BrokerSettings;
import naru.configuration.Listener;
import naru.log.LogFolder;
import naru.metadata.Changes;
import naru.metadata.Cluster;
import naru.metadata.Command;
import naru.metadata.Controller;
import naru.metadata.Features;
import naru.metadata.MetadataLog;
import naru.metadata.QuorumRequests;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;
import naru.protocol.message.BrokerRegistrationRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A whole broker, as wired once at the start: what it was handed, its lanes, and the controller on lane 0. */
public final class Broker {

    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

    /** The world, as far as a broker needs it. */
    public record World(Clock clock, Disk disk, Lanes lanes, Peers peers) {}

    /**
     * Who this broker is.
     *
     * @param clusterId as in {@code meta.properties}
     * @param folderIds the id of each log folder, in the order of the settings
     */
    public record Identity(int nodeId, String clusterId, List<Uuid> folderIds) {}

    private final World world;
    private final Limits limits;
    private final BrokerSettings settings;
    private final Identity identity;
    private final MetadataLog metadata;
    private final LaneBroker[] lanes;
    private final List<LogFolder> folders;
    private final CompactionThreads compactionThreads = new CompactionThreads();
    private final QuorumRequests quorum;
    private final KnownControllers knownControllers;
    private ControllerDesk controller;
    /** Null where this broker is alone. */
    private Membership membership;

    /** A broker whose metadata log needs nobody else, or whose quorum is reached some other way. */
    public Broker(World world, Limits limits, BrokerSettings settings, Identity identity, MetadataLog metadata) {
        this(world, limits, settings, identity, metadata, null);
    }

    /**
     * A node: a broker, a controller, or both.
     *
     * @param quorum where requests of the quorum behind {@code metadata} go that come in here; null when there are none
     */
    public Broker(World world, Limits limits, BrokerSettings settings, Identity identity, MetadataLog metadata,
            QuorumRequests quorum) {
        this.quorum = quorum;
        this.knownControllers = new KnownControllers(settings, metadata);
        this.world = world;
        this.limits = limits;
        this.settings = settings;
        this.identity = identity;
        this.metadata = metadata;
        this.lanes = new LaneBroker[world.lanes().count()];
        this.folders = settings.logFolders().stream().map(this::open).toList();
        if (folders.stream().allMatch(folder -> folder.failure() != null)) {
            throw folders.getFirst().failure();
        }
    }

    /** What a crash left is repaired here, before any lane runs. */
    private LogFolder open(String path) {
        var folder = new LogFolder(world.disk(), path, limits, world.lanes());
        folder.findings().forEach(LOG::warn);
        if (folder.failure() != null) {
            LOG.error("The log folder {} is offline: {}", path, folder.failure().getMessage());
        }
        folder.whenNotCheckpointed(why ->
                LOG.error("The checkpoints of {} could not be written: {}", path, why.getMessage()));
        return folder;
    }

    /** The log folders, in the order of the settings. */
    List<LogFolder> folders() {
        return folders;
    }

    /** Makes what a lane runs; called once for each lane, before any of them starts. */
    public LaneProgram program(int lane, Randomness randomness) {
        lanes[lane] = new LaneBroker(this, lane, randomness);
        return lanes[lane];
    }

    /** For lane 0. */
    CompactionThreads compactionThreads() {
        return compactionThreads;
    }

    Lanes lanes() {
        return world.lanes();
    }

    Clock clock() {
        return world.clock();
    }

    Disk disk() {
        return world.disk();
    }

    Peers peers() {
        return world.peers();
    }

    Limits limits() {
        return limits;
    }

    BrokerSettings settings() {
        return settings;
    }

    MetadataLog metadata() {
        return metadata;
    }

    int nodeId() {
        return identity.nodeId();
    }

    String clusterId() {
        return identity.clusterId();
    }

    /** For what else of this node talks to others: on lane 0, once the lanes run. */
    public Timing timing() {
        return lanes[0].timing();
    }

    LaneBroker lane(int number) {
        return lanes[number];
    }

    /** The lane that owns a partition, for as long as the process lives. */
    int laneOf(String topic, int partition) {
        return LogFolder.laneOf(new TopicPartition(topic, partition), lanes.length);
    }

    void onLaneStarted(LaneBroker lane) {
        if (lane.number() == 0) {
            controller = new ControllerDesk(
                    new Controller(settings, identity.clusterId()), metadata,
                    new ControllerDesk.Room(clock(), (ms, task) -> lane.afterMs(ms, task), settings, limits.commandsWaitingMax()),
                    lane.randomness(), new News());
            if (metadata.isShared()) {
                membership = new Membership(lane, controller);
                controller.watchBrokers();
            }
            controller.open();
        }
    }

    /** What the metadata log tells, passed on. On lane 0. */
    private final class News implements ControllerDesk.Publisher {

        @Override
        public void publish(Cluster cluster, Changes changes, Runnable whenAllKnow) {
            Broker.this.publish(cluster, changes, () -> {
                whenAllKnow.run();
                if (membership != null) {
                    membership.onCluster(cluster);
                }
            });
        }

        @Override
        public void leads(boolean now) {
            if (membership != null) {
                membership.leads(now);
            }
        }

        @Override
        public void leaderIs(int leaderId) {
            if (membership != null) {
                membership.leaderIs(leaderId);
            }
        }
    }

    /** Asks the controller from any lane; the reply comes back on that lane. {@code refusal} when it cannot decide. */
    void decide(int from, Command command, Consumer<Message> reply, Runnable refusal) {
        decide(from, command, null, reply, refusal);
    }

    /**
     * Asks the controller, on whichever node it is, from any lane; the reply comes back on that lane.
     *
     * @param asker the client who wants it; null when this broker does, for itself
     */
    void decide(int from, Command command, Asker asker, Consumer<Message> reply, Runnable refusal) {
        onController(from, reply, refusal, (answer, no) -> {
            if (membership == null) {
                controller.submit(command, answer, no);
            } else {
                membership.decide(command, asker, answer, no);
            }
        });
    }

    /** Answers what came in on a controller's listener; {@code refusal} when this node does not decide. From any lane. */
    void answerHere(int from, Message asked, String clientId, Consumer<Message> reply, Runnable refusal) {
        onController(from, reply, refusal, (answer, no) -> {
            var command = CommandMessages.commandOf(asked);
            if (!controller.isLeading()) {
                no.run();
            } else if (command != null) {
                controller.submit(command, answer, no);
            } else {
                askQuorumHere(asked, clientId, answer);
            }
        });
    }

    /** Asks whoever leads the quorum, on behalf of a client. Only where there is one; from any lane. */
    void askQuorum(int from, Message asked, Asker asker, Consumer<Message> reply, Function<ErrorCode, Message> declined) {
        Errand.Here here = (ours, _) -> askQuorumHere(asked, asker.clientId(), ours);
        onController(from, reply, () -> { }, membership == null
                ? here : (answer, no) -> membership.ask(new Errand(asked, asker, here, answer, no, declined)));
    }

    private void askQuorumHere(Message asked, String clientId, Consumer<Message> answer) {
        var api = ApiKey.of(asked.apiNumber());
        var listeners = settings.list("controller.listener.names");
        quorum.take(api, api.stableMax(), listeners.isEmpty() ? "" : listeners.getFirst(), clientId, asked, answer);
    }

    /** Does something on lane 0, and has its outcome told on the lane that asked. */
    private void onController(int from, Consumer<Message> reply, Runnable refusal, Errand.Here question) {
        if (from == 0) {
            question.ask(reply, refusal);
            return;
        }
        lanes().post(0, () -> question.ask(
                message -> lanes().post(from, () -> reply.accept(message)), () -> lanes().post(from, refusal)));
    }

    /** Null where this node has no quorum to share. */
    QuorumRequests quorum() {
        return quorum;
    }

    /** True for what controllers are asked; false wherever there is nobody to ask it. */
    boolean isForControllers(String listener) {
        return metadata.isShared() && settings.isForControllers(listener);
    }

    KnownControllers knownControllers() {
        return knownControllers;
    }

    /** Who decides, -1 when that is not known. From any lane; the answer comes back on that lane. */
    void leader(int from, IntConsumer answer) {
        if (from == 0) {
            answer.accept(membership == null ? nodeId() : membership.leader());
        } else {
            lanes().post(0, () -> leader(0, found -> lanes().post(from, () -> answer.accept(found))));
        }
    }

    /** Whether nobody can have been given yet what this broker leads. From any lane; the answer comes back on that lane. */
    void isUnreplaced(int from, Consumer<Boolean> answer) {
        if (from == 0) {
            answer.accept(membership == null || membership.isUnreplaced());
        } else {
            lanes().post(0, () -> isUnreplaced(0, told -> lanes().post(from, () -> answer.accept(told))));
        }
    }

    /** Tells the cluster that this node, one of several, is a controller, and where others reach it. From any thread. */
    public void enrol(List<Listener> reachable) {
        lanes().post(0, () -> membership.enrol(reachable));
    }

    /** The connection on which this node, as a controller, heard another broker is gone. From any lane. */
    void onLost(int brokerId, long epoch) {
        lanes().post(0, () -> membership.onLost(brokerId, epoch));
    }

    FolderStates folderStates() {
        return new FolderStates(folders, identity.folderIds());
    }

    /** True for a cluster that knows all that the process before this one on this node was told. */
    boolean isCurrent(Cluster cluster) {
        return membership == null || membership.isKnownTo(cluster);
    }

    private void publish(Cluster cluster, Changes changes, Runnable whenAllKnow) {
        var missing = new int[] {lanes.length};
        Runnable taken = () -> {
            if (--missing[0] == 0) {
                whenAllKnow.run();
            }
        };
        lanes[0].onCluster(cluster, changes, taken);
        for (int i = 1; i < lanes.length; i++) {
            int other = i;
            lanes().post(other, () -> lanes[other].onCluster(cluster, changes, () -> lanes().post(0, taken)));
        }
    }

    /**
     * Registers this broker with the controller, after which clients that came early are heard. From any thread.
     *
     * @param advertised where clients reach this broker, with the ports that were bound
     * @param whenReady called on lane 0 when clients are served
     */
    public void advertise(List<Listener> advertised, Runnable whenReady) {
        advertise(advertised, whenReady, why -> LOG.error("This broker is not taken into the cluster: {}", why));
    }

    /** @param whenRefused called on lane 0, with the reason for the operator, when the cluster does not take this broker */
    public void advertise(List<Listener> advertised, Runnable whenReady, Consumer<String> whenRefused) {
        lanes().post(0, () -> {
            if (membership == null) {
                register(advertised, whenReady);
            } else {
                membership.begin(advertised, new BrokerLifecycle.Watch(() -> serve(whenReady), whenRefused));
            }
        });
    }

    /**
     * Before a stop: what this broker leads is given to others. From any thread; calls back on lane 0, at the latest
     * after {@code msMax} milliseconds, and at once where there is nobody else.
     */
    public void leave(long msMax, Runnable whenGone) {
        lanes().post(0, () -> {
            if (membership == null) {
                whenGone.run();
            } else {
                membership.leave(msMax, whenGone);
            }
        });
    }

    private void register(List<Listener> advertised, Runnable whenReady) {
        var endpoints = advertised.stream().map(one -> new BrokerRegistrationRequest.Listener(
                one.name(), one.host(), one.port(), one.protocol().id())).toList();
        var command = new Command.RegisterLoneBroker(BrokerRegistrationRequest.builder()
                .brokerId(identity.nodeId()).clusterId(identity.clusterId())
                .incarnationId(lanes[0].randomness().nextUuid()).listeners(endpoints)
                .features(Features.toRegister())
                .rack(settings.text("broker.rack")).logDirs(identity.folderIds()).build());
        controller.submit(command, answer -> {
            folderStates().registered(answer);
            serve(whenReady);
        }, () -> {
            // Nothing can be changed or created by a broker whose metadata cannot be written: it does not begin.
            throw new DiskFailure(DiskFailure.Kind.BROKEN, settings.metadataFolder(),
                    new IllegalStateException("the metadata log did not take this broker's registration"));
        });
    }

    private void serve(Runnable whenReady) {
        for (int i = 0; i < lanes.length; i++) {
            lanes().post(i, lanes[i]::onReady);
        }
        whenReady.run();
    }

    /** Blocking, after the lanes have ended: everything to the medium, and the marks of a clean stop. */
    public void close() {
        for (var folder : folders) {
            folder.close(name -> LanePartitions.highWatermarkOf(lanes[laneOf(name.topic(), name.partition())], name));
        }
    }
}
