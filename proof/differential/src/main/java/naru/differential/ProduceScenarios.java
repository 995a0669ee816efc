package naru.differential;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import naru.base.Uuid;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.batch.Compression;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DescribeProducersRequest;
import naru.protocol.message.InitProducerIdRequest;
import naru.protocol.message.ListOffsetsRequest;
import naru.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import naru.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceRequest.PartitionProduceData;
import naru.protocol.message.ProduceRequest.TopicProduceData;

/** Records go in: good ones, damaged ones, and ones that came before. */
final class ProduceScenarios {

    /** From here on a topic is named by its id. */
    private static final int BY_ID = 13;

    private ProduceScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("produce", ApiKey.PRODUCE, ProduceScenarios::produce),
                new Scenario("produce-to-odd-places", ApiKey.PRODUCE, ProduceScenarios::oddPlaces),
                new Scenario("produce-bad-batches", ApiKey.PRODUCE, ProduceScenarios::badBatches),
                new Scenario("produce-under-topic-configs", ApiKey.PRODUCE, ProduceScenarios::underConfigs),
                new Scenario("idempotent-sequences", ApiKey.PRODUCE, ProduceScenarios::sequences),
                new Scenario("init-producer-id", ApiKey.INIT_PRODUCER_ID, ProduceScenarios::initProducerId),
                new Scenario("describe-producers", ApiKey.DESCRIBE_PRODUCERS, ProduceScenarios::describeProducers));
    }

    /** One topic, as every version of a request names it. */
    private record Place(String topic, Uuid id, int version) {

        static Place create(Conversation with, int version, int partitions, String... configs) {
            var id = Given.topicWithId(with, "t", partitions, configs);
            return new Place(with.name("t"), id, version);
        }

        ProduceRequest put(int partition, ByteBuffer batches) {
            return put(partition, batches, -1);
        }

        ProduceRequest put(int partition, ByteBuffer batches, int acks) {
            return Given.produce(topic, version < BY_ID ? Uuid.ZERO : id, partition, batches, (short) acks);
        }
    }

    private static ListOffsetsRequest end(String topic, int partition) {
        return ListOffsetsRequest.builder().topics(List.of(new ListOffsetsTopic(topic, List.of(new ListOffsetsPartition(partition, -1, -1))))).build();
    }

    private static void produce(Conversation with, int version) {
        var place = Place.create(with, version, 2);
        with.probe("one record", place.put(0, Given.batch("a")));
        with.probe("three records", place.put(0, Given.batch("b", "c", "d")));
        with.probe("acks 1", place.put(0, Given.batch("e"), 1));
        with.probe("another partition", place.put(1, Given.batch("f")));
        with.probe("a record without key and value", place.put(0, new BatchBuilder().add(Given.TIME_MS, null, null).build()));
        for (var codec : Compression.values()) {
            with.probe("compressed: " + codec, place.put(0, Given.builder("g", "h").compression(codec).build()));
        }
        with.probe("acks 2", place.put(0, Given.batch("i"), 2));
        with.probe("acks -2", place.put(0, Given.batch("j"), -2));
        with.sendOnly(place.put(0, Given.batch("k"), 0), version);
        with.probe("the end after all", 6, end(place.topic(), 0));
    }

    private static void oddPlaces(Conversation with, int version) {
        var place = Place.create(with, version, 2);
        with.probe("an unknown partition", place.put(7, Given.batch("a")));
        with.probe("a partition below zero", place.put(-1, Given.batch("a")));
        with.probe("an unknown topic", new Place(with.name("nobody"), Conversation.NOBODYS_ID, version).put(0, Given.batch("a")));
        with.probe("no topic", new Place("", Uuid.ZERO, version).put(0, Given.batch("a")));
        with.probe("a bad name", new Place("a b", Conversation.NOBODYS_ID, version).put(0, Given.batch("a")));
        with.probe("no topics", ProduceRequest.builder().acks((short) -1).timeoutMs(1_000).build());
        with.probe("no partitions", ProduceRequest.builder().acks((short) -1).timeoutMs(1_000).topicData(List.of(
                new TopicProduceData(place.topic(), place.id(), List.of()))).build());
        if (version >= BY_ID) {
            with.probe("no records", place.put(0, null)); // Kafka says nothing, and waiting for that takes its time
        }
        with.probe("empty records", place.put(0, ByteBuffer.allocate(0)));
        var good = new PartitionProduceData(0, new Records.InMemory(Given.batch("a")));
        var bad = new PartitionProduceData(5, new Records.InMemory(Given.batch("a")));
        with.probe("one good and one bad partition", ProduceRequest.builder().acks((short) -1).timeoutMs(1_000).topicData(List.of(
                new TopicProduceData(place.topic(), place.id(), List.of(good, bad)))).build());
        var once = new PartitionProduceData(1, new Records.InMemory(Given.batch("a")));
        var again = new PartitionProduceData(1, new Records.InMemory(Given.batch("b")));
        with.probe("the same partition twice", ProduceRequest.builder().acks((short) -1).timeoutMs(1_000).topicData(List.of(
                new TopicProduceData(place.topic(), place.id(), List.of(once, again)))).build());
        with.probe("timeout below zero", place.put(0, Given.batch("c")).toBuilder().timeoutMs(-1).build());
        with.probe("a transaction's name without a transaction", place.put(0, Given.batch("d")).toBuilder().transactionalId("t").build());
    }

    /** A batch with something changed; its CRC is made right again. */
    private static ByteBuffer changed(ByteBuffer batch, Consumer<ByteBuffer> change) {
        change.accept(batch);
        var crc = new CRC32C();
        crc.update(batch.slice(21, batch.limit() - 21));
        batch.putInt(17, (int) crc.getValue());
        return batch;
    }

    /** Each into a partition of its own: Kafka takes some of them, and does not recover from that. */
    private static void badBatches(Conversation with, int version) {
        var place = Place.create(with, version, 32);
        with.probe("a wrong crc", place.put(0, Given.batch("a").putInt(17, 4711)));
        with.probe("magic 1", place.put(1, Given.batch("a").put(16, (byte) 1)));
        with.probe("magic 0", place.put(2, Given.batch("a").put(16, (byte) 0)));
        with.probe("magic 3", place.put(3, Given.batch("a").put(16, (byte) 3)));
        with.probe("a count too high", place.put(4, changed(Given.batch("a"), batch -> batch.putInt(57, 2))));
        with.probe("a count too low", place.put(5, changed(Given.batch("a", "b"), batch -> batch.putInt(57, 1))));
        with.probe("a count of zero", place.put(6, changed(Given.batch("a"), batch -> batch.putInt(57, 0))));
        with.probe("a count below zero", place.put(7, changed(Given.batch("a"), batch -> batch.putInt(57, -1))));
        with.probe("a last offset too high", place.put(8, changed(Given.batch("a"), batch -> batch.putInt(23, 5))));
        with.probe("a last offset below zero", place.put(9, changed(Given.batch("a"), batch -> batch.putInt(23, -1))));
        with.probe("a length too short", place.put(10, Given.batch("a").putInt(8, 20)));
        with.probe("a length too long", place.put(11, Given.batch("a").putInt(8, 5_000)));
        with.probe("a length below zero", place.put(12, Given.batch("a").putInt(8, -1)));
        with.probe("half a batch", place.put(13, Given.batch("a").limit(40)));
        with.probe("seven bytes", place.put(14, ByteBuffer.allocate(7)));
        with.probe("two batches", place.put(15, ByteBuffer.allocate(Given.batch("a").limit() * 2).put(Given.batch("a")).put(Given.batch("a")).flip()));
        with.probe("a batch and a half", place.put(16, ByteBuffer.allocate(Given.batch("a").limit() + 30).put(Given.batch("a"))
                .put(Given.batch("a").limit(30)).flip()));
        with.probe("compression 5", place.put(17, changed(Given.batch("a"), batch -> batch.putShort(21, (short) 5))));
        with.probe("gzip that is none", place.put(18, changed(Given.batch("a"), batch -> batch.putShort(21, (short) 1))));
        with.probe("a control batch", place.put(19, Given.builder("a").control().build()));
        with.probe("a transactional batch", place.put(20, Given.builder("a").producer(Given.producerId(with), (short) 0, 0).transactional().build()));
        with.probe("a base offset of its own", place.put(21, Given.builder("a").baseOffset(77).build()));
        with.probe("a leader epoch of its own", place.put(22, Given.builder("a").leaderEpoch(9).build()));
        with.probe("offsets with a gap", place.put(23, new BatchBuilder().add(Given.TIME_MS, null, Given.text("a"))
                .addAt(5, Given.TIME_MS, null, Given.text("b"), List.of()).build()));
        with.probe("a record's length wrong", place.put(24, changed(Given.batch("a"), batch -> batch.put(61, (byte) 4))));
        with.probe("record attributes", place.put(25, changed(Given.batch("a"), batch -> batch.put(62, (byte) 9))));
        with.probe("a sequence without a producer", place.put(26, Given.builder("a").producer(-1, (short) -1, 5).build()));
        with.probe("log append time from the client", place.put(27, changed(Given.batch("a"), batch -> batch.putShort(21, (short) 8))));
        for (int partition = 0; partition < 32; partition++) {
            with.probe("the end of " + partition, 6, end(place.topic(), partition));
        }
    }

    private static void underConfigs(Conversation with, int version) {
        var small = Given.topicWithId(with, "small", 1, "max.message.bytes", "100");
        with.probe("too large", new Place(with.name("small"), small, version).put(0, Given.batch("x".repeat(100))));
        with.probe("just small enough", new Place(with.name("small"), small, version).put(0, Given.batch("x".repeat(10))));
        var compact = Given.topicWithId(with, "compact", 1, "cleanup.policy", "compact");
        var place = new Place(with.name("compact"), compact, version);
        with.probe("compacted, with keys", place.put(0, Given.batch("a")));
        with.probe("compacted, without key", place.put(0, new BatchBuilder().add(Given.TIME_MS, Given.text("k"), null)
                .add(Given.TIME_MS, null, Given.text("a")).build()));
        var append = Given.topicWithId(with, "append", 1, "message.timestamp.type", "LogAppendTime");
        with.probe("log append time", new Place(with.name("append"), append, version).put(0, Given.batch("a", "b")));
        var strict = Given.topicWithId(with, "strict", 1, "message.timestamp.before.max.ms", "1000");
        with.probe("too old", new Place(with.name("strict"), strict, version).put(0, Given.batch("a", "b")));
        var future = Given.topicWithId(with, "future", 1);
        with.probe("too new", new Place(with.name("future"), future, version).put(0,
                new BatchBuilder().add(Given.TIME_MS * 2, null, Given.text("a")).build()));
        with.probe("no timestamp", new Place(with.name("future"), future, version).put(0,
                new BatchBuilder().add(-1, null, Given.text("a")).build()));
        var gzip = Given.topicWithId(with, "gzip", 1, "compression.type", "gzip");
        with.probe("recompressed", new Place(with.name("gzip"), gzip, version).put(0, Given.batch("a", "b")));
        with.probe("recompressed from snappy", new Place(with.name("gzip"), gzip, version).put(0,
                Given.builder("a", "b").compression(Compression.SNAPPY).build()));
        var minIsr = Given.topicWithId(with, "isr", 1, "min.insync.replicas", "2");
        with.probe("too few in sync, acks all", new Place(with.name("isr"), minIsr, version).put(0, Given.batch("a")));
        with.probe("too few in sync, acks 1", new Place(with.name("isr"), minIsr, version).put(0, Given.batch("a"), 1));
    }

    private static ByteBuffer numbered(long producer, int epoch, int sequence, String... values) {
        return Given.builder(values).producer(producer, (short) epoch, sequence).build();
    }

    private static void sequences(Conversation with, int version) {
        var place = Place.create(with, version, 2);
        long id = Given.producerId(with);
        with.probe("the first", place.put(0, numbered(id, 0, 0, "a", "b")));
        with.probe("the first again", place.put(0, numbered(id, 0, 0, "a", "b")));
        with.probe("the next", place.put(0, numbered(id, 0, 2, "c")));
        with.probe("a gap", place.put(0, numbered(id, 0, 9, "d")));
        with.probe("half of the first again", place.put(0, numbered(id, 0, 0, "a")));
        for (int sequence = 3; sequence < 8; sequence++) {
            with.probe("number " + sequence, place.put(0, numbered(id, 0, sequence, "e")));
        }
        with.probe("one of the last five again", place.put(0, numbered(id, 0, 3, "e")));
        with.probe("one before the last five again", place.put(0, numbered(id, 0, 2, "c")));
        with.probe("a new epoch that does not start at zero", place.put(0, numbered(id, 1, 5, "f")));
        with.probe("a new epoch", place.put(0, numbered(id, 1, 0, "f")));
        with.probe("the old epoch", place.put(0, numbered(id, 0, 8, "g")));
        with.probe("another partition, not from zero", place.put(1, numbered(id, 1, 4, "h")));
        with.probe("an unknown producer, not from zero", place.put(1, numbered(id + 500_000, 0, 4, "i")));
        with.probe("a sequence below zero", place.put(1, numbered(id, 1, -5, "j")));
        with.probe("an epoch below zero", place.put(1, numbered(id, -1, 0, "j")));
        with.probe("two batches in one request", place.put(1, ByteBuffer.allocate(1_000)
                .put(numbered(id, 1, 5, "k")).put(numbered(id, 1, 6, "l")).flip()));
        long last = Given.producerId(with);
        with.probe("the largest sequence", place.put(0, numbered(last, 0, Integer.MAX_VALUE, "m")));
        with.probe("around the end of numbers", place.put(0, numbered(last, 0, 0, "n")));
        with.probe("the end after all", 6, end(place.topic(), 0));
    }

    private static void initProducerId(Conversation with, int version) {
        var plain = InitProducerIdRequest.builder().transactionalId(null).transactionTimeoutMs(60_000).build();
        Given.producerId(with);
        with.probe("plain", plain);
        with.probe("another", plain);
        with.probe("an empty name", plain.toBuilder().transactionalId("").build());
        with.probe("no timeout", plain.toBuilder().transactionTimeoutMs(0).build());
        with.probe("an id without an epoch", plain.toBuilder().producerId(5).build());
        with.probe("an epoch without an id", plain.toBuilder().producerEpoch((short) 5).build());
        with.probe("both", plain.toBuilder().producerId(1).producerEpoch((short) 5).build());
    }

    private static DescribeProducersRequest describing(String topic, Integer... partitions) {
        return DescribeProducersRequest.builder().topics(List.of(
                new DescribeProducersRequest.TopicRequest(topic, List.of(partitions)))).build();
    }

    private static void describeProducers(Conversation with, int version) {
        var place = Place.create(with, 9, 2);
        with.probe("nobody yet", describing(place.topic(), 0));
        long first = Given.producerId(with);
        long second = Given.producerId(with);
        with.probe("one writes", 9, place.put(0, numbered(first, 0, 0, "a", "b")));
        with.probe("one", describing(place.topic(), 0));
        with.probe("the other writes", 9, place.put(0, numbered(second, 3, 0, "c")));
        with.probe("both", describing(place.topic(), 0, 1));
        with.probe("an unknown partition", describing(place.topic(), 9, -1));
        with.probe("an unknown topic", describing(with.name("nobody"), 0));
        with.probe("a bad name", describing("a b", 0));
        with.probe("nothing", DescribeProducersRequest.builder().build());
    }
}
