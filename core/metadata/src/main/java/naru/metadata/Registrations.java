package naru.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import naru.base.Uuid;
import naru.configuration.BrokerSettings;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.BrokerRegistrationRequest;
import naru.protocol.message.BrokerRegistrationResponse;
import naru.protocol.message.ControllerRegistrationRequest;
import naru.protocol.message.ControllerRegistrationResponse;
import naru.protocol.message.RegisterBrokerRecord;
import naru.protocol.message.RegisterControllerRecord;

/** Nodes say who they are, and are let in or not. */
final class Registrations {

    private final BrokerSettings settings;
    private final String clusterId;
    private final Movements movements;

    Registrations(BrokerSettings settings, String clusterId) {
        this.settings = settings;
        this.clusterId = clusterId;
        this.movements = new Movements(settings);
    }

    /** The only broker there is, in this very process: whoever asks is alive. */
    Decision registerAlone(BrokerRegistrationRequest asked, Situation now) {
        var record = record(asked, now.cluster(), now.endOffset(), false, false);
        var moved = movements.arrive(now.cluster().with(record), asked.brokerId());
        moved.records().addFirst(record);
        moved.records().addAll(EligibleReplicas.agreement(now.cluster(), settings));
        return new Decision(moved.records(), reply(ErrorCode.NONE, now.endOffset()), moved.notices());
    }

    /**
     * A broker of a cluster. It is fenced until it has caught up; and what an earlier process with its number was in sync
     * with, this one has to earn again.
     */
    Decision register(BrokerRegistrationRequest asked, Situation now) {
        var known = now.cluster().brokers().get(asked.brokerId());
        try {
            check(asked, known, now);
        } catch (Refused refused) {
            return new Decision(List.of(), reply(ErrorCode.of(refused.code()), -1), List.of(
                    "Broker " + asked.brokerId() + " may not register: " + refused.getMessage()));
        }
        if (known != null && known.incarnation().equals(asked.incarnationId())) {
            var again = record(asked, now.cluster(), known.epoch(), known.fenced(), known.inControlledShutdown());
            return new Decision(List.of(again), reply(ErrorCode.NONE, known.epoch()));
        }
        var after = now.cluster().with(record(asked, now.cluster(), now.endOffset(), true, false));
        var moved = movements.leave(after, List.of(asked.brokerId()), lossOf(known, asked));
        // Nobody leads before somebody is registered.
        moved.records().addAll(EligibleReplicas.agreement(now.cluster(), settings));
        // Last: should only a part be committed, the broker asks again and the rest is done. Its offset is its epoch.
        long epoch = now.endOffset() + moved.records().size();
        moved.records().add(record(asked, now.cluster(), epoch, true, false));
        return new Decision(moved.records(), reply(ErrorCode.NONE, epoch), moved.notices());
    }

    /**
     * What the process before had written is certain to be there when this one says so of the log folders it has, and it has all
     * that the one before had. Then it may have been stopped or killed; what it was eligible for, it stays eligible for.
     */
    private static Movements.Loss lossOf(BrokerNode known, BrokerRegistrationRequest asked) {
        if (known == null) {
            return Movements.Loss.NOTHING;
        }
        if (!asked.logDirs().containsAll(known.directories())) {
            return Movements.Loss.FOLDERS;
        }
        return known.epoch() == asked.previousBrokerEpoch() ? Movements.Loss.NOTHING : Movements.Loss.UNSYNCED;
    }

    private void check(BrokerRegistrationRequest asked, BrokerNode known, Situation now) throws Refused {
        if (!asked.clusterId().equals(clusterId)) {
            throw new Refused(ErrorCode.INCONSISTENT_CLUSTER_ID,
                    "Expected cluster ID " + clusterId + ", but got cluster ID " + asked.clusterId());
        }
        boolean isAnother = known != null && !known.incarnation().equals(asked.incarnationId());
        if (isAnother && now.sessions().isAlive(asked.brokerId(), known.epoch(), now.nowNs()) && !isStartedAgain(asked, known, now)) {
            throw new Refused(ErrorCode.DUPLICATE_BROKER_REGISTRATION, "another process with this number is alive");
        }
        if (asked.isMigratingZkBroker()) {
            throw new Refused(ErrorCode.INVALID_REGISTRATION, "Controller does not support registering ZK brokers.");
        }
        checkFolders(asked, now.cluster());
        var complaint = Features.complaint(asked.features(), now.cluster());
        if (complaint != null) {
            throw new Refused(ErrorCode.UNSUPPORTED_VERSION, complaint);
        }
    }

