package naru.differential;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import naru.base.Invariant;
import naru.base.Uuid;
import naru.protocol.MalformedMessage;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.protocol.message.RequestHeader;
import naru.protocol.message.ResponseHeader;

/** One telling of a scenario to one broker, in one version; keeps what was answered. */
public final class Conversation implements AutoCloseable {

    /** The connection that speaks when none is named. */
    private static final String FIRST = "first";
    private static final int TRIES_MAX = 20_000;
    /** What is no part of the comparison is waited for on a busy machine too. */
    private static final int PATIENCE = 12;

    private final Wire.Door door;
    private final String namePrefix;
    private final int version;
    private final Symbols symbols = new Symbols();
    private final Map<String, Wire> wires = new LinkedHashMap<>();
    private final Map<String, Integer> labels = new LinkedHashMap<>();
    private final List<Transcript.Step> steps = new ArrayList<>();
    private final Writer out = new Writer(4_096);
    private int correlationId;

    private Conversation(Wire.Door door, Scenario scenario, int version) {
        this.door = door;
        this.namePrefix = scenario.name() + "-v" + version + "-";
        this.version = version;
    }

    /** Tells the scenario in one version and gives what was answered. */
    static Transcript hold(Scenario scenario, int version, Wire.Door door) {
        try (var conversation = new Conversation(door, scenario, version)) {
            try {
                scenario.story().tell(conversation, version);
            } catch (Over over) {
                conversation.keep("the end", "", "(conversation)", over.getMessage());
            }
            return Transcript.of(conversation.steps);
        }
    }

    /** The broker's answer leaves nothing more to say. */
    private static final class Over extends RuntimeException {
        private static final long serialVersionUID = 1;

        Over(String why) {
            super(why);
        }
    }

    /** A name that belongs to this conversation alone. */
    public String name(String what) {
        return namePrefix + what;
    }

    /** Gives a value that the broker made up a name for the transcript. */
    public void call(Object value, String name) {
        symbols.name(name, value);
    }

    /** Asks and keeps the answer. A request that this version has no way to write is left out. */
    public void probe(String label, Message request) {
        probe(label, version, request);
    }

    public void probe(String label, int version, Message request) {
        if (send(FIRST, request, version)) {
            hear(FIRST, label, request, version);
        }
    }

    /** Asks, keeps the answer and gives it; the conversation is over when there is none. */
    public <R extends Message> R ask(String label, int version, Message request) {
        return ask(FIRST, label, version, request);
    }

    public <R extends Message> R ask(String client, String label, int version, Message request) {
        send(client, request, version);
        return hear(client, label, version, request);
    }

    /** Sends without waiting for the answer, which {@link #hear} takes later; false when this version cannot say it. */
    public boolean send(String client, Message request, int version) {
        return send(client, ApiKey.of(request.apiNumber()), version, request);
    }

    /** Takes the answer to what was sent before; the conversation is over when there is none. */
    @SuppressWarnings("unchecked")
    public <R extends Message> R hear(String client, String label, int version, Message request) {
        var answer = hear(client, label, request, version);
        if (answer == null) {
            throw new Over("no answer to '" + label + "'");
        }
        return (R) answer;
    }

