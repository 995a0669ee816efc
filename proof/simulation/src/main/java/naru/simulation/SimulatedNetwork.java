package naru.simulation;

import java.util.ArrayList;
import java.util.List;
import naru.simulation.SimulatedLink.Weather;

/** Connects clients to whatever process is alive; forgets nobody when it dies. */
public final class SimulatedNetwork {

    private final Timeline timeline;
    private final SimulatedRandomness dice;
    private final int queuedBytesMax;
    private final List<SimulatedLink> links = new ArrayList<>();
    private SimulatedLanes process;
    private long nextId;

    public SimulatedNetwork(Timeline timeline, SimulatedRandomness dice, int queuedBytesMax) {
        this.timeline = timeline;
        this.dice = dice;
        this.queuedBytesMax = queuedBytesMax;
    }

    /** From now on connections go to this process; null when nobody listens. */
    public void listen(SimulatedLanes lanes) {
        process = lanes;
    }

    /** Asks for a connection; the client hears whether it got one. */
    public void connect(ClientSide client, Weather weather) {
        if (process == null || process.isDead()) {
            timeline.after(dice.between(20_000, 200_000), () -> client.onClosed("connection refused"));
            return;
        }
        var link = new SimulatedLink(nextId, (int) (nextId % process.count()), process, timeline, dice,
                queuedBytesMax, client, weather);
        nextId++;
        links.add(link);
        link.open();
    }

    /** The process died, and with it every connection it had. */
    public void processDied() {
        process = null;
        links.forEach(SimulatedLink::serverDied);
        links.clear();
    }

    /** A connection of those that are open, or null: somebody trips over a cable. */
    public SimulatedLink any() {
        return links.isEmpty() ? null : links.get(dice.nextInt(links.size()));
    }
}
