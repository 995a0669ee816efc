package naru.compatibility.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The consumers of introductions to Kafka, each as it stands there: see {@link PlainPrograms}. */
final class ConsumerPrograms {

    private static final int RECORDS = 60;

    private final PlainPrograms.Place place;

    ConsumerPrograms(PlainPrograms.Place place) {
        this.place = place;
    }

    private KafkaConsumer<String, String> consumer(String group, Map<String, Object> more) {
        var settings = new HashMap<String, Object>();
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "earliest");
        settings.put("group.id", place.name(group));
        settings.putAll(more);
        settings.put("bootstrap.servers", place.bootstrap());
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    private static List<String> read(KafkaConsumer<String, String> consumer, int count) throws Exception {
        var values = new ArrayList<String>();
        PlainPrograms.await(count + " records are read", () -> {
            consumer.poll(PlainPrograms.SHORTLY).forEach(record -> values.add(record.value()));
            return values.size() >= count;
        });
        return values;
    }

    /** Polls, and lets the client commit from time to time and when it closes. */
    void autoCommit() throws Exception {
        String topic = place.create("auto-commit", 1);
        place.produce(topic, RECORDS);
        var settings = Map.<String, Object>of("enable.auto.commit", "true", "auto.commit.interval.ms", "100", "max.poll.records", "7");
        int before;
        try (var consumer = consumer("auto-committing", settings)) {
            consumer.subscribe(List.of(topic));
            before = read(consumer, RECORDS / 2).size();
        }
        try (var consumer = consumer("auto-committing", settings)) {
            consumer.subscribe(List.of(topic));
            var rest = read(consumer, RECORDS - before);
            PlainPrograms.check(rest.get(0).equals("v" + before) && rest.size() == RECORDS - before, "goes on where it closed: " + rest);
        }
    }

    /** Asynchronously while all is well, synchronously in the end. */
    void commitAsyncThenSync() throws Exception {
        String topic = place.create("both-commits", 1);
        place.produce(topic, RECORDS);
        var failure = new AtomicReference<Exception>();
        int read = 0;
        try (var consumer = consumer("both-committing", Map.of("max.poll.records", "10"))) {
            consumer.subscribe(List.of(topic));
            while (read < RECORDS / 2) {
                read += read(consumer, 1).size();
                consumer.commitAsync((_, why) -> failure.compareAndSet(null, why));
            }
            consumer.commitSync();
        }
        PlainPrograms.check(failure.get() == null, "no commit failed: " + failure.get());
        try (var consumer = consumer("both-committing", Map.of())) {
            consumer.subscribe(List.of(topic));
            PlainPrograms.check(read(consumer, 1).get(0).equals("v" + read), "goes on after the last commit");
        }
    }

    /** Commits what it has done before its partitions go to another. */
    private static final class SavingListener implements ConsumerRebalanceListener {
        private final KafkaConsumer<String, String> consumer;
        private final Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
        private final TreeSet<Integer> had = new TreeSet<>();

        private SavingListener(KafkaConsumer<String, String> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            consumer.commitSync(done);
            done.clear();
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            partitions.forEach(one -> had.add(one.partition()));
        }
    }

    void rebalanceListenerCommitsOnRevoke() throws Exception {
        String topic = place.create("rebalanced", 2);
        var seen = new ConcurrentLinkedQueue<String>();
        try (var first = consumer("rebalancing", Map.of("max.poll.records", "5"));
                var second = consumer("rebalancing", Map.of("max.poll.records", "5"))) {
            var ofFirst = new SavingListener(first);
            var ofSecond = new SavingListener(second);
            first.subscribe(List.of(topic), ofFirst);
            PlainPrograms.await("the first has both partitions", () -> {
                work(first, ofFirst, seen);
                return ofFirst.had.size() == 2;
            });
            place.produce(topic, RECORDS);
            PlainPrograms.await("the first has read something", () -> {
                work(first, ofFirst, seen);
                return seen.size() > 10;
            });
            second.subscribe(List.of(topic), ofSecond);
            // Both polled by one thread: a rebalance wants both to be at their polls, in turns.
            PlainPrograms.await("they share, and all is read", () -> {
                work(first, ofFirst, seen);
                work(second, ofSecond, seen);
                return seen.size() >= RECORDS && first.assignment().size() == 1 && second.assignment().size() == 1;
            });
        }
        PlainPrograms.check(seen.size() == RECORDS && new TreeSet<>(seen).size() == RECORDS, "each record once, as commits came before hand-over: " + seen);
    }

