package naru.coordination.shares;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import naru.base.Uuid;
import naru.coordination.runtime.CoordinatorRecord;
import naru.protocol.Message;
import naru.protocol.message.ShareGroupCurrentMemberAssignmentKey;
import naru.protocol.message.ShareGroupCurrentMemberAssignmentValue;
import naru.protocol.message.ShareGroupMemberMetadataKey;
import naru.protocol.message.ShareGroupMemberMetadataValue;
import naru.protocol.message.ShareGroupMetadataKey;
import naru.protocol.message.ShareGroupMetadataValue;
import naru.protocol.message.ShareGroupStatePartitionMetadataKey;
import naru.protocol.message.ShareGroupStatePartitionMetadataValue;
import naru.protocol.message.ShareGroupTargetAssignmentMemberKey;
import naru.protocol.message.ShareGroupTargetAssignmentMemberValue;
import naru.protocol.message.ShareGroupTargetAssignmentMetadataKey;
import naru.protocol.message.ShareGroupTargetAssignmentMetadataValue;

/** What {@code __consumer_offsets} knows about share groups. */
final class ShareGroupRecords {

    private static final byte STABLE = 0;

    private ShareGroupRecords() {}

    private static CoordinatorRecord of(int kind, Message key, Message value) {
        return CoordinatorRecord.of(kind, key, value, 0);
    }

    static CoordinatorRecord group(String group, int epoch, long metadataHash) {
        return of(ShareGroupMetadataKey.API_NUMBER, new ShareGroupMetadataKey(group),
                new ShareGroupMetadataValue(epoch, metadataHash));
    }

    static CoordinatorRecord member(String group, ShareMember member) {
        return of(ShareGroupMemberMetadataKey.API_NUMBER, new ShareGroupMemberMetadataKey(group, member.id),
                new ShareGroupMemberMetadataValue(member.rack, member.clientId, member.clientHost, member.topics));
    }

    static CoordinatorRecord target(String group, String member, Partitions partitions) {
        return of(ShareGroupTargetAssignmentMemberKey.API_NUMBER, new ShareGroupTargetAssignmentMemberKey(group, member),
                new ShareGroupTargetAssignmentMemberValue(
                        partitions.map(ShareGroupTargetAssignmentMemberValue.TopicPartition::new)));
    }

    static CoordinatorRecord targetEpoch(String group, int epoch, long nowMs) {
        return of(ShareGroupTargetAssignmentMetadataKey.API_NUMBER, new ShareGroupTargetAssignmentMetadataKey(group),
                new ShareGroupTargetAssignmentMetadataValue(epoch, nowMs));
    }

    static CoordinatorRecord current(String group, String member, int epoch, int epochBefore, Partitions partitions) {
        return of(ShareGroupCurrentMemberAssignmentKey.API_NUMBER, new ShareGroupCurrentMemberAssignmentKey(group, member),
                new ShareGroupCurrentMemberAssignmentValue(epoch, epochBefore, STABLE,
                        partitions.map(ShareGroupCurrentMemberAssignmentValue.TopicPartitions::new)));
    }

    /** The member is gone, whatever was known about it. */
    static List<CoordinatorRecord> withoutMember(String group, String member) {
        return List.of(
                of(ShareGroupCurrentMemberAssignmentKey.API_NUMBER,
                        new ShareGroupCurrentMemberAssignmentKey(group, member), null),
                of(ShareGroupTargetAssignmentMemberKey.API_NUMBER,
                        new ShareGroupTargetAssignmentMemberKey(group, member), null),
                of(ShareGroupMemberMetadataKey.API_NUMBER, new ShareGroupMemberMetadataKey(group, member), null));
    }

    static List<CoordinatorRecord> withoutGroup(String group) {
        return List.of(
                of(ShareGroupStatePartitionMetadataKey.API_NUMBER, new ShareGroupStatePartitionMetadataKey(group), null),
                of(ShareGroupTargetAssignmentMetadataKey.API_NUMBER, new ShareGroupTargetAssignmentMetadataKey(group), null),
                of(ShareGroupMetadataKey.API_NUMBER, new ShareGroupMetadataKey(group), null));
    }

    static CoordinatorRecord states(
            String group, Partitions initializing, Partitions initialized, Map<Uuid, String> names) {
        return of(ShareGroupStatePartitionMetadataKey.API_NUMBER, new ShareGroupStatePartitionMetadataKey(group),
                new ShareGroupStatePartitionMetadataValue(
                        infos(initializing, names), infos(initialized, names), List.of()));
    }

    private static List<ShareGroupStatePartitionMetadataValue.TopicPartitionsInfo> infos(
            Partitions partitions, Map<Uuid, String> names) {
        return partitions.map((topic, all) -> new ShareGroupStatePartitionMetadataValue.TopicPartitionsInfo(
                topic, names.getOrDefault(topic, ""), all));
    }

