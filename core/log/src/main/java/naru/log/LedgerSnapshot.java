package naru.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Kafka's {@code .snapshot}: version 1 (2 bytes), CRC32C of what follows it (4), the number of producers (4), and for
 * each: id (8), epoch (2), last sequence (4), last offset (8), offset delta (4), timestamp (8), coordinator epoch (4), first
 * offset of the open transaction (8).
 */
final class LedgerSnapshot {

    private static final short VERSION = 1;
    private static final int CRC_AT = 2;
    private static final int COUNT_AT = 6;
    private static final int ENTRIES_AT = 10;
    private static final int ENTRY = 46;

    private LedgerSnapshot() {}

    static byte[] encode(ProducerLedger ledger) {
        var producers = ledger.sorted();
        var out = ByteBuffer.allocate(ENTRIES_AT + producers.size() * ENTRY);
        out.putShort(VERSION).putInt(0).putInt(producers.size());
        for (var p : producers) {
            out.putLong(p.id()).putShort(p.epoch()).putInt(p.lastSequence()).putLong(p.lastOffset());
            out.putInt(p.lastOffsetDelta()).putLong(p.lastTimestampMs()).putInt(p.coordinatorEpoch());
            out.putLong(p.txnStartOffset());
        }
        return out.putInt(CRC_AT, crc(out)).array();
    }

    /** Fills the ledger; false, and an empty ledger, when the bytes are not a whole snapshot. */
    static boolean decode(byte[] bytes, ProducerLedger ledger) {
        ledger.clear();
        var in = ByteBuffer.wrap(bytes);
        if (bytes.length < ENTRIES_AT || in.getShort(0) != VERSION || in.getInt(CRC_AT) != crc(in)) {
            return false;
        }
        int count = in.getInt(COUNT_AT);
        if (count < 0 || bytes.length != ENTRIES_AT + (long) count * ENTRY) {
            return false;
        }
        in.position(ENTRIES_AT);
        for (int i = 0; i < count; i++) {
            ledger.put(producer(in));
        }
        return true;
    }

    private static Producer producer(ByteBuffer in) {
        var producer = new Producer(in.getLong());
        short epoch = in.getShort();
        int lastSequence = in.getInt();
        long lastOffset = in.getLong();
        int delta = in.getInt();
        long timestamp = in.getLong();
        if (lastOffset >= 0) {
            producer.add(epoch, lastSequence, lastOffset, delta, timestamp);
        }
        producer.restore(epoch, in.getInt(), in.getLong(), timestamp);
        return producer;
    }

    private static int crc(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes.slice(COUNT_AT, bytes.capacity() - COUNT_AT));
        return (int) crc.getValue();
    }
}
