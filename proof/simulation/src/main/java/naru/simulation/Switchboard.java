package naru.simulation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.protocol.message.ApiKey;
import naru.simulation.SimulatedLink.Weather;
import naru.simulation.SimulatedLink.Way;

/** Connects clients and machines to machines, over roads that may be cut, and knows every connection that stands. */
final class Switchboard {

    /** Where all clients are. */
    static final String CLIENTS = "clients";

    private record Standing(SimulatedLink link, String from, int to) {}

    private record Snag(String from, int to, ApiKey api, long untilNs, long forMs, Runnable whenStuck) {

        /** A request begins with the number of its API. */
        private boolean stops(String sender, int receiver, byte[] frame, long nowNs) {
            return nowNs <= untilNs && from.equals(sender) && to == receiver
                    && api.id() == (short) (frame[0] << Byte.SIZE | frame[1] & 0xff);
        }
    }

    private final Timeline timeline;
    private final SimulatedRandomness dice;
    private final Roads roads;
    private final int queuedBytesMax;
    private final boolean letsAllStray;
    private final Map<String, Machine> machines = new TreeMap<>();
    private final List<Snag> snags = new ArrayList<>();
    private List<Standing> standing = new ArrayList<>();
    private long nextId;
    private boolean calm;

    /** @param letsAllStray what one broker asks another may arrive after it was given up; else only what controllers are asked */
    Switchboard(Timeline timeline, SimulatedRandomness dice, Collection<Machine> all, int queuedBytesMax, boolean letsAllStray) {
        this.timeline = timeline;
        this.dice = dice;
        this.roads = new Roads(timeline, dice.fork("roads"));
        this.queuedBytesMax = queuedBytesMax;
        this.letsAllStray = letsAllStray;
        all.forEach(machine -> machines.put(machine.host(), machine));
    }

    Roads roads() {
        return roads;
    }

    /** No segment is lost any more and no connection is slow, those that stand neither: over them somebody may have to copy a whole log. */
    void becomeCalm() {
        calm = true;
        roads.lossOnceIn(0);
        standing.forEach(one -> one.link().weather(Weather.CALM));
    }

    boolean letsAllStray() {
        return letsAllStray;
    }

    /**
     * Asks for a connection. The client hears that it stands, or is refused; from a machine without power, and over a
     * road that is cut, it hears nothing at all.
     *
     * @param from the place of the one who asks: {@link #CLIENTS}, or a machine's host
     */
    void connect(String from, String host, int port, ClientSide client, Weather weather) {
        var machine = machines.get(host);
        if (machine == null || !machine.isPowered()) {
            return;
        }
        var there = roads.between(from, host);
        var back = roads.between(host, from);
        if (machine.listener(port) == null) {
            timeline.after(dice.between(20_000, 200_000),
                    () -> there.pass(() -> back.pass(() -> client.onClosed("connection refused"))));
            return;
        }
        var process = machine.process();
        long id = nextId++;
        var link = new SimulatedLink(id, (int) (id % process.count()), process, timeline, dice, queuedBytesMax, client,
                calm ? Weather.CALM : weather, new Way(there, back, machine.listener(port), true));
        standing.removeIf(one -> one.link().isOver());
        standing.add(new Standing(link, from, machine.id()));
        link.beforeSending(frame -> stick(link, from, machine.id(), frame));
        link.open();
    }

    /**
     * The next question of this kind on this way, if it is asked soon, is stuck for a while, with all that is behind it on the same
     * connection: of all segments, it is that one which is lost again and again.
     */
    void snag(String from, Machine to, ApiKey api, long withinMs, long forMs, Runnable whenStuck) {
        snags.add(new Snag(from, to.id(), api, timeline.nowNs() + withinMs * 1_000_000, forMs, whenStuck));
    }

    private void stick(SimulatedLink link, String from, int to, byte[] frame) {
        snags.removeIf(snag -> {
            boolean stuck = snag.stops(from, to, frame, timeline.nowNs());
            if (stuck) {
                timeline.tell(snag.api() + " from " + from + " to node " + to + " is stuck for " + snag.forMs() + " ms");
                link.stall(true, false, snag.forMs());
                timeline.after(0, snag.whenStuck());
            }
            return stuck || timeline.nowNs() > snag.untilNs();
        });
    }

    /** The kernel of a killed process closes its connections, those it opened and those it accepted. */
    void processDied(Machine machine) {
        var gone = new ArrayList<Standing>();
        for (var one : standing) {
            if (one.to() == machine.id()) {
                one.link().serverDied();
                gone.add(one);
            } else if (one.from().equals(machine.host())) {
                one.link().hangUp();
                gone.add(one);
            }
        }
        standing.removeAll(gone);
    }

    /** Every connection that stands from one place to a machine. */
    List<SimulatedLink> between(String from, Machine to) {
        standing.removeIf(one -> one.link().isOver());
        return standing.stream().filter(one -> one.from().equals(from) && one.to() == to.id()).map(Standing::link).toList();
    }

    /** A connection of those that stand, or null: somebody trips over a cable. */
    SimulatedLink any() {
        standing.removeIf(one -> one.link().isOver());
        return standing.isEmpty() ? null : standing.get(dice.nextInt(standing.size())).link();
    }
}
