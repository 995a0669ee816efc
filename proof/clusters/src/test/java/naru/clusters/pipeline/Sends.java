package naru.clusters.pipeline;

import java.util.concurrent.atomic.AtomicReference;
import naru.histories.Operation;
import naru.histories.Stage;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends a record and tells the history of it; the first that fails is kept. */
final class Sends {

    private Sends() {}

    static void send(Telling telling, KafkaProducer<String, String> producer, String process, Operation.Send send,
            AtomicReference<Exception> failed) {
        telling.tell(process, Stage.INVOKE, send);
        int dash = send.partition().lastIndexOf('-');
        producer.send(new ProducerRecord<>(send.partition().substring(0, dash),
                Integer.parseInt(send.partition().substring(dash + 1)), null, send.value()), (where, failure) -> {
            if (failure == null) {
                telling.tell(process, Stage.OK, new Operation.Send(
                        send.transaction(), send.partition(), where.offset(), send.value(), send.cause()));
            } else {
                failed.compareAndSet(null, failure);
                telling.tell(process, Stage.INFO, send);
            }
        });
    }
}
