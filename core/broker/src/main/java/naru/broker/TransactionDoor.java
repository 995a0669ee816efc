package naru.broker;

import java.util.List;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import naru.base.TopicPartition;
import naru.client.Reply;
import naru.coordination.runtime.ShardPartition;
import naru.coordination.transactions.Claim;
import naru.log.Verification;
import naru.protocol.ErrorCode;
import naru.protocol.message.AddPartitionsToTxnRequest;
import naru.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import naru.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;
import naru.protocol.message.AddPartitionsToTxnResponse;
import naru.protocol.message.ApiKey;

/**
 * Lets transactions into a partition: the first batch of each only after its coordinator said that the transaction reaches
 * there, the others at once. So no batch stays open in a log that no coordinator would ever end.
 */
final class TransactionDoor {

    /** What the client understands, by the version of its request. */
    enum Speech {
        /** Before KIP-890: a batch outside of a transaction is INVALID_TXN_STATE. */
        OLD,
        /** Knows TRANSACTION_ABORTABLE, and still adds its partitions itself. */
        ABORTABLE,
        /** Has an epoch for each transaction; the broker that is written to adds the partition. */
        GENERATION_TWO
    }

    private TransactionDoor() {}

    /** True when batches of this producer may be appended without a question. */
    static boolean isOpen(Partition partition, Claim claim) {
        return partition.log().transactions().isOpen(claim.producerId(), claim.producerEpoch());
    }

    /**
     * Asks the coordinator, on the lane of the partition, and tells the answer there: what the log wants to see with the
     * batch, or how the producer is refused.
     *
     * @param sequence the first of the batch that waits
     */
    static void ask(LaneBroker owner, Partition partition, Claim claim, int sequence, Speech speech,
            BiConsumer<Verification, ErrorCode> answer) {
        boolean adds = speech == Speech.GENERATION_TWO;
        if (!adds && !owner.configuration().ofBroker("transaction.partition.verification.enable").equals("true")) {
            answer.accept(Verification.UNNEEDED, ErrorCode.NONE);
            return;
        }
        var pass = partition.log().transactions().verify(
                claim.producerId(), claim.producerEpoch(), sequence, adds, owner.nowMs());
        int coordinator = coordinatorOf(owner, claim.transactionalId());
        if (coordinator >= 0 && coordinator != owner.broker().nodeId()) {
            askBroker(owner, coordinator, partition.name(), claim, adds, error -> answer.accept(pass, told(error, speech)));
            return;
        }
        var where = new TreeSet<TopicPartition>();
        where.add(partition.name());
        TransactionHandlers.<ErrorCode>ask(owner, claim.transactionalId(), (shard, heard) -> {
            if (adds) {
                shard.addPartitions(claim, where, null, heard);
            } else {
                shard.verifyPartitions(claim, where, all -> heard.accept(all.get(partition.name())));
            }
        }, TransactionDoor::ofCoordinator, error -> answer.accept(pass, told(error, speech)));
    }

    /** Nobody that a producer could look for by itself. */
    private static ErrorCode ofCoordinator(ErrorCode error) {
        return error == ErrorCode.NOT_COORDINATOR ? ErrorCode.COORDINATOR_NOT_AVAILABLE : error;
    }

    /** The broker that leads the partition where this transactional id is kept; -1 when there is none. */
    private static int coordinatorOf(LaneBroker owner, String transactionalId) {
        var topic = owner.cluster().topic(InternalTopics.TRANSACTIONS);
        if (topic == null || transactionalId == null) {
            return -1;
        }
        return topic.partitions().get(ShardPartition.of(transactionalId, topic.partitions().size())).leader();
    }

    private static void askBroker(LaneBroker owner, int coordinator, TopicPartition where, Claim claim, boolean adds,
            Consumer<ErrorCode> answer) {
        var transaction = new AddPartitionsToTxnTransaction(claim.transactionalId(), claim.producerId(), claim.producerEpoch(),
                !adds, List.of(new AddPartitionsToTxnTopic(where.topic(), List.of(where.partition()))));
        var request = AddPartitionsToTxnRequest.builder().transactions(List.of(transaction)).build();
        owner.replication().neighbours().ask(coordinator, ApiKey.ADD_PARTITIONS_TO_TXN, request, reply ->
                answer.accept(reply instanceof Reply.Answered(var told, int _)
                        ? ofCoordinator(errorIn((AddPartitionsToTxnResponse) told)) : ErrorCode.NETWORK_EXCEPTION));
    }

    private static ErrorCode errorIn(AddPartitionsToTxnResponse answer) {
        if (answer.errorCode() != ErrorCode.NONE.code()) {
            return ErrorCode.of(answer.errorCode());
        }
        for (var result : answer.resultsByTransaction()) {
            for (var topic : result.topicResults()) {
                for (var partition : topic.resultsByPartition()) {
                    return ErrorCode.of(partition.partitionErrorCode());
                }
            }
        }
        return ErrorCode.UNKNOWN_SERVER_ERROR;
    }

    /** In the words that a client of this age knows. */
    private static ErrorCode told(ErrorCode error, Speech speech) {
        return switch (error) {
            case PRODUCER_FENCED -> ErrorCode.INVALID_PRODUCER_EPOCH;
            case TRANSACTION_ABORTABLE -> speech == Speech.OLD ? ErrorCode.INVALID_TXN_STATE : error;
            default -> error;
        };
    }

    /** What a producer hears. Older ones do not ask again about a coordinator that they did not ask. */
    static AppendRefused forProducer(ErrorCode error, Speech speech) {
        return switch (error) {
            case INVALID_TXN_STATE -> new AppendRefused(error, "Partition was not added to the transaction", -1, List.of());
            case CONCURRENT_TRANSACTIONS -> speech == Speech.GENERATION_TWO ? AppendRefused.because(error) : unverified(error);
            case COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR, NETWORK_EXCEPTION -> unverified(error);
            default -> AppendRefused.because(error);
        };
    }

    private static AppendRefused unverified(ErrorCode error) {
        return new AppendRefused(ErrorCode.NOT_ENOUGH_REPLICAS,
                "Unable to verify the partition has been added to the transaction. Underlying error: " + error, -1,
                List.of());
    }

    /** What a producer that commits offsets hears. */
    static ErrorCode forCommitter(ErrorCode error) {
        return switch (error) {
            case CONCURRENT_TRANSACTIONS, NETWORK_EXCEPTION -> ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
            default -> error;
        };
    }
}
