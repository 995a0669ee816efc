package naru.clusters.trials;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import naru.histories.Event;
import naru.histories.Finding;
import naru.histories.HistoryCheck;
import naru.histories.Operation;
import naru.histories.Seen;
import naru.histories.Stage;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Clients that never rest: idempotent producers with acks=all over all partitions of a topic, a reader of all of them, and a
 * member of a group that commits what it has read. They note when each record was due, acknowledged and seen, and keep the
 * history that is judged at the end.
 */
final class Traffic implements AutoCloseable {

    /**
     * By this alone Kafka's clients notice a broker that answers no more, and its default is half a minute. Then they ask who
     * leads now; should nobody know yet, a lost host is connected to in vain for ten seconds. So it must not be shorter than
     * a cluster needs to miss a broker.
     */
    private static final int REQUEST_MS_MAX = 1_900;

    private static final int COMMIT_EVERY_MS = 100;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(120);
    private static final Duration POLL = Duration.ofMillis(100);

    private final String bootstrap;
    private final String topic;
    private final int partitions;
    private final long seed;
    private final Queue<Event> history = new ConcurrentLinkedQueue<>();
    private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();
    private final Map<String, Sent> byValue = new ConcurrentHashMap<>();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final Queue<long[]> commits = new ConcurrentLinkedQueue<>();
    private final List<Thread> producers = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();
    private final AtomicLong open = new AtomicLong();
    private volatile boolean producing = true;
    private volatile boolean reading = true;

    private Traffic(String bootstrap, String topic, int partitions, long seed) {
        this.bootstrap = bootstrap;
        this.topic = topic;
        this.partitions = partitions;
        this.seed = seed;
    }

    /**
     * @param producers each with a connection to every broker
     * @param perSecond records of all producers together
     */
    static Traffic start(String bootstrap, String topic, int partitions, int producers, int perSecond, long seed) {
        var traffic = new Traffic(bootstrap, topic, partitions, seed);
        traffic.readers.add(Thread.ofPlatform().name("reader").start(traffic::read));
        traffic.readers.add(Thread.ofPlatform().name("member").start(traffic::commit));
        for (int i = 0; i < producers; i++) {
            String name = "p" + i;
            long everyNs = TimeUnit.SECONDS.toNanos(producers) / perSecond;
            traffic.producers.add(Thread.ofPlatform().name(name).start(() -> traffic.produce(name, everyNs)));
        }
        return traffic;
    }

    private Map<String, Object> settings() {
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("request.timeout.ms", REQUEST_MS_MAX);
        return settings;
    }

    // --- producers ---

    private void produce(String name, long everyNs) {
        var random = new Random(seed + name.hashCode());
        var settings = settings();
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        settings.put("linger.ms", 0);
        var text = new StringSerializer();
        try (var producer = new KafkaProducer<>(settings, text, text)) {
            long dueNs = System.nanoTime();
            for (long number = 0; producing; number++) {
                send(producer, name, name + "-" + number, random.nextInt(partitions), dueNs);
                dueNs += everyNs;
                while (System.nanoTime() < dueNs) {
                    LockSupport.parkNanos(dueNs - System.nanoTime());
                }
            }
        } catch (RuntimeException failure) {
            errors.add(name + ": " + failure);
        }
    }

    private void send(KafkaProducer<String, String> producer, String name, String value, int partition, long dueNs) {
        var one = new Sent(dueNs);
        String where = topic + "-" + partition;
        byValue.put(value, one);
        sent.add(one);
        open.incrementAndGet();
        tell(name, Stage.INVOKE, new Operation.Send(null, where, -1, value, null));
        producer.send(new ProducerRecord<>(topic, partition, null, value), (at, failure) -> {
            if (failure == null) {
                one.acknowledgedNs = System.nanoTime();
                tell(name, Stage.OK, new Operation.Send(null, where, at.offset(), value, null));
            } else {
                errors.add(name + ": " + value + ": " + failure);
                tell(name, Stage.INFO, new Operation.Send(null, where, -1, value, null));
            }
            open.decrementAndGet();
        });
    }

    private void tell(String who, Stage stage, Operation operation) {
        history.add(new Event(System.nanoTime(), who, stage, operation));
    }

    // --- readers ---

    private Map<String, Object> readerSettings() {
        var settings = settings();
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("default.api.timeout.ms", 60_000);
        return settings;
    }

    private List<TopicPartition> all() {
        return IntStream.range(0, partitions).mapToObj(i -> new TopicPartition(topic, i)).toList();
    }

    private void assign(KafkaConsumer<String, String> consumer, String who) {
        consumer.assign(all());
        var from = new TreeMap<String, Long>();
        for (var partition : all()) {
            consumer.seek(partition, 0);
            from.put(partition.toString(), 0L);
        }
        tell(who, Stage.OK, new Operation.Assign(from));
    }

