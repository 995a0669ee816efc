package naru.coordination.shares;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import naru.coordination.membership.Committer;
import naru.coordination.membership.Ground;
import naru.coordination.membership.GroupKind;
import naru.coordination.runtime.ClientIdentity;
import naru.coordination.runtime.CoordinatorRecord;
import naru.protocol.ErrorCode;
import naru.protocol.message.ListGroupsResponse.ListedGroup;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import naru.protocol.message.ShareGroupDescribeResponse.DescribedGroup;
import naru.protocol.message.ShareGroupHeartbeatRequest;
import naru.protocol.message.ShareGroupHeartbeatResponse;

/** The share groups of one shard of {@code __consumer_offsets}. */
public final class ShareGroups implements GroupKind {

    static final String LABEL = "share";

    private final Ground ground;
    private final Sharing sharing;
    private final TreeMap<String, ShareGroup> groups = new TreeMap<>();
    private final ShareHeartbeats heartbeats;
    private final ShareOffsets offsets;

    public ShareGroups(Ground ground, Sharing sharing) {
        this.ground = ground;
        this.sharing = sharing;
        this.heartbeats = new ShareHeartbeats(this, ground, sharing);
        this.offsets = new ShareOffsets(this, ground, sharing);
    }

    @Override
    public String label() {
        return LABEL;
    }

    @Override
    public boolean has(String groupId) {
        return groups.containsKey(groupId);
    }

    @Override
    public int count() {
        return groups.size();
    }

    @Override
    public Collection<String> ids() {
        return List.copyOf(groups.keySet());
    }

    @Override
    public List<ListedGroup> list() {
        return groups.values().stream().filter(group -> group.exists)
                .map(group -> new ListedGroup(group.id, LABEL, group.state(), LABEL)).toList();
    }

    @Override
    public boolean replay(CoordinatorRecord record) {
        var applied = ShareGroupRecords.read(record);
        if (applied == null) {
            return false;
        }
        var group = groups.computeIfAbsent(applied.group(), ShareGroup::new);
        applied.change().accept(group);
        forgetUnused(group);
        return true;
    }

    private void forgetUnused(ShareGroup group) {
        if (group.isUnknown() && !group.deciding && group.held.isEmpty()) {
            groups.remove(group.id, group);
        }
    }

    @Override
    public void onLoaded() {
        for (var group : groups.values()) {
            group.members.values().forEach(member -> heartbeats.watch(group, member));
        }
    }

    /** Those who wait for a decision before theirs hear NOT_COORDINATOR, because every decision asks the runtime first. */
    @Override
    public void onUnloaded() {
        var left = List.copyOf(groups.values());
        groups.clear();
        left.forEach(group -> {
            var held = List.copyOf(group.held);
            group.held.clear();
            held.forEach(Runnable::run);
        });
    }

    @Override
    public void onTopicsChanged(SortedSet<String> names) {
        for (var group : List.copyOf(groups.values())) {
            heartbeats.forgetLostTopics(group);
        }
    }

    /** Null when there is no such group. */
    ShareGroup find(String groupId) {
        var group = groups.get(groupId);
        return group != null && group.exists ? group : null;
    }

    ShareGroup findOrBegin(String groupId) {
        return groups.computeIfAbsent(groupId, ShareGroup::new);
    }

    /** Runs a decision now, or after those before it. */
    void decide(ShareGroup group, Runnable decision) {
        if (group.deciding) {
            group.held.addLast(decision);
        } else {
            decision.run();
        }
    }

    /** Writes what a decision needs, and lets the next one go on. */
    void write(ShareGroup group, List<CoordinatorRecord> records, Consumer<ErrorCode> whenDone) {
        group.deciding = true;
        ground.runtime().submit(records, error -> {
            group.deciding = false;
            whenDone.accept(error);
            while (!group.deciding && !group.held.isEmpty()) {
                group.held.removeFirst().run();
            }
            forgetUnused(group);
        });
    }

    /** @param admitted NONE, or why the shard answers nobody */
    public void heartbeat(
            ShareGroupHeartbeatRequest request, ClientIdentity client, ErrorCode admitted,
            Consumer<ShareGroupHeartbeatResponse> reply) {
        if (admitted != ErrorCode.NONE) {
            reply.accept(ShareHeartbeats.refused(admitted, null));
        } else {
            heartbeats.heartbeat(request, client, reply);
        }
    }

    public DescribedGroup describe(String groupId, ErrorCode admitted) {
        var group = find(groupId);
        if (admitted != ErrorCode.NONE || group == null) {
            var error = admitted != ErrorCode.NONE ? admitted : ErrorCode.GROUP_ID_NOT_FOUND;
            boolean otherKind = ground.kinds().of(groupId) != null && !has(groupId);
            String why = admitted != ErrorCode.NONE ? null
                    : "Group " + groupId + (otherKind ? " is not a share group." : " not found.");
            return DescribedGroup.builder().groupId(groupId).errorCode(error.code()).errorMessage(why).build();
        }
        return ShareDescriptions.of(group, ground.topics());
    }

    /** What operators ask about the offsets of share groups. */
    public ShareOffsets offsets() {
        return offsets;
    }

    @Override
    public void delete(String groupId, Consumer<ErrorCode> whenDone) {
        var group = find(groupId);
        if (group == null) {
            whenDone.accept(ErrorCode.GROUP_ID_NOT_FOUND);
            return;
        }
        decide(group, () -> {
            if (!group.isEmpty()) {
                whenDone.accept(ErrorCode.NON_EMPTY_GROUP);
                return;
            }
            group.deciding = true;
            offsets.deleteStates(group.known().keys(groupId), error -> {
                if (error == ErrorCode.NONE) {
                    write(group, ShareGroupRecords.withoutGroup(groupId), written -> {
                        sharing.onGroupEmptied(groupId);
                        whenDone.accept(written);
                    });
                } else {
                    write(group, List.of(), _ -> whenDone.accept(error));
                }
            });
        });
    }

    /** A member is gone, by its own word or because it was silent. */
    void onMemberLeft(ShareGroup group, String member) {
        sharing.onMemberLeft(group.id, member);
        if (group.isEmpty()) {
            sharing.onGroupEmptied(group.id);
        }
    }

    // Share groups commit no offsets, and whoever asks for some finds none.

    @Override
    public ErrorCode mayCommit(String groupId, Committer committer) {
        return ErrorCode.GROUP_ID_NOT_FOUND;
    }

    @Override
    public ErrorCode mayFetch(OffsetFetchRequestGroup request) {
        return ErrorCode.NONE;
    }

    @Override
    public ErrorCode mayForgetOffsets(String groupId) {
        return ErrorCode.GROUP_ID_NOT_FOUND;
    }

    @Override
    public boolean subscribes(String groupId, String topic) {
        return false;
    }

    @Override
    public long idleSinceMs(String groupId, String topic, long committedMs) {
        return committedMs;
    }

    @Override
    public boolean isDeserted(String groupId) {
        return false;
    }

    /** Copies, so that a decision may go through them while they change. */
    static List<ShareMember> membersOf(ShareGroup group) {
        return new ArrayList<>(group.members.values());
    }
}
