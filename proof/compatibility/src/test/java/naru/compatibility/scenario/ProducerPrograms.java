package naru.compatibility.scenario;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The producers of introductions to Kafka, each as it stands there: see {@link PlainPrograms}. */
final class ProducerPrograms {

    private final PlainPrograms.Place place;

    ProducerPrograms(PlainPrograms.Place place) {
        this.place = place;
    }

    private KafkaProducer<String, String> producer(Map<String, Object> more) {
        var settings = new HashMap<String, Object>(more);
        settings.put("bootstrap.servers", place.bootstrap());
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    /** Nobody looks what became of the records; closing sends what is left. */
    void fireAndForget() {
        String topic = place.create("fire-and-forget", 1);
        try (var producer = producer(Map.of())) {
            for (int i = 0; i < 100; i++) {
                producer.send(new ProducerRecord<>(topic, "Precision Products", "France-" + i));
            }
        }
        var read = place.readAll(topic, 100);
        PlainPrograms.check(read.size() == 100 && read.get(99).value().equals("France-99"), "everything was sent, in order");
    }

    /** One record, and its place. */
    void synchronous() throws Exception {
        String topic = place.create("synchronous", 1);
        try (var producer = producer(Map.of("acks", "all"))) {
            for (int i = 0; i < 10; i++) {
                var metadata = producer.send(new ProducerRecord<>(topic, "k", "v" + i)).get();
                PlainPrograms.check(metadata.offset() == i && metadata.partition() == 0 && metadata.topic().equals(topic), "told where it is");
                PlainPrograms.check(metadata.timestamp() > 0, "and when it was made");
            }
        }
    }

    /** The callback hears of the record's place, or of what went wrong. */
    void asynchronousWithCallback() throws Exception {
        String topic = place.create("asynchronous", 1);
        String small = place.create("small", 1, Map.of("max.message.bytes", "1000"));
        var offsets = new ConcurrentLinkedQueue<Long>();
        var failures = new ConcurrentLinkedQueue<Exception>();
        var heard = new CountDownLatch(101);
        try (var producer = producer(Map.of())) {
            for (int i = 0; i < 100; i++) {
                producer.send(new ProducerRecord<>(topic, "k", "v" + i), (metadata, failure) -> {
                    if (failure == null) {
                        offsets.add(metadata.offset());
                    } else {
                        failures.add(failure);
                    }
                    heard.countDown();
                });
            }
            producer.send(new ProducerRecord<>(small, "k", "v".repeat(5_000)), (_, failure) -> {
                failures.add(failure);
                heard.countDown();
            });
            PlainPrograms.check(heard.await(PlainPrograms.PATIENCE_S, TimeUnit.SECONDS), "every callback is called");
        }
        PlainPrograms.check(offsets.size() == 100 && offsets.peek() == 0, "in order");
        PlainPrograms.check(failures.size() == 1 && failures.peek() instanceof RecordTooLargeException, "the broker's refusal: " + failures);
    }

    /** Gives one customer a partition for itself. */
    public static final class BananaPartitioner implements Partitioner {
        @Override
        public int partition(String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes, Cluster cluster) {
            int last = cluster.partitionCountForTopic(topic) - 1;
            return "Banana".equals(key) ? last : Math.floorMod(key.hashCode(), last);
        }

        @Override
        public void configure(Map<String, ?> settings) {}

        @Override
        public void close() {}
    }

    void customPartitioner() throws Exception {
        String topic = place.create("partitioner", 4);
        try (var producer = producer(Map.of("partitioner.class", BananaPartitioner.class.getName()))) {
            for (var key : List.of("Banana", "Apple", "Pear", "Banana", "Plum", "Banana")) {
                int partition = producer.send(new ProducerRecord<>(topic, key, "bought")).get().partition();
                PlainPrograms.check((partition == 3) == key.equals("Banana"), key + " went to " + partition);
            }
        }
    }

    /** What is written by a serializer of one's own. */
    record Customer(int id, String name) {}

    /** Four bytes of number, four of length, the name. */
    public static final class CustomerSerializer implements Serializer<Customer>, Deserializer<Customer> {
        @Override
        public byte[] serialize(String topic, Customer customer) {
            var name = customer.name().getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(8 + name.length).putInt(customer.id()).putInt(name.length).put(name).array();
        }

        @Override
        public Customer deserialize(String topic, byte[] bytes) {
            var in = ByteBuffer.wrap(bytes);
            int id = in.getInt();
            var name = new byte[in.getInt()];
            in.get(name);
            return new Customer(id, new String(name, StandardCharsets.UTF_8));
        }

        @Override
        public void configure(Map<String, ?> settings, boolean isKey) {}

        @Override
        public void close() {}
    }

    void customSerializer() throws Exception {
        String topic = place.create("serializer", 1);
        var customers = List.of(new Customer(1, "J\u00fcrgen"), new Customer(2, ""), new Customer(3, "\u7530\u4e2d"));
        try (var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", place.bootstrap()), new StringSerializer(),
                new CustomerSerializer())) {
            for (var customer : customers) {
                producer.send(new ProducerRecord<>(topic, Integer.toString(customer.id()), customer)).get();
            }
        }
        try (var consumer = new KafkaConsumer<>(Map.<String, Object>of("bootstrap.servers", place.bootstrap(), "enable.auto.commit", "false"),
                new StringDeserializer(), new CustomerSerializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            consumer.seekToBeginning(consumer.assignment());
            var read = new ArrayList<Customer>();
            PlainPrograms.await("every customer is read", () -> {
                consumer.poll(PlainPrograms.SHORTLY).forEach(record -> read.add(record.value()));
                return read.size() >= customers.size();
            });
            PlainPrograms.check(read.equals(customers), "as they were written: " + read);
        }
    }
}
