package naru.coordination.transactions;

import static naru.coordination.transactions.Transaction.NO_EPOCH;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.TopicPartition;
import naru.coordination.runtime.CoordinatorRecord;
import naru.protocol.MalformedMessage;
import naru.protocol.message.TransactionLogKey;
import naru.protocol.message.TransactionLogValue;
import naru.protocol.message.TransactionLogValue.PartitionsSchema;

/** The bytes of {@code __transaction_state}: a kind or version of two bytes, then the message. */
final class TransactionRecords {

    private static final int KIND = 0;
    /** Without the fields of generation two; what Kafka writes before its first level of {@code transaction.version}. */
    private static final int VALUE_VERSION_OLD = 0;
    private static final int VALUE_VERSION = 1;
    private static final int ID_BYTES_MAX = Short.MAX_VALUE;
    private static final int UTF8_BYTES_PER_CHAR_MAX = 3;

    /**
     * A record of the topic.
     *
     * @param transaction null when the id is gone
     */
    record Fact(String transactionalId, Transaction transaction) {}

    private TransactionRecords() {}

    /** True when a key has room for it; newer requests have room for more. */
    static boolean fits(String transactionalId) {
        return transactionalId.length() <= ID_BYTES_MAX / UTF8_BYTES_PER_CHAR_MAX
                || transactionalId.getBytes(StandardCharsets.UTF_8).length <= ID_BYTES_MAX;
    }

    static CoordinatorRecord tombstone(String transactionalId) {
        return CoordinatorRecord.of(KIND, new TransactionLogKey(transactionalId), null, VALUE_VERSION);
    }

    static CoordinatorRecord of(String transactionalId, Transaction transaction, short generation) {
        var value = TransactionLogValue.builder()
                .producerId(transaction.producerId())
                .previousProducerId(transaction.previousProducerId())
                .nextProducerId(transaction.nextProducerId())
                .producerEpoch(transaction.epoch())
                .transactionTimeoutMs(transaction.timeoutMs())
                .transactionStatus(transaction.state().number())
                .transactionPartitions(transaction.state() == TransactionState.EMPTY ? null : byTopic(transaction.partitions()))
                .transactionLastUpdateTimestampMs(transaction.updateMs())
                .transactionStartTimestampMs(transaction.startMs())
                .clientTransactionVersion(transaction.clientVersion())
                .build();
        int version = generation == 0 ? VALUE_VERSION_OLD : VALUE_VERSION;
        return CoordinatorRecord.of(KIND, new TransactionLogKey(transactionalId), value, version);
    }

    private static List<PartitionsSchema> byTopic(SortedSet<TopicPartition> partitions) {
        var byTopic = new TreeMap<String, List<Integer>>();
        partitions.forEach(one -> byTopic.computeIfAbsent(one.topic(), _ -> new ArrayList<>()).add(one.partition()));
        var topics = new ArrayList<PartitionsSchema>();
        byTopic.forEach((topic, indexes) -> topics.add(new PartitionsSchema(topic, indexes)));
        return topics;
    }

    /** Null when it is of a kind this version does not know; it stays in the log. */
    static Fact read(CoordinatorRecord record) {
        var key = record.keyReader();
        if (key.int16() != KIND) {
            return null;
        }
        String id = TransactionLogKey.read(key, 0).transactionalId();
        var value = record.valueReader();
        return new Fact(id, value == null ? null : transaction(
                TransactionLogValue.read(value, CoordinatorRecord.versionOf(value, TransactionLogValue.VERSION_MAX))));
    }

    private static Transaction transaction(TransactionLogValue value) {
        var state = TransactionState.of(value.transactionStatus());
        if (state == null) {
            throw new MalformedMessage("a transaction in state " + value.transactionStatus());
        }
        var partitions = new TreeSet<TopicPartition>();
        if (value.transactionPartitions() != null) {
            for (var topic : value.transactionPartitions()) {
                topic.partitionIds().forEach(index -> partitions.add(new TopicPartition(topic.topic(), index)));
            }
        }
        return new Transaction(value.producerId(), value.producerEpoch(), NO_EPOCH, value.previousProducerId(),
                value.nextProducerId(), value.transactionTimeoutMs(), state, Collections.unmodifiableSortedSet(partitions),
                value.transactionStartTimestampMs(), value.transactionLastUpdateTimestampMs(), value.clientTransactionVersion());
    }
}
