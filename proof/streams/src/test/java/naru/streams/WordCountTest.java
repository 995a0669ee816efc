package naru.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import naru.clusters.RestartableBroker;
import naru.clusters.Slot;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Kafka Streams counts words exactly once while it and the broker are killed with -9: for each word the output says 1, 2, 3
 * and so on, each number once and in order, to the number of times that the word was sent. {@code -Dnaru.kills=N} kills N
 * times, {@code -Dnaru.peer=true} asks Apache Kafka instead.
 */
class WordCountTest {

    private static final int PARTITIONS = 2;
    private static final List<String> WORDS = List.of("all", "streams", "lead", "to", "kafka", "hello", "join", "summit");
    private static final long PATIENCE_NS = 120_000_000_000L;
    private static final String[] SETTINGS = {"offsets.topic.num.partitions=3", "transaction.state.log.num.partitions=3",
            "transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1", "group.initial.rebalance.delay.ms=0"};

    private final Map<String, Long> sent = new TreeMap<>();
    private final Map<String, Long> counted = new TreeMap<>();
    private final Random dice = new Random(7);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"memory, 2", "rocksdb, 1"})
    void wordsAreCountedExactlyOnce(String store, int fewKills) throws Exception {
        int kills = Integer.getInteger("naru.kills", fewKills);
        long began = System.nanoTime();
        try (var broker = broker()) {
            createTopics(broker.bootstrap());
            var state = folder.resolve("state");
            try (var app = new Slot("word-count", WordCount.class, _ -> List.of(broker.bootstrap(), state.toString(), store));
                    var producer = producer(broker.bootstrap()); var output = output(broker.bootstrap())) {
                sendAndAwait(app, producer, output);
                for (int kill = 0; kill < kills; kill++) {
                    send(producer);
                    if (kill % 2 == 0) {
                        app.killAndStart();
                    } else {
                        broker.kill();
                        broker.startAgain();
                    }
                    sendAndAwait(app, producer, output);
                }
                assertThat(app.stop()).as("the application ends in peace").isTrue();
                delete(state);
                app.look();
                sendAndAwait(app, producer, output);
                assertThat(counted).isEqualTo(sent);
                System.out.println(store + ": " + kills + " kills, " + sent.values().stream().mapToLong(n -> n).sum()
                        + " words counted once, " + (System.nanoTime() - began) / 1_000_000 + " ms");
            }
        }
    }

    private RestartableBroker broker() throws IOException {
        var data = folder.resolve("data");
        return Boolean.getBoolean("naru.peer") ? RestartableBroker.kafka(data, SETTINGS) : RestartableBroker.naru(data, SETTINGS);
    }

    private static void createTopics(String bootstrap) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(WordCount.INPUT, PARTITIONS, (short) 1),
                    new NewTopic(WordCount.OUTPUT, PARTITIONS, (short) 1))).all().get();
        }
    }

    private static KafkaProducer<String, String> producer(String bootstrap) {
        var text = new StringSerializer();
        return new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap, "request.timeout.ms", 5_000,
                "delivery.timeout.ms", 60_000, "linger.ms", 0, "reconnect.backoff.max.ms", 100), text, text);
    }

    private static KafkaConsumer<String, Long> output(String bootstrap) {
        var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed",
                "reconnect.backoff.max.ms", 100), new StringDeserializer(), new LongDeserializer());
        var partitions = List.of(new TopicPartition(WordCount.OUTPUT, 0), new TopicPartition(WordCount.OUTPUT, 1));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    private void send(KafkaProducer<String, String> producer) {
        for (int line = 0; line < 20; line++) {
            var text = new StringBuilder();
            for (int word = 0; word < 5; word++) {
                String one = WORDS.get(dice.nextInt(WORDS.size()));
                sent.merge(one, 1L, Long::sum);
                text.append(word == 0 ? "" : " ").append(one);
            }
            producer.send(new ProducerRecord<>(WordCount.INPUT, line % PARTITIONS, null, text.toString()));
        }
        producer.flush();
    }

    /** Sends some lines and waits until all words that were ever sent are counted. */
    private void sendAndAwait(Slot app, KafkaProducer<String, String> producer, KafkaConsumer<String, Long> output) throws IOException {
        send(producer);
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (!counted.equals(sent)) {
            app.look();
            for (var record : output.poll(Duration.ofMillis(200))) {
                long before = counted.getOrDefault(record.key(), 0L);
                assertThat(record.value()).as("the next count of '%s'", record.key()).isEqualTo(before + 1);
                assertThat(record.value()).isLessThanOrEqualTo(sent.get(record.key()));
                counted.put(record.key(), record.value());
            }
            assertThat(System.nanoTime()).as("patience, with %s counted of %s", counted, sent).isLessThan(deadline);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return; // all of it was in memory
        }
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