    private static void work(KafkaConsumer<String, String> consumer, SavingListener listener, Collection<String> seen) {
        for (var record : consumer.poll(PlainPrograms.SHORTLY)) {
            seen.add(record.partition() + "-" + record.value());
            listener.done.put(new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
        }
    }

    /** A consumer is one thread's own; others may only wake it, and then it closes itself. */
    void wakeUpAndCloseInSeveralThreads() throws Exception {
        String topic = place.create("woken", 3);
        place.produce(topic, RECORDS);
        var consumers = new ArrayList<KafkaConsumer<String, String>>();
        var threads = new ArrayList<Thread>();
        var read = new ConcurrentLinkedQueue<String>();
        var ends = new ConcurrentLinkedQueue<String>();
        for (int i = 0; i < 3; i++) {
            var consumer = consumer("waking", Map.of("client.id", "waker-" + i));
            consumers.add(consumer);
            threads.add(new Thread(() -> {
                try (consumer) {
                    consumer.subscribe(List.of(topic));
                    while (true) {
                        consumer.poll(Duration.ofMinutes(5)).forEach(record -> read.add(record.partition() + "-" + record.value()));
                        consumer.commitSync();
                    }
                } catch (WakeupException expected) {
                    ends.add("woken");
                } catch (RuntimeException other) {
                    ends.add(other.toString());
                }
            }));
        }
        threads.forEach(Thread::start);
        PlainPrograms.await("the three have read all", () -> new TreeSet<>(read).size() >= RECORDS || !ends.isEmpty());
        consumers.forEach(KafkaConsumer::wakeup);
        for (var thread : threads) {
            thread.join(PlainPrograms.PATIENCE_S * 1_000L);
            PlainPrograms.check(!thread.isAlive(), "a woken consumer ends");
        }
        PlainPrograms.check(List.copyOf(ends).equals(List.of("woken", "woken", "woken")), "by the wake-up: " + ends);
    }

    /** Offsets that are kept elsewhere, beside the results: where each partition goes on is said when it is assigned. */
    void seekToStoredOffsets() throws Exception {
        String topic = place.create("stored", 2);
        place.produce(topic, RECORDS);
        var stored = Map.of(0, 10L, 1, 20L);
        try (var consumer = consumer("storing", Map.of())) {
            consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
                @Override
                public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

                @Override
                public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                    partitions.forEach(one -> consumer.seek(one, stored.get(one.partition())));
                }
            });
            int rest = RECORDS - 30;
            PlainPrograms.check(read(consumer, rest).size() == rest, "reads from the stored offsets on");
            consumer.seekToBeginning(consumer.assignment());
            PlainPrograms.check(read(consumer, RECORDS).size() == RECORDS, "and all once more from the beginning");
            consumer.seekToEnd(consumer.assignment());
            for (var one : consumer.assignment()) {
                PlainPrograms.check(consumer.position(one) == RECORDS / 2, "stands at the end");
            }
        }
    }

    /** No group decides who reads what. */
    void standaloneWithAssign() throws Exception {
        String topic = place.create("standalone", 3);
        place.produce(topic, RECORDS);
        try (var consumer = consumer("standing-alone", Map.of())) {
            var partitions = new ArrayList<TopicPartition>();
            consumer.partitionsFor(topic).forEach(one -> partitions.add(new TopicPartition(one.topic(), one.partition())));
            PlainPrograms.check(partitions.size() == 3, "the partitions are known");
            consumer.assign(partitions);
            PlainPrograms.check(read(consumer, RECORDS).size() == RECORDS, "all are read");
            consumer.commitSync();
        }
        try (var consumer = consumer("standing-alone", Map.of())) {
            var one = new TopicPartition(topic, 1);
            consumer.assign(List.of(one));
            PlainPrograms.check(consumer.position(one) == RECORDS / 3, "and commits count without members, too");
        }
    }
}
