package naru.simulation;

import static naru.base.Invariant.check;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.Consumer;
import naru.base.ClientLink;
import naru.base.Outgoing;
import naru.base.Visit;

/**
 * A connection between a simulated client and a broker: frames arrive late but in order, the client may read slowly,
 * and either side may lose the other at any moment, before or after an answer.
 *
 * <p>Parts of an answer that stand in a file are read when they leave, as the kernel does it, not when they are queued.
 */
public final class SimulatedLink implements ClientLink {

    /** How the network treats one connection. */
    public record Weather(long latencyNsMin, long latencyNsMax, long bytesPerMs) {
        public static final Weather CALM = new Weather(20_000, 200_000, 1 << 20);
    }

    /**
     * How the two ends reach each other.
     *
     * @param there from the client to the server
     * @param back from the server to the client
     * @param listener the name of the one that the client came through
     * @param kernelAccepts true when the connection stands before the process has heard of it, as it does with TCP
     */
    record Way(Road there, Road back, String listener, boolean kernelAccepts) {
        static final Way DIRECT = new Way(Road.OPEN, Road.OPEN, "PLAINTEXT", false);
    }

    /** One direction of this connection alone: a segment of it may be lost again and again while others go through. */
    private final class Flow {
        private final Deque<Runnable> stuck = new ArrayDeque<>();
        private int stalls;

        private void pass(Runnable arrival) {
            if (stalls > 0) {
                stuck.addLast(arrival);
            } else {
                arrival.run();
            }
        }

        private void stall(long forNs) {
            stalls++;
            timeline.after(forNs, () -> {
                stalls--;
                while (stalls == 0 && !stuck.isEmpty()) {
                    stuck.removeFirst().run();
                }
            });
        }
    }

    /** How long what was sent may be on its way after the connection is gone for the one who sent it. */
    private static final long STRAY_NS_MAX = 2_000_000_000L;

    private final long id;
    private final int lane;
    private final SimulatedLanes lanes;
    private final Timeline timeline;
    private final SimulatedRandomness dice;
    private final int queuedBytesMax;
    private final ClientSide client;
    private final Way way;
    private final Flow there = new Flow();
    private final Flow back = new Flow();
    private final Deque<byte[]> heldBack = new ArrayDeque<>();
    private final Deque<Outgoing> queued = new ArrayDeque<>();
    private Consumer<byte[]> beforeSending = _ -> {};
    private Weather weather;
    private Visit visit;
    private long requestsArriveNs;
    private long answersArriveNs;
    private long bytesWaiting;
    private boolean congested;
    private boolean paused;
    private boolean serverGone;
    private boolean clientGone;
    private String closing;

    SimulatedLink(long id, int lane, SimulatedLanes lanes, Timeline timeline, SimulatedRandomness dice,
            int queuedBytesMax, ClientSide client, Weather weather) {
        this(id, lane, lanes, timeline, dice, queuedBytesMax, client, weather, Way.DIRECT);
    }

    SimulatedLink(long id, int lane, SimulatedLanes lanes, Timeline timeline, SimulatedRandomness dice,
            int queuedBytesMax, ClientSide client, Weather weather, Way way) {
        this.way = way;
        this.id = id;
        this.lane = lane;
        this.lanes = lanes;
        this.timeline = timeline;
        this.dice = dice;
        this.queuedBytesMax = queuedBytesMax;
        this.client = client;
        this.weather = weather;
    }

    void open() {
        timeline.after(latencyNs() + way.there().stallNs(), () -> way.there().pass(this::knock));
    }

    private void knock() {
        if (lanes.isDead()) {
            way.back().pass(() -> closeForClient("connection refused"));
            return;
        }
        lanes.hear(lane, () -> {
            if (serverGone) {
                return;
            }
            visit = lanes.program(lane).onConnect(this);
            if (!way.kernelAccepts()) {
                welcome();
            }
        });
        if (way.kernelAccepts()) {
            welcome();
        }
    }

