package naru.broker;

import naru.base.PeerVisit;
import naru.client.Exchange;

/** This node's connection to whichever node decides for the cluster; made when it is wanted, and anew when that changes. */
final class ControllerLine {

    private static final int NOBODY = -1;

    private final LaneBroker lane;
    private final Exchange.Rules rules;
    private final Runnable whenOpen;
    private int leader = NOBODY;
    private Exchange exchange;

    /** @param whenOpen called when a connection has been made and can be used */
    ControllerLine(LaneBroker lane, Exchange.Rules rules, Runnable whenOpen) {
        this.lane = lane;
        this.rules = rules;
        this.whenOpen = whenOpen;
    }

    /** From now on this node decides, -1 for none; what is under way with another hears nothing any more. */
    void leaderIs(int id) {
        if (id != leader) {
            leader = id;
            close();
        }
    }

    /** Null while nobody is known to decide, or where that node is reached. */
    Exchange exchange() {
        if (exchange != null && !exchange.hasEnded()) {
            return exchange;
        }
        var at = leader == NOBODY || leader == lane.broker().nodeId() ? null : lane.broker().knownControllers().addressOf(leader);
        if (at == null) {
            return null;
        }
        exchange = new Exchange(
                (PeerVisit visit) -> lane.broker().peers().connect(at.host(), at.port(), visit), rules, lane.timing(),
                lane.writer());
        exchange.whenOpen(whenOpen);
        return exchange;
    }

    void close() {
        if (exchange != null) {
            exchange.close();
            exchange = null;
        }
    }
}
