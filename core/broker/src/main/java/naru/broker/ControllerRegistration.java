package naru.broker;

import java.util.List;
import naru.base.Uuid;
import naru.configuration.Listener;
import naru.metadata.Cluster;
import naru.metadata.Command;
import naru.metadata.Features;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.ControllerRegistrationRequest;
import naru.protocol.message.ControllerRegistrationResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node, as a controller, tells whoever decides where it is reached and what it supports (KIP-919), once the cluster's records have a
 * word for it: so tools find all controllers at any of them, and no feature rises that one of them does not know. Told again when the
 * cluster knows another process under its number. On lane 0.
 */
final class ControllerRegistration {

    private static final Logger LOG = LoggerFactory.getLogger(ControllerRegistration.class);
    private static final long AGAIN_MS_MIN = 100;
    private static final long AGAIN_MS_MAX = 120_000;

    private final LaneBroker lane;
    private final Membership membership;
    private final Command.RegisterController command;
    private final Uuid incarnation;
    private boolean isAsking;
    private boolean isTaken;
    private boolean isKnown;
    private long againMs = AGAIN_MS_MIN;

    /**
     * @param incarnation of this process
     * @param reachable where other controllers and tools reach this one
     */
    ControllerRegistration(LaneBroker lane, Membership membership, Uuid incarnation, List<Listener> reachable) {
        this.lane = lane;
        this.membership = membership;
        this.incarnation = incarnation;
        this.command = new Command.RegisterController(ControllerRegistrationRequest.builder()
                .controllerId(lane.broker().nodeId()).incarnationId(incarnation).zkMigrationReady(false)
                .listeners(reachable.stream().map(one -> new ControllerRegistrationRequest.Listener(
                        one.name(), one.host(), one.port(), one.protocol().id())).toList())
                .features(Features.toRegisterController()).build());
    }

    /** What the cluster committed has reached every lane. */
    void onCluster(Cluster cluster) {
        var mine = cluster.controllers().get(lane.broker().nodeId());
        boolean wasKnown = isKnown;
        isKnown = mine != null && mine.incarnationId().equals(incarnation);
        isTaken = isKnown || isTaken && !wasKnown;
        if (!isTaken && !isAsking && Features.controllersRegister(cluster)) {
            ask();
        }
    }

    private void ask() {
        isAsking = true;
        membership.decide(command, null, this::onAnswer, this::askLater);
    }

    private void onAnswer(Message answer) {
        var told = (ControllerRegistrationResponse) answer;
        if (told.errorCode() == ErrorCode.NONE.code()) {
            isAsking = false;
            isTaken = true;
            againMs = AGAIN_MS_MIN;
        } else {
            LOG.info("Not registered as a controller yet: {} {}", ErrorCode.of(told.errorCode()), told.errorMessage());
            askLater();
        }
    }

    private void askLater() {
        lane.afterMs(againMs, () -> {
            isAsking = false;
            onCluster(lane.cluster());
        });
        againMs = Math.min(AGAIN_MS_MAX, againMs * 2);
    }
}
