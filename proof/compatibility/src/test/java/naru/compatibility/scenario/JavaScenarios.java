package naru.compatibility.scenario;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What an application does with Kafka's Java client, in the words that every version from 1.0 on understands. Runs as a
 * program of its own, so that each version has its own class path: {@code JavaScenarios BOOTSTRAP PREFIX SCENARIO}.
 * Ends with 0 when what was promised happened.
 */
public final class JavaScenarios {

    private static final long PATIENCE_MS = 30_000;

    private final String bootstrap;
    private final String prefix;

    private JavaScenarios(String bootstrap, String prefix) {
        this.bootstrap = bootstrap;
        this.prefix = prefix;
    }

    public static void main(String[] arguments) throws Exception {
        var scenarios = new JavaScenarios(arguments[0], arguments[1]);
        switch (arguments[2]) {
            case "version" -> System.out.println("kafka-clients " + version());
            case "acks-and-compression" -> scenarios.acksAndCompression(arguments[3].split(","));
            case "seek" -> scenarios.seek();
            case "commit" -> scenarios.commit();
            case "reset" -> scenarios.reset();
            case "idempotent" -> scenarios.idempotent();
            case "transactions" -> scenarios.transactions();
            case "member" -> scenarios.member(Map.of("session.timeout.ms", "6000", "heartbeat.interval.ms", "500"));
            case "member-of-the-new-protocol" -> scenarios.member(Map.of("group.protocol", "consumer"));
            default -> throw new IllegalArgumentException(arguments[2]);
        }
    }

    /** What the jar says; the class that reads it for the client moved between versions. */
    private static String version() throws IOException {
        var said = new Properties();
        try (var file = KafkaProducer.class.getResourceAsStream("/kafka/kafka-version.properties")) {
            said.load(file);
        }
        return said.getProperty("version");
    }

    private void acksAndCompression(String[] codecs) throws Exception {
        for (var acks : List.of("0", "1", "all")) {
            for (var codec : codecs) {
                String topic = prefix + "-" + acks + "-" + codec;
                try (var producer = producer(Map.of("acks", acks, "compression.type", codec))) {
                    produce(producer, topic, 200);
                }
                try (var consumer = consumer(Map.of())) {
                    var partition = new TopicPartition(topic, 0);
                    consumer.assign(List.of(partition));
                    consumer.seekToBeginning(List.of(partition));
                    expect(read(consumer, 200), 200);
                }
            }
        }
    }

