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
import naru.protocol.message.IncrementalAlterConfigsRequest;
import naru.protocol.message.ListPartitionReassignmentsRequest;
import naru.protocol.message.ListPartitionReassignmentsResponse;

/**
 * Operators who never leave partitions where they are: they move them to other machines, change how many replicas they have,
 * give that up half way, give leaderships back to whom they belong, and change how long segments grow.
 */
final class Movers implements Workload {

    private static final int REASSIGN_VERSION = 1;
    private static final int ELECT_VERSION = 2;
    private static final byte PREFERRED = 0;
    private static final byte TOPIC = 2;
    private static final byte SET = 0;
    private static final long USUAL_SEGMENT_MS = 604_800_000;
    private static final int REPLICAS_MAX = 3;
    private static final int REPLICAS_MIN = 2;

    private final ClusterWorld world;
    private final SimulatedRandomness dice;
    private final Errands errands;
    private boolean stopped;
    private boolean quiet;
    private int moves;
    private int elections;
    private int changes;

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
        switch (dice.nextInt(7)) {
            case 0, 1 -> {
                var misled = misled();
                elect(misled == null || dice.onceIn(3) ? partition : misled);
            }
            case 2 -> reassign(partition, null);
            case 3 -> configure();
            default -> {
                moves++;
                var replicas = anyReplicas();
                world.timeline().tell(partition + " is to move to " + replicas);
                reassign(partition, replicas);
            }
        }
    }

    /** Clients' topics begin new segments more often, or seldom again: what is cut off a log may be several of them. */
    private void configure() {
        changes++;
        var value = Long.toString(dice.onceIn(3) ? USUAL_SEGMENT_MS : dice.between(50, 800));
        var config = new IncrementalAlterConfigsRequest.AlterableConfig("segment.ms", SET, value);
        var topics = List.copyOf(world.topics());
        var topic = topics.get(dice.nextInt(topics.size()));
        var resource = new IncrementalAlterConfigsRequest.AlterConfigsResource(TOPIC, topic, List.of(config));
        var request = IncrementalAlterConfigsRequest.builder().resources(List.of(resource)).build();
        errands.ask(ApiKey.INCREMENTAL_ALTER_CONFIGS, 1, () -> request, _ -> next());
    }

    private List<Integer> anyReplicas() {
        var nodes = new ArrayList<>(world.nodes());
        var chosen = new ArrayList<Integer>();
        int count = Math.min(nodes.size(), dice.onceIn(2) ? REPLICAS_MIN : REPLICAS_MAX);
        while (chosen.size() < count) {
            chosen.add(nodes.remove(dice.nextInt(nodes.size())));
        }
        return chosen;
    }

    /** Somebody sees that a partition is not led by whom it should be, and does not ask why. */
    private TopicPartition misled() {
        var all = new ArrayList<TopicPartition>();
        for (var topic : world.metadata().cluster().topics()) {
            for (int i = 0; i < topic.partitions().size(); i++) {
                var state = topic.partitions().get(i);
                if (state.leader() != state.replicas().getFirst()) {
                    all.add(new TopicPartition(topic.name(), i));
                }
            }
        }
        return all.isEmpty() ? null : all.get(dice.nextInt(all.size()));
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
        errands.ask(ApiKey.ALTER_PARTITION_REASSIGNMENTS, REASSIGN_VERSION, () -> request, _ -> {
            if (replicas != null && dice.onceIn(2)) {
                elect(partition); // as the tool does that moves partitions
            } else {
                next();
            }
        });
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
        return moves + " moves, " + elections + " elections of preferred leaders, " + changes + " changed configurations";
    }
}
