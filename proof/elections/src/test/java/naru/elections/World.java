package naru.elections;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.Uuid;
import naru.consensus.Address;
import naru.consensus.Membership;
import naru.quorum.Formatting;
import naru.quorum.MetaProperties;
import naru.quorum.ReleaseVersions;
import naru.simulation.DiskFaults;
import naru.simulation.SimulatedClock;
import naru.simulation.SimulatedDisk;
import naru.simulation.SimulatedRandomness;
import naru.simulation.Timeline;
import naru.simulation.Transcript;

/** A quorum, those who only follow it, and what befalls them; all out of one seed, in one thread. */
final class World {

    private static final String CLUSTER = "AAAAAAAAAAAAAAAAAAAAAg";
    private static final String LISTENER = "CONTROLLER";
    private static final int PORT = 9093;

    private final SimulatedRandomness dice;
    private final Transcript transcript;
    private final Timeline timeline;
    private final Ledger ledger = new Ledger();
    private final List<Node> nodes = new ArrayList<>();
    private final TreeSet<String> cuts = new TreeSet<>();
    private final int voters;
    private boolean rough;
    private int sequence;

    /** @param byLog whether the log names the voters; else configuration does */
    World(long seed, int voters, int observers, boolean byLog) {
        this.dice = new SimulatedRandomness(seed);
        this.transcript = new Transcript(Boolean.getBoolean("naru.story") ? System.out : null);
        this.timeline = new Timeline(dice.fork("time"), transcript);
        this.voters = voters;
        for (int id = 1; id <= voters + observers; id++) {
            nodes.add(node(id, byLog));
        }
    }

    private Node node(int id, boolean byLog) {
        var own = dice.fork("node" + id);
        var disk = new SimulatedDisk(own.fork("disk"));
        boolean canVote = id <= voters;
        var controllers = new ArrayList<Formatting.Controller>();
        var addresses = new TreeMap<Integer, Address>();
        for (int voter = 1; voter <= voters; voter++) {
            addresses.put(voter, new Address("n" + voter, PORT));
            controllers.add(new Formatting.Controller(voter, "n" + voter, PORT, new Uuid(7, voter)));
        }
        Formatting.Voters first = !byLog ? new Formatting.Voters.AsConfigured()
                : canVote ? new Formatting.Voters.Initial(controllers) : new Formatting.Voters.Unnamed();
        Formatting.format(disk, new Formatting.Request(CLUSTER, id, List.of(Node.FOLDER), Node.FOLDER, LISTENER, first,
                ReleaseVersions.levelOf("4.3"), Map.of(), false), own.fork("format"), SimulatedClock.FIRST_MS);
        var mark = MetaProperties.read(disk, Node.FOLDER);
        var endpoints = new TreeMap<String, Address>();
        if (canVote) {
            endpoints.put(LISTENER, new Address("n" + id, PORT));
        }
        var self = new Membership(id, mark.directory(), CLUSTER, canVote, LISTENER, endpoints,
                byLog ? new TreeMap<>() : addresses, byLog ? List.copyOf(addresses.values()) : List.of(),
                Membership.Timeouts.USUAL);
        return new Node(this, self, disk, timeline, own);
    }

    Timeline timeline() {
        return timeline;
    }

    Transcript transcript() {
        return transcript;
    }

    Ledger ledger() {
        return ledger;
    }

    List<Node> nodes() {
        return nodes;
    }

    Node at(Address address) {
        return nodes.get(Integer.parseInt(address.host().substring(1)) - 1);
    }

    boolean isRough() {
        return rough;
    }

    int lossOnceIn() {
        return rough ? 30 : 0;
    }

    boolean isCut(Node one, Node another) {
        return cuts.contains(one.id() + ">" + another.id());
    }

    Node leader() {
        return nodes.stream().filter(Node::leads).reduce((one, other) -> one.epoch() > other.epoch() ? one : other)
                .orElse(null);
    }

