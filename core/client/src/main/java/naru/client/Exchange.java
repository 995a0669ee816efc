package naru.client;

import static naru.base.Invariant.check;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Function;
import naru.base.PeerLink;
import naru.base.PeerVisit;
import naru.protocol.MalformedMessage;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.UnwritableMessage;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ApiVersionsResponse;

/**
 * Questions and answers on one connection to another node. It first asks which versions the other side speaks; what is
 * asked meanwhile waits. Answers come in the order of the questions, so one that takes too long ends the connection.
 * Used once: after its end, whoever asked decides when and where to try again. Owned by one lane, like its link.
 */
public final class Exchange implements PeerVisit {

    /**
     * The bounds of one exchange.
     *
     * @param clientId what the questions carry as the name of who asks
     * @param answerMsMax milliseconds until an answer, the time to connect included, unless a question asks for more
     * @param underWayMax questions that wait to be sent or answered
     */
    public record Rules(String clientId, long answerMsMax, int underWayMax) {
        public Rules {
            check(answerMsMax > 0, "an answer takes time");
            check(underWayMax > 0, "something may be asked");
        }
    }

    private enum State { CONNECTING, LEARNING_VERSIONS, OPEN, ENDED }

    /** One question, from being asked to being answered. */
    private static final class Asked {
        private final ApiKey api;
        private final int versionMax;
        private final Message request;
        private final Consumer<Reply> whenReplied;
        private Runnable callOffTimeout;
        private int correlationId;
        private int version;

        private Asked(ApiKey api, int versionMax, Message request, Consumer<Reply> whenReplied) {
            this.api = api;
            this.versionMax = versionMax;
            this.request = request;
            this.whenReplied = whenReplied;
        }
    }

    private final Rules rules;
    private final Timing timing;
    private final Writer writer;
    private final PeerLink link;
    private final SpokenVersions versions = new SpokenVersions();
    private final Deque<Asked> waiting = new ArrayDeque<>();
    private final Deque<Asked> underWay = new ArrayDeque<>();
    private Consumer<Ending> whenEnded = _ -> {};
    private Runnable whenOpen = () -> {};
    private State state = State.CONNECTING;
    private Ending ending;
    private int correlationId;

    /**
     * Begins to connect.
     *
     * @param connect opens the connection for the visit it is given, which is this exchange
     * @param writer may be shared with everything else of the lane: a question is encoded and handed over in one go
     */
    public Exchange(Function<PeerVisit, PeerLink> connect, Rules rules, Timing timing, Writer writer) {
        this.rules = rules;
        this.timing = timing;
        this.writer = writer;
        this.link = connect.apply(this);
    }

    /** Called once when the connection has ended, unless this side closed it; after all replies. */
    public void whenEnded(Consumer<Ending> task) {
        whenEnded = task;
    }

    /** Called once when the other side has said which versions it speaks; what waited has been sent then. */
    public void whenOpen(Runnable task) {
        whenOpen = task;
    }

    /** True while questions are answered: connected, and the other side has said which versions it speaks. */
    public boolean isOpen() {
        return state == State.OPEN;
    }

    public boolean hasEnded() {
        return state == State.ENDED;
    }

    /** False while as much is under way as the limit allows, or while the other side does not take it. */
    public boolean hasRoom() {
        return waiting.size() + underWay.size() < rules.underWayMax() && !link.isCongested();
    }

    /** In which version this API would be asked; -1 before the exchange is open, or when there is none in common. */
    public int versionOf(ApiKey api) {
        return versions.best(api, api.stableMax());
    }

    /** Asks in the newest version that both sides know. */
    public void ask(ApiKey api, Message request, Consumer<Reply> whenReplied) {
        ask(api, api.stableMax(), request, 0, whenReplied);
    }

    /**
     * Asks; the reply comes in a later turn. What the request holds must stay as it is until the exchange is open.
     *
     * @param versionMax the newest version to ask in
     * @param thinkingMs milliseconds that the other side may take in addition, such as the wait of a fetch
     */
    public void ask(ApiKey api, int versionMax, Message request, long thinkingMs, Consumer<Reply> whenReplied) {
        if (state == State.ENDED) {
            later(whenReplied, new Reply.Lost(ending, false));
            return;
        }
        if (waiting.size() + underWay.size() >= rules.underWayMax()) {
            later(whenReplied, new Reply.Lost(Ending.UNREACHABLE, false));
            return;
        }
        var asked = new Asked(api, versionMax, request, whenReplied);
        asked.callOffTimeout = timing.afterMs(rules.answerMsMax() + thinkingMs, () -> end(Ending.UNREACHABLE));
        waiting.addLast(asked);
        if (state == State.OPEN) {
            sendWaiting();
        }
    }

    private void later(Consumer<Reply> whenReplied, Reply reply) {
        timing.afterMs(0, () -> whenReplied.accept(reply));
    }