    /** Whose group a record is about, and what it says; null when it is none of ours. */
    static Applied read(CoordinatorRecord record) {
        var key = record.keyReader();
        var value = record.valueReader();
        int kind = key.int16();
        if (value != null) {
            CoordinatorRecord.versionOf(value, 0);
        }
        return switch (kind) {
            case ShareGroupMetadataKey.API_NUMBER -> {
                var says = value == null ? null : ShareGroupMetadataValue.read(value, 0);
                yield new Applied(ShareGroupMetadataKey.read(key, 0).groupId(), group -> {
                    group.exists = says != null;
                    group.epoch = says == null ? 0 : says.epoch();
                    group.metadataHash = says == null ? 0 : says.metadataHash();
                });
            }
            case ShareGroupMemberMetadataKey.API_NUMBER -> {
                var of = ShareGroupMemberMetadataKey.read(key, 0);
                var says = value == null ? null : ShareGroupMemberMetadataValue.read(value, 0);
                yield new Applied(of.groupId(), group -> applyMember(group, of.memberId(), says));
            }
            case ShareGroupTargetAssignmentMetadataKey.API_NUMBER -> {
                var says = value == null ? null : ShareGroupTargetAssignmentMetadataValue.read(value, 0);
                yield new Applied(ShareGroupTargetAssignmentMetadataKey.read(key, 0).groupId(),
                        group -> group.assignmentEpoch = says == null ? 0 : says.assignmentEpoch());
            }
            case ShareGroupTargetAssignmentMemberKey.API_NUMBER -> {
                var of = ShareGroupTargetAssignmentMemberKey.read(key, 0);
                var says = value == null ? null : ShareGroupTargetAssignmentMemberValue.read(value, 0);
                yield new Applied(of.groupId(), group -> applyTarget(group, of.memberId(), says));
            }
            case ShareGroupCurrentMemberAssignmentKey.API_NUMBER -> {
                var of = ShareGroupCurrentMemberAssignmentKey.read(key, 0);
                var says = value == null ? null : ShareGroupCurrentMemberAssignmentValue.read(value, 0);
                yield new Applied(of.groupId(), group -> applyCurrent(group, of.memberId(), says));
            }
            case ShareGroupStatePartitionMetadataKey.API_NUMBER -> {
                var says = value == null ? null : ShareGroupStatePartitionMetadataValue.read(value, 0);
                yield new Applied(ShareGroupStatePartitionMetadataKey.read(key, 0).groupId(),
                        group -> applyStates(group, says));
            }
            default -> null;
        };
    }

    /** A change of one group. */
    record Applied(String group, Consumer<ShareGroup> change) {}

    private static void applyMember(ShareGroup group, String id, ShareGroupMemberMetadataValue says) {
        if (says == null) {
            var gone = group.members.remove(id);
            if (gone != null && gone.session != null) {
                gone.session.cancel();
            }
            return;
        }
        var member = group.members.computeIfAbsent(id, ShareMember::new);
        member.rack = says.rackId();
        member.clientId = says.clientId();
        member.clientHost = says.clientHost();
        member.topics = List.copyOf(new TreeSet<>(says.subscribedTopicNames()));
    }

    private static void applyTarget(ShareGroup group, String member, ShareGroupTargetAssignmentMemberValue says) {
        if (says == null) {
            group.target.remove(member);
            return;
        }
        var target = new Partitions.Builder();
        says.topicPartitions().forEach(one -> target.addAll(one.topicId(), one.partitions()));
        group.target.put(member, target.build());
    }

    private static void applyCurrent(ShareGroup group, String id, ShareGroupCurrentMemberAssignmentValue says) {
        if (says == null) {
            var member = group.members.get(id);
            if (member != null) {
                member.epoch = 0;
                member.assigned = Partitions.NONE;
            }
            return;
        }
        var member = group.members.computeIfAbsent(id, ShareMember::new);
        var assigned = new Partitions.Builder();
        says.assignedPartitions().forEach(one -> assigned.addAll(one.topicId(), one.partitions()));
        member.epoch = says.memberEpoch();
        member.epochBefore = says.previousMemberEpoch();
        member.assigned = assigned.build();
    }

    private static void applyStates(ShareGroup group, ShareGroupStatePartitionMetadataValue says) {
        var initializing = new Partitions.Builder();
        var initialized = new Partitions.Builder();
        group.topicNames.clear();
        if (says != null) {
            says.initializingTopics().forEach(one -> {
                initializing.addAll(one.topicId(), one.partitions());
                group.topicNames.put(one.topicId(), one.topicName());
            });
            says.initializedTopics().forEach(one -> {
                initialized.addAll(one.topicId(), one.partitions());
                group.topicNames.put(one.topicId(), one.topicName());
            });
        }
        group.initializing = initializing.build();
        group.initialized = initialized.build();
    }
}
