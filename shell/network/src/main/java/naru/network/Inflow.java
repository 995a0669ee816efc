package naru.network;

import static naru.base.Invariant.check;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import naru.base.Limits;

/**
 * Cuts what one connection sends into requests: four bytes of length, then that many bytes.
 *
 * <p>What is not whole at the end of a read is held here. A short rest moves in front of the next read in the lane's
 * {@link TurnBuffer}; a long one has a buffer of its own, which grows with what has really arrived and is read into
 * directly. Either way a peer that announces much and sends little costs little.
 */
final class Inflow {

    /** What becomes of a request, or of a peer that does not keep to the rules. */
    interface Receiver {
        void onFrame(ByteBuffer frame);

        /** False: deliver no more for now. */
        boolean wantsMore();

        void onBroken(String why);
    }

    private static final int PREFIX_BYTES = 4;

    /** A rest up to here is copied in front of the next read. */
    private static final int MOVED_BYTES_MAX = 8 << 10;

    /** A buffer may be this many times larger than what it holds; the room is asked of {@link RequestMemory} first. */
    private static final int GROWTH = 16;

    private final Limits limits;
    private final ByteBufAllocator allocator;
    private final RequestMemory memory;
    private final Arrivals arrivals;
    private final TurnBuffer turn;
    private final Receiver receiver;
    private ByteBuf held;
    private int heldCharge;
    private boolean readsIntoHeld;
    private int placedAt;
    private int placedFrom;
    private boolean arriving;
    private boolean broken;

    Inflow(Limits limits, ByteBufAllocator allocator, RequestMemory memory, Arrivals arrivals, TurnBuffer turn,
            Receiver receiver) {
        this.limits = limits;
        this.allocator = allocator;
        this.memory = memory;
        this.arrivals = arrivals;
        this.turn = turn;
        this.receiver = receiver;
    }

    /** Where the next read goes; released by the reader. What is held stays held until {@link #onRead}. */
    ByteBuf room() {
        int bytesMax = limits.readBytesPerTurnMax();
        readsIntoHeld = held != null && held.readableBytes() > MOVED_BYTES_MAX;
        if (readsIntoHeld && held.writableBytes() > 0) {
            int length = Math.min(bytesMax, held.writableBytes());
            return held.retainedSlice(held.writerIndex(), length).writerIndex(0);
        }
        readsIntoHeld = false;
        int rest = held == null ? 0 : held.readableBytes();
        placedAt = turn.placeFor(rest + bytesMax);
        if (rest > 0) {
            turn.block().setBytes(placedAt, held, held.readerIndex(), rest);
        }
        placedFrom = placedAt + rest;
        return turn.block().retainedSlice(placedFrom, bytesMax).writerIndex(0);
    }

    /** {@code bytes} have been read into the latest {@link #room}. */
    void onRead(int bytes) {
        if (broken) {
            return;
        }
        if (readsIntoHeld) {
            held.writerIndex(held.writerIndex() + bytes);
            deliverHeld();
            return;
        }
        int end = placedFrom + bytes;
        letGoOfHeld();
        turn.use(align(end));
        int next = deliver(placedAt, end);
        if (!broken && next < end) {
            hold(turn.block(), next, end - next);
        }
    }

    private static int align(int position) {
        return (position + 7) & ~7;
    }

    /** Delivers whole requests from the turn's block; where the first one begins that was not delivered. */
    private int deliver(int from, int end) {
        var block = turn.block();
        int at = from;
        while (end - at >= PREFIX_BYTES && receiver.wantsMore()) {
            int length = block.getInt(at);
            if (!isAllowed(length)) {
                return end;
            }
            if (end - at - PREFIX_BYTES < length) {
                break;
            }
            arrived();
            receiver.onFrame(turn.view(at + PREFIX_BYTES, length));
            at += PREFIX_BYTES + length;
        }
        return at;
    }

    private boolean isAllowed(int length) {
        if (length >= 0 && length <= limits.requestBytesMax()) {
            return true;
        }
        breakOff("a request of " + Integer.toUnsignedString(length) + " bytes was announced, at most "
                + limits.requestBytesMax() + " are allowed");
        return false;
    }

    /** Takes over what is left of a read. */
    private void hold(ByteBuf from, int index, int length) {
        int wanted = length;
        if (length >= PREFIX_BYTES) {
            int frame = from.getInt(index);
            if (!isAllowed(frame)) {
                return;
            }
            wanted = capacityFor(frame, length);
        }
        if (newHeld(Math.max(wanted, length))) {
            held.writeBytes(from, index, length);
        }
    }

    private int capacityFor(int frame, int have) {
        return (int) Math.min((long) frame + PREFIX_BYTES, (long) have * GROWTH);
    }

    private boolean newHeld(int capacity) {
        check(held == null, "one rest at a time");
        while (!memory.take(capacity)) {
            if (!arrivals.sacrificeOldestBut(this)) {
                breakOff("no memory is left for requests that arrive in pieces");
                return false;
            }
        }
        heldCharge = capacity;
        arrives();
        held = allocator.directBuffer(capacity, capacity);
        return true;
    }

    /** Delivers what was held while the receiver wanted no more. Called when it wants more again. */
    void deliverHeld() {
        while (!broken && held != null && held.readableBytes() >= PREFIX_BYTES && receiver.wantsMore()) {
            int length = held.getInt(held.readerIndex());
            if (!isAllowed(length)) {
                return;
            }
            int whole = length + PREFIX_BYTES;
            if (held.readableBytes() < whole) {
                makeRoom(length);
                break;
            }
            var frame = held.nioBuffer(held.readerIndex() + PREFIX_BYTES, length).slice();
            held.skipBytes(whole);
            var delivered = held;
            delivered.retain();
            turn.keep(delivered);
            if (!held.isReadable()) {
                letGoOfHeld();
            }
            arrived();
            receiver.onFrame(frame);
        }
        if (held != null) {
            arrives();
        }
    }

    /** A request that is not whole yet gets a buffer in which it can go on. */
    private void makeRoom(int length) {
        if (held.writableBytes() > 0 && held.readerIndex() == 0) {
            return;
        }
        var before = held;
        int chargeBefore = heldCharge;
        held = null;
        heldCharge = 0;
        if (newHeld(capacityFor(length, before.readableBytes()))) {
            held.writeBytes(before);
        }
        before.release();
        memory.giveBack(chargeBefore);
    }

    private void arrives() {
        if (!arriving) {
            arriving = true;
            arrivals.begin(this);
        }
    }

    /** The request whose beginning was held is whole, or will never be. */
    private void arrived() {
        if (arriving) {
            arriving = false;
            arrivals.end(this);
        }
    }

    private void letGoOfHeld() {
        if (held != null) {
            held.release();
            held = null;
            memory.giveBack(heldCharge);
            heldCharge = 0;
        }
    }

    private void breakOff(String why) {
        broken = true;
        arrived();
        letGoOfHeld();
        receiver.onBroken(why);
    }

    /** Others need the memory, and this request has been arriving for longest. */
    void giveWay() {
        breakOff("its request arrives too slowly, and the memory for it is needed");
    }

    void free() {
        broken = true;
        arrived();
        letGoOfHeld();
    }
}
