package naru.network;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import naru.base.Limits;

/**
 * Any bytes, arriving in any pieces on two connections of one lane, are cut into the same requests as if they had arrived
 * at once; what was heard stays as it was until the turn ends; and all memory is given back.
 */
public final class FramingTarget {

    private static final Limits LIMITS = Limits.CRAMPED;

    /** Of the input's first byte: the receiver pauses after each request. */
    private static final int PAUSING = 0x80;

    /** Of the input's first byte: there is hardly any memory for requests that arrive in pieces. */
    private static final int STARVING = 0x40;

    private static final int MEMORY_WHEN_STARVING = 600;

    private FramingTarget() {}

    /** The first byte says how the rest arrives, of which each connection gets one half. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        int manner = Byte.toUnsignedInt(input[0]);
        boolean starving = (manner & STARVING) != 0;
        int half = (input.length + 1) / 2;
        var allocator = UnpooledByteBufAllocator.DEFAULT;
        var memory = new RequestMemory(starving ? MEMORY_WHEN_STARVING : LIMITS.requestMemoryBytesMax());
        var turn = new TurnBuffer(allocator);
        var arrivals = new Arrivals();
        var clients = new ArrayList<Client>();
        for (var stream : List.of(ByteBuffer.wrap(input, 1, half - 1).slice(),
                ByteBuffer.wrap(input, half, input.length - half).slice())) {
            var client = new Client(stream, (manner & PAUSING) != 0);
            client.inflow = new Inflow(LIMITS, allocator, memory, arrivals, turn, client);
            clients.add(client);
        }
        play(clients, turn, manner);
        for (var client : clients) {
            client.judge(starving);
        }
        if (memory.taken() != 0) {
            throw new AssertionError(memory.taken() + " bytes were not given back");
        }
    }

    private static void play(List<Client> clients, TurnBuffer turn, int manner) {
        try {
            for (int step = 0; clients.stream().anyMatch(Client::hasMore); step++) {
                int bytes = 1 + (manner * 31 + step * 17) % (manner + 1);
                clients.forEach(client -> client.send(bytes));
                clients.forEach(Client::stillTheSame);
                turn.endTurn();
                clients.forEach(Client::forget);
            }
        } finally {
            clients.forEach(client -> client.inflow.free());
            turn.free();
        }
    }

    /** The rule itself; true when the stream breaks it. */
    private static boolean cut(ByteBuffer stream, List<ByteBuffer> frames) {
        while (stream.remaining() >= 4) {
            int length = stream.getInt();
            if (length < 0 || length > LIMITS.requestBytesMax()) {
                return true;
            }
            if (length > stream.remaining()) {
                return false;
            }
            frames.add(stream.slice(stream.position(), length));
            stream.position(stream.position() + length);
        }
        return false;
    }

    private static ByteBuffer copyOf(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    /** One connection: what it still has to say, and what was heard of it. */
    private static final class Client implements Inflow.Receiver {
        private final ByteBuffer whole;
        private final ByteBuffer stream;
        private final boolean pausing;
        private final List<ByteBuffer> frames = new ArrayList<>();
        private final List<ByteBuffer> ofThisTurn = new ArrayList<>();
        private Inflow inflow;
        private boolean paused;
        private String broken;

        private Client(ByteBuffer stream, boolean pausing) {
            this.whole = stream.duplicate();
            this.stream = stream;
            this.pausing = pausing;
        }

        private boolean hasMore() {
            return broken == null && (paused || stream.hasRemaining());
        }

        /** One turn: what was held when the receiver paused, or else one read. */
        private void send(int wanted) {
            if (!hasMore()) {
                return;
            }
            if (paused) {
                paused = false;
                inflow.deliverHeld();
                return;
            }
            var room = inflow.room();
            int bytes = Math.min(stream.remaining(), Math.min(room.writableBytes(), wanted));
            room.writeBytes(stream.slice(stream.position(), bytes));
            room.release();
            stream.position(stream.position() + bytes);
            inflow.onRead(bytes);
        }

        private void stillTheSame() {
            int first = frames.size() - ofThisTurn.size();
            for (int i = 0; i < ofThisTurn.size(); i++) {
                if (!ofThisTurn.get(i).equals(frames.get(first + i))) {
                    throw new AssertionError("request " + (first + i) + " changed before its turn ended");
                }
            }
        }

        private void forget() {
            ofThisTurn.clear();
        }

        private void judge(boolean starving) {
            var expected = new ArrayList<ByteBuffer>();
            boolean breaks = cut(whole, expected);
            boolean gaveWay = starving && broken != null && frames.size() <= expected.size();
            if (gaveWay ? !frames.equals(expected.subList(0, frames.size())) : !frames.equals(expected) || (broken != null) != breaks) {
                throw new AssertionError(expected.size() + " requests, heard " + frames.size() + ", broken: " + broken);
            }
        }

        @Override
        public void onFrame(ByteBuffer frame) {
            ofThisTurn.add(frame.duplicate());
            frames.add(copyOf(frame));
            paused = pausing;
        }

        @Override
        public boolean wantsMore() {
            return !paused && broken == null;
        }

        @Override
        public void onBroken(String why) {
            broken = why;
        }
    }
}
