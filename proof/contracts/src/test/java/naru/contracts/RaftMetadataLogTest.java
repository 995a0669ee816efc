package naru.contracts;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.consensus.Address;
import naru.consensus.Membership;
import naru.consensus.RaftMetadataLog;
import naru.metadata.MetadataLog;
import naru.quorum.Formatting;
import naru.quorum.MetaProperties;
import naru.quorum.ReleaseVersions;
import naru.quorum.Rules;

/** A quorum of one, over the engine. */
class RaftMetadataLogTest extends MetadataLogContract {

    private static final String CLUSTER = "AAAAAAAAAAAAAAAAAAAAAg";
    private static final String LISTENER = "CONTROLLER";
    private static final Address HOME = new Address("here", 9093);

    private long plannedNs = Long.MAX_VALUE;

    @Override
    MetadataLog open(Rules rules) {
        if (MetaProperties.read(disk, FOLDER) == null) {
            Formatting.format(disk, new Formatting.Request(CLUSTER, 1, List.of(FOLDER), FOLDER, LISTENER,
                    new Formatting.Voters.Standalone(HOME.host(), HOME.port()), ReleaseVersions.levelOf("4.3"), Map.of(),
                    false), dice, clock.nowMs());
        }
        var directory = MetaProperties.read(disk, FOLDER).directory();
        var self = new Membership(1, directory, CLUSTER, true, LISTENER, new TreeMap<>(Map.of(LISTENER, HOME)),
                new TreeMap<>(), List.of(HOME), Membership.Timeouts.USUAL);
        var itsLanes = lanes;
        var log = new RaftMetadataLog(disk, FOLDER, self, rules, lanes, clock, dice.fork("engine"),
                (_, _, _, _, _) -> { throw new AssertionError("there is nobody to ask"); });
        plannedNs = Long.MAX_VALUE;
        log.whenWoken(() -> plan(log, itsLanes, 10_000));
        plan(log, itsLanes, 0);
        return log;
    }

    private void plan(RaftMetadataLog log, naru.simulation.SimulatedLanes itsLanes, long delayNs) {
        long atNs = timeline.nowNs() + delayNs;
        if (itsLanes.isDead() || atNs >= plannedNs) {
            return;
        }
        plannedNs = atNs;
        timeline.after(delayNs, () -> {
            if (!itsLanes.isDead() && plannedNs == atNs) {
                plannedNs = Long.MAX_VALUE;
                long waitMs = log.poll();
                plan(log, itsLanes, Math.max(1_000, Math.min(waitMs, 60_000) * 1_000_000));
            }
        });
    }
}
