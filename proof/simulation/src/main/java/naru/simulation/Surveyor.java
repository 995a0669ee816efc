package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ListOffsetsRequest;
import naru.protocol.message.ListOffsetsResponse;

/**
 * Asks again and again where partitions end. It says in which leader epoch it believes, and never goes back to an older one, as
 * Kafka's clients do; so whatever becomes of leaders, it never hears of an earlier end than before (KIP-207, KIP-320).
 */
final class Surveyor implements Workload {

    private static final long LATEST = -1;
    private static final int CONSUMER = -1;

    private final String name;
    private final World world;
    private final List<TopicPartition> partitions;
    private final SimulatedRandomness dice;
    private final Errands errands;
    private final int version;
    private final Map<TopicPartition, Long> told = new TreeMap<>();
    private final Set<TopicPartition> toldWhenQuiet = new TreeSet<>();
    private boolean stopped;
    private int answers;

    Surveyor(String name, World world, List<TopicPartition> partitions) {
        this.name = name;
        this.world = world;
        this.partitions = partitions;
        this.dice = world.dice().fork(name);
        this.errands = new Errands(name, world);
        this.version = 4 + dice.nextInt(4);
    }

    @Override
    public void start() {
        errands.start();
        ask();
    }

    private void ask() {
        var partition = partitions.get(dice.nextInt(partitions.size()));
        var epoch = new int[1];
        errands.ask(ApiKey.LIST_OFFSETS, version, () -> {
            epoch[0] = errands.router().leaderEpoch(partition);
            return request(partition, epoch[0]);
        }, message -> {
            var part = ((ListOffsetsResponse) message).topics().getFirst().partitions().getFirst();
            if (part.errorCode() == ErrorCode.NONE.code() && epoch[0] >= 0) {
                hear(partition, part.offset());
            }
            errands.later(dice.between(1, 80), this::ask);
        });
    }

    private static ListOffsetsRequest request(TopicPartition partition, int epoch) {
        var part = new ListOffsetsRequest.ListOffsetsPartition(partition.partition(), epoch, LATEST);
        return ListOffsetsRequest.builder().replicaId(CONSUMER)
                .topics(List.of(new ListOffsetsRequest.ListOffsetsTopic(partition.topic(), List.of(part)))).build();
    }

    private void hear(TopicPartition partition, long end) {
        long before = told.getOrDefault(partition, 0L);
        unless(end >= before, name + " was told that " + partition + " ends at " + end + ", and before that it ends at " + before);
        told.put(partition, end);
        answers++;
        if (stopped) {
            toldWhenQuiet.add(partition);
        }
    }

    @Override
    public void stop() {
        stopped = true;
    }

    /** Everything can be asked again. */
    @Override
    public boolean isQuiet() {
        return toldWhenQuiet.size() == partitions.size();
    }

    @Override
    public void tellUnquiet() {
        if (!isQuiet()) {
            world.timeline().tell(name + " was told of " + toldWhenQuiet + " only: " + errands);
        }
    }

    @Override
    public String tally() {
        return answers + " ends told";
    }
}
