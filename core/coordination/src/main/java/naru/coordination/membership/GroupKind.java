package naru.coordination.membership;

import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;
import naru.coordination.runtime.CoordinatorRecord;
import naru.protocol.ErrorCode;
import naru.protocol.message.ListGroupsResponse.ListedGroup;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;

/**
 * The groups of one kind in a shard of {@code __consumer_offsets}. A group id belongs to one kind at a time: the shard
 * asks {@link #has} of each before another kind may take an id, and a kind is asked about its own groups only. Offsets
 * belong to no kind; a group that has nothing but offsets counts as a classic one.
 */
public interface GroupKind {

    /** From {@link #idleSinceMs}: the offset is in use. */
    long IN_USE = Long.MAX_VALUE;

    /** As Kafka's tools write it, in lower case: {@code classic}, {@code consumer}, {@code share}. */
    String label();

    boolean has(String groupId);

    /** How many groups there are. */
    int count();

    Collection<String> ids();

    List<ListedGroup> list();

    /** True when the record is of this kind; it is applied then. */
    boolean replay(CoordinatorRecord record);

    /** The log was read to its end. */
    void onLoaded();

    /** Whoever waits is answered NOT_COORDINATOR, and everything is forgotten. */
    void onUnloaded();

    /** Topics were created, grew or are gone. */
    void onTopicsChanged(SortedSet<String> names);

    /** Buries an empty group with its offsets; NON_EMPTY_GROUP when it is not empty. */
    void delete(String groupId, Consumer<ErrorCode> whenDone);

    /** NONE when offsets may be committed for this group. */
    ErrorCode mayCommit(String groupId, Committer committer);

    /** NONE when whoever may commit may do so for this partition. */
    default ErrorCode mayCommit(String groupId, Committer committer, String topic, int partition) {
        return ErrorCode.NONE;
    }

    /** NONE when the offsets of this group may be told. */
    ErrorCode mayFetch(OffsetFetchRequestGroup request);

    /** NONE when some offsets of this group may be forgotten on request. */
    ErrorCode mayForgetOffsets(String groupId);

    /** True when a member may read this topic, so that its offsets must stay. */
    boolean subscribes(String groupId, String topic);

    /** When the retention of an offset began, in milliseconds since 1970; {@link #IN_USE} while it has not. */
    long idleSinceMs(String groupId, String topic, long committedMs);

    /** True when the group may be buried once it has no offsets. */
    boolean isDeserted(String groupId);
}
