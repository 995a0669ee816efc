package naru.broker;

import java.nio.ByteBuffer;
import naru.protocol.Message;
import naru.protocol.Records;
import naru.protocol.message.FetchResponse;
import naru.protocol.message.ShareFetchResponse;

/** What must happen to an answer that is never sent. */
final class Answers {

    private Answers() {}

    /** Gives back the files that an answer holds. Only fetches hold any. */
    static void drop(Message answer) {
        if (answer instanceof FetchResponse fetched) {
            for (var topic : fetched.responses()) {
                for (var partition : topic.partitions()) {
                    drop(partition.records());
                }
            }
        } else if (answer instanceof ShareFetchResponse fetched) {
            for (var topic : fetched.responses()) {
                for (var partition : topic.partitions()) {
                    drop(partition.records());
                }
            }
        }
    }

    /** Brings records from a file into memory and gives the file back. */
    static ByteBuffer read(Records.InFile records) {
        try (var file = records.file()) {
            var copy = ByteBuffer.allocate(records.length());
            while (copy.hasRemaining() && file.read(copy, records.position() + copy.position()) > 0) {
                // a read may come back short
            }
            return copy.flip();
        }
    }

    static void drop(Records records) {
        if (records instanceof Records.InFile inFile) {
            inFile.file().close();
        }
    }
}