    private void poll(KafkaConsumer<String, String> consumer, String who, boolean isTimed) {
        var seen = new ArrayList<Seen>();
        for (var record : consumer.poll(POLL)) {
            seen.add(new Seen(record.topic() + "-" + record.partition(), record.offset(), record.value()));
            var one = byValue.get(record.value());
            if (isTimed && one != null && one.seenNs == 0) {
                one.seenNs = System.nanoTime();
            }
        }
        if (!seen.isEmpty()) {
            tell(who, Stage.OK, new Operation.Poll(seen));
        }
    }

    private void read() {
        var text = new StringDeserializer();
        try (var consumer = new KafkaConsumer<>(readerSettings(), text, text)) {
            assign(consumer, "reader");
            while (reading) {
                poll(consumer, "reader", true);
            }
        } catch (RuntimeException failure) {
            errors.add("reader: " + failure);
        }
    }

    /** Each commit as two moments: asked for, and granted. */
    private void commit() {
        var text = new StringDeserializer();
        var settings = readerSettings();
        settings.put("group.id", "members");
        try (var consumer = new KafkaConsumer<>(settings, text, text)) {
            consumer.subscribe(List.of(topic));
            var read = new HashMap<TopicPartition, OffsetAndMetadata>();
            long lastNs = System.nanoTime();
            while (reading) {
                for (var record : consumer.poll(POLL)) {
                    read.put(new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
                }
                if (!read.isEmpty() && System.nanoTime() - lastNs > TimeUnit.MILLISECONDS.toNanos(COMMIT_EVERY_MS)) {
                    lastNs = System.nanoTime();
                    var times = new long[] {lastNs, 0};
                    commits.add(times);
                    commitAll(consumer, read);
                    times[1] = System.nanoTime();
                    read.clear();
                }
            }
        } catch (RuntimeException failure) {
            errors.add("member: " + failure);
        }
    }

    private void commitAll(KafkaConsumer<String, String> consumer, Map<TopicPartition, OffsetAndMetadata> read) {
        while (true) {
            try {
                consumer.commitSync(read);
                return;
            } catch (RetriableException again) {
                if (!reading) {
                    return;
                }
            }
        }
    }

    // --- what became of it ---

    /** The longest that anybody waited in a while, in milliseconds. */
    record Gap(long producerMs, long consumerMs, long commitMs) {}

    /**
     * What was due since this moment, once all of that is acknowledged and seen; what came before is forgotten.
     *
     * @param untilNs by the monotonic clock, in the past
     */
    Gap gap(long sinceNs, long untilNs) {
        sent.removeIf(one -> one.dueNs < sinceNs && one.seenNs != 0);
        commits.removeIf(times -> times[0] < sinceNs && times[1] != 0);
        var meant = sent.stream().filter(one -> one.dueNs >= sinceNs && one.dueNs < untilNs).toList();
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        meant.forEach(one -> await(() -> one.acknowledgedNs != 0 && one.seenNs != 0, deadlineNs));
        var confirmed = commits.stream().filter(times -> times[0] < untilNs).toList();
        confirmed.forEach(times -> await(() -> times[1] != 0, deadlineNs));
        return new Gap(
                ms(meant.stream().mapToLong(one -> one.acknowledgedNs - one.dueNs).max().orElse(0)),
                ms(meant.stream().mapToLong(one -> one.seenNs - one.dueNs).max().orElse(0)),
                ms(confirmed.stream().mapToLong(times -> times[1] - times[0]).max().orElse(0)));
    }

    /** How long producers waited for acknowledgements, sorted, in microseconds. */
    List<Long> waits(long sinceNs, long untilNs) {
        return sent.stream().filter(one -> one.dueNs >= sinceNs && one.dueNs < untilNs)
                .map(one -> (one.acknowledgedNs - one.dueNs) / 1_000).sorted().toList();
    }

    private static long ms(long ns) {
        return TimeUnit.NANOSECONDS.toMillis(ns);
    }

    private void await(java.util.function.BooleanSupplier condition, long deadlineNs) {
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError("a record or a commit is still under way after two minutes; clients say " + errors());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** What no client could get over by trying again. */
    List<String> errors() {
        return List.copyOf(errors);
    }

    /** How many records were sent. */
    int count() {
        return byValue.size();
    }

    /** Ends the producers, reads everything once more from the beginning, and judges what all of them saw. */
    List<Finding> judge() throws InterruptedException {
        producing = false;
        join(producers);
        await(() -> open.get() == 0, System.nanoTime() + PATIENCE_NS);
        reading = false;
        join(readers);
        var text = new StringDeserializer();
        try (var consumer = new KafkaConsumer<>(readerSettings(), text, text)) {
            assign(consumer, "last");
            var ends = consumer.endOffsets(all());
            long deadlineNs = System.nanoTime() + PATIENCE_NS;
            while (ends.entrySet().stream().anyMatch(one -> consumer.position(one.getKey()) < one.getValue())
                    && System.nanoTime() < deadlineNs) {
                poll(consumer, "last", false);
            }
        }
        return HistoryCheck.check(history.stream().sorted(Comparator.comparingLong(Event::timeNs)).toList());
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (var thread : threads) {
            thread.join();
        }
    }

    @Override
    public void close() {
        producing = false;
        reading = false;
        try {
            join(producers);
            join(readers);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