    void startAll() {
        nodes.forEach(Node::start);
        chores();
    }

    private void chores() {
        timeline.afterMs(100, () -> {
            nodes.stream().filter(Node::isUp).forEach(Node::onTimeOfLog);
            chores();
        });
    }

    /** Clients keep asking whoever leads. */
    void work() {
        timeline.after(dice.between(1_000_000, 30_000_000), () -> {
            nodes.stream().filter(Node::leads).forEach(leader -> leader.decide("v" + sequence++));
            work();
        });
    }

    /** Nothing that it says arrives, and it hears nothing; nobody is told. */
    void cutOff(Node node) {
        for (var other : nodes) {
            cuts.add(node.id() + ">" + other.id());
            cuts.add(other.id() + ">" + node.id());
        }
        timeline.tell(node + " is cut off");
    }

    void mischief() {
        rough = true;
        timeline.afterMs(dice.between(20, 700), () -> {
            if (rough) {
                one();
                mischief();
            }
        });
    }

    private void one() {
        var node = nodes.get(dice.nextInt(nodes.size()));
        switch (dice.nextInt(8)) {
            case 0, 1 -> crash(node, dice.nextInt(2) == 0);
            case 2 -> crash(leader() == null ? node : leader(), false);
            case 3 -> crashInTheMiddle(node);
            case 4 -> {
                if (node.isUp()) {
                    node.pause(dice.between(50, 3_000));
                }
            }
            case 5, 6 -> {
                var other = nodes.get(dice.nextInt(nodes.size()));
                cuts.add(node.id() + ">" + other.id());
                timeline.tell("cut from " + node + " to " + other);
            }
            default -> {
                cuts.clear();
                timeline.tell("cuts end");
            }
        }
    }

    private void crash(Node node, boolean losesPower) {
        if (!node.isDown()) {
            node.end(losesPower ? "without power" : "killed", losesPower);
            revive(node);
        }
    }

    private void crashInTheMiddle(Node node) {
        int[] left = {1 + dice.nextInt(40)};
        int life = node.life();
        node.disk().faults((operation, path) -> {
            boolean writes = switch (operation) {
                case WRITE, TRUNCATE, SYNC, RENAME, DELETE, SYNC_FOLDER -> true;
                case CREATE_FOLDER, LIST, OPEN, READ, ALLOCATE, SYNC_ALL -> false;
            };
            if (writes && node.isPolling() && node.lives(life) && --left[0] == 0) {
                node.disk().faults(DiskFaults.NONE);
                revive(node);
                throw new Node.Crash(operation + " of " + path);
            }
            return DiskFaults.Fault.NONE;
        });
    }

    private void revive(Node node) {
        timeline.afterMs(dice.between(10, 4_000), () -> {
            if (node.isDown()) {
                node.start();
            }
        });
    }

    /** No more faults; whoever is down comes back. */
    void heal() {
        timeline.tell("peace");
        rough = false;
        cuts.clear();
        nodes.forEach(node -> node.disk().faults(DiskFaults.NONE));
        nodes.stream().filter(Node::isDown).forEach(Node::start);
    }

    /** Nothing acknowledged is missing where the log is longest. */
    void settle() {
        ledger.settle(nodes.stream().max(java.util.Comparator.comparingLong(Node::end)).orElseThrow().cluster());
    }

    /** Whether a decision made from now on reaches everybody within {@code ms}. */
    boolean servesWithinMs(long ms) {
        int before = ledger.acknowledged();
        long untilNs = timeline.nowNs() + ms * 1_000_000;
        boolean decided = timeline.runUntil(untilNs, () -> ledger.acknowledged() > before + 5);
        long endWanted = nodes.stream().mapToLong(Node::end).max().orElse(0);
        return decided && timeline.runUntil(untilNs, () -> nodes.stream().allMatch(node -> node.end() >= endWanted));
    }
}
