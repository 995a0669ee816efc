package naru.broker;

import java.nio.ByteBuffer;
import naru.base.Lanes;
import naru.base.OffsetRange;
import naru.log.Origin;
import naru.protocol.ErrorCode;
import naru.protocol.Records;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.Compression;
import naru.protocol.message.ProduceRequest;
import naru.replication.LeaderInput.Acks;

/** Produce (API key 0): give each partition's batches to its lane, then answer once every partition has spoken. */
final class ProduceHandler implements Handler<ProduceRequest> {

    private static final short NAMES_TOPICS_BY_ID = 13;

    /** A client that speaks less could not read back what it wrote (KIP-110). */
    private static final short KNOWS_ZSTD = 7;

    /** Whoever speaks this raises its epoch and sends again when a sequence is refused (KIP-360). */
    private static final short BEGINS_ANEW = 9;

    private final LaneBroker lane;

    ProduceHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, ProduceRequest produce) {
        var acks = acksOf(produce.acks());
        var round = new ProduceRound(lane, request, produce, acks);
        if (acks == null) {
            round.refuseAll(ErrorCode.INVALID_REQUIRED_ACKS);
            return;
        }
        if (produce.transactionalId() == null && anyIsTransactional(produce)) {
            round.refuseAll(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
            return;
        }
        boolean byId = request.version() >= NAMES_TOPICS_BY_ID;
        for (var topic : produce.topicData()) {
            for (var partition : topic.partitionData()) {
                var place = byId
                        ? lane.place(topic.topicId(), partition.index())
                        : lane.place(topic.name(), partition.index());
                append(place, bytesOf(partition.records()), request.version(), produce.transactionalId(), acks,
                        round.seat(partition.index()));
            }
            round.endTopic(topic);
        }
        round.seal();
    }

    /** Null when the number means nothing. */
    private static Acks acksOf(short number) {
        return switch (number) {
            case -1 -> Acks.ALL_IN_SYNC;
            case 0 -> Acks.NONE;
            case 1 -> Acks.LEADER;
            default -> null;
        };
    }

    private static boolean anyIsTransactional(ProduceRequest produce) {
        for (var topic : produce.topicData()) {
            for (var partition : topic.partitionData()) {
                var bytes = bytesOf(partition.records());
                if (isBatch(bytes) && BatchHeader.isTransactional(bytes, bytes.position())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Null when there are none. */
    private static ByteBuffer bytesOf(Records records) {
        return records instanceof Records.InMemory(ByteBuffer inMemory) ? inMemory : null;
    }

    /** There is a header to look at; whether it tells the truth is for the log to find out. */
    private static boolean isBatch(ByteBuffer bytes) {
        return bytes != null && bytes.remaining() >= BatchHeader.SIZE
                && BatchHeader.magic(bytes, bytes.position()) == BatchHeader.MAGIC;
    }

    private static boolean isTooNewFor(int version, ByteBuffer bytes) {
        return version < KNOWS_ZSTD && isBatch(bytes)
                && BatchHeader.compressionId(bytes, bytes.position()) == Compression.ZSTD.id();
    }

    private void append(
            Place place, ByteBuffer bytes, int version, String transactionalId, Acks acks, ProduceRound.Seat seat) {
        if (place.error() != ErrorCode.NONE) {
            seat.onRefused(AppendRefused.because(place.error()));
            return;
        }
        if (place.partition() != null && place.partition().refusal() != ErrorCode.NONE) {
            seat.onRefused(AppendRefused.because(place.partition().refusal()));
            return;
        }
        if (lane.isHiddenFromProducers(place.name().topic(), seat.clientId())) {
            seat.onRefused(AppendRefused.because(ErrorCode.INVALID_TOPIC_EXCEPTION));
            return;
        }
        if (bytes == null || !bytes.hasRemaining()) {
            seat.onRefused(AppendRefused.because(ErrorCode.INVALID_RECORD));
            return;
        }
        if (isTooNewFor(version, bytes)) {
            seat.onRefused(AppendRefused.because(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE));
            return;
        }
        var guest = isOfTransaction(bytes, transactionalId) ? Entrance.Guest.of(bytes, version, transactionalId) : null;
        if (place.partition() == null) {
            seat.goesElsewhere(bytes.remaining());
            appendElsewhere(place, copyOf(bytes), originOf(version), guest, acks, seat);
        } else if (guest == null || place.partition().entrance().isOpen(guest.claim())) {
            lane.append(place.partition(), bytes, originOf(version), acks, seat);
        } else {
            seat.goesElsewhere(bytes.remaining());
            place.partition().entrance().enter(
                    lane, new Entrance.Waiting(guest, copyOf(bytes), acks, seat, () -> cameBack(acks, seat)));
        }
    }

    private static Origin originOf(int version) {
        return version < BEGINS_ANEW ? Origin.OLD_CLIENT : Origin.CLIENT;
    }

    private static boolean isOfTransaction(ByteBuffer bytes, String transactionalId) {
        return transactionalId != null && isBatch(bytes) && BatchHeader.isTransactional(bytes, bytes.position());
    }

    /** Whoever wants no answer is heard again when its bytes are taken. */
    private static void cameBack(Acks acks, ProduceRound.Seat seat) {
        if (acks == Acks.NONE) {
            seat.cameBack();
        }
    }

    /** The frame ends with the turn, and other lanes and coordinators have turns of their own: they get a copy. */
    private static ByteBuffer copyOf(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    private void appendElsewhere(
            Place place, ByteBuffer bytes, Origin origin, Entrance.Guest guest, Acks acks, ProduceRound.Seat seat) {
        int home = lane.number();
        lane.lanes().post(place.lane(), () -> {
            var owner = lane.broker().lane(place.lane());
            var partition = owner.ownPartition(place);
            var answer = new AppenderElsewhere(owner.lanes(), home, seat);
            Runnable whenTaken = () -> {
                if (acks == Acks.NONE) {
                    owner.lanes().post(home, seat::cameBack);
                }
            };
            if (partition == null || partition.refusal() != ErrorCode.NONE) {
                answer.onRefused(AppendRefused.because(
                        partition == null ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : partition.refusal()));
                whenTaken.run();
            } else if (guest == null || partition.entrance().isOpen(guest.claim())) {
                owner.append(partition, bytes, origin, acks, answer);
                whenTaken.run();
            } else {
                partition.entrance().enter(owner, new Entrance.Waiting(guest, bytes, acks, answer, whenTaken));
            }
        });
    }

    /** Carries the outcome back to the lane of the request: a round has one writer, like all state. */
    private record AppenderElsewhere(Lanes lanes, int home, Appender seat) implements Appender {
        @Override
        public void onAcknowledged(OffsetRange at, long logAppendTimeMs, long logStart) {
            lanes.post(home, () -> seat.onAcknowledged(at, logAppendTimeMs, logStart));
        }

        @Override
        public void onRefused(AppendRefused refused) {
            lanes.post(home, () -> seat.onRefused(refused));
        }
    }
}
