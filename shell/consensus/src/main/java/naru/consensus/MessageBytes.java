package naru.consensus;

import java.nio.ByteBuffer;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/** The same message in our types and in Kafka's: one writes the bytes, the other reads them. */
final class MessageBytes {

    private MessageBytes() {}

    static ApiMessage kafkasRequest(ApiKey api, Message request, int version) {
        var message = ApiMessageType.fromApiKey(api.id()).newRequest();
        message.read(new ByteBufferAccessor(bytes(request, version)), (short) version);
        return message;
    }

    static ApiMessage kafkasResponse(ApiKey api, Message response, int version) {
        var message = ApiMessageType.fromApiKey(api.id()).newResponse();
        message.read(new ByteBufferAccessor(bytes(response, version)), (short) version);
        return message;
    }

    static Message ourRequest(ApiKey api, ApiMessage request, int version) {
        return api.readRequest(new Reader(bytes(request, version)), version);
    }

    static Message ourResponse(ApiKey api, ApiMessage response, int version) {
        return api.readResponse(new Reader(bytes(response, version)), version);
    }

    private static ByteBuffer bytes(Message message, int version) {
        var writer = new Writer(1 << 10);
        message.write(writer, version);
        return ByteBuffer.wrap(writer.toBytes());
    }

    private static ByteBuffer bytes(ApiMessage message, int version) {
        var cache = new ObjectSerializationCache();
        var bytes = ByteBuffer.allocate(message.size(cache, (short) version));
        message.write(new ByteBufferAccessor(bytes), cache, (short) version);
        return bytes.flip();
    }
}
