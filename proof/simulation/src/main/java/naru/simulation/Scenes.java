package naru.simulation;

import java.util.ArrayList;
import java.util.List;
import naru.base.TopicPartition;
import naru.metadata.Partition;

/**
 * Trouble that is aimed: around one partition, several things go wrong in the order, and at the distances, in which they open the
 * windows through which clusters have lost records. Dice alone would throw them together once in many hours.
 */
final class Scenes {

    private static final long NEXT_MS_MIN = 150;
    private static final long NEXT_MS_MAX = 1_500;
    /** A replica that is away for so long leaves the in-sync set, and a broker its session. */
    private static final long OUT_MS_MIN = 1_700;
    private static final long OUT_MS_MAX = 3_200;
    /** Until a replica is in sync again, in steps. */
    private static final long STEP_MS = 15;
    private static final int STEPS_MAX = 100;
    /** In ms. */
    private static final int SHRINK_STEPS_MAX = 3_500;

    /** @param next who leads when the leader does not; @param third another replica, or another machine, or the same as next */
    private record Roles(TopicPartition partition, Machine leader, Machine next, Machine third) {}

    private final ClusterWorld world;
    private final ClusterTrouble trouble;
    private final SimulatedRandomness dice;

    Scenes(ClusterWorld world, ClusterTrouble trouble) {
        this.world = world;
        this.trouble = trouble;
        this.dice = world.dice().fork("scenes");
    }

    void begin() {
        world.timeline().afterMs(dice.between(NEXT_MS_MIN, NEXT_MS_MAX), () -> {
            if (!trouble.isOver()) {
                if (trouble.mayJoinOtherFaults()) {
                    play();
                }
                begin();
            }
        });
    }

    private void cut(String what, List<ClusterWorld.Way> ways, long forMs) {
        trouble.hinder(forMs);
        world.cut(what, ways, forMs);
    }

    private void later(long ms, Runnable what) {
        world.timeline().afterMs(ms, () -> {
            if (!trouble.isOver() && trouble.mayJoinOtherFaults()) {
                what.run();
            }
        });
    }

    private void play() {
        int scene = dice.nextInt(16);
        var roles = cast(scene == 0);
        if (roles == null) {
            return;
        }
        world.timeline().tell("a scene at " + roles.partition() + " between " + roles.leader().id() + ", " + roles.next().id()
                + " and " + roles.third().id());
        switch (scene) {
            case 0, 1 -> aloneInTheSet(roles);
            case 2, 3, 4 -> thereAndBack(roles);
            case 5, 6 -> knowsLess(roles);
            case 7, 8 -> preferredIsOut(roles);
            case 9 -> silentForLong(roles);
            case 10 -> questionsAreLate(roles);
            case 11, 12 -> goneAfterShrinking(roles);
            default -> overtaken(roles);
        }
    }

    /** A partition in which all is well, most of the time one that checkers look into; null while there is none. */
    private Roles cast(boolean ofTwo) {
        var fit = new ArrayList<Roles>();
        var favoured = new ArrayList<Roles>();
        for (var topic : world.metadata().cluster().topics()) {
            for (int i = 0; i < topic.partitions().size(); i++) {
                var partition = new TopicPartition(topic.name(), i);
                var roles = rolesOf(partition, topic.partitions().get(i));
                if (roles != null) {
                    fit.add(roles);
                    boolean isFew = topic.partitions().get(i).replicas().size() == 2;
                    if (ofTwo ? isFew : world.promises().partitions().contains(partition)) {
                        favoured.add(roles);
                    }
                }
            }
        }
        var from = !favoured.isEmpty() && (ofTwo || dice.nextInt(3) != 0) ? favoured : fit;
        return from.isEmpty() ? null : from.get(dice.nextInt(from.size()));
    }

