package naru.clusters.pipeline;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import naru.histories.Cause;
import naru.histories.Operation;
import naru.histories.Seen;
import naru.histories.Stage;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Consume, transform, produce: a member of a group answers each record with one of its own, in transactions. */
final class Transformer implements ConsumerRebalanceListener {

    private final Telling telling;
    private final String process;
    private final String group;
    private final KafkaConsumer<String, String> consumer;
    private final KafkaProducer<String, String> producer;
    private final String to;
    private final int partitions;
    private int number;

    private Transformer(Telling telling, String bootstrap, String process, String slot, String group, String to, int partitions) {
        this.telling = telling;
        this.process = process;
        this.group = group;
        this.to = to;
        this.partitions = partitions;
        var settings = new HashMap<>(Settings.consumer(bootstrap));
        settings.putAll(Map.of("group.id", group, "group.instance.id", slot, "session.timeout.ms", 30_000,
                "heartbeat.interval.ms", 500, "max.poll.records", 20, "group.protocol", "classic",
                "partition.assignment.strategy", "org.apache.kafka.clients.consumer.RangeAssignor"));
        this.consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
        this.producer = new KafkaProducer<>(Settings.producer(bootstrap, slot), new StringSerializer(), new StringSerializer());
    }

    /** BOOTSTRAP HISTORY NAME SLOT GROUP FROM TO PARTITIONS */
    public static void main(String... arguments) throws Exception {
        var transformer = new Transformer(new Telling(Path.of(arguments[1])), arguments[0], arguments[2], arguments[3],
                arguments[4], arguments[6], Integer.parseInt(arguments[7]));
        try {
            transformer.run(arguments[5]);
        } catch (RuntimeException e) {
            Telling.giveUp(arguments[2], e);
        }
    }

    private void run(String from) {
        producer.initTransactions();
        consumer.subscribe(List.of(from), this);
        while (!telling.isOver()) {
            var records = consumer.poll(Duration.ofMillis(200));
            if (!records.isEmpty()) {
                tellPoll(records);
                transform(records, process + "." + number++);
            }
        }
        producer.close();
        consumer.close();
    }

    private void tellPoll(ConsumerRecords<String, String> records) {
        var seen = new ArrayList<Seen>();
        records.forEach(one -> seen.add(new Seen(one.topic() + "-" + one.partition(), one.offset(), one.value())));
        telling.tell(process, Stage.OK, new Operation.Poll(seen));
    }

    private void transform(ConsumerRecords<String, String> records, String transaction) {
        telling.tell(process, Stage.OK, new Operation.Begin(transaction));
        producer.beginTransaction();
        var failed = new AtomicReference<Exception>();
        int i = 0;
        for (var record : records) {
            var cause = new Cause(group, record.topic() + "-" + record.partition(), record.offset());
            Sends.send(telling, producer, process,
                    new Operation.Send(transaction, to + "-" + i % partitions, -1, transaction + "/" + i, cause), failed);
            i++;
        }
        var offsets = records.nextOffsets();
        var told = new TreeMap<String, Long>();
        offsets.forEach((partition, offset) -> told.put(partition.toString(), offset.offset()));
        var commit = new Operation.CommitOffsets(transaction, group, told);
        telling.tell(process, Stage.INVOKE, commit);
        try {
            producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        } catch (ProducerFencedException | OutOfOrderSequenceException fatal) {
            throw fatal;
        } catch (CommitFailedException stale) {
            // The group went on without us: nothing of this happened, and the next poll says what is ours now.
            telling.tell(process, Stage.INFO, commit);
            abort(transaction);
            return;
        }
        telling.tell(process, Stage.OK, commit);
        producer.flush();
        if (failed.get() != null) {
            throw new KafkaException("a send failed", failed.get());
        }
        telling.tell(process, Stage.INVOKE, new Operation.Commit(transaction));
        producer.commitTransaction();
        telling.tell(process, Stage.OK, new Operation.Commit(transaction));
        Telling.progress();
    }

    private void abort(String transaction) {
        telling.tell(process, Stage.INVOKE, new Operation.Abort(transaction));
        producer.abortTransaction();
        telling.tell(process, Stage.OK, new Operation.Abort(transaction));
        begin();
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {}

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
        begin();
    }

    /** Begins where the group's offsets are. */
    private void begin() {
        var mine = new HashSet<>(consumer.assignment());
        telling.tell(process, Stage.INVOKE, new Operation.FindOffsets(group, Map.of()));
        var found = consumer.committed(mine);
        var offsets = new TreeMap<String, Long>();
        var positions = new TreeMap<String, Long>();
        mine.forEach(partition -> {
            OffsetAndMetadata offset = found.get(partition);
            offsets.put(partition.toString(), offset == null ? -1 : offset.offset());
            positions.put(partition.toString(), offset == null ? 0 : offset.offset());
            consumer.seek(partition, offset == null ? 0 : offset.offset());
        });
        telling.tell(process, Stage.OK, new Operation.FindOffsets(group, offsets));
        telling.tell(process, Stage.OK, new Operation.Assign(positions));
    }
}
