package naru.simulation;

import naru.base.Lanes;
import naru.base.Outgoing;
import naru.base.PeerLink;
import naru.base.PeerVisit;
import naru.base.Peers;

/** A network in which there is nobody else: every attempt is refused, in a later turn. */
record NoPeers(Lanes lanes) implements Peers {

    @Override
    public PeerLink connect(String host, int port, PeerVisit visit) {
        var link = new NoLink();
        lanes.post(lanes.current(), () -> {
            if (!link.closed) {
                visit.onClosed(PeerVisit.Ending.REFUSED);
            }
        });
        return link;
    }

    private static final class NoLink implements PeerLink {

        private boolean closed;

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
