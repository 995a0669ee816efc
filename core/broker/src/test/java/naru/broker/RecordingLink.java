package naru.broker;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import naru.base.ClientLink;
import naru.base.Outgoing;

/** A connection without a socket: keeps what was sent, and what was asked of it. */
final class RecordingLink implements ClientLink {

    final Deque<ByteBuffer> sent = new ArrayDeque<>();
    boolean paused;
    boolean congested;
    String closedBecause;

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
        return "/10.0.0.7";
    }

    @Override
    public String clientAddress() {
        return "/10.0.0.7:4711";
    }

    @Override
    public void send(Outgoing bytes) {
        try (bytes) {
            var copy = ByteBuffer.allocate(Math.toIntExact(bytes.length()));
            for (var piece : bytes.pieces()) {
                switch (piece) {
                    case Outgoing.Piece.Memory(ByteBuffer memory) -> copy.put(memory.duplicate());
                    case Outgoing.Piece.InFile(var file, long position, int length) -> {
                        var slice = copy.slice(copy.position(), length);
                        while (slice.hasRemaining() && file.read(slice, position + slice.position()) > 0) {
                            // a read may come back short
                        }
                        copy.position(copy.position() + length);
                    }
                }
            }
            sent.add(copy.flip());
        }
    }

    @Override
    public boolean isCongested() {
        return congested;
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    @Override
    public void close(String why) {
        closedBecause = why;
    }
}
