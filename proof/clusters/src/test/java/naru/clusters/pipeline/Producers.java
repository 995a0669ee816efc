package naru.clusters.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import naru.histories.Operation;
import naru.histories.Stage;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A process of transactional producers, each with an id and a thread of its own, that commit, and now and then abort. */
final class Producers {

    private static final int RECORDS_MAX = 5;
    private static final int THINK_MS_MAX = 40;

    private final Telling telling;
    private final String bootstrap;
    private final String topic;
    private final int partitions;

    private Producers(Telling telling, String bootstrap, String topic, int partitions) {
        this.telling = telling;
        this.bootstrap = bootstrap;
        this.topic = topic;
        this.partitions = partitions;
    }

    /** BOOTSTRAP HISTORY NAME TRANSACTIONAL-ID-PREFIX TOPIC PARTITIONS PRODUCERS */
    public static void main(String... arguments) throws Exception {
        var all = new Producers(new Telling(Path.of(arguments[1])), arguments[0], arguments[4], Integer.parseInt(arguments[5]));
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < Integer.parseInt(arguments[6]); i++) {
            String process = arguments[2] + "-" + i;
            String id = arguments[3] + "-" + i;
            threads.add(Thread.ofPlatform().start(() -> all.run(process, id)));
        }
        for (var thread : threads) {
            thread.join();
        }
    }

    private void run(String process, String id) {
        var text = new StringSerializer();
        try (var producer = new KafkaProducer<>(Settings.producer(bootstrap, id), text, text)) {
            producer.initTransactions();
            var random = new Random();
            for (int number = 0; !telling.isOver(); number++) {
                transact(producer, process, process + "." + number, random);
                telling.think(random.nextInt(THINK_MS_MAX));
            }
        } catch (InterruptedException | RuntimeException e) {
            Telling.giveUp(process, e);
        }
    }

    private void transact(KafkaProducer<String, String> producer, String process, String transaction, Random random) {
        telling.tell(process, Stage.OK, new Operation.Begin(transaction));
        producer.beginTransaction();
        var failed = new AtomicReference<Exception>();
        int count = 1 + random.nextInt(RECORDS_MAX);
        for (int i = 0; i < count; i++) {
            Sends.send(telling, producer, process,
                    new Operation.Send(transaction, topic + "-" + random.nextInt(partitions), -1, transaction + "/" + i, null), failed);
        }
        if (random.nextInt(6) == 0) {
            telling.tell(process, Stage.INVOKE, new Operation.Abort(transaction));
            producer.abortTransaction();
            telling.tell(process, Stage.OK, new Operation.Abort(transaction));
            return;
        }
        producer.flush();
        if (failed.get() != null) {
            throw new IllegalStateException("a send failed", failed.get());
        }
        telling.tell(process, Stage.INVOKE, new Operation.Commit(transaction));
        producer.commitTransaction();
        telling.tell(process, Stage.OK, new Operation.Commit(transaction));
        Telling.progress();
    }
}
