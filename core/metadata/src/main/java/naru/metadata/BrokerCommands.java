package naru.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.Uuid;
import naru.configuration.BrokerSettings;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.BrokerHeartbeatRequest;
import naru.protocol.message.BrokerHeartbeatResponse;
import naru.protocol.message.BrokerRegistrationChangeRecord;
import naru.protocol.message.BrokerRegistrationRequest;
import naru.protocol.message.UnregisterBrokerRecord;
import naru.protocol.message.UnregisterBrokerRequest;
import naru.protocol.message.UnregisterBrokerResponse;

/** Brokers that have registered live, leave, and are missed. How they register is {@link Registrations}'. */
final class BrokerCommands {

    /** What a broker may do; the way from one to the next is in {@link #next}. */
    private enum Standing {
        FENCED, ACTIVE, LEAVING,
        /** Fenced, and free to end its process. */
        GONE
    }

    private static final byte YES = 1;
    private static final byte NO = -1;

    private final Movements movements;

    BrokerCommands(BrokerSettings settings) {
        this.movements = new Movements(settings);
    }

    Decision heartbeat(BrokerHeartbeatRequest asked, Situation now) {
        var broker = now.cluster().brokers().get(asked.brokerId());
        if (broker == null || broker.epoch() != asked.brokerEpoch()) {
            return Decision.nothing(BrokerHeartbeatResponse.builder()
                    .errorCode(ErrorCode.STALE_BROKER_EPOCH.code()).build());
        }
        var before = standing(broker);
        boolean hasNoFolder = hasNoFolder(asked, broker);
        var next = next(before, asked, broker, hasNoFolder, now);
        var change = BrokerRegistrationChangeRecord.builder().brokerId(broker.id()).brokerEpoch(broker.epoch());
        boolean changes = changeStanding(before, next, change);
        var offline = broker.directories().stream().filter(asked.offlineLogDirs()::contains).toList();
        if (!offline.isEmpty() && !hasNoFolder) {
            change.logDirs(broker.directories().stream().filter(id -> !offline.contains(id)).toList());
            changes = true;
        }
        if (asked.cordonedLogDirs() != null && !asked.cordonedLogDirs().equals(broker.cordoned())) {
            change.cordonedLogDirs(asked.cordonedLogDirs());
            changes = true;
        }
        var reply = BrokerHeartbeatResponse.builder()
                .isCaughtUp(hasCaughtUp(asked, broker))
                .isFenced(next == Standing.FENCED || next == Standing.GONE)
                .shouldShutDown(next == Standing.GONE)
                .build();
        if (!changes && next != Standing.LEAVING) {
            return Decision.nothing(reply);
        }
        return moved(broker, next, changes ? change.build() : null, offline, now.cluster(), reply);
    }

    /** The registration's change comes last: should only a part be committed, the broker's next heartbeat does the rest. */
    private Decision moved(
            BrokerNode broker, Standing next, BrokerRegistrationChangeRecord change, List<Uuid> offline, Cluster cluster,
            BrokerHeartbeatResponse reply) {
        var after = change == null ? cluster : cluster.with(change);
        var id = List.of(broker.id());
        var records = new ArrayList<Message>();
        var notices = new ArrayList<String>();
        if (offline.size() == broker.directories().size() && broker.isActive() && next == Standing.FENCED) {
            notices.add("Broker " + broker.id() + " has lost all its log folders, and is fenced until it is started with one that works");
        }
        if (!offline.isEmpty() && next == Standing.ACTIVE) {
            var lost = movements.loseFolders(after, broker.id(), offline);
            records.addAll(lost.records());
            notices.add("Broker " + broker.id() + " has lost the log folders " + offline);
            notices.addAll(lost.notices());
            after = after.withAll(lost.records());
        }
        var moved = switch (next) {
            // Of a folder that has failed nobody knows what it keeps.
            case FENCED, LEAVING, GONE -> movements.leave(after, id, offline.isEmpty() ? Movements.Loss.NOTHING : Movements.Loss.FOLDERS);
            case ACTIVE -> broker.isActive() ? new Movements.Moved() : movements.arrive(after, broker.id());
        };
        records.addAll(moved.records());
        notices.addAll(moved.notices());
        if (change != null) {
            records.add(change);
        }
        return new Decision(records, reply, notices);
    }

