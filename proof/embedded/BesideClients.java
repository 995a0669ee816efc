import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import naru.embedded.NaruBroker;
import naru.embedded.NaruCluster;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** One program of somebody who tests with naru-embedded and has a Kafka client of some version on the class path. */
public final class BesideClients {

    private static final List<String> COMPRESSIONS = List.of("none", "gzip", "snappy", "lz4", "zstd");

    public static void main(String... arguments) throws Exception {
        String wanted = arguments[0];
        Properties about = new Properties();
        about.load(KafkaProducer.class.getResourceAsStream("/kafka/kafka-version.properties"));
        if (!wanted.equals(about.getProperty("version"))) {
            throw new IllegalStateException("the client on the class path is " + about.getProperty("version") + ", not " + wanted);
        }
        long began = System.nanoTime();
        // The broker packs anew what the topic wants packed otherwise, so it uses the codecs too.
        try (NaruBroker first = NaruBroker.plan().with("compression.type", "zstd").start()) {
            long firstMs = (System.nanoTime() - began) / 1_000_000;
            Set<String> missing = new HashSet<>();
            for (String compression : COMPRESSIONS) {
                try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", first.bootstrapServers(), "acks", "all", "compression.type", compression),
                        new StringSerializer(), new StringSerializer())) {
                    for (int i = 0; i < 10; i++) {
                        String value = compression + i + "-".repeat(1_000);
                        producer.send(new ProducerRecord<>("packed", value)).get();
                        missing.add(value);
                    }
                }
            }
            try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                    Map.of("bootstrap.servers", first.bootstrapServers(), "group.id", "all", "auto.offset.reset", "earliest"),
                    new StringDeserializer(), new StringDeserializer())) {
                consumer.subscribe(List.of("packed"));
                long until = System.nanoTime() + 60_000_000_000L;
                while (!missing.isEmpty() && System.nanoTime() < until) {
                    consumer.poll(Duration.ofMillis(100)).forEach(record -> missing.remove(record.value()));
                }
            }
            if (!missing.isEmpty()) {
                throw new IllegalStateException(missing.size() + " records did not come back");
            }
            long warm = System.nanoTime();
            NaruBroker.start().close();
            NaruCluster.start(3).close(); // stands on Kafka's engine, which has to be in the jar, too
            System.out.println("kafka-clients " + wanted + ": ready after " + firstMs + " ms the first time, started and stopped in "
                    + (System.nanoTime() - warm) / 1_000_000 + " ms when warm");
        }
        System.exit(0);
    }
}
