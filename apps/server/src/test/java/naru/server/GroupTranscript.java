package naru.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;
import naru.protocol.message.JoinGroupResponse;

/** What clients asked a broker about groups and what it answered, as text that two brokers can be compared by. */
final class GroupTranscript implements AutoCloseable {

    private final InetSocketAddress broker;
    private final StringBuilder text = new StringBuilder();
    private final Map<String, PlainClient> clients = new TreeMap<>();
    /** Ids are random; the transcript has the order in which they were given out instead. */
    private final Map<String, String> aliases = new LinkedHashMap<>();

    GroupTranscript(InetSocketAddress broker) {
        this.broker = broker;
    }

    void title(String title) throws IOException {
        for (var client : clients.values()) {
            client.close();
        }
        clients.clear();
        text.append("\n== ").append(title).append('\n');
    }

    Message ask(String who, ApiKey api, int version, Message question) throws IOException {
        client(who).send(api, version, question);
        return hear(who, api, version);
    }

    void send(String who, ApiKey api, int version, Message question) throws IOException {
        client(who).send(api, version, question);
        client(who).flush();
        text.append(who).append(": ").append(api.name()).append(" v").append(version).append(" ...\n");
    }

    Message hear(String who, ApiKey api, int version) throws IOException {
        var answer = client(who).receive();
        if (answer instanceof JoinGroupResponse joined) {
            alias(joined.memberId());
        }
        text.append(who).append(": ").append(api.name()).append(" v").append(version).append(" -> ")
                .append(aliased(shown("", answer))).append('\n');
        return answer;
    }

    /** Asks without a word in the transcript. */
    Message askAside(String who, ApiKey api, int version, Message question) throws IOException {
        client(who).send(api, version, question);
        return client(who).receive();
    }

    private PlainClient client(String name) throws IOException {
        var known = clients.get(name);
        if (known == null) {
            known = new PlainClient(broker);
            clients.put(name, known);
        }
        return known;
    }

    void alias(String given) {
        if (!given.isEmpty() && !given.equals("nobody") && !aliases.containsKey(given)) {
            aliases.put(given, "<member " + (aliases.size() + 1) + ">");
        }
    }

    private String aliased(String line) {
        var replaced = line;
        for (var alias : aliases.entrySet()) {
            replaced = replaced.replace(alias.getKey(), alias.getValue());
        }
        return replaced;
    }

    private String shown(String name, Object value) {
        return switch (value) {
            case null -> "null";
            case Record one -> shownRecord(one);
            case List<?> list -> list.stream().map(one -> aliased(shown("", one))).sorted().toList().toString();
            case ByteBuffer bytes -> "'" + StandardCharsets.US_ASCII.decode(bytes.duplicate()).toString()
                    .replaceAll("[^ -~]", ".") + "'";
            // The words of a refusal are each broker's own; whether there are any is not.
            case String words when name.equals("errorMessage") && words.contains(" ") -> "(why)";
            case Integer port when name.equals("port") && port > 0 -> "(port)";
            case Short code when name.equals("errorCode") -> errorName(code);
            default -> value.toString();
        };
    }

    private String shownRecord(Record one) {
        var parts = new StringJoiner(", ", "{", "}");
        for (var component : one.getClass().getRecordComponents()) {
            if (!component.getName().equals("throttleTimeMs") && !component.getName().equals("topicId")) {
                try {
                    var value = component.getAccessor().invoke(one);
                    parts.add(component.getName() + "=" + shown(component.getName(), value));
                } catch (ReflectiveOperationException wrong) {
                    throw new AssertionError(wrong);
                }
            }
        }
        return parts.toString();
    }

    static String errorName(int code) {
        for (var one : ErrorCode.values()) {
            if (one.code() == code) {
                return one.name();
            }
        }
        return Integer.toString(code);
    }

    String text() {
        return aliased(text.toString());
    }

    @Override
    public void close() throws IOException {
        for (var client : clients.values()) {
            client.close();
        }
    }
}
