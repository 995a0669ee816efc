package naru.server;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;

/** The smallest client there is: blocks, and knows one connection. For the rehearsal, which must need nothing else. */
final class PlainClient implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 << 10;
    private static final String CLIENT_ID = "rehearsal";

    private record Asked(ApiKey api, int version) {}

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final DataOutputStream out;
    private final Writer writer = new Writer(BUFFER_BYTES);
    private final ArrayDeque<Asked> underWay = new ArrayDeque<>();

    PlainClient(InetSocketAddress broker) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(broker);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES));
    }

    /** Asks in the given version and waits for the answer. */
    <A extends Message> A ask(ApiKey api, int version, Message question, Class<A> answer) throws IOException {
        send(api, version, question);
        return answer.cast(receive());
    }

    /** Asks without waiting; {@link #receive} brings the answers in order. */
    void send(ApiKey api, int version, Message question) throws IOException {
        writer.reset();
        writer.int16(api.id());
        writer.int16((short) version);
        writer.int32(0);
        writer.string(CLIENT_ID, false, true);
        if (api.requestHeaderVersion(version) >= 2) {
            writer.uvarint(0);
        }
        question.write(writer, version);
        byte[] bytes = writer.toBytes();
        out.writeInt(bytes.length);
        out.write(bytes);
        underWay.addLast(new Asked(api, version));
    }

    /** What was sent leaves now, without waiting for an answer. */
    void flush() throws IOException {
        out.flush();
    }

    Message receive() throws IOException {
        out.flush();
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        var asked = underWay.removeFirst();
        var reader = new Reader(ByteBuffer.wrap(bytes));
        reader.int32();
        if (asked.api().responseHeaderVersion(asked.version()) >= 1) {
            reader.uvarint();
        }
        return asked.api().readResponse(reader, asked.version());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
