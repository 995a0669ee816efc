package naru.coordination.shares;

import java.util.function.Consumer;
import naru.protocol.ErrorCode;

/** What a share group's coordinator asks of others: the coordinators of share partitions, and their leaders. */
public interface Sharing {

    /** Begins the state of a share partition. The answer comes on the shard's lane. */
    void initialize(ShareKey key, int stateEpoch, long start, Consumer<ErrorCode> whenDone);

    /** Forgets the state of a share partition. */
    void delete(ShareKey key, Consumer<ErrorCode> whenDone);

    /** What this member still has, others may have. */
    void onMemberLeft(String group, String member);

    /** Nobody reads in this group; leaders ask the coordinators again when somebody does. */
    void onGroupEmptied(String group);

    /** What operators set about one group. */
    Settings settings(String group);

    /**
     * @param sessionTimeoutMs {@code share.session.timeout.ms}
     * @param heartbeatIntervalMs {@code share.heartbeat.interval.ms}
     * @param membersMax {@code group.share.max.size}
     */
    record Settings(int sessionTimeoutMs, int heartbeatIntervalMs, int membersMax) {}
}
