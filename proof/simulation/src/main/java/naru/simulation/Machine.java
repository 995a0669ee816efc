package naru.simulation;

import java.util.TreeMap;

/** One machine of a cluster: it outlives the processes that run on it. */
final class Machine {

    /** What a process listens on: the name of a listener for each port. */
    static final int CLIENT_PORT = 9092;
    static final int CONTROLLER_PORT = 9093;

    private final int id;
    private final SimulatedDisk disk;
    private final SimulatedClock clock;
    private final TreeMap<Integer, String> listeners = new TreeMap<>();
    private SimulatedLanes process;
    private NodeUnderTest.Node node;
    private boolean powered = true;

    Machine(int id, Timeline timeline, SimulatedRandomness dice) {
        this.id = id;
        this.disk = new SimulatedDisk(dice.fork("disk"));
        this.clock = new SimulatedClock(timeline);
        listeners.put(CLIENT_PORT, "PLAINTEXT");
        listeners.put(CONTROLLER_PORT, "CONTROLLER");
    }

    int id() {
        return id;
    }

    String host() {
        return host(id);
    }

    static String host(int id) {
        return "10.0.1." + id;
    }

    SimulatedDisk disk() {
        return disk;
    }

    SimulatedClock clock() {
        return clock;
    }

    /** Null when nobody listens at this port. */
    String listener(int port) {
        return process == null ? null : listeners.get(port);
    }

    /** Null while none runs. */
    SimulatedLanes process() {
        return process;
    }

    void runs(SimulatedLanes started) {
        process = started;
        node = null;
    }

    /** Null until it has started. */
    NodeUnderTest.Node node() {
        return node;
    }

    void hasStarted(NodeUnderTest.Node started) {
        node = started;
    }

    /** False from a power cut on until somebody switches it on again: it is silent, and refuses nothing. */
    boolean isPowered() {
        return powered;
    }

    void power(boolean on) {
        powered = on;
    }

    boolean isRunning() {
        return process != null;
    }

    boolean isPaused() {
        return process != null && process.isStopped();
    }

    /** Its process runs, and does what it wants to. */
    boolean isAwake() {
        return isRunning() && !isPaused();
    }
}
