package naru.simulation;

import java.nio.ByteBuffer;
import java.util.Arrays;
import naru.base.Outgoing;
import naru.base.PeerLink;
import naru.base.PeerVisit;
import naru.base.PeerVisit.Ending;
import naru.base.Peers;
import naru.simulation.SimulatedLink.Weather;

/** Connections that one simulated process opens to other machines. */
final class SimulatedPeers implements Peers {

    /** How long an attempt may take before it counts as failed. */
    private static final long CONNECT_MS = 2_000;

    private final Machine home;
    private final SimulatedLanes lanes;
    private final Switchboard switchboard;
    private final Timeline timeline;
    private final SimulatedRandomness dice;
    private final int queuedBytesMax;

    SimulatedPeers(Machine home, SimulatedLanes lanes, Switchboard switchboard, Timeline timeline,
            SimulatedRandomness dice, int queuedBytesMax) {
        this.home = home;
        this.lanes = lanes;
        this.switchboard = switchboard;
        this.timeline = timeline;
        this.dice = dice;
        this.queuedBytesMax = queuedBytesMax;
    }

    @Override
    public PeerLink connect(String host, int port, PeerVisit visit) {
        var end = new End(lanes.current(), visit, port == Machine.CONTROLLER_PORT || switchboard.letsAllStray());
        var weather = dice.onceIn(6) ? new Weather(500_000, 20_000_000, 4_000) : Weather.CALM;
        switchboard.connect(home.host(), host, port, end, weather);
        timeline.afterMs(CONNECT_MS, end::giveUp);
        return end;
    }

    /** This process's end of one connection, on the lane that asked for it. */
    private final class End implements ClientSide, PeerLink {
        private final int lane;
        private final PeerVisit visit;
        private final boolean strays;
        private SimulatedLink link;
        private boolean over;
        /** By this side: nothing is heard any more, not even what has arrived. */
        private boolean closed;
        private long bytesWaiting;

        private End(int lane, PeerVisit visit, boolean strays) {
            this.lane = lane;
            this.visit = visit;
            this.strays = strays;
        }

        @Override
        public boolean mayStray() {
            return strays;
        }

        private void giveUp() {
            if (link == null) {
                end(Ending.UNREACHABLE);
            }
        }

        /** The kernel knows at once; the process hears of it in a later turn, if it still cares then. */
        private void end(Ending why) {
            if (!over) {
                over = true;
                hear(() -> visit.onClosed(why));
            }
        }

        @Override
        public void onConnected(SimulatedLink opened) {
            if (over) {
                opened.hangUp();
                return;
            }
            link = opened;
            hear(visit::onOpen);
        }

        @Override
        public void onAnswer(ByteBuffer answer) {
            hear(() -> {
                visit.onFrame(answer.slice());
                lanes.afterTurn(lane, () -> Arrays.fill(answer.array(), (byte) 0xee));
            });
        }

        private void hear(Runnable what) {
            lanes.hear(lane, () -> {
                if (!closed) {
                    what.run();
                }
            });
        }

        @Override
        public void onClosed(String why) {
            end(link != null ? Ending.LOST : why.equals("connection refused") ? Ending.REFUSED : Ending.UNREACHABLE);
        }

        @Override
        public void send(Outgoing request) {
            byte[] bytes;
            try (request) {
                bytes = SimulatedLink.bytesOf(request);
            }
            if (link == null || over || closed) {
                return;
            }
            byte[] frame = Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length);
            bytesWaiting += bytes.length;
            lanes.afterTurn(lane, () -> link.request(frame, () -> bytesWaiting -= bytes.length));
        }

        @Override
        public boolean isCongested() {
            return bytesWaiting > queuedBytesMax;
        }

        @Override
        public void close() {
            closed = true;
            over = true;
            if (link != null) {
                lanes.afterTurn(lane, link::hangUp);
            }
        }
    }
}
