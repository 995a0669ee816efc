package naru.broker;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import naru.coordination.transactions.Claim;
import naru.log.Origin;
import naru.protocol.ErrorCode;
import naru.protocol.batch.BatchHeader;
import naru.replication.LeaderInput.Acks;

/**
 * Where the batches of transactions enter one partition: those of one producer in the order in which they came. The first of a
 * transaction waits for its coordinator's word, and clients send up to five requests without waiting for an answer: whoever
 * comes meanwhile stands behind it. Else the second would wait for a word of its own while the third finds the door open, and
 * its sequence would be refused as out of order, which a client takes for a lost batch.
 *
 * <p>What may wait is bounded by what each connection may have unanswered. Belongs to the lane of the partition.
 */
final class Entrance {

    private static final short ABORTABLE = 11;
    private static final short GENERATION_TWO = 12;

    /**
     * A batch that is part of a transaction.
     *
     * @param sequence of its first record
     * @param speech what its client understands
     */
    record Guest(Claim claim, int sequence, TransactionDoor.Speech speech) {

        /**
         * Whose header these bytes begin with.
         *
         * @param bytes begin with a whole header
         * @param version of the produce request they came with
         */
        static Guest of(ByteBuffer bytes, int version, String transactionalId) {
            int at = bytes.position();
            var speech = version >= GENERATION_TWO ? TransactionDoor.Speech.GENERATION_TWO
                    : version >= ABORTABLE ? TransactionDoor.Speech.ABORTABLE : TransactionDoor.Speech.OLD;
            var claim = new Claim(transactionalId, BatchHeader.producerId(bytes, at), BatchHeader.producerEpoch(bytes, at));
            return new Guest(claim, BatchHeader.baseSequence(bytes, at), speech);
        }
    }

    /**
     * What stands before the door.
     *
     * @param bytes stay as they are for as long as it takes
     * @param whenTaken runs when the bytes are in the log, or refused
     */
    record Waiting(Guest guest, ByteBuffer bytes, Acks acks, Appender appender, Runnable whenTaken) {}

    private final Partition partition;
    // By producer id: those behind the one whose coordinator is being asked. Asked, never walked.
    private final Map<Long, ArrayDeque<Waiting>> queues = new HashMap<>();

    Entrance(Partition partition) {
        this.partition = partition;
    }

    /** True when a batch of this producer may be appended at once. */
    boolean isOpen(Claim claim) {
        return (queues.isEmpty() || !queues.containsKey(claim.producerId())) && TransactionDoor.isOpen(partition, claim);
    }

    /** Has the batch appended as soon as it is its turn and its coordinator lets it in. */
    void enter(LaneBroker owner, Waiting batch) {
        var queue = queues.get(batch.guest().claim().producerId());
        if (queue != null) {
            queue.addLast(batch);
            return;
        }
        queues.put(batch.guest().claim().producerId(), new ArrayDeque<>());
        knock(owner, batch);
    }

    private void knock(LaneBroker owner, Waiting batch) {
        var guest = batch.guest();
        TransactionDoor.ask(owner, partition, guest.claim(), guest.sequence(), guest.speech(), (pass, error) -> {
            if (error == ErrorCode.NONE) {
                owner.append(partition, batch.bytes(), Origin.CLIENT, pass, batch.acks(), batch.appender());
            } else {
                batch.appender().onRefused(TransactionDoor.forProducer(error, guest.speech()));
            }
            batch.whenTaken().run();
            letFollow(owner, guest.claim().producerId());
        });
    }

    /** Those behind it: at once while they belong to the same transaction, else the next has a coordinator to be asked. */
    private void letFollow(LaneBroker owner, long producerId) {
        var queue = queues.get(producerId);
        while (!queue.isEmpty()) {
            var next = queue.removeFirst();
            if (!TransactionDoor.isOpen(partition, next.guest().claim())) {
                knock(owner, next);
                return;
            }
            owner.append(partition, next.bytes(), Origin.CLIENT, next.acks(), next.appender());
            next.whenTaken().run();
        }
        queues.remove(producerId);
    }
}
