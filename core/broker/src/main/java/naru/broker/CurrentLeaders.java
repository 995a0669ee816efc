package naru.broker;

import java.util.ArrayList;
import java.util.List;
import naru.metadata.Topic;

/** For clients that asked the wrong broker: who leads now, and where, so that they need not ask for metadata first (KIP-951). */
final class CurrentLeaders {

    /** @param id -1 while nobody leads */
    record Leader(int id, int epoch) {}

    private static final Leader UNKNOWN = new Leader(-1, -1);

    private final LaneBroker lane;
    private final String listener;
    private final List<Endpoints.Node> nodes = new ArrayList<>();

    CurrentLeaders(LaneBroker lane, String listener) {
        this.lane = lane;
        this.listener = listener;
    }

    /** The node is told, too, when clients can reach it. */
    Leader of(Topic topic, int partition) {
        if (topic == null || !topic.has(partition)) {
            return UNKNOWN;
        }
        var state = topic.partitions().get(partition);
        if (nodes.stream().noneMatch(node -> node.id() == state.leader())) {
            var node = Endpoints.of(lane.cluster(), listener, state.leader());
            if (node != null) {
                nodes.add(node);
            }
        }
        return new Leader(state.leader(), state.leaderEpoch());
    }

    /** Those of all leaders asked for so far. */
    List<Endpoints.Node> nodes() {
        return nodes;
    }
}
