package naru.clusters.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import naru.clusters.BrokerProcess;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transaction that never ends is aborted at its timeout, and what waited behind it is readable soon after. */
class SilentTransactionTest {

    private static final int TIMEOUT_MS = 2_000;
    private static final long LATE_MS_MAX = 5_000;

    @TempDir
    Path data;

    @Test
    void itHoldsUpNobodyForLong() throws Exception {
        var text = new StringSerializer();
        var partition = new TopicPartition("t", 0);
        try (var broker = BrokerProcess.start(data); var silent = new KafkaProducer<>(silent(broker.bootstrap()), text, text);
                var plain = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", broker.bootstrap()), text, text);
                var reader = new KafkaConsumer<>(Settings.consumer(broker.bootstrap()), new StringDeserializer(), new StringDeserializer())) {
            try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
                admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
            }
            reader.assign(List.of(partition));
            reader.seekToBeginning(List.of(partition));
            silent.initTransactions();
            silent.beginTransaction();
            silent.send(new ProducerRecord<>("t", 0, null, "never")).get();
            long beganNs = System.nanoTime();
            plain.send(new ProducerRecord<>("t", 0, null, "behind it")).get();
            var seen = new ArrayList<String>();
            while (seen.isEmpty()) {
                reader.poll(Duration.ofMillis(100)).forEach(record -> seen.add(record.value()));
                assertThat((System.nanoTime() - beganNs) / 1_000_000).as("ms since the transaction began")
                        .isLessThan(TIMEOUT_MS + LATE_MS_MAX);
            }
            System.out.println("readable " + (System.nanoTime() - beganNs) / 1_000_000 + " ms after it began, with a timeout of "
                    + TIMEOUT_MS + " ms");
            assertThat(seen).containsExactly("behind it");
            assertThatThrownBy(silent::commitTransaction).isInstanceOfAny(
                    ProducerFencedException.class, InvalidProducerEpochException.class, KafkaException.class);
        }
    }

    private static Map<String, Object> silent(String bootstrap) {
        var settings = new HashMap<>(Settings.producer(bootstrap, "silent"));
        settings.put("transaction.timeout.ms", TIMEOUT_MS);
        settings.put("max.block.ms", 10_000L);
        return settings;
    }
}