    private Roles rolesOf(TopicPartition partition, Partition state) {
        if (state.leader() < 0 || state.inSync().size() < state.replicas().size() || state.replicas().size() < 2
                || !world.machine(state.leader()).isAwake()) {
            return null;
        }
        var others = state.replicas().stream().filter(id -> id != state.leader()).toList();
        var next = world.machine(others.getFirst());
        var third = others.size() > 1 ? world.machine(others.get(1)) : world.machines().stream()
                .filter(machine -> !state.replicas().contains(machine.id())).findFirst().orElse(next);
        return new Roles(partition, world.machine(state.leader()), next, third);
    }

    private List<ClusterWorld.Way> ways(Machine from, Machine to) {
        return List.of(new ClusterWorld.Way(from.host(), to.host()));
    }

    private List<ClusterWorld.Way> road(Machine one, Machine other) {
        return List.of(new ClusterWorld.Way(one.host(), other.host()), new ClusterWorld.Way(other.host(), one.host()));
    }

    private void alone(Machine machine, long forMs) {
        cut("node " + machine.id() + " is alone", world.waysOf(machine, dice.onceIn(2), true, true), forMs);
    }

    /** A replica gets nothing from its leader for a while. */
    private void leaveBehind(Machine replica, Machine leader, long forMs) {
        String what = "node " + replica.id() + " is left behind by " + leader.id();
        switch (dice.nextInt(5)) {
            case 0, 1 -> trouble.pause(replica, forMs);
            case 2 -> cut(what, ways(leader, replica), forMs);
            case 3 -> cut(what, ways(replica, leader), forMs);
            default -> starve(replica, leader, forMs);
        }
    }

    /** A replica's fetches are not answered, though the machines hear each other, and both the controller. */
    private void starve(Machine replica, Machine leader, long forMs) {
        trouble.hinder(forMs);
        world.timeline().tell("fetches of node " + replica.id() + " from " + leader.id() + " are not answered for " + forMs + " ms");
        world.switchboard().between(replica.host(), leader).stream().filter(link -> link.listener().equals("PLAINTEXT"))
                .forEach(link -> link.stall(dice.onceIn(2), true, forMs));
    }

    private void fall(Machine leader) {
        switch (dice.nextInt(7)) {
            case 0 -> trouble.pause(leader, dice.between(OUT_MS_MIN, OUT_MS_MAX));
            case 1 -> alone(leader, dice.between(OUT_MS_MIN, OUT_MS_MAX));
            case 2 -> trouble.loseBytes(() -> trouble.cutPower(leader));
            default -> trouble.kill(leader);
        }
    }

    /** Who leads next has less than who led, and who is third has less than that; or the other way round. */
    private void overtaken(Roles roles) {
        var behind = dice.onceIn(2) ? roles.next() : roles.third();
        var other = behind == roles.next() ? roles.third() : roles.next();
        long forMs = dice.between(100, 1_300);
        leaveBehind(behind, roles.leader(), forMs);
        later(dice.between(5, forMs), () -> {
            fall(roles.leader());
            if (dice.onceIn(2)) {
                leaveBehind(behind, other, dice.between(50, 800));
            }
        });
    }

    /**
     * Who leads next has heard of an earlier high watermark than was told to clients, and another replica comes back that has all up
     * to there and no more.
     */
    private void knowsLess(Roles roles) {
        trouble.pause(roles.third(), dice.between(400, 1_200));
        long untilMs = dice.between(50, 350);
        later(untilMs, () -> cut("node " + roles.leader().id() + " is not heard by " + roles.next().id(),
                ways(roles.leader(), roles.next()), dice.between(600, 1_500)));
        later(untilMs + dice.nextInt(20), () -> trouble.kill(roles.third()));
        later(untilMs + dice.between(40, 400), () -> {
            trouble.kill(roles.leader());
            if (dice.onceIn(2)) {
                cut("node " + roles.next().id() + " is not heard by " + roles.third().id(),
                        ways(roles.next(), roles.third()), dice.between(200, 900));
            }
        });
    }

    /** A leader is cut off with records that nobody else has, another leads for a moment, and then it leads again. */
    private void thereAndBack(Roles roles) {
        long forMs = dice.between(OUT_MS_MIN, OUT_MS_MAX);
        alone(roles.leader(), forMs);
        later(forMs + dice.between(5, 200), () -> giveBack(roles, STEPS_MAX));
    }

