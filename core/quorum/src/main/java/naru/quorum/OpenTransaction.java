package naru.quorum;

import java.util.ArrayList;
import java.util.List;
import naru.protocol.Message;
import naru.protocol.message.AbortTransactionRecord;
import naru.protocol.message.BeginTransactionRecord;
import naru.protocol.message.EndTransactionRecord;

/** A decision of Kafka's controller may be longer than a batch: its records count from its end on, all or none. */
public final class OpenTransaction {

    private List<Message> held;

    public boolean isOpen() {
        return held != null;
    }

    /**
     * What counts now that these records have been read.
     *
     * @throws DamagedMetadata when a record sets a metadata version that we cannot read or write
     */
    public List<Message> counting(List<Message> records) {
        var counting = new ArrayList<Message>(records.size());
        records.forEach(record -> sort(record, counting));
        return counting;
    }

    private void sort(Message record, List<Message> counting) {
        switch (record) {
            case BeginTransactionRecord _ -> held = new ArrayList<>();
            case AbortTransactionRecord _ -> held = null;
            case EndTransactionRecord _ -> {
                if (held != null) {
                    counting.addAll(held);
                }
                held = null;
            }
            default -> {
                RecordVersions.check(record);
                (held == null ? counting : held).add(record);
            }
        }
    }
}
