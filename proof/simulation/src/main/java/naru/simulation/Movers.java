package naru.simulation;

import java.util.ArrayList;
import java.util.List;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.AlterPartitionReassignmentsRequest;
import naru.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import naru.protocol.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ElectLeadersRequest;
import naru.protocol.message.ListPartitionReassignmentsRequest;
import naru.protocol.message.ListPartitionReassignmentsResponse;

/**
 * Operators who never leave partitions where they are: they move them to other machines, change how many replicas they have,
 * give that up half way, and give leaderships back to whom they belong.
 */
final class Movers implements Workload {

    private static final int REASSIGN_VERSION = 1;
    private static final int ELECT_VERSION = 2;
    private static final byte PREFERRED = 0;
    private static final int REPLICAS_MAX = 3;
    private static final int REPLICAS_MIN = 2;

    private final ClusterWorld world;
    private final SimulatedRandomness dice;
    private final Errands errands;
    private boolean stopped;
    private boolean quiet;
    private int moves;
    private int elections;

    Movers(ClusterWorld world) {
        this.world = world;
        this.dice = world.dice().fork("movers decide");
        this.errands = new Errands("mover", world);
    }

    @Override
    public void start() {
        errands.start();
        next();
    }

    private void next() {
        errands.later(dice.between(20, 800), () -> {
            var partition = anyPartition();
            if (stopped) {
                waitForMoves();
            } else if (partition == null) {
                next();
            } else {
                doSomething(partition);
            }
        });
    }

    /** Of any topic, those of the coordinators too; half of the time one that checkers look into. */
    private TopicPartition anyPartition() {
        var all = new ArrayList<>(world.promises().partitions());
        if (all.isEmpty() || dice.onceIn(2)) {
            for (var topic : world.metadata().cluster().topics()) {
                for (int i = 0; i < topic.partitions().size(); i++) {
                    all.add(new TopicPartition(topic.name(), i));
                }
            }
        }
        return all.isEmpty() ? null : all.get(dice.nextInt(all.size()));
    }

    private void doSomething(TopicPartition partition) {
        switch (dice.nextInt(6)) {
            case 0, 1 -> elect(partition);
            case 2 -> reassign(partition, null);
            default -> {
                moves++;
                var replicas = anyReplicas();
                world.timeline().tell(partition + " is to move to " + replicas);
                reassign(partition, replicas);
            }
        }
    }

    private List<Integer> anyReplicas() {
        var nodes = new ArrayList<>(world.nodes());
        var chosen = new ArrayList<Integer>();
        int count = Math.min(nodes.size(), dice.onceIn(3) ? REPLICAS_MIN : REPLICAS_MAX);
        while (chosen.size() < count) {
            chosen.add(nodes.remove(dice.nextInt(nodes.size())));
        }
        return chosen;
    }

    private void elect(TopicPartition partition) {
        elections++;
        var topic = new ElectLeadersRequest.TopicPartitions(partition.topic(), List.of(partition.partition()));
        var request = new ElectLeadersRequest(PREFERRED, List.of(topic), 5_000);
        errands.ask(ApiKey.ELECT_LEADERS, ELECT_VERSION, () -> request, _ -> next());
    }

    /** @param replicas null to give up a move that is under way */
    private void reassign(TopicPartition partition, List<Integer> replicas) {
        var part = new ReassignablePartition(partition.partition(), replicas);
        Message request = new AlterPartitionReassignmentsRequest(
                5_000, true, List.of(new ReassignableTopic(partition.topic(), List.of(part))));
        errands.ask(ApiKey.ALTER_PARTITION_REASSIGNMENTS, REASSIGN_VERSION, () -> request, _ -> next());
    }

    private void waitForMoves() {
        errands.ask(ApiKey.LIST_PARTITION_REASSIGNMENTS, 0, () -> ListPartitionReassignmentsRequest.builder().build(), message -> {
            var answer = (ListPartitionReassignmentsResponse) message;
            quiet = answer.errorCode() == ErrorCode.NONE.code() && answer.topics().isEmpty();
            if (!quiet) {
                next();
            }
        });
    }

    @Override
    public void stop() {
        stopped = true;
    }

    /** Every move has come to its end. */
    @Override
    public boolean isQuiet() {
        return quiet;
    }

    @Override
    public void tellUnquiet() {
        if (!quiet) {
            world.timeline().tell("there are still moves under way: " + errands);
        }
    }

    @Override
    public String tally() {
        return moves + " moves, " + elections + " elections of preferred leaders";
    }
}
