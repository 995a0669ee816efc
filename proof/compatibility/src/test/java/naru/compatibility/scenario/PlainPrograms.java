package naru.compatibility.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The programs that introductions to Kafka have their readers write, one after the other: {@code PlainPrograms BOOTSTRAP
 * PREFIX}. Written so that every client since 2.0 runs them. Names each that went well, and ends with 0 when all did.
 */
public final class PlainPrograms {

    static final int PATIENCE_S = 30;
    static final Duration SHORTLY = Duration.ofMillis(50);

    private PlainPrograms() {}

    @FunctionalInterface
    private interface Program {
        void run() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        var place = new Place(arguments[0], arguments[1]);
        var producers = new ProducerPrograms(place);
        var consumers = new ConsumerPrograms(place);
        run("fire and forget", producers::fireAndForget);
        run("synchronous", producers::synchronous);
        run("asynchronous with callback", producers::asynchronousWithCallback);
        run("custom partitioner", producers::customPartitioner);
        run("custom serializer", producers::customSerializer);
        run("auto commit", consumers::autoCommit);
        run("commitAsync, then commitSync", consumers::commitAsyncThenSync);
        run("rebalance listener that commits on revoke", consumers::rebalanceListenerCommitsOnRevoke);
        run("wake-up and close in several threads", consumers::wakeUpAndCloseInSeveralThreads);
        run("seek to stored offsets", consumers::seekToStoredOffsets);
        run("standalone consumer with assign", consumers::standaloneWithAssign);
    }

    private static void run(String name, Program program) throws Exception {
        program.run();
        System.out.println(name);
    }

    /** @param prefix of everything that these programs make there */
    record Place(String bootstrap, String prefix) {

        String name(String suffix) {
            return prefix + "-" + suffix;
        }

        /** A new topic; its name. */
        String create(String suffix, int partitions) {
            return create(suffix, partitions, Map.of());
        }

        String create(String suffix, int partitions, Map<String, String> configuration) {
            var settings = new Properties();
            settings.put("bootstrap.servers", bootstrap);
            try (var admin = AdminClient.create(settings)) {
                admin.createTopics(List.of(new NewTopic(name(suffix), partitions, (short) 1).configs(configuration))).all().get(PATIENCE_S, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new AssertionError("topic " + name(suffix) + " was not created", e);
            }
            return name(suffix);
        }

        /** {@code v0}, {@code v1} and so on, in turns to the partitions there are. */
        void produce(String topic, int count) {
            var settings = Map.<String, Object>of("bootstrap.servers", bootstrap);
            try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
                int partitions = producer.partitionsFor(topic).size();
                for (int i = 0; i < count; i++) {
                    producer.send(new ProducerRecord<>(topic, i % partitions, "k", "v" + i));
                }
            }
        }

        /** What the only partition holds; waits until it is so much. */
        List<ConsumerRecord<String, String>> readAll(String topic, int count) {
            var settings = Map.<String, Object>of("bootstrap.servers", bootstrap, "enable.auto.commit", "false");
            var all = new ArrayList<ConsumerRecord<String, String>>();
            try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
                consumer.assign(List.of(new TopicPartition(topic, 0)));
                consumer.seekToBeginning(consumer.assignment());
                await(count + " records are there", () -> {
                    consumer.poll(SHORTLY).forEach(all::add);
                    return all.size() >= count;
                });
            }
            return all;
        }
    }

    static void await(String claim, Callable<Boolean> holds) {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        try {
            while (!holds.call()) {
                check(System.nanoTime() - untilNs < 0, "in vain: " + claim);
                Thread.onSpinWait();
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(claim, e);
        }
    }

    static void check(boolean holds, String claim) {
        if (!holds) {
            throw new AssertionError(claim);
        }
    }
}