    private static boolean changeStanding(Standing before, Standing next, BrokerRegistrationChangeRecord.Builder change) {
        if (before == next || before == Standing.FENCED && next == Standing.GONE) {
            return false;
        }
        switch (next) {
            case FENCED, GONE -> change.fenced(YES);
            case ACTIVE -> change.fenced(NO);
            case LEAVING -> change.inControlledShutdown(YES);
        }
        return true;
    }

    private static Standing standing(BrokerNode broker) {
        return broker.fenced() ? Standing.FENCED : broker.inControlledShutdown() ? Standing.LEAVING : Standing.ACTIVE;
    }

    /** It knows of its own registration; what came before that, it knows too. */
    private static boolean hasCaughtUp(BrokerHeartbeatRequest asked, BrokerNode broker) {
        return asked.currentMetadataOffset() >= broker.epoch();
    }

    /** No record can say so of a registration: it is as good as gone. A broker without ids of its folders is taken at its word. */
    private static boolean hasNoFolder(BrokerHeartbeatRequest asked, BrokerNode broker) {
        return !broker.directories().isEmpty() && asked.offlineLogDirs().containsAll(broker.directories());
    }

    private static Standing next(
            Standing before, BrokerHeartbeatRequest asked, BrokerNode broker, boolean hasNoFolder, Situation now) {
        boolean mustFence = asked.wantFence() || hasNoFolder;
        return switch (before) {
            case GONE, FENCED -> {
                if (asked.wantShutDown()) {
                    yield Standing.GONE;
                }
                yield !mustFence && hasCaughtUp(asked, broker) ? Standing.ACTIVE : Standing.FENCED;
            }
            case ACTIVE -> {
                if (mustFence) {
                    yield asked.wantShutDown() ? Standing.GONE : Standing.FENCED;
                }
                boolean leads = now.cluster().ledBy(broker.id()) > 0;
                yield !asked.wantShutDown() ? Standing.ACTIVE : leads ? Standing.LEAVING : Standing.GONE;
            }
            case LEAVING -> {
                boolean leads = now.cluster().ledBy(broker.id()) > 0;
                // Everybody must know the new leaders, else requests would run against a closed door.
                boolean isKnown = now.sessions().leavingAt(broker.id()) <= now.sessions().metadataOffsetMin(now.cluster());
                yield leads || !isKnown ? Standing.LEAVING : Standing.GONE;
            }
        };
    }

    Decision fence(SortedMap<Integer, Long> epochs, Cluster cluster) {
        var records = new ArrayList<Message>();
        var gone = new TreeSet<Integer>();
        epochs.forEach((id, epoch) -> {
            var broker = cluster.brokers().get(id);
            if (broker != null && broker.epoch() == epoch && !broker.fenced()) {
                gone.add(id);
                records.add(BrokerRegistrationChangeRecord.builder().brokerId(id).brokerEpoch(epoch).fenced(YES).build());
            }
        });
        if (gone.isEmpty()) {
            return Decision.nothing(null);
        }
        var moved = movements.leave(cluster.withAll(records), gone, Movements.Loss.NOTHING);
        moved.records().addAll(records);
        moved.notices().addFirst("Fenced brokers " + gone + ": they are not heard any more");
        return new Decision(moved.records(), null, moved.notices());
    }

    /** A broker that is alive would go on believing that it belongs here; so it must be stopped first. */
    Decision unregister(UnregisterBrokerRequest asked, Situation now) {
        int id = asked.brokerId();
        var broker = now.cluster().brokers().get(id);
        if (broker == null) {
            return Decision.nothing(new UnregisterBrokerResponse(0, ErrorCode.BROKER_ID_NOT_REGISTERED.code(),
                    "Broker ID " + id + " is not currently registered"));
        }
        if (!broker.fenced()) {
            return Decision.nothing(new UnregisterBrokerResponse(0, ErrorCode.INVALID_REQUEST.code(),
                    "Broker " + id + " is alive; stop it before it is unregistered"));
        }
        var gone = new UnregisterBrokerRecord(id, broker.epoch());
        var moved = movements.leave(now.cluster().with(gone), List.of(id), Movements.Loss.FOLDERS);
        moved.records().add(gone);
        return new Decision(moved.records(), new UnregisterBrokerResponse(0, ErrorCode.NONE.code(), null), moved.notices());
    }
}
