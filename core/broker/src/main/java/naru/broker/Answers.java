package naru.broker;

import naru.protocol.Message;
import naru.protocol.Records;
import naru.protocol.message.FetchResponse;

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
        }
    }

    static void drop(Records records) {
        if (records instanceof Records.InFile inFile) {
            inFile.file().close();
        }
    }
}
