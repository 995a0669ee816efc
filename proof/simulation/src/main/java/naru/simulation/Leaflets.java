package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.message.ApiKey;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.DeleteTopicsRequest;
import naru.protocol.message.DeleteTopicsResponse;
import naru.protocol.message.DescribeConfigsRequest;
import naru.protocol.message.DescribeConfigsResponse;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchResponse;
import naru.protocol.message.IncrementalAlterConfigsRequest;
import naru.protocol.message.IncrementalAlterConfigsResponse;
import naru.protocol.message.MetadataRequest;
import naru.protocol.message.MetadataResponse;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceResponse;

/**
 * Somebody who creates a topic, writes to it, changes its configuration, reads all of it and deletes it, and begins again under
 * the same name. What is read was written to this topic and to none that bore its name before, and nothing is missing.
 */
final class Leaflets implements Workload {

    static final String NAME = "leaflets";
    private static final String SETTING = "max.message.bytes";
    private static final byte TOPIC = 2;

    /** A topic from its creation to its deletion. */
    private static final class Edition {
        private final Uuid id;
        private final Promises promises = new Promises();
        private final Map<TopicPartition, Long> positions = new TreeMap<>();

        private Edition(Uuid id, int partitions) {
            this.id = id;
            for (int i = 0; i < partitions; i++) {
                positions.put(new TopicPartition(NAME, i), 0L);
            }
        }
    }

    private final ClusterWorld world;
    private final SimulatedRandomness dice;
    private final Errands errands;
    private final CommittedBatches batches = new CommittedBatches();
    private final Set<String> values = new TreeSet<>();
    private Edition edition;
    private List<String> underWay;
    private boolean stopped;
    private boolean quiet;
    private int editions;
    private int serial;

    Leaflets(ClusterWorld world) {
        this.world = world;
        this.dice = world.dice().fork("leaflets");
        this.errands = new Errands("editor", world);
    }

    @Override
    public void start() {
        errands.router().alsoUse(NAME);
        errands.start();
        create();
    }

    private void create() {
        int partitions = 1 + dice.nextInt(2);
        short replicas = (short) Math.min(3, world.nodes().size());
        var topic = new CreateTopicsRequest.CreatableTopic(NAME, partitions, replicas, List.of(), List.of());
        var request = CreateTopicsRequest.builder().topics(List.of(topic)).timeoutMs(5_000).build();
        errands.ask(ApiKey.CREATE_TOPICS, 7, () -> request, message -> {
            var result = ((CreateTopicsResponse) message).topics().getFirst();
            if (result.errorCode() == ErrorCode.NONE.code()) {
                edition = new Edition(result.topicId(), partitions);
                editions++;
                world.timeline().tell("leaflets " + editions + " are " + edition.id);
                write(1 + dice.nextInt(6));
            } else if (result.errorCode() == ErrorCode.TOPIC_ALREADY_EXISTS.code()) {
                findOrphan();
            } else {
                errands.again();
            }
        });
    }

    /** It was created, and nobody has told: by a question that was asked twice. */
    private void findOrphan() {
        var topic = MetadataRequest.MetadataRequestTopic.builder().name(NAME).build();
        var request = MetadataRequest.builder().topics(List.of(topic)).allowAutoTopicCreation(false).build();
        errands.ask(ApiKey.METADATA, 12, () -> request, message -> {
            var found = ((MetadataResponse) message).topics().getFirst();
            if (found.errorCode() == ErrorCode.NONE.code()) {
                delete(found.topicId());
            } else {
                errands.later(dice.between(10, 100), this::create);
            }
        });
    }

    private void write(int more) {
        if (more == 0) {
            change();
            return;
        }
        var to = new TopicPartition(NAME, dice.nextInt(edition.positions.size()));
        errands.ask(ApiKey.PRODUCE, 13, () -> batch(to), message -> {
            var answer = ((ProduceResponse) message).responses().getFirst().partitionResponses().getFirst();
            if (answer.errorCode() == ErrorCode.NONE.code()) {
                for (int i = 0; i < underWay.size(); i++) {
                    edition.promises.acknowledged(to, answer.baseOffset() + i, underWay.get(i));
                }
                errands.later(dice.between(1, 50), () -> write(more - 1));
            } else {
                errands.again();
            }
        });
    }

