package naru.broker;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeMap;
import naru.base.PeerLink;
import naru.base.PeerVisit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out fast that a broker's process is gone. When its connection to the deciding controller breaks, the controller
 * knocks at the broker's own door: refused means that nobody listens there any more, and its leaderships are given away
 * at once instead of after a session. Whatever else happens tells nothing, and the session decides. On lane 0.
 */
final class LostBrokers {

    private static final Logger LOG = LoggerFactory.getLogger(LostBrokers.class);

    /** A process that ends closes its sockets one after the other, so the first knock may still be heard. */
    private static final int KNOCKS_MAX = 6;
    private static final int KNOCK_AGAIN_MS = 25;

    private final LaneBroker lane;
    private final ControllerDesk desk;
    /** Registrations that are being asked after, by number. */
    private final TreeMap<Integer, Long> asked = new TreeMap<>();

    LostBrokers(LaneBroker lane, ControllerDesk desk) {
        this.lane = lane;
        this.desk = desk;
    }

    /** This node decides from now on: whoever decided before may be gone, and its broker with it. */
    void onLeadership() {
        for (var broker : List.copyOf(lane.cluster().brokers().values())) {
            if (!broker.fenced()) {
                onLost(broker.id(), broker.epoch());
            }
        }
    }

    /** The connection on which this broker was heard is gone. */
    void onLost(int id, long epoch) {
        if (id != lane.broker().nodeId() && isMeant(id, epoch) && !asked.containsKey(id)) {
            asked.put(id, epoch);
            knock(id, epoch, 1);
        }
    }

    private boolean isMeant(int id, long epoch) {
        var broker = lane.cluster().brokers().get(id);
        return desk.isLeading() && broker != null && broker.epoch() == epoch && !broker.fenced();
    }

    private void knock(int id, long epoch, int times) {
        if (!isMeant(id, epoch)) {
            asked.remove(id);
            return;
        }
        // Brokers reach each other there; what is advertised to clients may mean another machine from here.
        var door = lane.replication().neighbours().addressOf(id);
        if (door == null) {
            asked.remove(id);
            return;
        }
        var visit = new Knock(id, epoch, times);
        visit.link = lane.broker().peers().connect(door.host(), door.port(), visit);
    }

    private void knockAgain(int id, long epoch, int times) {
        if (times < KNOCKS_MAX) {
            lane.afterMs(KNOCK_AGAIN_MS, () -> knock(id, epoch, times + 1));
        } else {
            asked.remove(id);
        }
    }

    /** One attempt to connect. */
    private final class Knock implements PeerVisit {
        private final int id;
        private final long epoch;
        private final int times;
        private PeerLink link;

        Knock(int id, long epoch, int times) {
            this.id = id;
            this.epoch = epoch;
            this.times = times;
        }

        @Override
        public void onOpen() {
            link.close();
            knockAgain(id, epoch, times);
        }

        @Override
        public void onFrame(ByteBuffer answer) {
            // nothing was asked
        }

        @Override
        public void onClosed(Ending why) {
            if (why == Ending.REFUSED) {
                asked.remove(id);
                if (isMeant(id, epoch)) {
                    LOG.info("Broker {} is gone: nobody listens where it did", id);
                    desk.onProcessGone(id, epoch);
                }
            } else if (why == Ending.LOST) {
                knockAgain(id, epoch, times);
            } else {
                asked.remove(id);
            }
        }
    }
}
