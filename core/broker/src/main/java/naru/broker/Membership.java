package naru.broker;

import java.util.List;
import java.util.function.Consumer;
import naru.base.Uuid;
import naru.configuration.Listener;
import naru.metadata.Cluster;
import naru.metadata.Command;
import naru.protocol.Message;

/**
 * What makes this node one of several: the way to the controller, wherever it is, this broker's own life in the cluster, and,
 * while this node decides, a look after brokers that broke off. A lone broker has none of it. On lane 0.
 */
final class Membership {

    private static final int NOBODY = -1;

    private final LaneBroker lane;
    private final ControllerDesk desk;
    private final ControllerDoor door;
    private final LostBrokers lost;
    private final Uuid incarnation;
    private BrokerLifecycle lifecycle;
    private ControllerRegistration registration;
    private int leader = NOBODY;

    Membership(LaneBroker lane, ControllerDesk desk) {
        this.lane = lane;
        this.desk = desk;
        this.door = new ControllerDoor(lane, desk::isLeading);
        this.lost = new LostBrokers(lane, desk);
        this.incarnation = lane.randomness().nextUuid();
    }

    /** @param asker null when this broker asks for itself */
    void decide(Command command, Asker asker, Consumer<Message> reply, Runnable refusal) {
        door.ask(Errand.of(command, asker, desk, reply, refusal));
    }

    void ask(Errand errand) {
        door.ask(errand);
    }

    /** This node is a broker, and can be reached: it wants to serve. */
    void begin(List<Listener> advertised, BrokerLifecycle.Watch watch) {
        lifecycle = new BrokerLifecycle(lane, desk, incarnation, advertised, watch);
        lifecycle.leaderIs(leader);
    }

    /** This node is a controller, and can be reached by others. */
    void enrol(List<Listener> reachable) {
        registration = new ControllerRegistration(lane, this, incarnation, reachable);
        registration.onCluster(lane.cluster());
    }

    /** -1 while nobody is known to decide. */
    void leaderIs(int id) {
        if (id != leader) {
            leader = id;
            tellLeader();
        }
    }

    int leader() {
        return desk.isLeading() ? lane.broker().nodeId() : leader;
    }

    /** As {@link BrokerLifecycle#isUnreplaced}. */
    boolean isUnreplaced() {
        return lifecycle != null && lifecycle.isUnreplaced();
    }

    private void tellLeader() {
        door.leaderIs(leader);
        if (lifecycle != null) {
            lifecycle.leaderIs(leader);
        }
    }

    /** This node decides from now on; or does not any more. */
    void leads(boolean now) {
        int self = lane.broker().nodeId();
        if (now) {
            leader = self;
        } else if (leader == self) {
            leader = NOBODY;
        }
        tellLeader();
        if (now) {
            lost.onLeadership();
        }
    }

    /** From any lane: true when this very process has registered in it. */
    boolean isKnownTo(Cluster cluster) {
        var self = cluster.brokers().get(lane.broker().nodeId());
        return self != null && self.incarnation().equals(incarnation);
    }

    void onCluster(Cluster cluster) {
        if (lifecycle != null) {
            lifecycle.onCluster(cluster);
        }
        if (registration != null) {
            registration.onCluster(cluster);
        }
    }

    /** The connection on which a broker was heard is gone. */
    void onLost(int brokerId, long epoch) {
        desk.onHungUp(brokerId, epoch);
        lost.onLost(brokerId, epoch);
    }

    void leave(long msMax, Runnable whenGone) {
        if (lifecycle == null) {
            whenGone.run();
        } else {
            lifecycle.leave(msMax, whenGone);
        }
    }
}
