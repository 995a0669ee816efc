package naru.consensus;

import java.nio.ByteBuffer;
import naru.protocol.Message;
import naru.quorum.StoredRecords;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.Readable;
import org.apache.kafka.common.protocol.Writable;
import org.apache.kafka.server.common.serialization.RecordSerde;

/**
 * A metadata record on its way through the engine.
 *
 * @param encoded as it is stored; null when it was read
 */
record StoredEntry(Message record, ByteBuffer encoded) {

    static final RecordSerde<StoredEntry> SERDE = new RecordSerde<>() {
        @Override
        public int recordSize(StoredEntry entry, ObjectSerializationCache cache) {
            return entry.encoded().remaining();
        }

        @Override
        public void write(StoredEntry entry, ObjectSerializationCache cache, Writable out) {
            out.writeByteBuffer(entry.encoded().duplicate());
        }

        @Override
        public StoredEntry read(Readable in, int size) {
            return new StoredEntry(StoredRecords.decode(in.readByteBuffer(size)), null);
        }
    };
}
