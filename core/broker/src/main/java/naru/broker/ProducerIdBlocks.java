package naru.broker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import naru.coordination.transactions.ProducerIds;
import naru.metadata.Command;
import naru.protocol.ErrorCode;
import naru.protocol.message.AllocateProducerIdsRequest;
import naru.protocol.message.AllocateProducerIdsResponse;

/** Producer ids nobody had before, out of blocks that the controller gives to this lane. */
final class ProducerIdBlocks implements ProducerIds {

    private record Waiting(LongConsumer whenGiven, Consumer<ErrorCode> whenNone) {}

    private final LaneBroker lane;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long next;
    private long end;
    private boolean asking;

    ProducerIdBlocks(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void next(LongConsumer whenGiven, Consumer<ErrorCode> whenNone) {
        waiting.addLast(new Waiting(whenGiven, whenNone));
        serve();
    }

    private void serve() {
        while (next < end && !waiting.isEmpty()) {
            waiting.removeFirst().whenGiven().accept(next++);
        }
        if (!waiting.isEmpty() && !asking) {
            asking = true;
            var node = lane.cluster().brokers().get(lane.broker().nodeId());
            var command = new Command.AllocateProducerIds(
                    new AllocateProducerIdsRequest(lane.broker().nodeId(), node == null ? -1 : node.epoch()));
            lane.broker().decide(lane.number(), command, reply -> onBlock((AllocateProducerIdsResponse) reply),
                    this::refuseAll);
        }
    }

    private void onBlock(AllocateProducerIdsResponse block) {
        if (block.errorCode() != ErrorCode.NONE.code()) {
            refuseAll();
            return;
        }
        asking = false;
        next = block.producerIdStart();
        end = next + block.producerIdLen();
        serve();
    }

    private void refuseAll() {
        asking = false;
        while (!waiting.isEmpty()) {
            waiting.removeFirst().whenNone().accept(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        }
    }
}
