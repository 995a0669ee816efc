package naru.simulation;

import java.util.ArrayList;
import java.util.List;
import naru.base.TopicPartition;
import naru.metadata.Partition;

/** Where scenes are played: who takes part, and what can be done to them. What is to happen later does not happen once the trouble is over. */
final class Stage {

    /** A replica that is away for so long leaves the in-sync set, and a broker its session. */
    static final long OUT_MS_MIN = 1_700;
    static final long OUT_MS_MAX = 3_200;

    /** @param next who leads when the leader does not; @param third another replica, or another machine, or the same as next */
    record Roles(TopicPartition partition, Machine leader, Machine next, Machine third) {}

    private final ClusterWorld world;
    private final ClusterTrouble trouble;
    private final SimulatedRandomness dice;

    Stage(ClusterWorld world, ClusterTrouble trouble, SimulatedRandomness dice) {
        this.world = world;
        this.trouble = trouble;
        this.dice = dice;
    }

    void cut(String what, List<ClusterWorld.Way> ways, long forMs) {
        trouble.hinder(forMs);
        world.cut(what, ways, forMs);
    }

    void later(long ms, Runnable what) {
        world.timeline().afterMs(ms, () -> {
            if (!trouble.isOver() && trouble.mayJoinOtherFaults()) {
                what.run();
            }
        });
    }

    /** A partition in which all is well, most of the time one that checkers look into; null while there is none. */
    Roles cast(boolean ofTwo) {
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

    List<ClusterWorld.Way> ways(Machine from, Machine to) {
        return List.of(new ClusterWorld.Way(from.host(), to.host()));
    }

    List<ClusterWorld.Way> road(Machine one, Machine other) {
        return List.of(new ClusterWorld.Way(one.host(), other.host()), new ClusterWorld.Way(other.host(), one.host()));
    }

    /** A replica's fetches are not answered, though the machines hear each other, and both the controller. */
    void starve(Machine replica, Machine leader, long forMs) {
        trouble.hinder(forMs);
        world.timeline().tell("fetches of node " + replica.id() + " from " + leader.id() + " are not answered for " + forMs + " ms");
        world.switchboard().between(replica.host(), leader).stream().filter(link -> link.listener().equals("PLAINTEXT"))
                .forEach(link -> link.stall(dice.onceIn(2), true, forMs));
    }

    /** Once the third of them is not in sync any more, if nothing else has happened until then. */
    void whenOut(Roles roles, int steps, Runnable then) {
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
}
