package naru.network;

import naru.base.Limits;
import naru.base.PeerLink;
import naru.base.PeerVisit;
import naru.base.Peers;
import naru.lanes.LaneGroup;

/**
 * Connections to other nodes over TCP. Each belongs to the lane that asked for it and is flushed once a turn. A node
 * that knows no other node never connects, and then nothing of this is made.
 */
public final class TcpPeers implements Peers, AutoCloseable {

    /** How long an attempt to connect may take before the other node counts as unreachable, unless told otherwise. */
    public static final int CONNECT_MS_MAX = 2_000;

    private final LaneGroup lanes;
    private final Limits limits;
    private final int connectMsMax;
    private final LanePeers[] homes;
    private final HostNames names = new HostNames();
    private volatile boolean stopping;

    /** @param connectMsMax milliseconds, above 0, for each address that a name has */
    public TcpPeers(LaneGroup lanes, Limits limits, int connectMsMax) {
        this.lanes = lanes;
        this.limits = limits;
        this.connectMsMax = connectMsMax;
        this.homes = new LanePeers[lanes.count()];
    }

    @Override
    public PeerLink connect(String host, int port, PeerVisit visit) {
        int lane = lanes.current();
        if (homes[lane] == null) {
            homes[lane] = new LanePeers(lanes.lane(lane), limits, names, connectMsMax);
        }
        var connection = new PeerConnection(homes[lane], host, port, visit);
        if (!stopping) {
            lanes.post(lane, connection::begin);
        }
        return connection;
    }

    /** Ends every connection; no visit hears of it. Before the lanes end, not from a lane. */
    @Override
    public void close() {
        stopping = true;
        for (int i = 0; i < homes.length; i++) {
            int lane = i;
            lanes.post(lane, () -> {
                if (homes[lane] != null) {
                    homes[lane].closeAll();
                }
            });
        }
        names.close();
    }
}
