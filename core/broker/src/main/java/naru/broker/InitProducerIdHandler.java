package naru.broker;

import naru.protocol.ErrorCode;
import naru.protocol.message.InitProducerIdRequest;
import naru.protocol.message.InitProducerIdResponse;

/**
 * InitProducerId (API key 22): an id nobody had before for an idempotent producer; for a transactional one the id that
 * belongs to its transactional id, with an epoch that fences whoever had it before.
 */
final class InitProducerIdHandler implements Handler<InitProducerIdRequest> {

    private static final int NONE = -1;

    private final LaneBroker lane;

    InitProducerIdHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, InitProducerIdRequest asked) {
        if (asked.producerId() == NONE != (asked.producerEpoch() == NONE)) {
            request.answer(refused(ErrorCode.INVALID_REQUEST));
        } else if (asked.transactionalId() == null) {
            lane.producerIds().next(id -> request.answer(InitProducerIdResponse.builder()
                    .producerId(id).producerEpoch((short) 0).build()), error -> request.answer(refused(error)));
        } else if (asked.transactionalId().isEmpty()) {
            request.answer(refused(ErrorCode.INVALID_REQUEST));
        } else {
            TransactionHandlers.<InitProducerIdResponse>askForClient(lane, request, asked.transactionalId(),
                    (shard, answer) -> shard.initProducerId(asked, request.version(), answer),
                    InitProducerIdHandler::refused, request::answer);
        }
    }

    private static InitProducerIdResponse refused(ErrorCode why) {
        return InitProducerIdResponse.builder()
                .errorCode(why.code()).producerId(NONE).producerEpoch((short) NONE).build();
    }
}
