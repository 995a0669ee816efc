package naru.broker;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import naru.base.Uuid;
import naru.client.Exchange;
import naru.client.Reply;
import naru.configuration.Listener;
import naru.metadata.Cluster;
import naru.metadata.Command;
import naru.metadata.Features;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.BrokerHeartbeatRequest;
import naru.protocol.message.BrokerHeartbeatResponse;
import naru.protocol.message.BrokerRegistrationRequest;
import naru.protocol.message.BrokerRegistrationResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker's life in a cluster: it registers, says again and again that it is alive, serves clients once the cluster has
 * committed that it may, and asks to leave before it stops. One question at a time, on a connection of its own, so that no
 * slow command holds up a heartbeat. On lane 0.
 */
final class BrokerLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerLifecycle.class);

    /** After so many sessions without an answer, a broker that wants to leave leaves unasked. */
    private static final int SILENT_SESSIONS_MAX = 2;

    /** Another process with this number had that long to be found gone; it is alive. */
    private static final long DUPLICATE_MS_MAX = 20_000;

    private enum Stage { UNREGISTERED, REGISTERED, LEAVING, GONE }

    /**
     * Who hears of the turns that this life takes.
     *
     * @param onServing the cluster has committed that this broker may lead and be shown to clients; called once
     * @param onRefused the cluster does not take this broker, and will not; the reason is for its operator
     */
    record Watch(Runnable onServing, Consumer<String> onRefused) {}

    private final LaneBroker lane;
    private final ControllerDesk desk;
    private final ControllerLine line;
    private final Watch watch;
    private final Uuid incarnation;
    private final List<BrokerRegistrationRequest.Listener> listeners;
    private final long sessionMs;
    private final long heartbeatMs;
    private final long beganNs;
    private Stage stage = Stage.UNREGISTERED;
    private long epoch = -1;
    private long answeredNs;
    private boolean serving;
    private boolean outOfTouch;
    /** Registered when records had a place for this broker's folders, as far as it knew. */
    private boolean foldersTold;
    private long askedNs;
    private boolean askedElsewhere;
    /** The present controller, on another node, has answered what was asked at the first of these times, and again and again since the second. */
    private boolean vouched;
    private long vouchedNs;
    private long vouchedSinceNs;
    private int question;
    private boolean isAsking;
    private Timers.Timer next;
    private Runnable whenGone;

    /** @param incarnation of this process: another one on the same node has another */
    BrokerLifecycle(LaneBroker lane, ControllerDesk desk, Uuid incarnation, List<Listener> advertised, Watch watch) {
        var settings = lane.broker().settings();
        this.lane = lane;
        this.desk = desk;
        this.watch = watch;
        this.incarnation = incarnation;
        this.listeners = advertised.stream().map(one -> new BrokerRegistrationRequest.Listener(
                one.name(), one.host(), one.port(), one.protocol().id())).toList();
        this.sessionMs = settings.integer("broker.session.timeout.ms");
        this.heartbeatMs = settings.integer("broker.heartbeat.interval.ms");
        this.beganNs = lane.broker().clock().nowNs();
        this.answeredNs = beganNs;
        this.line = new ControllerLine(
                lane, new Exchange.Rules("broker-" + lane.broker().nodeId() + "-heartbeat", sessionMs, 2), () -> {});
    }

    /** Another node decides now, this one, or none (-1): whoever it is hears of this broker at once. */
    void leaderIs(int id) {
        line.leaderIs(id);
        vouched = false;
        isAsking = false;
        question++;
        askNow();
    }

    /** What the cluster committed has reached every lane. */
    void onCluster(Cluster cluster) {
        var self = cluster.brokers().get(lane.broker().nodeId());
        boolean isKnown = self != null && stage != Stage.UNREGISTERED && self.epoch() == epoch;
        if (isKnown && self.directories().isEmpty() && !foldersTold && Features.recordsFolders(cluster) && !isAsking) {
            ask(registration());
        } else if (isKnown && self.fenced() && !isAsking) {
            askNow(); // this broker knows of its own registration, so it may be let in
        }
        if (isKnown && !self.fenced() && !serving) {
            serving = true;
            watch.onServing().run();
        }
    }

    /** Gives away what this broker leads, then calls back; at the latest after {@code msMax}. */
    void leave(long msMax, Runnable task) {
        whenGone = task;
        if (stage == Stage.UNREGISTERED) {
            end();
            return;
        }
        stage = Stage.LEAVING;
        lane.afterMs(msMax, () -> {
            if (stage != Stage.GONE) {
                LOG.warn("Nobody has let this broker go within {} ms, it goes unasked", msMax);
                end();
            }
        });
        askNow();
    }

    private void end() {
        if (stage != Stage.GONE) {
            stage = Stage.GONE;
            line.close();
            whenGone.run();
        }
    }

    private void askNow() {
        if (next != null) {
            next.cancel();
        }
        next = lane.afterMs(0, this::ask);
    }

    private void askLater() {
        if (next != null) {
            next.cancel();
        }
        next = lane.afterMs(heartbeatMs, this::ask);
    }

    private void ask() {
        if (stage == Stage.GONE) {
            return;
        }
        noteTouch();
        if (stage == Stage.LEAVING && silentMs() > SILENT_SESSIONS_MAX * sessionMs) {
            LOG.warn("No controller has answered for {} ms, this broker leaves unasked", silentMs());
            end();
            return;
        }
        askLater();
        if (epoch < 0 && livedMs() > lane.broker().settings().integer("initial.broker.registration.timeout.ms")) {
            watch.onRefused().accept("no controller has taken it within initial.broker.registration.timeout.ms; see that most of the"
                    + " controllers run, and that controller.quorum.voters or controller.quorum.bootstrap.servers says where");
            return;
        }
        if (!isAsking) {
            ask(stage == Stage.UNREGISTERED ? registration() : heartbeat());
        }
    }

    private long livedMs() {
        return TimeUnit.NANOSECONDS.toMillis(lane.broker().clock().nowNs() - beganNs);
    }

    private long silentMs() {
        return TimeUnit.NANOSECONDS.toMillis(lane.broker().clock().nowNs() - answeredNs);
    }

    /**
     * True where nobody is given what this broker leads without its hearing of it. The present controller has heard it within half a session, and
     * takes nothing from it before a whole one is over; half is left for clocks that differ. That has been so for a session: long enough to
     * have heard what was decided before. A controller that answers its own broker may itself have been replaced, and who leaves is about to be.
     */
    boolean isUnreplaced() {
        return vouched && stage == Stage.REGISTERED && isWithinHalf(lane.broker().clock().nowNs(), vouchedNs)
                && TimeUnit.NANOSECONDS.toMillis(lane.broker().clock().nowNs() - vouchedSinceNs) > sessionMs;
    }

    private boolean isWithinHalf(long nowNs, long sinceNs) {
        return TimeUnit.NANOSECONDS.toMillis(nowNs - sinceNs) <= sessionMs / 2;
    }

    /** A controller counts a session from when it hears a question, so this counts from when it was asked. */
    private void vouch() {
        if (askedElsewhere) {
            vouchedSinceNs = vouched && isWithinHalf(askedNs, vouchedNs) ? vouchedSinceNs : askedNs;
            vouchedNs = askedNs;
            vouched = true;
        }
    }

    /**
     * By now the controller may have given to others what this broker leads, and clients that only ask here would never hear of it. Where
     * it has not, because no controller works, followers still fetch, and nothing waits for them.
     */
    private void noteTouch() {
        boolean now = serving && silentMs() > sessionMs;
        if (now != outOfTouch) {
            outOfTouch = now;
            for (int i = 0; i < lane.lanes().count(); i++) {
                var other = lane.broker().lane(i);
                lane.lanes().post(i, () -> other.replication().outOfTouch(now));
            }
        }
    }

    private void ask(Command command) {
        int asked = ++question;
        askedNs = lane.broker().clock().nowNs();
        askedElsewhere = !desk.isLeading();
        if (!askedElsewhere) {
            isAsking = true;
            desk.submit(command, answer -> onAnswer(asked, answer), () -> onNothing(asked));
            return;
        }
        var exchange = line.exchange();
        if (exchange == null) {
            return;
        }
        isAsking = true;
        var request = CommandMessages.requestOf(command);
        exchange.ask(naru.protocol.message.ApiKey.of(request.apiNumber()), request, reply -> {
            switch (reply) {
                case Reply.Answered(Message answer, int _) -> onAnswer(asked, answer);
                case Reply.Lost _ -> onNothing(asked);
                case Reply.Unspoken(var api) -> {
                    LOG.error("The controller does not speak {}", api);
                    onNothing(asked);
                }
            }
        });
    }

    private void onNothing(int asked) {
        if (asked == question) {
            isAsking = false;
        }
    }

    private void onAnswer(int asked, Message answer) {
        if (asked != question) {
            return;
        }
        isAsking = false;
        switch (answer) {
            case BrokerRegistrationResponse it -> onRegistration(it);
            case BrokerHeartbeatResponse it -> onHeartbeat(it);
            default -> throw new IllegalStateException("not an answer to this broker's life: " + answer);
        }
    }

    private Command registration() {
        var broker = lane.broker();
        return new Command.RegisterBroker(BrokerRegistrationRequest.builder()
                .brokerId(broker.nodeId()).clusterId(broker.clusterId()).incarnationId(incarnation)
                .listeners(listeners).features(Features.toRegister())
                .rack(broker.settings().text("broker.rack")).logDirs(broker.folderStates().live())
                .previousBrokerEpoch(broker.folderStates().epochBefore(epoch))
                .build());
    }

    private void onRegistration(BrokerRegistrationResponse answer) {
        var error = ErrorCode.of(answer.errorCode());
        switch (error) {
            case NONE -> {
                answeredNs = lane.broker().clock().nowNs();
                epoch = answer.brokerEpoch();
                lane.broker().folderStates().registered(answer);
                foldersTold = Features.recordsFolders(lane.cluster());
                stage = stage == Stage.UNREGISTERED ? Stage.REGISTERED : stage;
                LOG.info("Registered as broker {} under epoch {}", lane.broker().nodeId(), epoch);
                onCluster(lane.cluster());
            }
            case INCONSISTENT_CLUSTER_ID -> watch.onRefused().accept("the controllers belong to another cluster than "
                    + lane.broker().clusterId() + ", which this node's meta.properties names: point this node at the"
                    + " controllers of its own cluster, or give it empty folders formatted for that one");
            case UNSUPPORTED_VERSION -> watch.onRefused().accept(
                    "the cluster uses features that this version does not know; run a newer one here");
            case DUPLICATE_BROKER_REGISTRATION -> onDuplicate();
            default -> LOG.debug("Not registered yet: {}", error);
        }
    }

    /** After a crash, the process before this one still counts until its session is over. */
    private void onDuplicate() {
        long forMs = livedMs();
        int id = lane.broker().nodeId();
        if (forMs > Math.max(DUPLICATE_MS_MAX, 2 * sessionMs)) {
            watch.onRefused().accept("another process is alive in this cluster as node " + id
                    + ": stop it, or give this node a node.id and data folders of its own");
        } else {
            LOG.info("Another process is registered as broker {}; waiting until it is known to be gone", id);
        }
    }

    private Command heartbeat() {
        return new Command.BrokerHeartbeat(BrokerHeartbeatRequest.builder()
                .brokerId(lane.broker().nodeId()).brokerEpoch(epoch).currentMetadataOffset(desk.takenInEnd() - 1)
                .wantFence(false).wantShutDown(stage == Stage.LEAVING)
                .offlineLogDirs(lane.broker().folderStates().failed())
                .cordonedLogDirs(Cordons.told(lane))
                .build());
    }

    private void onHeartbeat(BrokerHeartbeatResponse answer) {
        var error = ErrorCode.of(answer.errorCode());
        switch (error) {
            case NONE -> {
                answeredNs = lane.broker().clock().nowNs();
                vouch();
                noteTouch();
                if (stage == Stage.LEAVING && answer.shouldShutDown()) {
                    end();
                }
            }
            case STALE_BROKER_EPOCH, BROKER_ID_NOT_REGISTERED -> onForgotten(error);
            default -> LOG.debug("A heartbeat was not taken: {}", error);
        }
    }

    private void onForgotten(ErrorCode error) {
        if (stage == Stage.LEAVING) {
            end();
            return;
        }
        LOG.warn("The controller does not know broker {} under epoch {} ({}): registering again",
                lane.broker().nodeId(), epoch, error);
        vouched = false;
        stage = Stage.UNREGISTERED;
        askNow();
    }
}
