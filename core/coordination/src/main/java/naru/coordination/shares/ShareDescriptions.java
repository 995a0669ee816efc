package naru.coordination.shares;

import java.util.ArrayList;
import java.util.List;
import naru.coordination.membership.Topics;
import naru.protocol.message.ShareGroupDescribeResponse.Assignment;
import naru.protocol.message.ShareGroupDescribeResponse.DescribedGroup;
import naru.protocol.message.ShareGroupDescribeResponse.Member;
import naru.protocol.message.ShareGroupDescribeResponse.TopicPartitions;

/** What is told about share groups to those who only look. */
final class ShareDescriptions {

    private ShareDescriptions() {}

    static DescribedGroup of(ShareGroup group, Topics topics) {
        var members = new ArrayList<Member>();
        for (var member : group.members.values()) {
            members.add(new Member(member.id, member.rack, member.epoch, member.clientId, member.clientHost,
                    member.topics, new Assignment(named(member.assigned, topics))));
        }
        return DescribedGroup.builder()
                .groupId(group.id).groupState(group.state()).groupEpoch(group.epoch)
                .assignmentEpoch(group.assignmentEpoch).assignorName(SimpleAssignor.NAME).members(members)
                .build();
    }

    private static List<TopicPartitions> named(Partitions partitions, Topics topics) {
        var named = new ArrayList<TopicPartitions>();
        partitions.byTopic().forEach((id, all) -> {
            var shape = topics.withId(id);
            if (shape != null) {
                named.add(new TopicPartitions(id, shape.name(), List.copyOf(all)));
            }
        });
        return named;
    }
}
