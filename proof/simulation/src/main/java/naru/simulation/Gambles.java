package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.message.ApiKey;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.ElectLeadersRequest;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchResponse;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceResponse;

/**
 * A topic whose owner would rather lose records than wait: one replica in sync is enough, and whenever nobody leads, an operator
 * asks for an unclean election. What was acknowledged may be gone; but nothing is there twice, nothing that nobody wrote, and in
 * the end it can be written and read.
 */
final class Gambles implements Workload {

    static final String NAME = "gambles";
    private static final TopicPartition PARTITION = new TopicPartition(NAME, 0);
    private static final byte UNCLEAN = 1;

    private final ClusterWorld world;
    private final SimulatedRandomness dice;
    private final Errands player;
    private final Errands operator;
    private final Errands auditor;
    private final CommittedBatches batches = new CommittedBatches();
    private final Set<String> sent = new HashSet<>();
    private final Set<String> seen = new HashSet<>();
    private long position;
    private boolean stopped;
    private boolean quiet;
    private boolean audited;
    private int elections;

    Gambles(ClusterWorld world) {
        this.world = world;
        this.dice = world.dice().fork("gambles");
        this.player = new Errands("gambler", world);
        this.operator = new Errands("operator of gambles", world);
        this.auditor = new Errands("auditor of gambles", world);
    }

    @Override
    public void start() {
        List.of(player, operator, auditor).forEach(each -> {
            each.router().alsoUse(NAME);
            each.start();
        });
        var config = new CreateTopicsRequest.CreatableTopicConfig("min.insync.replicas", "1");
        var topic = new CreateTopicsRequest.CreatableTopic(
                NAME, 1, (short) Math.min(2, world.nodes().size()), List.of(), List.of(config));
        var request = CreateTopicsRequest.builder().topics(List.of(topic)).timeoutMs(5_000).build();
        player.ask(ApiKey.CREATE_TOPICS, 5, () -> request, message -> {
            short error = ((CreateTopicsResponse) message).topics().getFirst().errorCode();
            if (error == ErrorCode.NONE.code() || error == ErrorCode.TOPIC_ALREADY_EXISTS.code()) {
                write();
                watch();
            } else {
                player.again();
            }
        });
    }

    private void write() {
        player.ask(ApiKey.PRODUCE, 9, this::batch, message -> {
            var answer = ((ProduceResponse) message).responses().getFirst().partitionResponses().getFirst();
            boolean taken = answer.errorCode() == ErrorCode.NONE.code();
            if (taken && stopped) {
                quiet = true;
            } else {
                player.later(dice.between(1, 40), this::write);
            }
        });
    }

    private Message batch() {
        var text = "stake " + sent.size();
        sent.add(text);
        var builder = new BatchBuilder();
        builder.add(world.clock().nowMs(), null, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        var data = new ProduceRequest.PartitionProduceData(0, new Records.InMemory(builder.build()));
        var topic = ProduceRequest.TopicProduceData.builder().name(NAME).partitionData(List.of(data)).build();
        return ProduceRequest.builder().acks((short) -1).timeoutMs(2_000).topicData(List.of(topic)).build();
    }

    private void watch() {
        var topic = world.metadata().cluster().topic(NAME);
        if (stopped || topic != null && topic.partitions().getFirst().leader() >= 0) {
            operator.later(100, this::watch);
            return;
        }
        elections++;
        var request = new ElectLeadersRequest(
                UNCLEAN, List.of(new ElectLeadersRequest.TopicPartitions(NAME, List.of(0))), 5_000);
        operator.ask(ApiKey.ELECT_LEADERS, 2, () -> request, _ -> operator.later(dice.between(50, 500), this::watch));
    }

    /** Its leader dies with records that nobody else has, and then the next one, which wrote others in their place. */
    @Override
    public void trouble() {
        var topic = world.metadata().cluster().topic(NAME);
        if (stopped || topic == null || topic.partitions().getFirst().leader() < 0) {
            return;
        }
        var leader = world.machine(topic.partitions().getFirst().leader());
        var others = world.machines().stream().filter(machine -> machine != leader).map(Machine::host).toList();
        world.cut("node " + leader.id() + " gambles alone", others.stream()
                .map(other -> new ClusterWorld.Way(leader.host(), other)).toList(), 200);
        player.later(dice.between(50, 200), () -> away(leader, dice.between(2_500, 3_500)));
        topic.partitions().getFirst().replicas().stream().filter(id -> id != leader.id())
                .forEach(id -> player.later(dice.between(2_000, 2_500), () -> away(world.machine(id), dice.between(1_500, 3_000))));
    }

    private void away(Machine machine, long forMs) {
        if (!stopped && machine.isRunning()) {
            world.kill(machine);
            world.timeline().afterMs(forMs, () -> world.start(machine));
        }
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public boolean isQuiet() {
        return quiet;
    }

    @Override
    public void tellUnquiet() {
        if (!quiet || !audited) {
            world.timeline().tell("gambles: the player is " + player + ", the auditor at " + position + ", " + auditor);
        }
    }

    @Override
    public void audit() {
        auditor.ask(ApiKey.FETCH, 12, this::fetch, message -> {
            var part = ((FetchResponse) message).responses().getFirst().partitions().getFirst();
            if (part.errorCode() == ErrorCode.NONE.code()) {
                position = batches.read(part, position, false, record -> {
                    var text = StandardCharsets.UTF_8.decode(record.value()).toString();
                    unless(sent.contains(text), PARTITION + "@" + record.offset() + " holds what nobody sent: " + text);
                    unless(seen.add(text), text + " is twice in " + PARTITION);
                });
                audited = position >= part.highWatermark();
            }
            if (!audited) {
                auditor.later(dice.between(1, 50), this::audit);
            }
        });
    }

    private FetchRequest fetch() {
        var part = FetchRequest.FetchPartition.builder().partition(0).currentLeaderEpoch(-1).fetchOffset(position)
                .lastFetchedEpoch(-1).logStartOffset(-1).partitionMaxBytes(20_000).build();
        var topic = FetchRequest.FetchTopic.builder().topic(NAME).partitions(List.of(part)).build();
        return FetchRequest.builder().replicaId(-1).maxWaitMs(100).minBytes(1).maxBytes(30_000)
                .sessionId(0).sessionEpoch(-1).topics(List.of(topic)).build();
    }

    @Override
    public boolean isAudited() {
        return audited;
    }

    @Override
    public String tally() {
        return elections + " unclean elections asked for";
    }
}
