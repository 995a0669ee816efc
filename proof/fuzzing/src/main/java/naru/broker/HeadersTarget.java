package naru.broker;

import java.nio.ByteBuffer;
import naru.base.ClientLink;
import naru.base.Limits;
import naru.base.Outgoing;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;

/** Any bytes, heard as a request: taken, or the end of the connection, which is said once. */
public final class HeadersTarget {

    private HeadersTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        var door = new Door();
        var conversation = new Conversation(door, new Counter(), new Writer(1 << 10), Limits.CRAMPED);
        conversation.onFrame(ByteBuffer.wrap(input.clone()));
        conversation.onFrame(ByteBuffer.wrap(input.clone()));
        conversation.onClosed();
        if (door.goodbyes > 1) {
            throw new AssertionError("said goodbye " + door.goodbyes + " times");
        }
    }

    /** Reads what it is given, and answers nothing. */
    private static final class Counter implements Conversation.Desk {
        @Override
        public boolean serves(ApiKey api, int version) {
            return version >= api.versionMin() && version <= api.stableMax();
        }

        @Override
        public void take(Request request, Reader body) {
            request.api().readRequest(body, request.version());
            request.answerNothing();
        }

        @Override
        public void takeUnknownApiVersions(Request request) {
            request.answerInVersion(Apis.unsupported(), (short) 0);
        }
    }

    private static final class Door implements ClientLink {
        private int goodbyes;

        @Override
        public long id() {
            return 1;
        }

        @Override
        public String listener() {
            return "PLAINTEXT";
        }

        @Override
        public String clientHost() {
            return "/127.0.0.1";
        }

        @Override
        public String clientAddress() {
            return "127.0.0.1:1";
        }

        @Override
        public void send(Outgoing bytes) {
            bytes.close();
        }

        @Override
        public boolean isCongested() {
            return false;
        }

        @Override
        public void pause() {
            // nobody reads here
        }

        @Override
        public void resume() {
            // nobody reads here
        }

        @Override
        public void close(String why) {
            goodbyes++;
        }
    }
}
