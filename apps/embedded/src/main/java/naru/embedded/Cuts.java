package naru.embedded;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import naru.base.Outgoing;
import naru.base.PeerLink;
import naru.base.PeerVisit;
import naru.base.Peers;
import naru.base.Lanes;

/**
 * The wires between the nodes of one virtual machine, which can be cut. What travels over a cut wire vanishes without a word, as when
 * a cable is pulled: nobody is told, and whoever waits runs into its own timeout. A connection over which something vanished never
 * carries anything again, also when the wire is whole; its end opens a new one.
 */
final class Cuts {

    /** How long somebody who connects over a cut wire waits until it gives up. */
    private static final long CONNECT_MS = 1_000;

    private final Map<Integer, Integer> nodeOfPort = new ConcurrentHashMap<>();
    private final Set<Integer> cut = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock;

    /** @param clock tells those who connect that nobody answers */
    Cuts(ScheduledExecutorService clock) {
        this.clock = clock;
    }

    void listens(int node, int port) {
        nodeOfPort.put(port, node);
    }

    void cut(int node) {
        cut.add(node);
    }

    void heal(int node) {
        cut.remove(node);
    }

    /** The wires of this node to all others. */
    Peers of(int node, Peers real, Lanes lanes) {
        return (host, port, visit) -> {
            int other = nodeOfPort.getOrDefault(port, node);
            if (isCut(node, other)) {
                return new Nowhere(lanes, visit, clock);
            }
            var wire = new Wire(node, other, visit);
            wire.link = real.connect(host, port, wire);
            return wire;
        };
    }

    private boolean isCut(int one, int other) {
        return one != other && (cut.contains(one) || cut.contains(other));
    }

    /** One connection; used by the lane that opened it alone. */
    private final class Wire implements PeerLink, PeerVisit {
        private final int from;
        private final int to;
        private final PeerVisit visit;
        private PeerLink link;
        private boolean hasLost;

        private Wire(int from, int to, PeerVisit visit) {
            this.from = from;
            this.to = to;
            this.visit = visit;
        }

        private boolean isDead() {
            hasLost |= isCut(from, to);
            return hasLost;
        }

        @Override
        public void send(Outgoing request) {
            if (isDead()) {
                request.close();
            } else {
                link.send(request);
            }
        }

        @Override
        public boolean isCongested() {
            return link.isCongested();
        }

        @Override
        public void close() {
            link.close();
        }

        @Override
        public void onOpen() {
            visit.onOpen();
        }

        @Override
        public void onFrame(java.nio.ByteBuffer answer) {
            if (!isDead()) {
                visit.onFrame(answer);
            }
        }

        @Override
        public void onClosed(Ending why) {
            visit.onClosed(isDead() ? Ending.UNREACHABLE : why);
        }
    }

    /** An attempt that nobody hears. */
    private static final class Nowhere implements PeerLink {
        private boolean closed;

        private Nowhere(Lanes lanes, PeerVisit visit, ScheduledExecutorService clock) {
            clock.schedule(() -> lanes.post(0, () -> {
                if (!closed) {
                    visit.onClosed(PeerVisit.Ending.UNREACHABLE);
                }
            }), CONNECT_MS, TimeUnit.MILLISECONDS);
        }

        @Override
        public void send(Outgoing request) {
            request.close();
        }

        @Override
        public boolean isCongested() {
            return false;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