    /** Ends the connection; nobody who asked is told any more. */
    public void close() {
        if (state != State.ENDED) {
            state = State.ENDED;
            ending = Ending.LOST;
            link.close();
            takeAll().forEach(asked -> asked.callOffTimeout.run());
        }
    }

    @Override
    public void onOpen() {
        if (state == State.CONNECTING) {
            state = State.LEARNING_VERSIONS;
            askVersions(ApiKey.API_VERSIONS.stableMax());
        }
    }

    private void askVersions(int version) {
        var asked = new Asked(ApiKey.API_VERSIONS, version, SpokenVersions.QUESTION, null);
        asked.callOffTimeout = timing.afterMs(rules.answerMsMax(), () -> end(Ending.UNREACHABLE));
        send(asked, version);
    }

    private void sendWaiting() {
        while (!waiting.isEmpty()) {
            var next = waiting.removeFirst();
            int version = versions.best(next.api, next.versionMax);
            if (version < 0) {
                next.callOffTimeout.run();
                later(next.whenReplied, new Reply.Unspoken(next.api));
            } else {
                send(next, version);
            }
        }
    }

    private void send(Asked asked, int version) {
        asked.version = version;
        asked.correlationId = correlationId++;
        try {
            encode(asked);
        } catch (UnwritableMessage _) {
            asked.callOffTimeout.run();
            later(asked.whenReplied, new Reply.Unspoken(asked.api));
            return;
        }
        underWay.addLast(asked);
        link.send(writer.finish());
    }

    private void encode(Asked asked) {
        writer.reset();
        writer.int32(0);
        writer.int16(asked.api.id());
        writer.int16((short) asked.version);
        writer.int32(asked.correlationId);
        writer.string(rules.clientId(), false, true);
        if (asked.api.requestHeaderVersion(asked.version) >= 2) {
            writer.uvarint(0);
        }
        asked.request.write(writer, asked.version);
        writer.setInt32(0, Math.toIntExact(writer.length() - Integer.BYTES));
    }

    /** An answer that makes no sense ends the connection: nothing that follows can be trusted. */
    @Override
    public void onFrame(ByteBuffer frame) {
        if (state == State.ENDED) {
            return;
        }
        Message answer;
        try {
            answer = read(frame);
        } catch (MalformedMessage _) {
            end(Ending.LOST);
            return;
        }
        var asked = underWay.removeFirst();
        asked.callOffTimeout.run();
        if (state == State.OPEN) {
            asked.whenReplied.accept(new Reply.Answered(answer, asked.version));
        } else {
            onVersions((ApiVersionsResponse) answer, asked.version);
        }
    }

    private Message read(ByteBuffer frame) {
        var asked = underWay.peekFirst();
        var reader = new Reader(frame);
        int answered = reader.int32();
        if (asked == null || answered != asked.correlationId) {
            throw new MalformedMessage("answer " + answered + " was not asked for");
        }
        if (asked.api.responseHeaderVersion(asked.version) >= 1) {
            for (int fields = reader.uvarint(); fields > 0; fields--) {
                reader.uvarint();
                reader.skip(reader.uvarint());
            }
        }
        boolean refused = state == State.LEARNING_VERSIONS && SpokenVersions.isRefusal(frame);
        var answer = asked.api.readResponse(reader, refused ? 0 : asked.version);
        if (reader.remaining() > 0) {
            throw new MalformedMessage("an answer to " + asked.api + " goes on for " + reader.remaining() + " bytes");
        }
        return answer;
    }

    private void onVersions(ApiVersionsResponse answer, int version) {
        int other = versions.learn(answer, version);
        if (versions.areKnown()) {
            sendWaiting(); // what these replies ask for waits behind them
            state = State.OPEN;
            whenOpen.run();
        } else if (other >= 0) {
            askVersions(other);
        } else {
            end(Ending.LOST);
        }
    }

    @Override
    public void onClosed(Ending why) {
        end(why);
    }

    private void end(Ending why) {
        if (state == State.ENDED) {
            return;
        }
        boolean wasOpen = state == State.OPEN;
        state = State.ENDED;
        ending = why;
        link.close();
        int unsent = waiting.size();
        var all = takeAll();
        for (int i = 0; i < all.size(); i++) {
            var asked = all.get(i);
            asked.callOffTimeout.run();
            if (asked.whenReplied != null) {
                asked.whenReplied.accept(new Reply.Lost(why, wasOpen && i < all.size() - unsent));
            }
        }
        whenEnded.accept(why);
    }

    /** In the order in which they were asked. */
    private ArrayList<Asked> takeAll() {
        var all = new ArrayList<>(underWay);
        all.addAll(waiting);
        underWay.clear();
        waiting.clear();
        return all;
    }
}
