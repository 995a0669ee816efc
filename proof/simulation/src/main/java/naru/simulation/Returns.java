package naru.simulation;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import naru.base.TopicPartition;
import naru.metadata.Partition;
import naru.protocol.message.AlterPartitionReassignmentsRequest;
import naru.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import naru.protocol.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import naru.protocol.message.ApiKey;

/**
 * Trouble that is aimed at whoever comes back: what is decided about it, or what it finds on its own disk, is of a time that is over.
 * Beside {@link Scenes}, and slower: each of these takes some seconds.
 */
final class Returns {

    private static final long NEXT_MS_MIN = 300;
    private static final long NEXT_MS_MAX = 3_000;
    private static final long STEP_MS = 5;
    private static final int STEPS_MAX = 400;
    private static final int SHRINK_STEPS_MAX = 3_500;
    /** Longer than a broker's session. */
    private static final long DEAF_MS_MIN = 1_800;
    private static final long DEAF_MS_MAX = 2_300;
    private static final long FENCED_AFTER_MS = 1_600;

    private final ClusterWorld world;
    private final ClusterTrouble trouble;
    private final SimulatedRandomness dice;
    private final Stage stage;
    private final Errands operator;
    private boolean isOperatorHere;

    Returns(ClusterWorld world, ClusterTrouble trouble) {
        this.world = world;
        this.trouble = trouble;
        this.dice = world.dice().fork("returns decide");
        this.stage = new Stage(world, trouble, dice);
        this.operator = new Errands("operator of scenes", world);
    }

    Stage stage() {
        return stage;
    }

    void begin() {
        goOn();
    }

    private void goOn() {
        world.timeline().afterMs(dice.between(NEXT_MS_MIN, NEXT_MS_MAX), () -> {
            if (!trouble.isOver()) {
                if (trouble.mayJoinOtherFaults()) {
                    play();
                }
                goOn();
            }
        });
    }

    private void play() {
        var roles = stage.cast(false);
        if (roles == null) {
            return;
        }
        world.timeline().tell("a return at " + roles.partition() + " between " + roles.leader().id() + ", " + roles.next().id()
                + " and " + roles.third().id());
        switch (dice.nextInt(12)) {
            case 0, 1, 2 -> proposedAndWithoutPower(roles);
            case 3, 4, 5 -> proposedAndDeaf(roles);
            case 6, 7 -> outdatedAndAlone(roles);
            case 8, 9 -> withoutPowerAmongKilled(roles);
            default -> movedAwayAndBack(roles);
        }
    }

    /** Null while there is none. */
    private Partition stateOf(TopicPartition partition) {
        var topic = world.metadata().cluster().topic(partition.topic());
        return topic == null || !topic.has(partition.partition()) ? null : topic.partitions().get(partition.partition());
    }

    /**
     * A replica was away for so long that it left the in-sync set. It comes back, and when it has everything its leader says so to the
     * controller; that question is stuck.
     */
    private void proposedLate(Stage.Roles roles, long lateMs, Consumer<Machine> then) {
        int controller = world.metadata().leader();
        var state = stateOf(roles.partition());
        var back = Stream.of(roles.third(), roles.next())
                .filter(machine -> machine.id() != controller && state.replicas().contains(machine.id())).findFirst().orElse(null);
        if (controller < 0 || roles.leader().id() == controller || back == null) {
            return;
        }
        long awayMs = dice.between(2_400, Stage.OUT_MS_MAX);
        trouble.pause(back, awayMs);
        stage.later(awayMs - 20, () -> {
            trouble.hinder(1_000 + lateMs);
            world.switchboard().snag(roles.leader().host(), world.machine(controller), ApiKey.ALTER_PARTITION, 1_000, lateMs,
                    () -> stage.later(0, () -> then.accept(back)));
        });
    }

    /** Meanwhile its machine loses its power, and what had let it be proposed; its next process is another. */
    void proposedAndWithoutPower(Stage.Roles roles) {
        long lateMs = dice.between(600, 2_000);
        proposedLate(roles, lateMs, back -> stage.later(dice.between(1, 60), () -> {
            if (!trouble.maySpare(back)) {
                return;
            }
            trouble.cutPower(back, dice.between(10, 300));
            stage.cut("node " + back.id() + " is not heard by " + roles.leader().id(), stage.ways(back, roles.leader()), dice.between(1, lateMs));
            if (dice.onceIn(2)) {
                stage.later(dice.between(100, lateMs), () -> severQuestions(roles.leader()));
            }
        }));
    }

