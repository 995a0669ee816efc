package naru.simulation;

/**
 * Trouble that is aimed: around one partition, several things go wrong in the order, and at the distances, in which they open the
 * windows through which clusters have lost records. Dice alone would throw them together once in many hours.
 */
final class Scenes {

    private static final long NEXT_MS_MIN = 150;
    private static final long NEXT_MS_MAX = 1_500;
    /** Until a replica is in sync again, in steps. */
    private static final long STEP_MS = 15;
    private static final int STEPS_MAX = 100;
    /** In ms. */
    private static final int SHRINK_STEPS_MAX = 3_500;

    private final ClusterWorld world;
    private final ClusterTrouble trouble;
    private final SimulatedRandomness dice;
    private final Stage stage;

    Scenes(ClusterWorld world, ClusterTrouble trouble) {
        this.world = world;
        this.trouble = trouble;
        this.dice = world.dice().fork("scenes");
        this.stage = new Stage(world, trouble, dice);
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

    private void play() {
        int scene = dice.nextInt(16);
        var roles = stage.cast(scene == 0);
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

    private void alone(Machine machine, long forMs) {
        stage.cut("node " + machine.id() + " is alone", world.waysOf(machine, dice.onceIn(2), true, true), forMs);
    }

    /** A replica gets nothing from its leader for a while. */
    private void leaveBehind(Machine replica, Machine leader, long forMs) {
        String what = "node " + replica.id() + " is left behind by " + leader.id();
        switch (dice.nextInt(5)) {
            case 0, 1 -> trouble.pause(replica, forMs);
            case 2 -> stage.cut(what, stage.ways(leader, replica), forMs);
            case 3 -> stage.cut(what, stage.ways(replica, leader), forMs);
            default -> stage.starve(replica, leader, forMs);
        }
    }

    private void fall(Machine leader) {
        switch (dice.nextInt(7)) {
            case 0 -> trouble.pause(leader, dice.between(Stage.OUT_MS_MIN, Stage.OUT_MS_MAX));
            case 1 -> alone(leader, dice.between(Stage.OUT_MS_MIN, Stage.OUT_MS_MAX));
            case 2 -> trouble.loseBytes(() -> trouble.cutPower(leader));
            default -> trouble.kill(leader);
        }
    }

    /** Who leads next has less than who led, and who is third has less than that; or the other way round. */
    private void overtaken(Stage.Roles roles) {
        var behind = dice.onceIn(2) ? roles.next() : roles.third();
        var other = behind == roles.next() ? roles.third() : roles.next();
        long forMs = dice.between(100, 1_300);
        leaveBehind(behind, roles.leader(), forMs);
        stage.later(dice.between(5, forMs), () -> {
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
    private void knowsLess(Stage.Roles roles) {
        trouble.pause(roles.third(), dice.between(400, 1_200));
        long untilMs = dice.between(50, 350);
        stage.later(untilMs, () -> stage.cut("node " + roles.leader().id() + " is not heard by " + roles.next().id(),
                stage.ways(roles.leader(), roles.next()), dice.between(600, 1_500)));
        stage.later(untilMs + dice.nextInt(20), () -> trouble.kill(roles.third()));
        stage.later(untilMs + dice.between(40, 400), () -> {
            trouble.kill(roles.leader());
            if (dice.onceIn(2)) {
                stage.cut("node " + roles.next().id() + " is not heard by " + roles.third().id(),
                        stage.ways(roles.next(), roles.third()), dice.between(200, 900));
            }
        });
    }

    /** A leader is cut off with records that nobody else has, another leads for a moment, and then it leads again. */
    private void thereAndBack(Stage.Roles roles) {
        long forMs = dice.between(Stage.OUT_MS_MIN, Stage.OUT_MS_MAX);
        alone(roles.leader(), forMs);
        stage.later(forMs + dice.between(5, 200), () -> giveBack(roles, STEPS_MAX));
    }

    private void giveBack(Stage.Roles roles, int steps) {
        var topic = world.metadata().cluster().topic(roles.partition().topic());
        if (topic == null || steps == 0 || !topic.has(roles.partition().partition())) {
            return;
        }
        var state = topic.partitions().get(roles.partition().partition());
        int wanted = roles.leader().id();
        if (state.leader() < 0 || !state.inSync().contains(wanted)) {
            stage.later(STEP_MS, () -> giveBack(roles, steps - 1));
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
    private void aloneInTheSet(Stage.Roles roles) {
        long forMs = dice.between(Stage.OUT_MS_MIN, Stage.OUT_MS_MAX);
        trouble.pause(roles.next(), forMs);
        stage.later(forMs - dice.between(0, 250), () -> trouble.kill(roles.leader()));
    }

    /** The replica that is preferred falls out of the in-sync set, and is alive. */
    private void preferredIsOut(Stage.Roles roles) {
        var topic = world.metadata().cluster().topic(roles.partition().topic());
        int preferred = topic.partitions().get(roles.partition().partition()).replicas().getFirst();
        if (preferred == roles.leader().id()) {
            trouble.leave(roles.leader());
            return;
        }
        stage.cut("the preferred node " + preferred + " and its leader " + roles.leader().id() + " are apart",
                stage.road(roles.leader(), world.machine(preferred)), dice.between(2_500, 4_500));
    }

    /** Much longer than a replica may lag; it lives, and the controller hears it. */
    private void silentForLong(Stage.Roles roles) {
        long forMs = dice.between(9_000, 11_000);
        stage.starve(dice.onceIn(2) ? roles.next() : roles.third(), roles.leader(), forMs);
        trouble.rest(forMs);
    }

    /**
     * A replica falls out of the in-sync set, and is alive. At once the high watermark rises to what the others have, clients hear of
     * that, and the leader is gone before who is next does.
     */
    private void goneAfterShrinking(Stage.Roles roles) {
        stage.starve(roles.third(), roles.leader(), 2 * Stage.OUT_MS_MAX);
        stage.whenOut(roles, SHRINK_STEPS_MAX, () -> {
            stage.starve(roles.next(), roles.leader(), Stage.OUT_MS_MIN);
            stage.later(dice.between(10, 300), () -> trouble.kill(roles.leader()));
        });
    }

    /** What a leader asks the controller comes late, on connections that stand; meanwhile others go on. */
    private void questionsAreLate(Stage.Roles roles) {
        int controller = world.metadata().leader();
        if (controller < 0 || controller == roles.leader().id()) {
            return;
        }
        leaveBehind(roles.next(), roles.leader(), dice.between(Stage.OUT_MS_MIN, Stage.OUT_MS_MAX));
        trouble.hinder(2 * Stage.OUT_MS_MAX);
        stage.later(dice.between(600, 1_600), () -> world.switchboard().between(roles.leader().host(), world.machine(controller))
                .forEach(link -> link.stall(true, dice.onceIn(2), dice.between(500, Stage.OUT_MS_MAX))));
    }
}
