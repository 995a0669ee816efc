package naru.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import naru.metadata.Cluster;
import naru.metadata.Partition;

/**
 * What goes wrong in a cluster: processes are killed and stopped, machines lose their power, roads are cut, disks are slow,
 * full or broken, clocks jump; nodes are restarted one after the other. In half of the stories most of it is aimed ({@link Scenes},
 * {@link Returns}).
 * What takes bytes away that were not synced happens only as often as the durability policy
 * stands it: one machine at a time, and the next when all replicas are in sync again; any number where all replicas sync. Where no
 * eligible replicas are kept nobody remembers who else had everything (decision 33), so there no other fault joins that one.
 */
final class ClusterTrouble {

    private final ClusterWorld world;
    private final SimulatedRandomness dice;
    private final List<Runnable> more;
    private final Set<Machine> broken = new HashSet<>();
    private final boolean aimed;
    private boolean rolling;
    private boolean over;
    private int crashes;
    private int pauses;
    private int cuts;
    private long roadsWholeNs;
    private long restsUntilNs;

    /** @param more what else may go wrong in this story: with its clients, say */
    ClusterTrouble(ClusterWorld world, List<Runnable> more) {
        this.world = world;
        this.dice = world.dice().fork("trouble");
        this.more = more;
        this.aimed = world.dice().fork("aimed").onceIn(2);
    }

    /** Syncs of its disk have failed. */
    boolean hasBroken(Machine machine) {
        return broken.contains(machine);
    }

    int crashes() {
        return crashes;
    }

    int pauses() {
        return pauses;
    }

    int cuts() {
        return cuts;
    }

    void begin() {
        if (aimed && world.dice().fork("returns").onceIn(3)) {
            new Returns(world, this).begin();
        } else if (aimed) {
            new Scenes(world, this).begin();
        }
        goOn();
    }

    private void goOn() {
        world.timeline().afterMs(dice.between(50, aimed ? 5_000 : 1_500), () -> {
            if (!over) {
                make();
                goOn();
            }
        });
    }

    boolean isOver() {
        return over;
    }

    void end() {
        over = true;
    }

    private Machine anyMachine() {
        var all = List.copyOf(world.machines());
        return all.get(dice.nextInt(all.size()));
    }

    private void make() {
        var machine = anyMachine();
        if (!mayJoinOtherFaults()) {
            return;
        }
        switch (dice.nextInt(25)) {
            case 0, 1, 2 -> kill(machine);
            case 3, 4 -> loseBytes(() -> cutPower(machine));
            case 5 -> {
                if (world.syncsAll() && dice.onceIn(2)) {
                    cutAllPowerSoon();
                } else {
                    killLeaderSoon();
                }
            }
            case 6, 7, 8 -> pause(machine);
            case 9, 10, 11, 12 -> cut(machine);
            case 13 -> severSome();
            case 14 -> slowDown(machine);
            case 15 -> jump(machine);
            case 16 -> world.metadata().elect();
            case 17 -> {
                world.switchboard().roads().lossOnceIn(dice.onceIn(2) ? 0 : 5 + dice.nextInt(200));
                world.timeline().tell("segments are lost, or not any more");
            }
            case 18 -> breakDisk(machine);
            case 19, 20 -> leave(machine);
            case 21 -> List.copyOf(world.machines()).stream().filter(other -> other != machine).forEach(this::kill);
            case 22 -> stallSome();
            case 23 -> roll();
            default -> {
                if (!more.isEmpty()) {
                    more.get(dice.nextInt(more.size())).run();
                }
            }
        }
    }

    void kill(Machine machine) {
        if (mayJoinPowerCut()) {
            killAnyway(machine);
        }
    }

    private void killAnyway(Machine machine) {
        if (machine.isRunning()) {
            crashes++;
            world.kill(machine);
            startLater(machine);
        }
    }

    /** An operator restarts it, as for an upgrade. */
    void leave(Machine machine) {
        world.leave(machine, () -> startLater(machine));
    }

    /** All of them, one after the other, each when the one before is back and everything is in sync. */
    private void roll() {
        if (!rolling) {
            rolling = true;
            world.timeline().tell("all nodes are restarted in turn");
            rollFrom(List.copyOf(world.machines()));
        }
    }