    /**
     * Meanwhile nobody hears it for longer than its session, and its leader for longer than that. The question is asked again, and refused;
     * then the broker is heard again, and what was asked first arrives.
     */
    void proposedAndDeaf(Stage.Roles roles) {
        long deafMs = dice.between(DEAF_MS_MIN, DEAF_MS_MAX);
        proposedLate(roles, deafMs + dice.nextInt(500), back -> {
            stage.cut("node " + back.id() + " is alone", world.waysOf(back, false, true, true), deafMs);
            stage.cut("node " + back.id() + " and " + roles.leader().id() + " are apart", stage.road(back, roles.leader()), deafMs + 1_500);
            stage.later(dice.between(FENCED_AFTER_MS, deafMs - 100), () -> severQuestions(roles.leader()));
        });
    }

    private void severQuestions(Machine asker) {
        int controller = world.metadata().leader();
        if (controller >= 0) {
            world.switchboard().between(asker.host(), world.machine(controller)).stream()
                    .filter(link -> link.listener().equals("CONTROLLER")).forEach(link -> link.sever("cable pulled"));
        }
    }

    /** A replica falls out of the in-sync set, and lives; clients rely on what it does not have, and then the others are killed. */
    private void outdatedAndAlone(Stage.Roles roles) {
        stage.starve(roles.third(), roles.leader(), 2 * Stage.OUT_MS_MAX);
        stage.whenOut(roles, SHRINK_STEPS_MAX, () -> stage.later(dice.between(20, 400), () -> {
            trouble.kill(roles.leader());
            stage.later(dice.onceIn(2) ? 0 : dice.between(1, 300), () -> trouble.kill(roles.next()));
        }));
    }

    /** One machine loses its power; before anybody misses it the others are killed, and it is the first to come back. */
    private void withoutPowerAmongKilled(Stage.Roles roles) {
        var first = List.of(roles.leader(), roles.next(), roles.third()).get(dice.nextInt(3));
        trouble.loseBytes(() -> {
            long forMs = dice.between(250, 1_100);
            trouble.cutPower(first, forMs);
            stage.later(dice.between(20, forMs), () -> world.machines().stream().filter(other -> other != first).forEach(trouble::kill));
        });
    }

    /** A replica is taken away and given back, and when all is well again all are killed. What it was told in between is over. */
    private void movedAwayAndBack(Stage.Roles roles) {
        var state = stateOf(roles.partition());
        int away = roles.third().id();
        if (state.replicas().size() < 3 || !state.replicas().contains(away)) {
            return;
        }
        var others = List.of(roles.leader().id(), roles.next().id());
        var all = List.of(away, roles.leader().id(), roles.next().id());
        move(roles.partition(), others);
        when(() -> isAt(roles.partition(), others), STEPS_MAX, () -> {
            move(roles.partition(), all);
            when(() -> isAt(roles.partition(), all), STEPS_MAX, () -> stage.later(dice.between(0, 200),
                    () -> all.forEach(id -> trouble.kill(world.machine(id)))));
        });
    }

    private void move(TopicPartition partition, List<Integer> replicas) {
        world.timeline().tell(partition + " is to move to " + replicas);
        var part = new ReassignablePartition(partition.partition(), replicas);
        var request = new AlterPartitionReassignmentsRequest(
                5_000, true, List.of(new ReassignableTopic(partition.topic(), List.of(part))));
        if (!isOperatorHere) {
            isOperatorHere = true;
            operator.start();
        }
        operator.ask(ApiKey.ALTER_PARTITION_REASSIGNMENTS, 1, () -> request, _ -> {});
    }

    private boolean isAt(TopicPartition partition, List<Integer> replicas) {
        var state = stateOf(partition);
        return state != null && state.replicas().equals(replicas) && state.inSync().size() == replicas.size()
                && state.adding().isEmpty() && state.removing().isEmpty();
    }

    private void when(BooleanSupplier is, int steps, Runnable then) {
        if (is.getAsBoolean()) {
            then.run();
        } else if (steps > 0) {
            stage.later(STEP_MS, () -> when(is, steps - 1, then));
        }
    }
}
