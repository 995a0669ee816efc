package naru.streams;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.Stores;
import org.slf4j.LoggerFactory;

/** The word count of Kafka Streams' documentation, with exactly-once v2, as a process that may be killed. */
final class WordCount {

    static final String INPUT = "streams-plaintext-input";
    static final String OUTPUT = "streams-wordcount-output";

    private WordCount() {}

    /** BOOTSTRAP STATE-FOLDER memory|rocksdb */
    public static void main(String... arguments) throws IOException {
        ((Logger) LoggerFactory.getLogger("ROOT")).setLevel(Level.ERROR);
        var streams = new KafkaStreams(topology(arguments[2].equals("memory")), settings(arguments[0], arguments[1]));
        streams.setUncaughtExceptionHandler(failure -> {
            System.err.println("word count: " + failure);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        streams.start();
        while (System.in.read() >= 0) { }
        if (!streams.close(Duration.ofSeconds(30))) {
            System.exit(1);
        }
    }

    private static Topology topology(boolean inMemory) {
        var builder = new StreamsBuilder();
        builder.<String, String>stream(INPUT)
                .flatMapValues(line -> Arrays.asList(line.toLowerCase(Locale.ROOT).split("\\W+")))
                .groupBy((_, word) -> word)
                .count(Materialized.as(inMemory ? Stores.inMemoryKeyValueStore("counts-store")
                        : Stores.persistentKeyValueStore("counts-store")))
                .toStream()
                .to(OUTPUT, Produced.with(Serdes.String(), Serdes.Long()));
        return builder.build();
    }

    private static Properties settings(String bootstrap, String folder) {
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "word-count");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, folder);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        // Every count is to be seen, not only the last of a while.
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        // The same member comes back at once after it was killed.
        settings.put("group.instance.id", "the-only-one");
        settings.put("auto.offset.reset", "earliest");
        settings.put("session.timeout.ms", 30_000);
        settings.put("transaction.timeout.ms", 10_000);
        settings.put("producer.request.timeout.ms", 5_000);
        settings.put("consumer.request.timeout.ms", 5_000);
        settings.put("reconnect.backoff.ms", 10);
        settings.put("reconnect.backoff.max.ms", 100);
        return settings;
    }
}
