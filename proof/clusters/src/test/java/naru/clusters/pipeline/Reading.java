package naru.clusters.pipeline;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import naru.histories.Operation;
import naru.histories.Seen;
import naru.histories.Stage;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A process that reads whole topics, from anywhere on, and tells what it sees. */
final class Reading {

    private Reading() {}

    /** BOOTSTRAP HISTORY NAME PARTITION... */
    public static void main(String... arguments) throws Exception {
        var telling = new Telling(Path.of(arguments[1]));
        String process = arguments[2];
        var partitions = List.of(arguments).subList(3, arguments.length).stream().map(Reading::partition).toList();
        var text = new StringDeserializer();
        try (var consumer = new KafkaConsumer<>(Settings.consumer(arguments[0]), text, text)) {
            consumer.assign(partitions);
            var random = new Random();
            var positions = new HashMap<TopicPartition, Long>();
            consumer.endOffsets(partitions).forEach((partition, end) ->
                    positions.put(partition, end - random.nextLong(Math.min(end, 1_000) + 1)));
            begin(telling, process, consumer, positions);
            while (!telling.isOver()) {
                var seen = poll(consumer);
                if (!seen.isEmpty()) {
                    telling.tell(process, Stage.OK, new Operation.Poll(seen));
                    Telling.progress();
                }
            }
        } catch (RuntimeException e) {
            Telling.giveUp(process, e);
        }
    }

    static TopicPartition partition(String name) {
        int dash = name.lastIndexOf('-');
        return new TopicPartition(name.substring(0, dash), Integer.parseInt(name.substring(dash + 1)));
    }

    static void begin(Telling telling, String process, KafkaConsumer<String, String> consumer, Map<TopicPartition, Long> positions) {
        var told = new TreeMap<String, Long>();
        positions.forEach((partition, position) -> {
            consumer.seek(partition, position);
            told.put(partition.toString(), position);
        });
        telling.tell(process, Stage.OK, new Operation.Assign(told));
    }

    static List<Seen> poll(KafkaConsumer<String, String> consumer) {
        var seen = new ArrayList<Seen>();
        consumer.poll(Duration.ofMillis(200)).forEach(one ->
                seen.add(new Seen(one.topic() + "-" + one.partition(), one.offset(), one.value())));
        return seen;
    }
}
