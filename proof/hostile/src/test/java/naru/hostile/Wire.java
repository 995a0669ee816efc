package naru.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import naru.base.Uuid;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Records;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchResponse;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceResponse;

/** One connection to the broker, on which anything can be said. Blocks; a broker that is silent for long is a failure. */
final class Wire implements AutoCloseable {

    static final int SILENCE_MS_MAX = 60_000;

    /** Newest version that speaks of topics by name. */
    static final int PRODUCE_BY_NAME = 12;

    static final int FETCH_BY_NAME = 12;
    private static final int CREATE_TOPICS = 7;

    private final Instant openedAt = Instant.now();
    private final Socket socket = new Socket();
    private final DataInputStream in;

    Wire(InetSocketAddress broker) throws IOException {
        this(broker, 0);
    }

    /** @param receiveBufferBytes what the system takes from the broker before anybody reads it; 0 for its default */
    Wire(InetSocketAddress broker, int receiveBufferBytes) throws IOException {
        this(broker, receiveBufferBytes, "127.0.0.1");
    }

    /** @param from the address of this machine that the broker is to see */
    Wire(InetSocketAddress broker, int receiveBufferBytes, String from) throws IOException {
        socket.bind(new InetSocketAddress(from, 0));
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(SILENCE_MS_MAX);
        socket.connect(broker);
        in = new DataInputStream(socket.getInputStream());
    }

    Instant openedAt() {
        return openedAt;
    }

    /** As the broker's log names this client. */
    String name() {
        return socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort();
    }

    void sendRaw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    void sendLength(int length) throws IOException {
        sendRaw(ByteBuffer.allocate(4).putInt(length).array());
    }

    /** Sends one frame with the right length in front. */
    void sendFrame(byte[] frame) throws IOException {
        sendRaw(ByteBuffer.allocate(4 + frame.length).putInt(frame.length).put(frame).array());
    }

    void send(ApiKey api, int version, Message body) throws IOException {
        sendFrame(frame(api, version, 7, body));
    }

    <A extends Message> A ask(ApiKey api, int version, Message question, Class<A> answer) throws IOException {
        send(api, version, question);
        return answer.cast(receive(api, version));
    }

    Message receive(ApiKey api, int version) throws IOException {
        return answerIn(receiveFrame(), api, version);
    }

    static Message answerIn(ByteBuffer frame, ApiKey api, int version) {
        var reader = new Reader(frame);
        reader.int32();
        if (api.responseHeaderVersion(version) >= 1) {
            reader.uvarint();
        }
        var answer = api.readResponse(reader, version);
        assertThat(reader.remaining()).as("bytes behind the answer").isZero();
        return answer;
    }

    ByteBuffer receiveFrame() throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes);
    }

    /** Answers still on their way are passed over; true when the broker has hung up, however it did. */
    boolean isHungUp() throws IOException {
        try {
            while (in.read(new byte[8_192]) >= 0) {
                // an answer to something else
            }
            return true;
        } catch (EOFException | SocketException _) {
            return true;
        }
    }

    void closeOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    // --- requests ---

    static byte[] frame(ApiKey api, int version, int correlationId, Message body) {
        var writer = new Writer(1 << 10);
        writer.int16(api.id());
        writer.int16((short) version);
        writer.int32(correlationId);
        writer.string("stranger", false, true);
        if (api.requestHeaderVersion(version) >= 2) {
            writer.uvarint(0);
        }
        body.write(writer, version);
        return writer.toBytes();
    }

    short createTopic(String name, int partitions) throws IOException {
        var topic = new CreateTopicsRequest.CreatableTopic(name, partitions, (short) 1, List.of(), List.of());
        var request = CreateTopicsRequest.builder().topics(List.of(topic)).timeoutMs(10_000).build();
        return ask(ApiKey.CREATE_TOPICS, CREATE_TOPICS, request, CreateTopicsResponse.class)
                .topics().getFirst().errorCode();
    }

    static ProduceRequest produce(String topic, int partition, int acks, ByteBuffer batch) {
        return produce(acks, List.of(new ProduceRequest.TopicProduceData(topic, Uuid.ZERO,
                List.of(new ProduceRequest.PartitionProduceData(partition, new Records.InMemory(batch))))));
    }

    static ProduceRequest produce(int acks, List<ProduceRequest.TopicProduceData> topics) {
        return ProduceRequest.builder().acks((short) acks).timeoutMs(10_000).topicData(topics).build();
    }

    ProduceResponse.PartitionProduceResponse append(String topic, ByteBuffer batch) throws IOException {
        return ask(ApiKey.PRODUCE, PRODUCE_BY_NAME, produce(topic, 0, -1, batch), ProduceResponse.class)
                .responses().getFirst().partitionResponses().getFirst();
    }

    static FetchRequest fetch(String topic, long offset, int maxWaitMs) {
        var partition = FetchRequest.FetchPartition.builder()
                .partition(0).fetchOffset(offset).partitionMaxBytes(8 << 20).build();
        return FetchRequest.builder()
                .maxWaitMs(maxWaitMs).minBytes(1).maxBytes(50 << 20).sessionEpoch(-1)
                .topics(List.of(FetchRequest.FetchTopic.builder().topic(topic).partitions(List.of(partition)).build()))
                .build();
    }

    FetchResponse.PartitionData read(String topic, long offset) throws IOException {
        return ask(ApiKey.FETCH, FETCH_BY_NAME, fetch(topic, offset, 0), FetchResponse.class)
                .responses().getFirst().partitions().getFirst();
    }

    /** A list made by number. */
    static <T> List<T> many(int count, Function<Integer, T> each) {
        var list = new ArrayList<T>(count);
        for (int i = 0; i < count; i++) {
            list.add(each.apply(i));
        }
        return list;
    }
}
