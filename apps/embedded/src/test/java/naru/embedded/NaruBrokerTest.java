package naru.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NaruExtension.class)
final class NaruBrokerTest {

    private static final long PATIENCE_MS = 30_000;

    private static KafkaProducer<String, String> producer(NaruBroker broker) {
        return new KafkaProducer<>(Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
                new StringSerializer(), new StringSerializer());
    }

    private static List<String> read(NaruBroker broker, String topic, int count) {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers(), "group.id", "readers-" + topic,
                        "auto.offset.reset", "earliest"),
                new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            var found = new ArrayList<String>();
            long until = System.nanoTime() + PATIENCE_MS * 1_000_000;
            while (found.size() < count && System.nanoTime() < until) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> found.add(record.value()));
            }
            return found;
        }
    }

    @Test
    void whatIsProducedIsConsumed(NaruBroker broker) throws Exception {
        try (var producer = producer(broker)) {
            producer.send(new ProducerRecord<>("greetings", "hello")).get();
            producer.send(new ProducerRecord<>("greetings", "again")).get();
        }
        assertThat(read(broker, "greetings", 2)).containsExactly("hello", "again");
    }

    @Test
    void theTestsOfAClassShareOneBroker(NaruBroker broker, NaruBroker other) {
        assertThat(broker).isSameAs(other);
    }

    @Test
    void aKilledBrokerComesBackWithWhatItHad() throws Exception {
        try (var broker = NaruBroker.start(); var producer = producer(broker)) {
            String where = broker.bootstrapServers();
            producer.send(new ProducerRecord<>("orders", "before")).get();
            broker.kill();
            assertThat(broker.isRunning()).isFalse();
            broker.revive();
            assertThat(broker.bootstrapServers()).isEqualTo(where);
            producer.send(new ProducerRecord<>("orders", "after")).get();
            assertThat(read(broker, "orders", 2)).containsExactly("before", "after");
        }
    }

    @Test
    void aPausedBrokerAnswersWhenItGoesOn() throws Exception {
        try (var broker = NaruBroker.start(); var producer = producer(broker)) {
            producer.send(new ProducerRecord<>("orders", "one")).get();
            broker.pause();
            var sent = producer.send(new ProducerRecord<>("orders", "two"));
            assertThatThrownBy(() -> sent.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            broker.resume();
            assertThat(sent.get(PATIENCE_MS, TimeUnit.MILLISECONDS).offset()).isEqualTo(1);
        }
    }

    @Test
    void aFolderStaysBehindAndIsTakenUpAgain(@TempDir Path folder) throws Exception {
        try (var broker = NaruBroker.plan().onDisk(folder).start(); var producer = producer(broker)) {
            producer.send(new ProducerRecord<>("orders", "kept")).get();
        }
        try (var broker = NaruBroker.plan().onDisk(folder).start()) {
            assertThat(read(broker, "orders", 1)).containsExactly("kept");
        }
    }

    @Test
    void settingsAreThoseOfServerProperties() {
        try (var broker = NaruBroker.plan().with("auto.create.topics.enable", "false").start();
                var producer = new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers(), "max.block.ms", "500"),
                        new StringSerializer(), new StringSerializer())) {
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>("nobody-made-it", "x")).get())
                    .isInstanceOf(ExecutionException.class);
        }
    }

    @Test
    void whatCannotStartSaysWhy() {
        assertThatThrownBy(() -> NaruBroker.plan().with("num.partitions", "many").start())
                .hasMessageContaining("num.partitions");
    }
}
