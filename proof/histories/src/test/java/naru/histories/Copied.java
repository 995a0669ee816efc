package naru.histories;

import java.util.LinkedHashMap;
import java.util.Map;

/** The same history once more, among other partitions and under other names. */
final class Copied {

    private Copied() {}

    static Event under(int copy, Event event) {
        String mark = copy + ".";
        var operation = switch (event.operation()) {
            case Operation.Send send -> new Operation.Send(named(mark, send.transaction()), mark + send.partition(), send.offset(),
                    mark + send.value(), send.cause() == null ? null
                            : new Cause(mark + send.cause().group(), mark + send.cause().partition(), send.cause().offset()));
            case Operation.Poll poll -> new Operation.Poll(poll.seen().stream()
                    .map(seen -> new Seen(mark + seen.partition(), seen.offset(), mark + seen.value())).toList());
            case Operation.Assign assign -> new Operation.Assign(offsets(mark, assign.positions()));
            case Operation.Subscribe subscribe -> subscribe;
            case Operation.Begin begin -> new Operation.Begin(mark + begin.transaction());
            case Operation.Commit commit -> new Operation.Commit(mark + commit.transaction());
            case Operation.Abort abort -> new Operation.Abort(mark + abort.transaction());
            case Operation.CommitOffsets commit -> new Operation.CommitOffsets(
                    named(mark, commit.transaction()), mark + commit.group(), offsets(mark, commit.offsets()));
            case Operation.FindOffsets find -> new Operation.FindOffsets(mark + find.group(), offsets(mark, find.offsets()));
        };
        return new Event(event.timeNs(), mark + event.process(), event.stage(), operation);
    }

    private static String named(String mark, String name) {
        return name == null ? null : mark + name;
    }

    private static Map<String, Long> offsets(String mark, Map<String, Long> offsets) {
        var copied = new LinkedHashMap<String, Long>();
        offsets.forEach((partition, offset) -> copied.put(mark + partition, offset));
        return copied;
    }
}