    /**
     * Never the same twice: whoever is not a producer that counts would find it twice. By the topic's id: by its name, a leader that has not
     * heard of the deletion yet would take it for the topic that bore the name before.
     */
    private Message batch(TopicPartition to) {
        underWay = new ArrayList<>();
        var builder = new BatchBuilder();
        for (int i = dice.nextInt(3); i >= 0; i--) {
            var text = "leaflet " + editions + "." + serial++;
            underWay.add(text);
            edition.promises.sending(text);
            builder.add(world.clock().nowMs(), null, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
        var data = new ProduceRequest.PartitionProduceData(to.partition(), new Records.InMemory(builder.build()));
        var topic = ProduceRequest.TopicProduceData.builder().name(NAME).topicId(edition.id).partitionData(List.of(data)).build();
        return ProduceRequest.builder().acks((short) -1).timeoutMs(5_000).topicData(List.of(topic)).build();
    }

    private void change() {
        var value = Integer.toString(1_000_000 + dice.nextInt(100_000));
        values.add(value);
        var config = new IncrementalAlterConfigsRequest.AlterableConfig(SETTING, (byte) 0, value);
        var resource = new IncrementalAlterConfigsRequest.AlterConfigsResource(TOPIC, NAME, List.of(config));
        var request = IncrementalAlterConfigsRequest.builder().resources(List.of(resource)).build();
        errands.ask(ApiKey.INCREMENTAL_ALTER_CONFIGS, 1, () -> request, message -> {
            if (((IncrementalAlterConfigsResponse) message).responses().getFirst().errorCode() == ErrorCode.NONE.code()) {
                findChange();
            } else {
                errands.again();
            }
        });
    }

    /** Until the broker that happens to be asked has heard of it; what was asked for long ago may have come last. */
    private void findChange() {
        var resource = new DescribeConfigsRequest.DescribeConfigsResource(TOPIC, NAME, List.of(SETTING));
        var request = DescribeConfigsRequest.builder().resources(List.of(resource)).build();
        errands.ask(ApiKey.DESCRIBE_CONFIGS, 4, () -> request, message -> {
            var result = ((DescribeConfigsResponse) message).results().getFirst();
            if (result.errorCode() == ErrorCode.NONE.code() && values.contains(result.configs().getFirst().value())) {
                read();
            } else {
                errands.again();
            }
        });
    }

    private void read() {
        var behind = edition.positions.entrySet().stream()
                .filter(entry -> entry.getValue() < edition.promises.reliedUpon(entry.getKey())).findFirst();
        if (behind.isPresent()) {
            fetch(behind.get().getKey());
        } else if (stopped) {
            quiet = true;
        } else {
            errands.later(dice.between(1, 500), () -> delete(edition.id));
        }
    }

    private void fetch(TopicPartition partition) {
        errands.ask(ApiKey.FETCH, 13, () -> fetchFrom(partition), message -> {
            var answer = (FetchResponse) message;
            if (!answer.responses().isEmpty()) {
                take(partition, answer.responses().getFirst().partitions().getFirst());
            }
            errands.later(dice.between(1, 50), this::read);
        });
    }

    private FetchRequest fetchFrom(TopicPartition partition) {
        var part = FetchRequest.FetchPartition.builder().partition(partition.partition()).currentLeaderEpoch(-1)
                .fetchOffset(edition.positions.get(partition)).lastFetchedEpoch(-1).logStartOffset(-1).partitionMaxBytes(5_000).build();
        var topic = FetchRequest.FetchTopic.builder().topic(NAME).topicId(edition.id).partitions(List.of(part)).build();
        return FetchRequest.builder().replicaId(-1).maxWaitMs(100).minBytes(1).maxBytes(10_000)
                .sessionId(0).sessionEpoch(-1).topics(List.of(topic)).build();
    }

    private void take(TopicPartition partition, FetchResponse.PartitionData part) {
        long position = edition.positions.get(partition);
        unless(part.errorCode() != ErrorCode.OFFSET_OUT_OF_RANGE.code(), partition + "@" + position
                + " is out of range, and " + edition.promises.reliedUpon(partition) + " was relied upon");
        if (part.errorCode() == ErrorCode.NONE.code()) {
            long next = batches.read(part, position, false, record -> edition.promises.read(
                    partition, record.offset(), StandardCharsets.UTF_8.decode(record.value()).toString()));
            edition.promises.readAll(partition, position, next);
            edition.positions.put(partition, next);
        }
    }

    /** By its id: a question that is answered late must not delete the next one. */
    private void delete(Uuid id) {
        var request = DeleteTopicsRequest.builder()
                .topics(List.of(new DeleteTopicsRequest.DeleteTopicState(null, id))).timeoutMs(5_000).build();
        errands.ask(ApiKey.DELETE_TOPICS, 6, () -> request, message -> {
            short error = ((DeleteTopicsResponse) message).responses().getFirst().errorCode();
            if (error == ErrorCode.NONE.code() || error == ErrorCode.UNKNOWN_TOPIC_ID.code()) {
                errands.later(dice.between(1, 300), this::create);
            } else {
                errands.again();
            }
        });
    }

    @Override
    public void stop() {
        stopped = true;
    }

    /** The last edition was read to its end. */
    @Override
    public boolean isQuiet() {
        return quiet;
    }

    @Override
    public void tellUnquiet() {
        if (!quiet) {
            world.timeline().tell("the editor of leaflets has not come to an end: " + errands
                    + (edition == null ? "" : ", has read up to " + edition.positions));
        }
    }

    @Override
    public String tally() {
        return editions + " topics";
    }
}
