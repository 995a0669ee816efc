package naru.network;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import naru.base.Limits;
import naru.lanes.Lane;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections of one lane to other nodes: their memory, and their flush once a turn. On the lane. */
final class LanePeers {

    private static final Logger LOG = LoggerFactory.getLogger(LanePeers.class);
    private static final int PAGE_BYTES = 8 << 10;
    /** Requests to other nodes are small: 1 MB a chunk (8 KB pages, 2^7 of them). */
    private static final int CHUNK_ORDER = 7;

    private final Lane lane;
    private final Limits limits;
    private final HostNames names;
    private final int connectMsMax;
    private final ByteBufAllocator allocator = new PooledByteBufAllocator(true, 0, 1, PAGE_BYTES, CHUNK_ORDER, 64, 16, true);
    private final RequestMemory memory;
    private final Arrivals arrivals = new Arrivals();
    private final TurnBuffer turn = new TurnBuffer(allocator);
    private final Set<PeerConnection> all = new LinkedHashSet<>();
    private ArrayList<PeerConnection> dirty = new ArrayList<>();
    private ArrayList<PeerConnection> flushing = new ArrayList<>();

    LanePeers(Lane lane, Limits limits, HostNames names, int connectMsMax) {
        this.lane = lane;
        this.limits = limits;
        this.names = names;
        this.connectMsMax = connectMsMax;
        this.memory = new RequestMemory(limits.requestMemoryBytesMax());
        lane.atEndOfTurn(this::endTurn);
    }

    Lane lane() {
        return lane;
    }

    Limits limits() {
        return limits;
    }

    HostNames names() {
        return names;
    }

    int connectMsMax() {
        return connectMsMax;
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    Inflow inflow(Inflow.Receiver receiver) {
        return new Inflow(limits, allocator, memory, arrivals, turn, receiver);
    }

    void add(PeerConnection connection) {
        all.add(connection);
    }

    void remove(PeerConnection connection) {
        all.remove(connection);
    }

    /** Runs a piece of the program for one connection. A fault there costs that connection, a broken invariant all. */
    void guard(PeerConnection connection, Runnable piece) {
        try {
            piece.run();
        } catch (RuntimeException fault) {
            LOG.error("What came from {} could not be worked with", connection, fault);
            connection.breakOff();
        } catch (Error broken) {
            lane.fail(broken);
        }
    }

    void flushAtEndOfTurn(PeerConnection connection) {
        dirty.add(connection);
    }

    private void endTurn() {
        if (!dirty.isEmpty()) {
            var now = dirty;
            dirty = flushing;
            flushing = now;
            for (int i = 0; i < now.size(); i++) {
                now.get(i).flush();
            }
            now.clear();
        }
        turn.endTurn();
    }

    void closeAll() {
        List.copyOf(all).forEach(PeerConnection::close);
    }
}