    private void rollFrom(List<Machine> left) {
        if (over || left.isEmpty()) {
            rolling = false;
        } else if (isHealthy(world) && mayJoinPowerCut()) {
            leave(left.getFirst());
            world.timeline().afterMs(100, () -> rollFrom(left.subList(1, left.size())));
        } else {
            world.timeline().afterMs(100, () -> rollFrom(left));
        }
    }

    private void startLater(Machine machine) {
        world.timeline().afterMs(dice.onceIn(4) ? dice.between(2_000, 8_000) : dice.between(10, 1_500), () -> world.start(machine));
    }

    void cutPower(Machine machine) {
        crashes++;
        world.cutPower(machine);
        startLater(machine);
    }

    void cutPower(Machine machine, long forMs) {
        crashes++;
        world.cutPower(machine);
        world.timeline().afterMs(forMs, () -> world.start(machine));
    }

    /** Unsynced bytes go, and the policy must stand it: else nothing happens. */
    void loseBytes(Runnable how) {
        if (world.syncsAll() || mayLoseBytes()) {
            how.run();
        }
    }

    /** Who has lost bytes may still stand in an in-sync set, until the controller hears of it: that is one fault, and enough. */
    private boolean mayLoseBytes() {
        boolean isAlone = world.keepsEligible() || world.timeline().nowNs() >= roadsWholeNs;
        return isAlone && isHealthy(world) && !world.hasWounds();
    }

    /**
     * True when what this machine has not synced is also in the memory of another, wherever somebody relies on it: then it may lose that,
     * though not all is in sync. Only where eligible replicas are kept, for other faults join this one.
     */
    boolean maySpare(Machine machine) {
        return world.keepsEligible() && !world.hasWounds() && world.machines().stream().allMatch(Machine::isAwake)
                && world.metadata().cluster().topics().stream().allMatch(topic -> topic.partitions().stream().allMatch(
                        partition -> partition.leader() >= 0 && partition.inSync().stream().anyMatch(id -> id != machine.id())));
    }

    /** Nothing else goes wrong until then. */
    void rest(long forMs) {
        restsUntilNs = world.timeline().nowNs() + forMs * 1_000_000;
    }

    boolean mayJoinOtherFaults() {
        return world.timeline().nowNs() >= restsUntilNs && mayJoinPowerCut();
    }

    private boolean mayJoinPowerCut() {
        return world.syncsAll() || world.keepsEligible() || !world.hasWounds();
    }

    /** All nodes run and every replica of every partition is in sync. */
    static boolean isHealthy(ClusterWorld world) {
        return world.machines().stream().allMatch(Machine::isAwake) && isInSync(world.metadata().cluster());
    }

    private static boolean isInSync(Cluster cluster) {
        return cluster.topics().stream().allMatch(topic -> topic.partitions().stream().allMatch(partition ->
                partition.leader() >= 0 && partition.inSync().size() == partition.replicas().size()));
    }

    private void cutAllPowerSoon() {
        world.promises().atNextAcknowledgement(() -> world.timeline().after(dice.onceIn(2) ? 0 : dice.nextLong(3_000_000), () -> {
            if (!over) {
                List.copyOf(world.machines()).forEach(this::cutPower);
            }
        }));
    }

    /** The best moment to lose a leader is when it has just said that something is safe. */
    private void killLeaderSoon() {
        world.promises().atNextAcknowledgement(() -> {
            var leaders = new ArrayList<Integer>();
            for (var topic : world.metadata().cluster().topics()) {
                topic.partitions().stream().mapToInt(Partition::leader).filter(id -> id >= 0).forEach(leaders::add);
            }
            if (!leaders.isEmpty() && !over) {
                var machine = world.machine(leaders.get(dice.nextInt(leaders.size())));
                world.timeline().after(dice.onceIn(2) ? 0 : dice.nextLong(3_000_000), () -> {
                    if (over) {
                        return;
                    }
                    if (world.syncsAll() || mayLoseBytes() && dice.onceIn(2)) {
                        cutPower(machine);
                    } else {
                        kill(machine);
                    }
                });
            }
        });
    }

