package naru.coordination.consumers;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import naru.base.Uuid;
import naru.coordination.membership.Partitions;
import naru.protocol.ErrorCode;
import naru.protocol.message.ConsumerGroupDescribeResponse.Assignment;
import naru.protocol.message.ConsumerGroupDescribeResponse.DescribedGroup;
import naru.protocol.message.ConsumerGroupDescribeResponse.Member;
import naru.protocol.message.ConsumerGroupDescribeResponse.TopicPartitions;

/** ConsumerGroupDescribe (API key 69): what is told about consumer groups to those who only look. */
public final class Descriptions {

    private static final byte CLASSIC_MEMBER = 0;
    private static final byte CONSUMER_MEMBER = 1;

    private final ConsumerGroups groups;

    public Descriptions(ConsumerGroups groups) {
        this.groups = groups;
    }

    public DescribedGroup of(String groupId) {
        var group = groups.group(groupId);
        if (group == null) {
            boolean isOther = groups.ground().kinds().of(groupId) != null;
            return refused(groupId, ErrorCode.GROUP_ID_NOT_FOUND,
                    "Group " + groupId + (isOther ? " is not a consumer group." : " not found."));
        }
        var members = group.members.values().stream().map(member -> member(group, member)).toList();
        String assignor = group.assignor(null, null, groups.assignors(groupId).getFirst().name());
        return DescribedGroup.builder().groupId(groupId).groupState(group.state()).groupEpoch(group.generation.epoch())
                .assignmentEpoch(group.target.epoch()).assignorName(assignor).members(members).build();
    }

    public static DescribedGroup refused(String groupId, ErrorCode why, String words) {
        return DescribedGroup.builder().groupId(groupId).errorCode(why.code()).errorMessage(words).build();
    }

    private Member member(ConsumerGroup group, ConsumerMember member) {
        var profile = member.profile;
        var assigned = new ArrayList<TopicPartitions>();
        member.standing.assigned().and(member.standing.revoking()).byTopic().forEach((topic, numbers) -> add(assigned, topic, numbers.keySet()));
        var target = new ArrayList<TopicPartitions>();
        group.targets.getOrDefault(member.id, Partitions.NONE).byTopic()
                .forEach((topic, numbers) -> add(target, topic, numbers));
        return new Member(member.id, profile.instanceId(), profile.rackId(), member.standing.epoch(),
                profile.client().clientId(), profile.client().clientHost(), List.copyOf(profile.topics()),
                profile.expression() == null ? "" : profile.expression(), new Assignment(assigned), new Assignment(target),
                member.isClassic() ? CLASSIC_MEMBER : CONSUMER_MEMBER);
    }

    /** Topics that are gone have no name any more, and nobody can use them. */
    private void add(List<TopicPartitions> all, Uuid topic, Collection<Integer> partitions) {
        var shape = groups.ground().topics().withId(topic);
        if (shape != null) {
            all.add(new TopicPartitions(topic, shape.name(), List.copyOf(partitions)));
        }
    }
}
