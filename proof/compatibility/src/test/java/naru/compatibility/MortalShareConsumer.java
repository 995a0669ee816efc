package naru.compatibility;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A share consumer that accepts half of what it is given, says so, and keeps the rest until it is killed. */
final class MortalShareConsumer {

    private MortalShareConsumer() {}

    /** @param arguments the broker, the group, the topic */
    public static void main(String... arguments) throws InterruptedException {
        var consumer = new KafkaShareConsumer<>(
                Map.<String, Object>of("bootstrap.servers", arguments[0], "group.id", arguments[1],
                        "share.acknowledgement.mode", "explicit", "max.poll.records", "50"),
                new StringDeserializer(), new StringDeserializer());
        consumer.subscribe(List.of(arguments[2]));
        var batch = new ArrayList<ConsumerRecord<String, String>>();
        while (batch.isEmpty()) {
            consumer.poll(Duration.ofMillis(200)).forEach(batch::add);
        }
        var accepted = batch.subList(0, Math.max(1, batch.size() / 2));
        accepted.forEach(record -> consumer.acknowledge(record, AcknowledgeType.ACCEPT));
        boolean counts = consumer.commitSync().values().stream().allMatch(error -> error.isEmpty());
        if (counts) {
            accepted.forEach(record -> System.out.println(record.value()));
        }
        System.out.println("holding");
        System.out.flush();
        Thread.currentThread().join();
    }
}
