package naru.broker;

import java.util.ArrayDeque;
import java.util.Deque;
import naru.metadata.Command;
import naru.protocol.ErrorCode;
import naru.protocol.message.AllocateProducerIdsResponse;
import naru.protocol.message.InitProducerIdRequest;
import naru.protocol.message.InitProducerIdResponse;

/** InitProducerId (API key 22) for idempotent producers: an id nobody had before, out of blocks from the controller. */
final class InitProducerIdHandler implements Handler<InitProducerIdRequest> {

    private static final int NONE = -1;

    private final LaneBroker lane;
    private final Deque<Request> waiting = new ArrayDeque<>();
    private long next;
    private long end;
    private boolean asking;

    InitProducerIdHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, InitProducerIdRequest asked) {
        if (asked.producerId() == NONE != (asked.producerEpoch() == NONE)) {
            refuse(request, ErrorCode.INVALID_REQUEST);
            return;
        }
        if (asked.transactionalId() != null) {
            // Transactions are not served yet, and nobody may believe they are.
            refuse(request, asked.transactionalId().isEmpty()
                    ? ErrorCode.INVALID_REQUEST : ErrorCode.COORDINATOR_NOT_AVAILABLE);
            return;
        }
        waiting.addLast(request);
        serve();
    }

    private void serve() {
        while (next < end && !waiting.isEmpty()) {
            waiting.removeFirst().answer(InitProducerIdResponse.builder()
                    .producerId(next++)
                    .producerEpoch((short) 0)
                    .build());
        }
        if (!waiting.isEmpty() && !asking) {
            asking = true;
            var node = lane.cluster().brokers().get(lane.broker().nodeId());
            var command = new Command.AllocateProducerIds(lane.broker().nodeId(), node == null ? -1 : node.epoch());
            lane.broker().decide(lane.number(), command, reply -> onBlock((AllocateProducerIdsResponse) reply),
                    this::refuseAll);
        }
    }

    private void onBlock(AllocateProducerIdsResponse block) {
        asking = false;
        next = block.producerIdStart();
        end = next + block.producerIdLen();
        serve();
    }

    private void refuseAll() {
        asking = false;
        while (!waiting.isEmpty()) {
            refuse(waiting.removeFirst(), ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        }
    }

    private static void refuse(Request request, ErrorCode why) {
        request.answer(InitProducerIdResponse.builder()
                .errorCode(why.code()).producerId(-1).producerEpoch((short) -1).build());
    }
}