    /**
     * True when who registers is that broker, started again before anybody missed it: it holds log folders of the one before, on the same
     * host, and a process locks its folders; and no heartbeats of the one before come in on any connection that stands. A second
     * process with this number, elsewhere or with folders of its own, waits until the first is silent for a session.
     */
    private static boolean isStartedAgain(BrokerRegistrationRequest asked, BrokerNode known, Situation now) {
        return !now.sessions().isConnected(known.id(), known.epoch()) && known.isAtHomeOf(asked);
    }

    private static void checkFolders(BrokerRegistrationRequest asked, Cluster cluster) throws Refused {
        if (asked.logDirs().isEmpty()) {
            throw new Refused(ErrorCode.INVALID_REGISTRATION, "No directories specified in request");
        }
        var seen = new TreeSet<Uuid>();
        for (var folder : asked.logDirs()) {
            if (Directories.isReserved(folder)) {
                throw new Refused(ErrorCode.INVALID_REGISTRATION, "Reserved directory ID in request");
            }
            if (!seen.add(folder)) {
                throw new Refused(ErrorCode.INVALID_REGISTRATION, "Duplicate directory ID in request");
            }
        }
        for (var other : cluster.brokers().values()) {
            for (var folder : other.directories()) {
                if (other.id() != asked.brokerId() && seen.contains(folder)) {
                    throw new Refused(ErrorCode.INVALID_REGISTRATION,
                            "Broker " + other.id() + " is already registered with directory " + folder);
                }
            }
        }
    }

    /** In a cluster whose records have no place for log folders, this node must not know of them what no other does. */
    private static RegisterBrokerRecord record(
            BrokerRegistrationRequest asked, Cluster cluster, long epoch, boolean fenced, boolean leaving) {
        var folders = Features.recordsFolders(cluster) ? asked.logDirs() : List.<Uuid>of();
        return new RegisterBrokerRecord(
                asked.brokerId(), false, asked.incarnationId(), epoch,
                asked.listeners().stream().map(one -> new RegisterBrokerRecord.BrokerEndpoint(
                        one.name(), one.host(), one.port(), one.securityProtocol())).toList(),
                asked.features().stream().map(one -> new RegisterBrokerRecord.BrokerFeature(
                        one.name(), one.minSupportedVersion(), one.maxSupportedVersion())).toList(),
                asked.rack(), fenced, leaving, folders, null);
    }

    private static BrokerRegistrationResponse reply(ErrorCode code, long epoch) {
        return BrokerRegistrationResponse.builder().errorCode(code.code()).brokerEpoch(epoch).build();
    }

    Decision registerController(ControllerRegistrationRequest asked, Cluster cluster) {
        if (!Features.controllersRegister(cluster)) {
            return Decision.nothing(new ControllerRegistrationResponse(0, ErrorCode.UNSUPPORTED_VERSION.code(),
                    "The current MetadataVersion is too old to support controller registrations."));
        }
        var record = new RegisterControllerRecord(
                asked.controllerId(), asked.incarnationId(), false,
                asked.listeners().stream().map(one -> new RegisterControllerRecord.ControllerEndpoint(
                        one.name(), one.host(), one.port(), one.securityProtocol())).toList(),
                asked.features().stream().map(one -> new RegisterControllerRecord.ControllerFeature(
                        one.name(), one.minSupportedVersion(), one.maxSupportedVersion())).toList());
        return new Decision(List.of(record), new ControllerRegistrationResponse(0, ErrorCode.NONE.code(), null));
    }
}
