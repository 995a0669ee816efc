package naru.fuzzing;

import java.nio.ByteBuffer;
import naru.protocol.MalformedMessage;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;

/**
 * Any bytes, read as the body of any request: a message or a refusal, for no more memory than the bytes and the limit on
 * elements explain. A message can be written, and says the same when it is read again.
 */
public final class RequestsTarget {

    /** Two bytes of input, which are not part of the body: the API's number and the version. */
    static final int HEAD = 2;

    private static final int ELEMENTS_MAX = 10_000;

    /** An element has at least a byte and becomes at most an object of this size, its fields included. */
    private static final int BYTES_PER_BYTE = 400;

    /** A list reserves a reference for each element it announces; a refusal has a stack trace. */
    private static final int BYTES_ANYWAY = 8 * ELEMENTS_MAX + (64 << 10);

    private RequestsTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < HEAD) {
            return;
        }
        var api = ApiKey.of(input[0]);
        if (api == null) {
            return;
        }
        int versions = api.versionMax() - api.versionMin() + 1;
        if (versions > 0) {
            int version = api.versionMin() + Math.floorMod(input[1] - api.versionMin(), versions);
            look(api, version, ByteBuffer.wrap(input, HEAD, input.length - HEAD).slice());
        }
    }

    private static void look(ApiKey api, int version, ByteBuffer body) {
        var heard = new Message[1];
        Allowance.of(BYTES_ANYWAY + (long) BYTES_PER_BYTE * body.remaining(), () -> heard[0] = read(api, version, body));
        if (heard[0] == null) {
            return;
        }
        var writer = new Writer(1 << 10);
        heard[0].write(writer, version);
        var again = api.readRequest(new Reader(ByteBuffer.wrap(writer.toBytes())), version);
        if (!again.equals(heard[0])) {
            throw new AssertionError(api + " v" + version + " was " + heard[0] + " and became " + again);
        }
    }

    private static Message read(ApiKey api, int version, ByteBuffer body) {
        try {
            return api.readRequest(new Reader(body.duplicate(), ELEMENTS_MAX), version);
        } catch (MalformedMessage _) {
            return null;
        }
    }
}
