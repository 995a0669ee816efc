package naru.network;

import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import naru.base.Clock;
import naru.base.LaneProgram;
import naru.base.Limits;
import naru.lanes.Lane;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections of one lane: flushed once a turn, and closed when they have been quiet for too long. On the lane. */
final class LaneConnections {

    private static final Logger LOG = LoggerFactory.getLogger(LaneConnections.class);

    /** A connection in line to be looked at; it may have been heard since. */
    private record IdleLook(Connection connection, long atMs) {}

    private final Lane lane;
    private final Limits limits;
    private final Clock clock;
    private final ByteBufAllocator allocator;
    private final RequestMemory memory;
    private final long idleMsMax;
    private final Runnable onGone;
    private final Arrivals arrivals = new Arrivals();
    private final TurnBuffer turn;
    private final Set<Connection> open = new LinkedHashSet<>();
    private final ArrayDeque<IdleLook> idleLine = new ArrayDeque<>();
    private ArrayList<Connection> dirty = new ArrayList<>();
    private ArrayList<Connection> flushing = new ArrayList<>();
    private boolean looksForIdle;

    LaneConnections(Lane lane, Limits limits, Clock clock, ByteBufAllocator allocator, RequestMemory memory,
            long idleMsMax, Runnable onGone) {
        this.lane = lane;
        this.limits = limits;
        this.clock = clock;
        this.allocator = allocator;
        this.memory = memory;
        this.idleMsMax = idleMsMax;
        this.onGone = onGone;
        this.turn = new TurnBuffer(allocator);
    }

    Lane lane() {
        return lane;
    }

    Limits limits() {
        return limits;
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    LaneProgram program() {
        return lane.program();
    }

    long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(clock.nowNs());
    }

    Inflow inflow(Inflow.Receiver receiver) {
        return new Inflow(limits, allocator, memory, arrivals, turn, receiver);
    }

    void add(Connection connection) {
        open.add(connection);
        if (idleMsMax > 0) {
            idleLine.addLast(new IdleLook(connection, connection.idleAtMs(idleMsMax)));
            lookForIdleLater();
        }
    }

    void remove(Connection connection) {
        if (open.remove(connection)) {
            onGone.run();
        }
    }

    /** Runs a piece of the program for one connection. A fault there costs that connection, a broken invariant all. */
    void guard(Connection connection, Runnable piece) {
        try {
            piece.run();
        } catch (RuntimeException fault) {
            LOG.error("Serving {} failed", connection.clientAddress(), fault);
            connection.closeNow("a request could not be served");
        } catch (Error broken) {
            lane.fail(broken);
        }
    }

    void fail(Throwable broken) {
        lane.fail(broken);
    }

    void turnAgain(Runnable task) {
        lane.post(task);
    }

    void flushAtEndOfTurn(Connection connection) {
        dirty.add(connection);
    }

    void endTurn() {
        if (!dirty.isEmpty()) {
            var now = dirty;
            dirty = flushing;
            flushing = now;
            for (int i = 0; i < now.size(); i++) {
                now.get(i).endTurn();
            }
            now.clear();
        }
        turn.endTurn();
    }

    /** One timer for all connections of the lane: each is looked at once in an idle period. */
    private void lookForIdleLater() {
        if (!looksForIdle && !idleLine.isEmpty()) {
            looksForIdle = true;
            long inMs = Math.max(1, idleLine.getFirst().atMs - nowMs());
            lane.eventLoop().schedule(this::lookForIdle, inMs, TimeUnit.MILLISECONDS);
        }
    }

    private void lookForIdle() {
        looksForIdle = false;
        long nowMs = nowMs();
        while (!idleLine.isEmpty() && idleLine.getFirst().atMs <= nowMs) {
            var connection = idleLine.removeFirst().connection;
            if (open.contains(connection)) {
                long atMs = connection.idleAtMs(idleMsMax);
                if (atMs <= nowMs) {
                    connection.closeNow("nothing was heard for " + idleMsMax + " ms");
                } else {
                    idleLine.addLast(new IdleLook(connection, atMs));
                }
            }
        }
        lookForIdleLater();
    }

    /** Says goodbye to everybody after what was queued has left. */
    void closeAll(String why) {
        List.copyOf(open).forEach(connection -> connection.close(why));
    }

    void closeAllNow() {
        List.copyOf(open).forEach(connection -> connection.closeNow(""));
    }

    boolean isEmpty() {
        return open.isEmpty();
    }
}
