package naru.coordination.shares;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import naru.base.Uuid;
import naru.coordination.membership.Ground;
import naru.protocol.ErrorCode;

/** What operators do with the offsets of share groups: look at them, set them, forget them. */
public final class ShareOffsets {

    private final ShareGroups groups;
    private final Ground ground;
    private final Sharing sharing;

    ShareOffsets(ShareGroups groups, Ground ground, Sharing sharing) {
        this.groups = groups;
        this.ground = ground;
        this.sharing = sharing;
    }

    /** Every partition that the group has a state of. */
    public List<ShareKey> known(String groupId) {
        var group = groups.find(groupId);
        return group == null ? List.of() : group.initialized.keys(groupId);
    }

    /** NONE when the offsets of this group may be changed: it has nobody who would be surprised. */
    private ErrorCode mayChange(ShareGroup group) {
        if (ground.runtime().availability() != ErrorCode.NONE) {
            return ground.runtime().availability();
        }
        if (group == null || !group.exists) {
            return ErrorCode.GROUP_ID_NOT_FOUND;
        }
        return group.isEmpty() ? ErrorCode.NONE : ErrorCode.NON_EMPTY_GROUP;
    }

    /**
     * Lets a group go on elsewhere.
     *
     * @param starts by share partition; all of topics that are there
     * @param reply NONE and what became of each partition, or why nothing was done
     */
    public void alter(String groupId, TreeMap<ShareKey, Long> starts, Answer reply) {
        change(groupId, reply, group -> {
            int epoch = group.epoch + 1;
            var names = new TreeMap<Uuid, String>(group.topicNames);
            var begun = new Partitions.Builder().addAll(group.initialized);
            starts.keySet().forEach(key -> {
                begun.add(key.topic(), key.partition());
                names.put(key.topic(), ground.topics().withId(key.topic()).name());
            });
            var records = List.of(
                    ShareGroupRecords.group(groupId, epoch, group.metadataHash),
                    ShareGroupRecords.states(groupId, group.initializing, begun.build(), names));
            groups.write(group, records, error -> {
                if (error != ErrorCode.NONE) {
                    reply.tell(error, new TreeMap<>());
                    return;
                }
                each(List.copyOf(starts.keySet()), (key, seat) ->
                        sharing.initialize(key, epoch, starts.get(key), seat), outcomes -> {
                            sharing.onGroupEmptied(groupId);
                            reply.tell(ErrorCode.NONE, outcomes);
                        });
            });
        });
    }

    /** Forgets everything about these partitions. Reply as for {@link #alter}. */
    public void forget(String groupId, List<ShareKey> keys, Answer reply) {
        change(groupId, reply, group -> {
            group.deciding = true;
            each(keys, sharing::delete, outcomes -> {
                var gone = new Partitions.Builder();
                outcomes.forEach((key, error) -> {
                    if (error == ErrorCode.NONE) {
                        gone.add(key.topic(), key.partition());
                    }
                });
                var deleted = gone.build();
                groups.write(group, List.of(ShareGroupRecords.states(groupId,
                        new Partitions.Builder().addAll(group.initializing).removeAll(deleted).build(),
                        new Partitions.Builder().addAll(group.initialized).removeAll(deleted).build(),
                        group.topicNames)), error -> {
                            sharing.onGroupEmptied(groupId);
                            reply.tell(error, outcomes);
                        });
            });
        });
    }

    /** What became of a change, share partition by share partition. */
    public interface Answer {
        void tell(ErrorCode error, TreeMap<ShareKey, ErrorCode> outcomes);
    }

    private void change(String groupId, Answer reply, Consumer<ShareGroup> change) {
        var group = groups.find(groupId);
        if (group == null) {
            reply.tell(ErrorCode.GROUP_ID_NOT_FOUND, new TreeMap<>());
            return;
        }
        groups.decide(group, () -> {
            var error = mayChange(group);
            if (error == ErrorCode.NONE) {
                change.accept(group);
            } else {
                reply.tell(error, new TreeMap<>());
                groups.write(group, List.of(), _ -> { });
            }
        });
    }

    private interface Asking {
        void ask(ShareKey key, Consumer<ErrorCode> reply);
    }

    private static void each(List<ShareKey> keys, Asking asking, Consumer<TreeMap<ShareKey, ErrorCode>> whenDone) {
        var outcomes = new TreeMap<ShareKey, ErrorCode>();
        if (keys.isEmpty()) {
            whenDone.accept(outcomes);
        }
        for (var key : keys) {
            asking.ask(key, error -> {
                outcomes.put(key, error);
                if (outcomes.size() == keys.size()) {
                    whenDone.accept(outcomes);
                }
            });
        }
    }

    void deleteStates(List<ShareKey> keys, Consumer<ErrorCode> whenDone) {
        each(keys, sharing::delete, outcomes -> {
            var errors = new ArrayList<>(outcomes.values());
            errors.removeIf(error -> error == ErrorCode.NONE || error == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
            whenDone.accept(errors.isEmpty() ? ErrorCode.NONE : errors.getFirst());
        });
    }
}
