package naru.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.base.LaneProgram;
import naru.base.TopicPartition;
import naru.broker.Broker;
import naru.configuration.BrokerSettings;
import naru.quorum.LoneMetadataLog;
import naru.quorum.MetaProperties;
import naru.quorum.Rules;

/** The product itself, wired as its server wires it, with the simulated world in place of the real one. */
final class RealBroker implements BrokerUnderTest {

    private static final String FOLDER = "/data";
    private static final int NODE_ID = 1;
    /** So that a short story has snapshots, many segments, and old ones that go. */
    private static final Rules SHORT = new Rules(1_500, 700, 1_000, 400, 4_000, 2_000);

    private final Map<String, String> more;

    /** @param more settings beside those of every story */
    RealBroker(Map<String, String> more) {
        this.more = new TreeMap<>(more);
    }

    @Override
    public int lanesMax() {
        return 3;
    }

    @Override
    public boolean isWhole() {
        return true;
    }

    @Override
    public List<LaneProgram> start(Ports ports, List<TopicPartition> partitions) {
        var settings = settings(partitions.size());
        ports.disk().establishFolders(FOLDER);
        var found = MetaProperties.read(ports.disk(), FOLDER);
        String clusterId = found == null ? ports.randomness().nextUuid().toString() : found.clusterId();
        var folderId = MetaProperties.claim(ports.disk(), FOLDER, NODE_ID, clusterId, ports.randomness()).directory();
        var metadata = new LoneMetadataLog(
                ports.disk(), FOLDER, NODE_ID, folderId, SHORT, ports.lanes(), ports.clock());
        var broker = new Broker(
                new Broker.World(ports.clock(), ports.disk(), ports.lanes(), new NoPeers(ports.lanes())), ports.limits(), settings,
                new Broker.Identity(NODE_ID, clusterId, List.of(folderId)), metadata);
        var programs = new ArrayList<LaneProgram>();
        for (int lane = 0; lane < ports.lanes().count(); lane++) {
            programs.add(broker.program(lane, ports.randomness()));
        }
        // The lanes begin after this method; the second post comes behind their beginning.
        ports.lanes().post(0, () -> broker.advertise(settings.advertised(), () -> {}));
        return programs;
    }

    private BrokerSettings settings(int partitions) {
        var settings = new TreeMap<String, String>();
        settings.put("node.id", Integer.toString(NODE_ID));
        settings.put("log.dirs", FOLDER);
        settings.put("listeners", "PLAINTEXT://10.0.0.250:9092");
        settings.put("num.partitions", Integer.toString(partitions));
        settings.put("offsets.topic.num.partitions", "2");
        settings.put("transaction.state.log.num.partitions", "2");
        settings.put("log.flush.offset.checkpoint.interval.ms", "700");
        settings.put("log.retention.check.interval.ms", "900");
        // So that a short story has rounds of compaction, many of which find no room for all keys.
        settings.put("log.cleaner.backoff.ms", "100");
        settings.put("log.cleaner.dedupe.buffer.size", "1024");
        settings.put("log.cleaner.min.cleanable.ratio", "0.2");
        settings.put("log.roll.ms", "1500");
        // So that silence is noticed within a short story.
        for (var kind : List.of("group.consumer.", "group.share.")) {
            for (var key : List.of("session.timeout.ms", "min.session.timeout.ms")) {
                settings.put(kind + key, Long.toString(Subscribers.PATIENCE_MS));
            }
            for (var key : List.of("heartbeat.interval.ms", "min.heartbeat.interval.ms", "assignment.interval.ms")) {
                settings.put(kind + key, "200");
            }
        }
        settings.put("group.share.record.lock.duration.ms", Long.toString(Couriers.LOCK_MS));
        settings.put("group.share.min.record.lock.duration.ms", Long.toString(Couriers.LOCK_MS));
        settings.put("share.coordinator.state.topic.num.partitions", "2");
        settings.putAll(more);
        return BrokerSettings.parse(settings);
    }
}
