package naru.clusters.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import naru.clusters.RestartableBroker;
import naru.clusters.Slot;
import naru.histories.Event;
import naru.histories.HistoryFile;
import naru.histories.Operation;
import naru.histories.Stage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Producers, transformers and a reader around a broker, each in a process that may be killed at any moment. */
final class Pipeline implements AutoCloseable {

    private static final String GROUP = "transformers";
    private static final int PARTITIONS = 3;
    private static final long PATIENCE_NS = 90_000_000_000L;
    private static final String AUDITOR = "auditor";

    private final RestartableBroker broker;
    private final Path histories;
    private final Slot producers;
    private final List<Slot> transformers = new ArrayList<>();
    private final Slot reader;
    private final Map<String, Integer> kills = new TreeMap<>();

    Pipeline(RestartableBroker broker, Path histories, int producerCount) throws Exception {
        this.broker = broker;
        this.histories = Files.createDirectories(histories);
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic("in", PARTITIONS, (short) 1), new NewTopic("out", PARTITIONS, (short) 1))).all().get();
        }
        String partitions = "" + PARTITIONS;
        producers = slot("producers", Producers.class, "producer", "in", partitions, "" + producerCount);
        for (int i = 0; i < 2; i++) {
            transformers.add(slot("transformer" + i, Transformer.class,
                    "transformer" + i, GROUP, "in", "out", partitions));
        }
        var all = new ArrayList<String>();
        partitions("in", "out").forEach(partition -> all.add(partition.toString()));
        reader = slot("reader", Reading.class, all.toArray(String[]::new));
    }

    /** Every client process hears first where the broker is, where its history goes, and its name. */
    private Slot slot(String name, Class<?> main, String... arguments) throws IOException {
        return new Slot(name, main, who -> {
            var all = new ArrayList<>(List.of(broker.bootstrap(), histories.resolve(who).toString(), who));
            all.addAll(List.of(arguments));
            return all;
        });
    }

    private static List<TopicPartition> partitions(String... topics) {
        var all = new ArrayList<TopicPartition>();
        for (var topic : topics) {
            for (int i = 0; i < PARTITIONS; i++) {
                all.add(new TopicPartition(topic, i));
            }
        }
        return all;
    }

    private List<Slot> slots() {
        return List.of(producers, transformers.get(0), transformers.get(1), reader);
    }

    /** Kills one of all, whoever the dice choose, and brings it back. */
    void kill(Random dice) throws IOException {
        int lot = dice.nextInt(6);
        if (lot < 2) {
            broker.kill();
            broker.startAgain();
            kills.merge("broker", 1, Integer::sum);
        } else {
            var slot = slots().get(lot - 2);
            slot.killAndStart();
            kills.merge(slot.toString(), 1, Integer::sum);
        }
    }

    /** Waits until everybody has achieved something more. */
    void awaitProgress() throws IOException {
        var before = new HashMap<Slot, Long>();
        var waiting = new HashSet<>(slots());
        await(() -> "progress of " + waiting, () -> {
            for (var slot : List.copyOf(waiting)) {
                look(slot);
                long now = slot.progress();
                if (now < before.computeIfAbsent(slot, _ -> now)) {
                    before.put(slot, now); // another process came
                } else if (now > before.get(slot)) {
                    waiting.remove(slot);
                }
            }
            return waiting.isEmpty();
        });
    }

    private static void look(Slot slot) {
        try {
            slot.look();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(Supplier<String> what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("in vain: " + what.get());
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** Lets the producers end, the transformers catch up, and an auditor read everything; the whole history. */
    List<Event> finish() throws Exception {
        end(producers);
        var telling = new HistoryFile(histories.resolve(AUDITOR));
        var settings = new HashMap<>(Settings.consumer(broker.bootstrap()));
        settings.put("group.id", GROUP);
        var text = new StringDeserializer();
        try (telling; var consumer = new KafkaConsumer<>(settings, text, text)) {
            var ends = audit(telling, consumer, "in");
            long behind = awaitLess(Long.MAX_VALUE, () -> behind(consumer, ends));
            while (behind > 0) {
                behind = awaitLess(behind, () -> behind(consumer, ends));
            }
            for (var transformer : transformers) {
                end(transformer);
            }
            audit(telling, consumer, "out");
            var found = new TreeMap<String, Long>();
            tell(telling, Stage.INVOKE, new Operation.FindOffsets(GROUP, Map.of()));
            consumer.committed(ends.keySet()).forEach((partition, offset) -> found.put(partition.toString(), offset == null ? -1 : offset.offset()));
            tell(telling, Stage.OK, new Operation.FindOffsets(GROUP, found));
        }
        end(reader);
        try (var files = Files.list(histories)) {
            return HistoryFile.read(files.sorted().toList());
        }
    }

    /** How many records of the input nobody has transformed yet. */
    private long behind(KafkaConsumer<String, String> consumer, Map<TopicPartition, Long> ends) {
        transformers.forEach(Pipeline::look);
        var committed = consumer.committed(ends.keySet());
        return ends.entrySet().stream().mapToLong(end -> {
            var offset = committed.get(end.getKey());
            return Math.max(0, end.getValue() - (offset == null ? 0 : offset.offset()));
        }).sum();
    }

    /** Patience begins anew with each record that is done: how much there is to do says nothing about who hangs. */
    private static long awaitLess(long before, LongSupplier left) {
        var now = new AtomicLong();
        await(() -> "transformers are " + before + " records behind and stay so", () -> {
            now.set(left.getAsLong());
            return now.get() < before;
        });
        return now.get();
    }

    private void end(Slot slot) throws IOException, InterruptedException {
        while (!slot.stop()) {
            slot.look();
        }
    }

    private static void tell(HistoryFile telling, Stage stage, Operation operation) {
        telling.add(new Event(Telling.nowNs(), AUDITOR, stage, operation));
    }

    /** Reads a topic from its beginning to its end; the offsets behind the last record of each partition. */
    private static Map<TopicPartition, Long> audit(HistoryFile telling, KafkaConsumer<String, String> consumer, String topic) {
        var all = partitions(topic);
        consumer.assign(all);
        consumer.seekToBeginning(all);
        var from = new TreeMap<String, Long>();
        all.forEach(partition -> from.put(partition.toString(), consumer.position(partition)));
        tell(telling, Stage.OK, new Operation.Assign(from));
        var ends = consumer.endOffsets(all);
        var behind = new HashMap<TopicPartition, Long>();
        await(() -> "an audit of " + topic, () -> {
            var seen = Reading.poll(consumer);
            if (!seen.isEmpty()) {
                tell(telling, Stage.OK, new Operation.Poll(seen));
                seen.forEach(one -> behind.put(Reading.partition(one.partition()), one.offset() + 1));
            }
            return all.stream().allMatch(partition -> consumer.position(partition) >= ends.get(partition));
        });
        return behind;
    }

    String figures() {
        return "killed " + kills + ", gave up in doubt and came back: "
                + slots().stream().mapToInt(Slot::gaveUp).sum();
    }

    @Override
    public void close() {
        slots().forEach(Slot::close);
    }
}