    /** Asks as often as needed until the answer is as wanted, and keeps the last one. */
    @SuppressWarnings("unchecked")
    public <R extends Message> R askUntil(String client, String label, int version, Message request, Predicate<R> wanted) {
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            var answer = (R) quietly(client, version, request);
            if (wanted.test(answer)) {
                keep(label, ApiKey.of(request.apiNumber()), version, fields((Record) answer));
                return answer;
            }
        }
        throw new Over("'" + label + "' never came true");
    }

    /** Asks without keeping the answer: what a conversation needs to begin. */
    @SuppressWarnings("unchecked")
    public <R extends Message> R quietly(int version, Message request) {
        return (R) quietly(FIRST, version, request);
    }

    private Message quietly(String client, int version, Message request) {
        var api = ApiKey.of(request.apiNumber());
        send(client, api, version, request);
        for (int silences = 0; silences < PATIENCE; silences++) {
            if (wire(client).receive() instanceof Wire.Heard.Frame(var bytes)) {
                var in = new Reader(bytes);
                ResponseHeader.read(in, api.responseHeaderVersion(version));
                return api.readResponse(in, version);
            }
        }
        throw new Over("no answer to " + api);
    }

    /** Sends bytes in place of a request's body, under a proper header, and keeps what comes back. */
    public void probeRaw(String label, int apiNumber, int version, int headerVersion, ByteBuffer body) {
        begin(apiNumber, version, headerVersion);
        out.raw(body);
        wire(FIRST).send(out.written());
        var api = ApiKey.of(apiNumber);
        switch (wire(FIRST).receive()) {
            case Wire.Heard.Frame(var bytes) when api == ApiKey.API_VERSIONS && version > api.versionMax() -> keepAnswer(label, api, 0, bytes);
            case Wire.Heard.Frame(var bytes) -> keepAnswer(label, api, version, bytes);
            case Wire.Heard.Closed _ -> hungUp(FIRST, label, versioned(api, version), "the connection was closed");
            case Wire.Heard.Silence _ -> hungUp(FIRST, label, versioned(api, version), "no answer");
        }
    }

    /** Says something for which no answer is due, and asks something else to see that the broker still listens. */
    public void sendOnly(Message request, int version) {
        send(FIRST, ApiKey.of(request.apiNumber()), version, request);
    }

    private boolean send(String client, ApiKey api, int version, Message request) {
        begin(api.id(), version, api.requestHeaderVersion(version));
        try {
            request.write(out, version);
        } catch (Invariant.Broken | NullPointerException _) {
            return false;
        }
        wire(client).send(out.written());
        return true;
    }

    private void begin(int apiNumber, int version, int headerVersion) {
        out.reset();
        RequestHeader.builder().requestApiKey((short) apiNumber).requestApiVersion((short) version)
                .correlationId(++correlationId).clientId("someone").build().write(out, headerVersion);
    }

    private Message hear(String client, String label, Message request, int version) {
        var api = ApiKey.of(request.apiNumber());
        return switch (wire(client).receive()) {
            case Wire.Heard.Frame(var bytes) -> keepAnswer(label, api, version, bytes);
            case Wire.Heard.Closed _ -> hungUp(client, label, versioned(api, version), "the connection was closed");
            case Wire.Heard.Silence _ -> hungUp(client, label, versioned(api, version), "no answer");
        };
    }

    private Message keepAnswer(String label, ApiKey api, int version, ByteBuffer bytes) {
        var in = new Reader(bytes);
        try {
            ResponseHeader.read(in, api.responseHeaderVersion(version));
            var answer = api.readResponse(in, version);
            var fields = fields((Record) answer);
            if (in.remaining() > 0) {
                fields.put("(bytes left over)", String.valueOf(in.remaining()));
            }
            keep(label, api, version, fields);
            return answer;
        } catch (MalformedMessage e) {
            return hungUp(FIRST, label, versioned(api, version), "cannot be read: " + e.getMessage());
        }
    }

    private Message hungUp(String client, String label, String api, String how) {
        keep(label, api, "(answer)", how);
        var wire = wires.remove(client);
        wire.close();
        return null;
    }

    private SortedMap<String, String> fields(Record answer) {
        return new Fields(symbols, namePrefix, door.port(), System.currentTimeMillis()).of(answer);
    }

    private void keep(String label, ApiKey api, int version, SortedMap<String, String> fields) {
        int times = labels.merge(label, 1, Integer::sum);
        steps.add(new Transcript.Step(times == 1 ? label : label + " #" + times, versioned(api, version), fields));
    }

    private void keep(String label, String api, String path, String value) {
        int times = labels.merge(label, 1, Integer::sum);
        steps.add(new Transcript.Step(times == 1 ? label : label + " #" + times, api, new TreeMap<>(Map.of(path, value))));
    }

    /** The conversation's own version is left out, so that versions which answer the same are kept once. */
    private String versioned(ApiKey api, int version) {
        return version == this.version ? String.valueOf(api) : api + " v" + version;
    }

    private Wire wire(String client) {
        return wires.computeIfAbsent(client, _ -> door.open());
    }

    /** A topic's id that no topic has. */
    public static final Uuid NOBODYS_ID = new Uuid(0x1234_5678_9abcL, 0xdef0_1234_5678L);

    @Override
    public void close() {
        wires.values().forEach(Wire::close);
    }
}
