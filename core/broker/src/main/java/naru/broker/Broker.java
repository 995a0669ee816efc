package naru.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
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
import naru.configuration.BrokerSettings;
import naru.configuration.Listener;
import naru.log.LogFolder;
import naru.metadata.Changes;
import naru.metadata.Cluster;
import naru.metadata.Command;
import naru.metadata.Controller;
import naru.metadata.Features;
import naru.metadata.MetadataLog;
import naru.protocol.Message;
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
    private ControllerDesk controller;

    public Broker(World world, Limits limits, BrokerSettings settings, Identity identity, MetadataLog metadata) {
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
                    lane.randomness(), this::publish);
            controller.open();
        }
    }

    /** Asks the controller from any lane; the reply comes back on that lane. {@code refusal} when it cannot decide. */
    void decide(int from, Command command, Consumer<Message> reply, Runnable refusal) {
        if (from == 0) {
            controller.submit(command, reply, refusal);
            return;
        }
        lanes().post(0, () -> controller.submit(command,
                message -> lanes().post(from, () -> reply.accept(message)),
                () -> lanes().post(from, refusal)));
    }

    private void publish(Cluster cluster, Changes changes, Runnable whenAllKnow) {
        var missing = new int[] {lanes.length};
        Runnable taken = () -> {
            if (--missing[0] == 0) {
                whenAllKnow.run();
            }
        };
        lanes[0].onCluster(cluster, changes);
        for (int i = 1; i < lanes.length; i++) {
            int other = i;
            lanes().post(other, () -> {
                lanes[other].onCluster(cluster, changes);
                lanes().post(0, taken);
            });
        }
        taken.run();
    }

    /**
     * Registers this broker with the controller, after which clients that came early are heard. From any thread.
     *
     * @param advertised where clients reach this broker, with the ports that were bound
     * @param whenReady called on lane 0 when clients are served
     */
    public void advertise(List<Listener> advertised, Runnable whenReady) {
        lanes().post(0, () -> register(advertised, whenReady));
    }

    private void register(List<Listener> advertised, Runnable whenReady) {
        var endpoints = new ArrayList<BrokerRegistrationRequest.Listener>();
        for (var listener : advertised) {
            endpoints.add(new BrokerRegistrationRequest.Listener(
                    listener.name(), listener.host(), listener.port(), listener.protocol().id()));
        }
        var command = new Command.RegisterLoneBroker(BrokerRegistrationRequest.builder()
                .brokerId(identity.nodeId()).clusterId(identity.clusterId())
                .incarnationId(lanes[0].randomness().nextUuid()).listeners(endpoints)
                .features(Features.toRegister())
                .rack(settings.text("broker.rack")).logDirs(identity.folderIds()).build());
        controller.submit(command, _ -> serve(whenReady), () -> {
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
            folder.close(name -> highWatermarkOf(lanes[laneOf(name.topic(), name.partition())], name));
        }
    }

    /** For a checkpoint: 0 where there is no such partition. */
    static long highWatermarkOf(LaneBroker lane, TopicPartition name) {
        var place = lane.place(name.topic(), name.partition());
        return place.partition() == null ? 0 : place.partition().highWatermark();
    }
}
