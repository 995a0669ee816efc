package naru.broker;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import naru.protocol.MalformedMessage;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DefaultPrincipalData;
import naru.protocol.message.EnvelopeRequest;

/**
 * A client's request on its way through a broker (KIP-590): the request as the client would have sent it, who the client
 * is in the words of Kafka's default principal builder, and the address it came from.
 */
final class Envelopes {

    private static final int BYTES = 256;
    private static final short PRINCIPAL_VERSION = 0;
    private static final int CORRELATION_ID = 0;
    /** Nobody has a name before there is authentication. */
    private static final DefaultPrincipalData ANONYMOUS = new DefaultPrincipalData("User", "ANONYMOUS", false);

    private Envelopes() {}

    /** What was in an envelope. */
    record Content(ApiKey api, short version, int correlationId, Asker asker, Message request) {}

    static EnvelopeRequest seal(ApiKey api, int version, Message request, Asker asker) {
        var out = new Writer(BYTES);
        out.int16(api.id());
        out.int16((short) version);
        out.int32(CORRELATION_ID);
        out.string(asker.clientId(), false, true);
        if (api.requestHeaderVersion(version) >= 2) {
            out.uvarint(0);
        }
        request.write(out, version);
        var principal = new Writer(BYTES);
        principal.int16(PRINCIPAL_VERSION);
        ANONYMOUS.write(principal, PRINCIPAL_VERSION);
        byte[] address = InetAddress.ofLiteral(asker.host().substring(1)).getAddress();
        return new EnvelopeRequest(
                ByteBuffer.wrap(out.toBytes()), ByteBuffer.wrap(principal.toBytes()), ByteBuffer.wrap(address));
    }

    /** @throws MalformedMessage when the answer makes no sense */
    static Message openAnswer(ApiKey api, int version, ByteBuffer answer) {
        var in = new Reader(answer);
        in.int32();
        if (api.responseHeaderVersion(version) >= 1) {
            skipTaggedFields(in);
        }
        return api.readResponse(in, version);
    }

    /**
     * Opens what a broker has sent.
     *
     * @param elementsMax of all lists in the request together
     * @throws MalformedMessage when there is no request in it that we know
     */
    static Content open(EnvelopeRequest envelope, int elementsMax) {
        var in = new Reader(envelope.requestData(), elementsMax);
        var api = ApiKey.of(in.int16());
        short version = in.int16();
        int correlationId = in.int32();
        if (api == null || version < api.versionMin() || version > api.stableMax()) {
            throw new MalformedMessage("version " + version + " of " + api + " is not known");
        }
        String clientId = in.string(false, true);
        if (api.requestHeaderVersion(version) >= 2) {
            skipTaggedFields(in);
        }
        var request = api.readRequest(in, version);
        return new Content(api, version, correlationId, new Asker(clientId, hostOf(envelope.clientHostAddress())), request);
    }

    private static String hostOf(ByteBuffer address) {
        byte[] bytes = new byte[address.remaining()];
        address.duplicate().get(bytes);
        try {
            return "/" + InetAddress.getByAddress(bytes).getHostAddress();
        } catch (java.net.UnknownHostException _) {
            throw new MalformedMessage("an address of " + bytes.length + " bytes");
        }
    }

    /** A principal that we can read; what it says counts for nothing before there is access control. */
    static boolean hasPrincipal(EnvelopeRequest envelope) {
        if (envelope.requestPrincipal() == null) {
            return false;
        }
        try {
            var in = new Reader(envelope.requestPrincipal().duplicate());
            return in.int16() == PRINCIPAL_VERSION && !DefaultPrincipalData.read(in, PRINCIPAL_VERSION).type().isEmpty();
        } catch (MalformedMessage _) {
            return false;
        }
    }

    static ByteBuffer sealAnswer(Content asked, Message answer) {
        var out = new Writer(BYTES);
        out.int32(asked.correlationId());
        if (asked.api().responseHeaderVersion(asked.version()) >= 1) {
            out.uvarint(0);
        }
        answer.write(out, asked.version());
        return ByteBuffer.wrap(out.toBytes());
    }

    private static void skipTaggedFields(Reader in) {
        for (int fields = in.uvarint(); fields > 0; fields--) {
            in.uvarint();
            in.skip(in.uvarint());
        }
    }
}