    private void pause(Machine machine) {
        pause(machine, dice.onceIn(3) ? dice.between(1_000, 6_000) : dice.between(10, 1_000));
    }

    void pause(Machine machine, long forMs) {
        if (machine.isAwake()) {
            pauses++;
            world.pause(machine, forMs);
        }
    }

    /** Not everything that is sent arrives in time until then. */
    void hinder(long forMs) {
        cuts++;
        roadsWholeNs = Math.max(roadsWholeNs, world.timeline().nowNs() + forMs * 1_000_000);
    }

    private void cut(Machine machine) {
        long forMs = dice.onceIn(3) ? dice.between(1_500, 8_000) : dice.between(20, 1_500);
        hinder(forMs);
        switch (dice.nextInt(4)) {
            case 0 -> world.cut("node " + machine.id() + " is alone", world.waysOf(machine, true, true, true), forMs);
            case 1 -> world.cut("node " + machine.id() + " is cut from the others", world.waysOf(machine, false, true, true), forMs);
            case 2 -> {
                boolean in = dice.onceIn(2);
                world.cut("node " + machine.id() + (in ? " hears nobody" : " is not heard"),
                        world.waysOf(machine, dice.onceIn(2), in, !in), forMs);
            }
            default -> {
                var other = anyMachine();
                var ways = new ArrayList<ClusterWorld.Way>();
                ways.add(new ClusterWorld.Way(machine.host(), other.host()));
                if (dice.onceIn(2)) {
                    ways.add(new ClusterWorld.Way(other.host(), machine.host()));
                }
                if (other != machine) {
                    world.cut("the road from node " + machine.id() + " to " + other.id() + " is cut", ways, forMs);
                }
            }
        }
    }

    private void severSome() {
        for (int i = dice.nextInt(3); i >= 0; i--) {
            var link = world.switchboard().any();
            if (link != null) {
                link.sever("cable pulled");
            }
        }
    }

    /** Of some connections nothing arrives for a while, though others between the same machines go on. */
    private void stallSome() {
        for (int i = dice.nextInt(4); i >= 0; i--) {
            var link = world.switchboard().any();
            if (link != null) {
                long forMs = dice.between(50, 3_000);
                hinder(forMs);
                link.stall(dice.onceIn(2), dice.onceIn(2), forMs);
            }
        }
    }

    private void slowDown(Machine machine) {
        machine.disk().slowness(dice.onceIn(2) ? 1 : 1 + dice.nextInt(60));
        machine.disk().shortReadOnceIn(dice.nextInt(5));
    }

    private void jump(Machine machine) {
        long ms = dice.between(-600_000, 600_000);
        world.timeline().tell("node " + machine.id() + "'s wall clock jumps by " + ms + " ms");
        machine.clock().jumpMs(ms);
    }

    /** A full disk loses nothing; a sync that fails forgets what was dirty, as a power cut does. */
    private void breakDisk(Machine machine) {
        long forMs = dice.between(50, 2_000);
        if (dice.onceIn(2)) {
            world.timeline().tell("the disk of node " + machine.id() + " is full for " + forMs + " ms");
            var disk = machine.disk();
            disk.totalBytes(disk.totalBytes("/") - disk.freeBytes("/") + dice.nextInt(5_000));
            world.timeline().afterMs(forMs, () -> disk.totalBytes(SimulatedDisk.ROOMY_BYTES));
            return;
        }
        loseBytes(() -> {
            world.timeline().tell("syncs of node " + machine.id() + " fail for " + forMs + " ms");
            world.wound(machine);
            broken.add(machine);
            var lots = dice.fork("syncs" + world.timeline().nowNs());
            machine.disk().faults((operation, path) ->
                    operation == DiskFaults.Operation.SYNC && lots.onceIn(4) ? DiskFaults.Fault.BROKEN : DiskFaults.Fault.NONE);
            world.timeline().afterMs(forMs, () -> {
                machine.disk().faults(DiskFaults.NONE);
                if (!over) {
                    world.wound(machine);
                    killAnyway(machine);
                }
            });
        });
    }
}
