package naru.network;

import io.netty.buffer.ByteBufAllocator;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import naru.base.Clock;
import naru.base.LaneProgram;
import naru.base.Limits;
import naru.lanes.Lane;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections of one lane: flushed once a turn, and closed when they have been quiet for too long. On the lane. */
final class LaneConnections {

    private static final Logger LOG = LoggerFactory.getLogger(LaneConnections.class);

    private static final long COUNT_AGAIN_MS = 100;

    private final Lane lane;
    private final Limits limits;
    private final Clock clock;
    private final ByteBufAllocator allocator;
    private final RequestMemory memory;
    private final long idleMsMax;
    private final Consumer<InetAddress> onGone;
    private final Arrivals arrivals = new Arrivals();
    private final TurnBuffer turn;
    private final Set<Connection> open = new LinkedHashSet<>();
    /** Who is looked at next and when; it may have been heard since. Who has gone is not kept here either. */
    private final LinkedHashMap<Connection, Long> idleLine = new LinkedHashMap<>();
    private ArrayList<Connection> dirty = new ArrayList<>();
    private ArrayList<Connection> flushing = new ArrayList<>();
    private final long answerBytesMax;
    private long answerBytes;
    private long answersCountedAtMs;
    private boolean looksForRoom;
    private boolean looksForIdle;

    LaneConnections(Lane lane, Limits limits, Clock clock, ByteBufAllocator allocator, RequestMemory memory,
            long idleMsMax, long answerBytesMax, Consumer<InetAddress> onGone) {
        this.answerBytesMax = answerBytesMax;
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
            idleLine.put(connection, connection.idleAtMs(idleMsMax));
            lookForIdleLater();
        }
    }

    void remove(Connection connection) {
        if (open.remove(connection)) {
            idleLine.remove(connection);
            onGone.accept(connection.from());
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

    /** So many more bytes of answers lie in memory. When they leave is found out by counting, and only when it matters. */
    void queued(long bytes) {
        answerBytes += bytes;
    }

    /** True while the answers of all connections of this lane fill the memory there is for them. */
    boolean isShortOfMemory() {
        if (answerBytes > answerBytesMax && nowMs() - answersCountedAtMs >= COUNT_AGAIN_MS) {
            answersCountedAtMs = nowMs();
            answerBytes = 0;
            open.forEach(connection -> answerBytes += connection.answerBytes());
        }
        boolean isShort = answerBytes > answerBytesMax;
        if (isShort && !looksForRoom) {
            looksForRoom = true;
            lane.eventLoop().schedule(this::lookForRoom, COUNT_AGAIN_MS, TimeUnit.MILLISECONDS);
        }
        return isShort;
    }

    private void lookForRoom() {
        looksForRoom = false;
        List.copyOf(open).forEach(Connection::tellRoom); // who is still told to wait makes this come again
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
            long inMs = Math.max(1, idleLine.firstEntry().getValue() - nowMs());
            lane.eventLoop().schedule(this::lookForIdle, inMs, TimeUnit.MILLISECONDS);
        }
    }

    private void lookForIdle() {
        looksForIdle = false;
        long nowMs = nowMs();
        while (!idleLine.isEmpty() && idleLine.firstEntry().getValue() <= nowMs) {
            var connection = idleLine.pollFirstEntry().getKey();
            long atMs = connection.idleAtMs(idleMsMax);
            if (atMs <= nowMs) {
                connection.closeNow("nothing was heard for " + idleMsMax + " ms");
            } else {
                idleLine.put(connection, atMs);
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

    /** Bytes of answers in memory, counted now. */
    long answerBytes() {
        return open.stream().mapToLong(Connection::answerBytes).sum();
    }

    /** Connections that are held on to, for whatever reason. */
    int held() {
        return Math.max(open.size(), idleLine.size());
    }
}
