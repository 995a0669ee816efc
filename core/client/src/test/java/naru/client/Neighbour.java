package naru.client;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import naru.base.Outgoing;
import naru.base.PeerLink;
import naru.base.PeerVisit;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ApiVersionsResponse;
import naru.protocol.message.ApiVersionsResponse.ApiVersion;
import naru.protocol.message.BrokerHeartbeatRequest;

/** The other side of an exchange, with time that passes when told: understands questions, and answers when told to. */
final class Neighbour implements PeerLink, Timing {

    /** A question as it arrived. */
    record Heard(ApiKey api, int version, int correlationId, String clientId, Message question) {}

    private record Due(long atMs, long order, Runnable task) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return atMs != other.atMs ? Long.compare(atMs, other.atMs) : Long.compare(order, other.order);
        }
    }

    final Deque<Heard> heard = new ArrayDeque<>();
    private final List<Message> questions = new ArrayList<>();
    private final PriorityQueue<Due> timers = new PriorityQueue<>();
    private long nowMs;
    private long order;
    PeerVisit visit;
    boolean closed;
    boolean congested;

    Exchange exchange(Exchange.Rules rules) {
        return new Exchange(it -> {
            visit = it;
            return this;
        }, rules, this, new Writer(64));
    }

    @Override
    public Runnable afterMs(long ms, Runnable task) {
        var due = new Due(nowMs + ms, order++, task);
        timers.add(due);
        return () -> timers.remove(due);
    }

    void pass(long ms) {
        long until = nowMs + ms;
        while (!timers.isEmpty() && timers.peek().atMs() <= until) {
            var due = timers.poll();
            nowMs = due.atMs();
            due.task().run();
        }
        nowMs = until;
    }

    int timers() {
        return timers.size();
    }

    @Override
    public void send(Outgoing request) {
        var bytes = ByteBuffer.allocate(Math.toIntExact(request.length()));
        request.pieces().forEach(piece -> bytes.put(((Outgoing.Piece.Memory) piece).bytes().duplicate()));
        var in = new Reader(bytes.flip());
        if (in.int32() != bytes.limit() - Integer.BYTES) {
            throw new AssertionError("the length of a request is wrong");
        }
        var api = ApiKey.of(in.int16());
        int version = in.int16();
        int correlationId = in.int32();
        String clientId = in.string(false, true);
        if (api.requestHeaderVersion(version) >= 2) {
            in.uvarint();
        }
        var question = api.readRequest(in, version);
        heard.addLast(new Heard(api, version, correlationId, clientId, question));
        questions.add(question);
        if (in.remaining() > 0) {
            throw new AssertionError("a request has a tail");
        }
    }

    /** True when a heartbeat of this broker has ever arrived. */
    boolean hasHeard(int brokerId) {
        return questions.stream().anyMatch(it -> it instanceof BrokerHeartbeatRequest asked && asked.brokerId() == brokerId);
    }

    @Override
    public boolean isCongested() {
        return congested;
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Answers what was heard first. */
    void answer(Message answer) {
        var first = heard.removeFirst();
        answer(first.api, first.version, first.correlationId, answer);
    }

    void answer(ApiKey api, int version, int correlationId, Message answer) {
        visit.onFrame(frame(api, version, correlationId, answer));
    }

    static ByteBuffer frame(ApiKey api, int version, int correlationId, Message answer) {
        var out = new Writer(64);
        out.int32(correlationId);
        if (api.responseHeaderVersion(version) >= 1) {
            out.uvarint(0);
        }
        answer.write(out, version);
        return ByteBuffer.wrap(out.toBytes());
    }

    /** Opens, and says that it speaks these. */
    void open(ApiVersion... spoken) {
        visit.onOpen();
        answer(versions(spoken));
    }

    static ApiVersionsResponse versions(ApiVersion... spoken) {
        return ApiVersionsResponse.builder().apiKeys(List.of(spoken)).build();
    }

    static ApiVersion speaks(ApiKey api, int min, int max) {
        return new ApiVersion(api.id(), (short) min, (short) max);
    }

    /** Keeps replies in the order in which they came. */
    static final class Diary {
        final List<Reply> replies = new ArrayList<>();

        Consumer<Reply> entry() {
            return replies::add;
        }

        Reply only() {
            if (replies.size() != 1) {
                throw new AssertionError("one reply was expected: " + replies);
            }
            return replies.getFirst();
        }
    }
}
