package naru.coordination.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import naru.base.TopicPartition;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.GoldenRecords;
import org.apache.kafka.coordinator.transaction.TransactionCoordinatorRecordSerde;
import org.junit.jupiter.api.Test;

/** The records of {@code __transaction_state}. */
class TransactionRecordsTest {

    private static final String ID = "payments-1";

    /** An id that was initialised, a transaction under way in three partitions, and an id that is forgotten. */
    private static List<CoordinatorRecord> story() {
        var first = Transaction.first(4711, 60_000, 1_700_000_000_000L);
        var partitions = new TreeSet<>(List.of(
                new TopicPartition("orders", 0), new TopicPartition("orders", 3), new TopicPartition("totals", 1)));
        var ongoing = new Transaction(4711, (short) 1, (short) 0, 4711, Transaction.NO_ID, 60_000, TransactionState.ONGOING,
                partitions, 1_700_000_001_000L, 1_700_000_001_200L, Transaction.GENERATION_TWO);
        return List.of(
                TransactionRecords.of(ID, first, Transaction.GENERATION_ONE),
                TransactionRecords.of(ID, ongoing, Transaction.GENERATION_TWO),
                TransactionRecords.tombstone(ID));
    }

    @Test
    void areWhatTheyAlwaysWere() throws IOException {
        GoldenRecords.hold("transaction-state", story());
    }

    @Test
    void areWhatKafkaReadsAndWrites() {
        var serde = new TransactionCoordinatorRecordSerde();
        var read = story().stream().map(one -> GoldenRecords.asKafkaReads(serde, one)).toList();
        assertThat(read.get(0)).contains("transactionalId='payments-1'", "producerId=4711", "transactionStatus=0", "at version 0");
        assertThat(read.get(1)).contains("producerEpoch=1", "transactionStatus=1", "topic='orders', partitionIds=[0, 3]",
                "clientTransactionVersion=2", "at version 1");
        assertThat(read.get(2)).contains("value=null");
    }

    @Test
    void areReadAsTheyWereWritten() {
        var read = story().stream().map(TransactionRecords::read).toList();
        assertThat(read.get(1).transaction().partitions()).hasSize(3);
        assertThat(read.get(2)).isEqualTo(new TransactionRecords.Fact(ID, null));
    }
}
