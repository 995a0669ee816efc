package naru.replication;

import java.util.SortedSet;
import naru.base.OffsetRange;

/** Everything a partition leader may ask for, to be carried out in the order given. */
public sealed interface LeaderEffect {

    /** The append is as safe as its producer asked for. */
    record Acknowledge(long ticket, OffsetRange at) implements LeaderEffect {}

    /** The append was taken back after it had been staged: nothing of it is in the log. */
    record Refuse(long ticket) implements LeaderEffect {}

    /** Consumers may now read up to {@code offset}; waiting fetches should look again. */
    record RaiseHighWatermark(long offset) implements LeaderEffect {}

    record ProposeInSyncSet(SortedSet<Integer> brokerIds) implements LeaderEffect {}
}