    private void welcome() {
        timeline.after(latencyNs(), () -> way.back().pass(() -> {
            if (!clientGone) {
                client.onConnected(this);
            }
        }));
    }

    /** For what is sent from now on; it still arrives behind what was sent before. */
    void weather(Weather now) {
        weather = now;
    }

    private long latencyNs() {
        return dice.between(weather.latencyNsMin(), weather.latencyNsMax());
    }

    /** Hears each request while it leaves the client. */
    void beforeSending(Consumer<byte[]> what) {
        beforeSending = what;
    }

    /** Client side: sends one request, without its length prefix. */
    public void request(byte[] frame) {
        request(frame, () -> {});
    }

    /** @param whenSent once it has arrived, so that there is room for more */
    void request(byte[] frame, Runnable whenSent) {
        if (clientGone) {
            return;
        }
        beforeSending.accept(frame);
        inOrder(() -> {
            whenSent.run();
            arrive(frame);
        });
    }

    /** Arrives at the server behind everything that was sent before. */
    private void inOrder(Runnable arrival) {
        // Events of one instant are ordered by dice, so frames of one connection never share an instant.
        requestsArriveNs = 1 + Math.max(requestsArriveNs, timeline.nowNs() + latencyNs() + way.there().stallNs());
        timeline.after(requestsArriveNs - timeline.nowNs(), () -> way.there().pass(() -> there.pass(arrival)));
    }

    private void arrive(byte[] frame) {
        timeline.transcript().absorb(timeline.nowNs(), ByteBuffer.wrap(frame));
        heldBack.addLast(frame);
        lanes.hear(lane, this::deliver);
    }

    private void deliver() {
        if (paused || serverGone || heldBack.isEmpty()) {
            return;
        }
        byte[] bytes = heldBack.removeFirst();
        var frame = ByteBuffer.wrap(bytes);
        visit.onFrame(frame);
        // The network reuses the buffer after the turn; whoever kept it reads this instead.
        lanes.afterTurn(lane, () -> Arrays.fill(bytes, (byte) 0xee));
    }

    /**
     * Client side: drops the connection; the server hears of it later, and answers under way are lost. The end comes first, and what
     * was asked is thrown away (RST); or what was asked still arrives, and behind it the end (FIN).
     */
    public void hangUp() {
        if (!clientGone) {
            clientGone = true;
            if (client.mayStray() && dice.onceIn(2)) {
                inOrder(this::serverHearsClose);
            } else {
                timeline.after(latencyNs(), () -> way.there().pass(this::serverHearsClose));
            }
        }
    }

    /**
     * The network loses the connection: both sides hear of it, each in its own time. What was on its way is lost; or it strays, and
     * arrives when the one who sent it has long asked again, on another connection.
     */
    public void sever(String why) {
        timeline.after(latencyNs(), () -> closeForClient(why));
        if (!client.mayStray() || dice.onceIn(2)) {
            timeline.after(latencyNs(), this::serverHearsClose);
        } else {
            there.stall(dice.between(1, STRAY_NS_MAX));
            inOrder(this::serverHearsClose);
        }
    }

    /** Nothing of this connection arrives for a while, in one direction or both; then all of it does. */
    void stall(boolean requests, boolean answers, long forMs) {
        if (requests) {
            there.stall(forMs * 1_000_000);
        }
        if (answers) {
            back.stall(forMs * 1_000_000);
        }
    }

    private void serverHearsClose() {
        if (serverGone || lanes.isDead()) {
            return;
        }
        lanes.hear(lane, () -> {
            if (!serverGone) {
                serverGone = true;
                dropQueued();
                if (visit != null) {
                    visit.onClosed();
                }
            }
        });
    }

    private void dropQueued() {
        queued.forEach(Outgoing::close);
        queued.clear();
    }