    private void seek() throws Exception {
        String topic = prefix + "-seek";
        var partition = new TopicPartition(topic, 0);
        try (var producer = producer(Map.of())) {
            produce(producer, topic, 100);
        }
        try (var consumer = consumer(Map.of())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, 40);
            var records = read(consumer, 60);
            check(records.get(0).offset() == 40, "reads from where it was told to");
            check(consumer.position(partition) == 100, "stands after the last record");
            consumer.seekToEnd(List.of(partition));
            check(consumer.position(partition) == 100, "the end is after the last record");
            check(consumer.beginningOffsets(List.of(partition)).get(partition) == 0, "begins at 0");
            check(consumer.endOffsets(List.of(partition)).get(partition) == 100, "ends at 100");
            var first = consumer.offsetsForTimes(Map.of(partition, 0L)).get(partition);
            check(first.offset() == 0, "everything is after the year 1970");
        }
    }

    private void commit() throws Exception {
        String topic = prefix + "-commit";
        var partition = new TopicPartition(topic, 0);
        try (var producer = producer(Map.of())) {
            produce(producer, topic, 100);
        }
        var group = Map.<String, Object>of("group.id", prefix + "-committing", "auto.offset.reset", "earliest");
        try (var consumer = consumer(group)) {
            consumer.subscribe(List.of(topic));
            read(consumer, 1);
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(30, "by hand")));
        }
        try (var consumer = consumer(group)) {
            consumer.subscribe(List.of(topic));
            check(read(consumer, 1).get(0).offset() == 30, "goes on after a synchronous commit");
            var committed = new CountDownLatch(1);
            var failure = new AtomicReference<Exception>();
            consumer.commitAsync(Map.of(partition, new OffsetAndMetadata(60)), (_, error) -> {
                failure.set(error);
                committed.countDown();
            });
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
            while (committed.getCount() > 0 && System.nanoTime() < deadline) {
                poll(consumer);
            }
            check(committed.getCount() == 0 && failure.get() == null, "an asynchronous commit is confirmed");
        }
        try (var consumer = consumer(group)) {
            consumer.subscribe(List.of(topic));
            check(read(consumer, 1).get(0).offset() == 60, "goes on after an asynchronous commit");
        }
    }

    private void reset() throws Exception {
        String topic = prefix + "-reset";
        var partition = new TopicPartition(topic, 0);
        try (var producer = producer(Map.of())) {
            produce(producer, topic, 10);
            try (var consumer = consumer(Map.of("group.id", prefix + "-earliest", "auto.offset.reset", "earliest"))) {
                consumer.assign(List.of(partition));
                check(read(consumer, 10).get(0).offset() == 0, "earliest begins at the beginning");
            }
            try (var consumer = consumer(Map.of("group.id", prefix + "-latest", "auto.offset.reset", "latest"))) {
                consumer.assign(List.of(partition));
                check(consumer.position(partition) == 10, "latest begins at the end");
                producer.send(new ProducerRecord<>(topic, "late", "late")).get();
                check(read(consumer, 1).get(0).offset() == 10, "and reads what comes");
            }
        }
        try (var consumer = consumer(Map.of("group.id", prefix + "-none", "auto.offset.reset", "none"))) {
            consumer.assign(List.of(partition));
            poll(consumer);
            check(false, "none refuses to guess");
        } catch (NoOffsetForPartitionException expected) {
            // as it should be
        }
    }

    private void idempotent() throws Exception {
        String topic = prefix + "-idempotent";
        try (var producer = producer(Map.of("enable.idempotence", "true", "linger.ms", "1"))) {
            produce(producer, topic, 5_000);
        }
        try (var consumer = consumer(Map.of())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            consumer.seekToBeginning(List.of(new TopicPartition(topic, 0)));
            expect(read(consumer, 5_000), 5_000);
        }
    }

    /** Commits, aborts, consumes and produces in one transaction, and is fenced. */
    private void transactions() throws Exception {
        String input = prefix + "-input";
        String output = prefix + "-output";
        var transactional = Map.<String, Object>of("transactional.id", prefix + "-teller", "enable.idempotence", "true");
        try (var plain = producer(Map.of())) {
            produce(plain, input, 10);
        }
        var producer = producer(transactional);
        producer.initTransactions();
        for (int round = 0; round < 6; round++) {
            producer.beginTransaction();
            for (int i = 0; i < 20; i++) {
                producer.send(new ProducerRecord<>(output, 0, "key", (round % 2 == 0 ? "kept-" : "dropped-") + round + "-" + i));
            }
            if (round % 2 == 0) {
                producer.commitTransaction();
            } else {
                producer.flush();
                producer.abortTransaction();
            }
        }
        var consumed = new TopicPartition(input, 0);
        for (boolean commits : new boolean[] {true, false}) {
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(output, 0, "key", commits ? "kept-last" : "dropped-last"));
            sendOffsets(producer, Map.of(consumed, new OffsetAndMetadata(commits ? 4 : 9)), prefix + "-consuming");
            if (commits) {
                producer.commitTransaction();
            } else {
                producer.flush();
                producer.abortTransaction();
            }
        }
        try (var consumer = consumer(Map.of("group.id", prefix + "-consuming", "isolation.level", "read_committed"))) {
            consumer.assign(List.of(consumed));
            check(read(consumer, 6).get(0).offset() == 4, "goes on after the offsets of the committed transaction");
        }
        expectKept(output, 61);
        var younger = producer(transactional);
        younger.initTransactions();
        expectFenced(producer, output);
        younger.beginTransaction();
        younger.send(new ProducerRecord<>(output, 0, "key", "kept-younger"));
        younger.commitTransaction();
        younger.close();
        expectKept(output, 62);
    }

    /** Since 2.5 a group is told by its metadata; the name alone went away with 4.0. */
    private static void sendOffsets(KafkaProducer<String, String> producer, Map<TopicPartition, OffsetAndMetadata> offsets,
            String group) throws Exception {
        try {
            KafkaProducer.class.getMethod("sendOffsetsToTransaction", Map.class, String.class).invoke(producer, offsets, group);
        } catch (NoSuchMethodException young) {
            var type = Class.forName("org.apache.kafka.clients.consumer.ConsumerGroupMetadata");
            KafkaProducer.class.getMethod("sendOffsetsToTransaction", Map.class, type)
                    .invoke(producer, offsets, type.getConstructor(String.class).newInstance(group));
        }
    }

    private void expectKept(String topic, int count) throws Exception {
        var partition = new TopicPartition(topic, 0);
        try (var consumer = consumer(Map.of("isolation.level", "read_committed"))) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var records = read(consumer, count);
            check(records.size() == count, "there are " + records.size() + " committed records, not " + count);
            for (var record : records) {
                check(record.value().startsWith("kept-"), record.value() + " was never committed");
            }
        }
    }

    private static void expectFenced(KafkaProducer<String, String> producer, String topic) {
        try {
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, 0, "key", "dropped-fenced")).get(PATIENCE_MS, TimeUnit.MILLISECONDS);
            producer.commitTransaction();
        } catch (Exception fenced) {
            return;
        } finally {
            producer.close();
        }
        check(false, "an older producer with the same id is fenced");
    }

    /** One member of a group, until it is killed: tells what it was given and what it reads, and commits after telling. */
    private void member(Map<String, String> more) throws Exception {
        var settings = new HashMap<String, Object>(more);
        settings.putAll(Map.of("group.id", prefix + "-group", "auto.offset.reset", "earliest", "max.poll.records", "50"));
        try (var consumer = consumer(settings)) {
            consumer.subscribe(List.of(prefix + "-shared"));
            var told = new TreeSet<String>();
            while (true) {
                var records = poll(consumer);
                var assigned = new TreeSet<String>();
                consumer.assignment().forEach(partition -> assigned.add(Integer.toString(partition.partition())));
                if (!assigned.equals(told)) {
                    told = assigned;
                    System.out.println("assigned " + String.join(",", assigned));
                }
                for (var record : records) {
                    System.out.println("read " + record.value());
                }
                if (!records.isEmpty()) {
                    consumer.commitSync();
                }
            }
        }
    }

    private KafkaProducer<String, String> producer(Map<String, Object> more) {
        var settings = new HashMap<String, Object>(more);
        settings.put("bootstrap.servers", bootstrap);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private KafkaConsumer<String, String> consumer(Map<String, Object> more) {
        var settings = new HashMap<String, Object>();
        settings.put("enable.auto.commit", "false");
        settings.putAll(more);
        settings.put("bootstrap.servers", bootstrap);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    private static void produce(KafkaProducer<String, String> producer, String topic, int count) throws Exception {
        var sent = new ArrayList<java.util.concurrent.Future<?>>();
        for (int i = 0; i < count; i++) {
            var record = new ProducerRecord<>(topic, 0, "key-" + i, "value-" + i);
            record.headers().add("number", Integer.toString(i).getBytes(StandardCharsets.UTF_8));
            sent.add(producer.send(record));
        }
        for (var one : sent) {
            one.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
        }
    }

    private static List<ConsumerRecord<String, String>> read(KafkaConsumer<String, String> consumer, int count)
            throws Exception {
        var all = new ArrayList<ConsumerRecord<String, String>>();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        while (all.size() < count && System.nanoTime() < deadline) {
            for (var record : poll(consumer)) {
                all.add(record);
            }
        }
        check(all.size() >= count, "read " + all.size() + " of " + count + " records");
        return all;
    }

    private static void expect(List<ConsumerRecord<String, String>> records, int count) {
        check(records.size() == count, "there are " + records.size() + " records, not " + count);
        for (int i = 0; i < count; i++) {
            var record = records.get(i);
            check(record.offset() == i, "offsets follow one another");
            check(record.key().equals("key-" + i) && record.value().equals("value-" + i), "record " + i + " is whole");
            var header = record.headers().lastHeader("number");
            check(new String(header.value(), StandardCharsets.UTF_8).equals(Integer.toString(i)), "headers are kept");
            check(record.timestamp() > 0, "records carry a time");
        }
    }

    /** {@code poll(long)} went away when {@code poll(Duration)} had been there for some years. */
    @SuppressWarnings("unchecked")
    private static ConsumerRecords<String, String> poll(KafkaConsumer<String, String> consumer) throws Exception {
        try {
            return (ConsumerRecords<String, String>) POLL.invoke(consumer, POLL_ARGUMENT);
        } catch (java.lang.reflect.InvocationTargetException wrapped) {
            if (wrapped.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw wrapped;
        }
    }

    private static final Method POLL;
    private static final Object POLL_ARGUMENT;

    static {
        Method poll;
        Object argument;
        try {
            poll = KafkaConsumer.class.getMethod("poll", java.time.Duration.class);
            argument = java.time.Duration.ofMillis(200);
        } catch (NoSuchMethodException old) {
            try {
                poll = KafkaConsumer.class.getMethod("poll", long.class);
            } catch (NoSuchMethodException impossible) {
                throw new ExceptionInInitializerError(impossible);
            }
            argument = 200L;
        }
        POLL = poll;
        POLL_ARGUMENT = argument;
    }

    private static void check(boolean holds, String claim) {
        if (!holds) {
            throw new AssertionError(claim);
        }
    }
}
