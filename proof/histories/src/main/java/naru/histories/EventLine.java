package naru.histories;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One event as a line of JSON, such as
 * {@code {"time":17,"process":"p1","type":"ok","f":"send","txn":"p1.3","to":"orders-0","offset":5,"value":"v9"}}.
 */
final class EventLine {

    private EventLine() {}

    static String of(Event event) {
        var out = new StringBuilder(160);
        out.append("{\"time\":").append(event.timeNs());
        text(out, "process", event.process());
        text(out, "type", event.stage().name().toLowerCase(Locale.ROOT));
        switch (event.operation()) {
            case Operation.Send send -> {
                text(out, "f", "send");
                text(out, "txn", send.transaction());
                text(out, "to", send.partition());
                out.append(",\"offset\":").append(send.offset());
                text(out, "value", send.value());
                if (send.cause() != null) {
                    text(out, "group", send.cause().group());
                    text(out, "answers", send.cause().partition());
                    out.append(",\"at\":").append(send.cause().offset());
                }
            }
            case Operation.Poll poll -> {
                text(out, "f", "poll");
                seen(out, poll.seen());
            }
            case Operation.Assign assign -> {
                text(out, "f", "assign");
                offsets(out, assign.positions());
            }
            case Operation.Subscribe subscribe -> {
                text(out, "f", "subscribe");
                topics(out, subscribe.topics());
            }
            case Operation.Begin begin -> transaction(out, "begin", begin.transaction());
            case Operation.Commit commit -> transaction(out, "commit", commit.transaction());
            case Operation.Abort abort -> transaction(out, "abort", abort.transaction());
            case Operation.CommitOffsets commit -> {
                transaction(out, "commit-offsets", commit.transaction());
                text(out, "group", commit.group());
                offsets(out, commit.offsets());
            }
            case Operation.FindOffsets find -> {
                text(out, "f", "find-offsets");
                text(out, "group", find.group());
                offsets(out, find.offsets());
            }
        }
        return out.append('}').toString();
    }

    private static void transaction(StringBuilder out, String what, String transaction) {
        text(out, "f", what);
        text(out, "txn", transaction);
    }

    private static void text(StringBuilder out, String key, String value) {
        if (value != null) {
            out.append(",\"").append(key).append("\":");
            Json.quote(out, value);
        }
    }

    private static void seen(StringBuilder out, List<Seen> seen) {
        out.append(",\"seen\":[");
        for (int i = 0; i < seen.size(); i++) {
            out.append(i == 0 ? "[" : ",[");
            Json.quote(out, seen.get(i).partition());
            out.append(',').append(seen.get(i).offset()).append(',');
            Json.quote(out, seen.get(i).value());
            out.append(']');
        }
        out.append(']');
    }

    private static void topics(StringBuilder out, List<String> topics) {
        out.append(",\"topics\":[");
        for (int i = 0; i < topics.size(); i++) {
            out.append(i == 0 ? "" : ",");
            Json.quote(out, topics.get(i));
        }
        out.append(']');
    }

    private static void offsets(StringBuilder out, Map<String, Long> offsets) {
        out.append(",\"offsets\":{");
        boolean first = true;
        for (var one : offsets.entrySet()) {
            out.append(first ? "" : ",");
            Json.quote(out, one.getKey());
            out.append(':').append(one.getValue());
            first = false;
        }
        out.append('}');
    }

    static Event parse(String line) {
        var map = Json.parse(line);
        try {
            var stage = Stage.valueOf(text(map, "type").toUpperCase(Locale.ROOT));
            return new Event((Long) map.get("time"), text(map, "process"), stage, operation(map));
        } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
            throw new IllegalArgumentException("no event of a history: " + line, e);
        }
    }

    private static Operation operation(Map<?, ?> map) {
        return switch (text(map, "f")) {
            case "send" -> new Operation.Send(text(map, "txn"), text(map, "to"), (Long) map.get("offset"), text(map, "value"),
                    map.get("answers") == null ? null
                            : new Cause(text(map, "group"), text(map, "answers"), (Long) map.get("at")));
            case "poll" -> new Operation.Poll(seen(map));
            case "assign" -> new Operation.Assign(offsets(map));
            case "subscribe" -> new Operation.Subscribe(((List<?>) map.get("topics")).stream().map(String.class::cast).toList());
            case "begin" -> new Operation.Begin(text(map, "txn"));
            case "commit" -> new Operation.Commit(text(map, "txn"));
            case "abort" -> new Operation.Abort(text(map, "txn"));
            case "commit-offsets" -> new Operation.CommitOffsets(text(map, "txn"), text(map, "group"), offsets(map));
            case "find-offsets" -> new Operation.FindOffsets(text(map, "group"), offsets(map));
            case String unknown -> throw new IllegalArgumentException("no operation is called " + unknown);
        };
    }

    private static String text(Map<?, ?> map, String key) {
        return (String) map.get(key);
    }

    private static List<Seen> seen(Map<?, ?> map) {
        var seen = new ArrayList<Seen>();
        for (var one : (List<?>) map.get("seen")) {
            var parts = (List<?>) one;
            seen.add(new Seen((String) parts.get(0), (Long) parts.get(1), (String) parts.get(2)));
        }
        return seen;
    }

    private static Map<String, Long> offsets(Map<?, ?> map) {
        var offsets = new LinkedHashMap<String, Long>();
        ((Map<?, ?>) map.get("offsets")).forEach((partition, offset) -> offsets.put((String) partition, (Long) offset));
        return offsets;
    }
}