    private void closeForClient(String why) {
        if (!clientGone) {
            clientGone = true;
            client.onClosed(why);
        }
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public String listener() {
        return way.listener();
    }

    @Override
    public String clientHost() {
        return "/10.0.0." + (1 + id % 250);
    }

    @Override
    public String clientAddress() {
        return clientHost() + ":" + (10_000 + id % 50_000);
    }

    @Override
    public void send(Outgoing bytes) {
        if (serverGone) {
            bytes.close();
            return;
        }
        bytesWaiting += bytes.length();
        congested = congested || bytesWaiting > queuedBytesMax;
        queued.addLast(ownedCopy(bytes));
        lanes.flushAtEndOfTurn(lane, this);
    }

    private static Outgoing ownedCopy(Outgoing bytes) {
        var pieces = bytes.pieces().stream().<Outgoing.Piece>map(piece -> switch (piece) {
            case Outgoing.Piece.Memory(var memory) ->
                new Outgoing.Piece.Memory(ByteBuffer.allocate(memory.remaining()).put(memory.duplicate()).flip());
            case Outgoing.Piece.InFile inFile -> inFile;
        }).toList();
        return new Outgoing(pieces);
    }

    void flush() {
        while (!queued.isEmpty()) {
            var answer = queued.removeFirst();
            long onTheWayNs = latencyNs() + way.back().stallNs() + answer.length() * 1_000_000 / weather.bytesPerMs();
            answersArriveNs = 1 + Math.max(answersArriveNs, timeline.nowNs() + onTheWayNs);
            timeline.after(answersArriveNs - timeline.nowNs(), () -> way.back().pass(() -> back.pass(() -> leave(answer))));
        }
        if (closing != null) {
            answersArriveNs = 1 + Math.max(answersArriveNs, timeline.nowNs());
            timeline.after(answersArriveNs - timeline.nowNs(), () -> way.back().pass(
                    () -> back.pass(() -> closeForClient("closed by the broker: " + closing))));
            serverHearsClose();
        }
    }

    private void leave(Outgoing answer) {
        if (lanes.isDead()) {
            return;
        }
        byte[] whole;
        try (answer) {
            whole = serverGone ? null : bytesOf(answer);
            bytesWaiting -= answer.length();
        }
        if (congested && bytesWaiting <= queuedBytesMax / 2) {
            congested = false;
            lanes.hear(lane, () -> {
                if (!serverGone) {
                    visit.onRoom();
                }
            });
        }
        if (whole == null && !serverGone) {
            closeForClient("closed by the broker: what it was about to send was cut off its file");
            serverHearsClose();
        } else if (whole != null && !clientGone) {
            var bytes = ByteBuffer.wrap(whole);
            check(bytes.getInt() == bytes.remaining(), "an answer is as long as its prefix says");
            timeline.transcript().absorb(timeline.nowNs(), bytes);
            client.onAnswer(bytes);
        }
    }

    /** Null when a file ends before a range of it does: its log was cut while the answer waited, or was on its way. */
    static byte[] bytesOf(Outgoing answer) {
        var whole = ByteBuffer.allocate(Math.toIntExact(answer.length()));
        for (var piece : answer.pieces()) {
            switch (piece) {
                case Outgoing.Piece.Memory(var memory) -> whole.put(memory.duplicate());
                case Outgoing.Piece.InFile(var file, long position, int length) -> {
                    var window = whole.slice(whole.position(), length);
                    while (window.hasRemaining()) {
                        if (file.read(window, position + window.position()) <= 0) {
                            return null;
                        }
                    }
                    whole.position(whole.position() + length);
                }
            }
        }
        return whole.array();
    }

    @Override
    public boolean isCongested() {
        return congested;
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            for (int i = heldBack.size(); i > 0; i--) {
                lanes.hear(lane, this::deliver);
            }
        }
    }

    @Override
    public void close(String why) {
        if (closing == null) {
            closing = why;
            timeline.tell("link " + id + " closed by the broker: " + why);
            lanes.flushAtEndOfTurn(lane, this);
        }
    }

    /** The broker's process died: the client hears of it after a while. */
    void serverDied() {
        timeline.after(latencyNs(), () -> way.back().pass(() -> closeForClient("connection reset")));
    }

    /** Nobody holds an end of it any more. */
    boolean isOver() {
        return clientGone && (serverGone || lanes.isDead());
    }
}
