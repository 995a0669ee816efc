package naru.coordination.shares;

import java.util.List;
import naru.coordination.runtime.Deadlines;

/** A consumer in a share group, as the log knows it. */
final class ShareMember {

    final String id;
    String rack;
    String clientId = "";
    String clientHost = "";
    List<String> topics = List.of();
    int epoch;
    int epochBefore = -1;
    Partitions assigned = Partitions.NONE;
    /** Passes when it was silent for too long. */
    Deadlines.Deadline session;

    ShareMember(String id) {
        this.id = id;
    }
}