    private void giveBack(Roles roles, int steps) {
        var topic = world.metadata().cluster().topic(roles.partition().topic());
        if (topic == null || steps == 0 || !topic.has(roles.partition().partition())) {
            return;
        }
        var state = topic.partitions().get(roles.partition().partition());
        int wanted = roles.leader().id();
        if (state.leader() < 0 || !state.inSync().contains(wanted)) {
            later(STEP_MS, () -> giveBack(roles, steps - 1));
            return;
        }
        for (int id : state.replicas()) {
            if (id == wanted && state.leader() != wanted) {
                trouble.kill(world.machine(state.leader()));
                return;
            }
            if (id != wanted && id != state.leader()) {
                trouble.kill(world.machine(id)); // it comes before the one who is meant
            }
        }
    }

    /** Alone in the in-sync set, and then gone: who left the set may be eligible still. */
    private void aloneInTheSet(Roles roles) {
        long forMs = dice.between(OUT_MS_MIN, OUT_MS_MAX);
        trouble.pause(roles.next(), forMs);
        later(forMs - dice.between(0, 250), () -> trouble.kill(roles.leader()));
    }

    /** The replica that is preferred falls out of the in-sync set, and is alive. */
    private void preferredIsOut(Roles roles) {
        var topic = world.metadata().cluster().topic(roles.partition().topic());
        int preferred = topic.partitions().get(roles.partition().partition()).replicas().getFirst();
        if (preferred == roles.leader().id()) {
            trouble.leave(roles.leader());
            return;
        }
        cut("the preferred node " + preferred + " and its leader " + roles.leader().id() + " are apart",
                road(roles.leader(), world.machine(preferred)), dice.between(2_500, 4_500));
    }

    /** Much longer than a replica may lag; it lives, and the controller hears it. */
    private void silentForLong(Roles roles) {
        long forMs = dice.between(9_000, 11_000);
        starve(dice.onceIn(2) ? roles.next() : roles.third(), roles.leader(), forMs);
        trouble.rest(forMs);
    }

    /**
     * A replica falls out of the in-sync set, and is alive. At once the high watermark rises to what the others have, clients hear of
     * that, and the leader is gone before who is next does.
     */
    private void goneAfterShrinking(Roles roles) {
        starve(roles.third(), roles.leader(), 2 * OUT_MS_MAX);
        whenOut(roles, SHRINK_STEPS_MAX, () -> {
            starve(roles.next(), roles.leader(), OUT_MS_MIN);
            later(dice.between(10, 300), () -> trouble.kill(roles.leader()));
        });
    }

    /** Once the third of them is not in sync any more, if nothing else has happened until then. */
    private void whenOut(Roles roles, int steps, Runnable then) {
        var topic = world.metadata().cluster().topic(roles.partition().topic());
        if (topic == null || steps == 0 || !topic.has(roles.partition().partition())) {
            return;
        }
        var state = topic.partitions().get(roles.partition().partition());
        if (state.leader() != roles.leader().id() || !state.inSync().contains(roles.next().id())) {
            return;
        }
        if (state.inSync().contains(roles.third().id())) {
            later(1, () -> whenOut(roles, steps - 1, then));
        } else {
            then.run();
        }
    }

    /** What a leader asks the controller comes late, on connections that stand; meanwhile others go on. */
    private void questionsAreLate(Roles roles) {
        int controller = world.metadata().leader();
        if (controller < 0 || controller == roles.leader().id()) {
            return;
        }
        leaveBehind(roles.next(), roles.leader(), dice.between(OUT_MS_MIN, OUT_MS_MAX));
        trouble.hinder(2 * OUT_MS_MAX);
        later(dice.between(600, 1_600), () -> world.switchboard().between(roles.leader().host(), world.machine(controller))
                .forEach(link -> link.stall(true, dice.onceIn(2), dice.between(500, OUT_MS_MAX))));
    }
}
