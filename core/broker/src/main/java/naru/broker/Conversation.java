package naru.broker;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import naru.base.ClientLink;
import naru.base.Limits;
import naru.base.Visit;
import naru.coordination.transactions.Channel;
import naru.protocol.MalformedMessage;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.UnwritableMessage;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;

/**
 * What is said on one connection: requests in, answers out in the order of the requests, however many are under way.
 * Reading stops while too many are, or while the client does not take its answers.
 */
final class Conversation implements Visit {

    /** Where requests go. */
    interface Desk {

        /** True when this API and version work here. */
        boolean serves(ApiKey api, int version);

        /** Takes a request whose header was understood. Throws {@link MalformedMessage} when its body is not. */
        void take(Request request, Reader body);

        /** Answers a client that asks for our versions in a version we do not have. */
        void takeUnknownApiVersions(Request request);
    }

    private static final int HEADER_BYTES_MIN = 8;
    private static final short NO_CLIENT_ID = -1;

    private final ClientLink link;
    private final Desk desk;
    private final Writer writer;
    private final Limits limits;
    private final Channel channel;
    private final Deque<Request> underWay = new ArrayDeque<>(4);
    private long heldBytes;
    private boolean paused;
    private boolean sending;
    private boolean closed;
    private final List<Runnable> whenClosed = new ArrayList<>(0);

    /** A connection whose age nobody asks for. */
    Conversation(ClientLink link, Desk desk, Writer writer, Limits limits) {
        this(link, desk, writer, limits, new Channel(0, 0));
    }

    /**
     * @param writer the lane's own: every answer is encoded and handed to the link in one go
     * @param channel when the connection was accepted
     */
    Conversation(ClientLink link, Desk desk, Writer writer, Limits limits, Channel channel) {
        this.channel = channel;
        this.link = link;
        this.desk = desk;
        this.writer = writer;
        this.limits = limits;
    }

    ClientLink link() {
        return link;
    }

    Channel channel() {
        return channel;
    }

    boolean isClosed() {
        return closed;
    }

    /** What lives no longer than the connection ends with it. */
    void whenClosed(Runnable task) {
        whenClosed.add(task);
    }

    /** Bytes of requests under way that are kept in memory: so many more. */
    void hold(long bytes) {
        heldBytes += bytes;
    }

    @Override
    public void onFrame(ByteBuffer frame) {
        if (closed) {
            return;
        }
        try {
            hear(frame);
        } catch (MalformedMessage malformed) {
            hangUp("sent a request that makes no sense: " + malformed.getMessage());
        }
        adjustReading();
    }

    private void hear(ByteBuffer frame) {
        if (frame.remaining() < HEADER_BYTES_MIN) {
            throw new MalformedMessage("a request of " + frame.remaining() + " bytes has no header");
        }
        short apiNumber = frame.getShort();
        short version = frame.getShort();
        int correlationId = frame.getInt();
        var api = ApiKey.of(apiNumber);
        if (api == null) {
            hangUp("asked for API " + apiNumber + ", which does not exist");
            return;
        }
        if (!desk.serves(api, version)) {
            refuseVersion(api, version, correlationId);
            return;
        }
        String clientId = clientId(frame);
        var reader = new Reader(frame, limits.topicsPerRequestMax());
        if (api.requestHeaderVersion(version) >= 2) {
            skipTaggedFields(reader);
        }
        var request = new Request(this, api, version, correlationId, clientId);
        underWay.addLast(request);
        desk.take(request, reader);
    }

    /** A client that is newer than we are learns from the answer in version 0 what to ask for; others are lost. */
    private void refuseVersion(ApiKey api, short version, int correlationId) {
        if (api != ApiKey.API_VERSIONS) {
            hangUp("asked for version " + version + " of " + api + ", which is not served");
            return;
        }
        var request = new Request(this, api, version, correlationId, null);
        underWay.addLast(request);
        desk.takeUnknownApiVersions(request);
    }

    private static String clientId(ByteBuffer frame) {
        if (frame.remaining() < 2) {
            throw new MalformedMessage("the header ends before the client's id");
        }
        short length = frame.getShort();
        if (length == NO_CLIENT_ID) {
            return null;
        }
        if (length < 0 || length > frame.remaining()) {
            throw new MalformedMessage("a client's id of " + length + " bytes");
        }
        byte[] utf8 = new byte[length];
        frame.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static void skipTaggedFields(Reader reader) {
        int fields = reader.uvarint();
        for (int i = 0; i < fields; i++) {
            reader.uvarint();
            reader.skip(reader.uvarint());
        }
    }

    /** Sends every answer that is next in order. */
    void onAnswered(Request answered) {
        if (underWay.peekFirst() != answered) {
            // Not its turn yet; and when the client has gone, never.
            dropWhenNobodyListens(answered);
            return;
        }
        sendWhatIsNext();
    }

    private void dropWhenNobodyListens(Request answered) {
        if (closed && answered.answer() != null) {
            Answers.drop(answered.answer());
        }
    }

    private void sendWhatIsNext() {
        if (sending) {
            return; // whoever is told that it is next may answer at once, and is heard further up
        }
        sending = true;
        try {
            while (isNextAnswered()) {
                var request = underWay.removeFirst();
                var answer = request.answer();
                if (answer != null) {
                    sendOrDrop(request, answer);
                }
            }
        } finally {
            sending = false;
        }
        adjustReading();
    }

    private boolean isNextAnswered() {
        if (!underWay.isEmpty() && !closed) {
            underWay.getFirst().onNext();
        }
        return !underWay.isEmpty() && underWay.getFirst().isAnswered();
    }

    /** True when nothing that was asked before this waits for its answer. */
    boolean isNext(Request request) {
        return underWay.peekFirst() == request;
    }

    private void sendOrDrop(Request request, Message answer) {
        if (closed) {
            Answers.drop(answer);
        } else {
            send(request, answer);
        }
    }

    /** An answer may quote a client in more words than its version has room for; nobody else must suffer from that. */
    private void send(Request request, Message answer) {
        try {
            encode(request, answer);
        } catch (UnwritableMessage | ArithmeticException unwritable) {
            Answers.drop(answer);
            hangUp("the answer to " + request.api() + " cannot be told in version " + request.answerVersion() + ": "
                    + unwritable.getMessage());
            return;
        }
        link.send(writer.finish());
    }

    private void encode(Request request, Message answer) {
        writer.reset();
        writer.int32(0);
        writer.int32(request.correlationId());
        short version = request.answerVersion();
        if (request.api().responseHeaderVersion(version) >= 1) {
            writer.uvarint(0);
        }
        answer.write(writer, version);
        writer.setInt32(0, Math.toIntExact(writer.length() - Integer.BYTES));
    }

    private void adjustReading() {
        if (closed) {
            return;
        }
        boolean full = underWay.size() >= limits.requestsInFlightMax()
                || heldBytes > limits.answerBytesQueuedMax() || link.isCongested();
        if (full && !paused) {
            paused = true;
            link.pause();
        } else if (!full && paused) {
            paused = false;
            link.resume();
        }
    }

    void hangUp(String why) {
        if (!closed) {
            closed = true;
            link.close(why);
        }
    }

    @Override
    public void onRoom() {
        adjustReading();
    }

    @Override
    public void onClosed() {
        closed = true;
        var unheard = List.copyOf(underWay);
        underWay.clear();
        for (var request : unheard) {
            if (request.isAnswered()) {
                dropWhenNobodyListens(request);
            } else {
                request.abandon();
            }
        }
        whenClosed.forEach(Runnable::run);
        whenClosed.clear();
    }
}
