package naru.coordination.groups;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import naru.coordination.membership.GroupKind;
import naru.protocol.ErrorCode;
import naru.protocol.message.DescribeGroupsResponse.DescribedGroup;
import naru.protocol.message.DescribeGroupsResponse.DescribedGroupMember;
import naru.protocol.message.ListGroupsRequest;
import naru.protocol.message.ListGroupsResponse.ListedGroup;

/** What is told about groups to those who only look. */
final class Overview {

    /** What Kafka's groups are called, and how they stand, in lower case: other words match nothing. */
    private static final List<String> TYPES = List.of("classic", "consumer", "share", "streams");
    private static final List<String> STATES = List.of("assigning", "completingrebalance", "dead", "empty", "notready",
            "preparingrebalance", "reconciling", "stable");
    private static final int VERSION_WITH_NOT_FOUND = 6;
    private static final int OPERATIONS_NOT_ASKED = Integer.MIN_VALUE;

    private Overview() {}

    static List<ListedGroup> list(Collection<GroupKind> kinds, ListGroupsRequest request) {
        var states = wanted(request.statesFilter());
        var types = wanted(request.typesFilter());
        var listed = new ArrayList<ListedGroup>();
        for (var kind : kinds) {
            if (admits(types, kind.label())) {
                kind.list().stream().filter(group -> admits(states, group.groupState())).forEach(listed::add);
            }
        }
        return listed;
    }

    static ListedGroup listed(Group group) {
        return new ListedGroup(group.id, typeOf(group), group.state.label, ClassicGroups.LABEL);
    }

    private static Set<String> wanted(List<String> filter) {
        var wanted = new TreeSet<String>();
        if (filter != null) {
            filter.forEach(one -> wanted.add(one.trim().toLowerCase(Locale.ROOT)));
        }
        return wanted;
    }

    /** The same question in few words: a filter may be as long as a request, and every shard goes through it. */
    static ListGroupsRequest shortened(ListGroupsRequest request) {
        return new ListGroupsRequest(shortened(request.statesFilter(), STATES), shortened(request.typesFilter(), TYPES));
    }

    private static List<String> shortened(List<String> filter, Collection<String> known) {
        var wanted = wanted(filter);
        boolean matchesAll = wanted.isEmpty();
        wanted.retainAll(known);
        // No type and no state has an empty name: it matches nothing, and that is what was asked for.
        return matchesAll ? List.of() : wanted.isEmpty() ? List.of("") : List.copyOf(wanted);
    }

    private static boolean admits(Set<String> wanted, String value) {
        return wanted.isEmpty() || wanted.contains(value.toLowerCase(Locale.ROOT));
    }

    static DescribedGroup describe(Group group) {
        boolean stable = group.state == GroupState.STABLE;
        var members = new ArrayList<DescribedGroupMember>();
        for (var member : group.members.values()) {
            members.add(new DescribedGroupMember(member.id, member.instanceId, member.client.clientId(),
                    member.client.clientHost(), stable ? member.metadata(group.protocol) : Member.NOTHING.duplicate(),
                    member.assignment.duplicate()));
        }
        return new DescribedGroup(ErrorCode.NONE.code(), null, group.id, group.state.label, typeOf(group),
                stable ? group.protocol : "", members, OPERATIONS_NOT_ASKED);
    }

    /** @param isOther true when there is a group of that id which is not a classic one */
    static DescribedGroup missing(String groupId, boolean isOther, int version) {
        boolean says = version >= VERSION_WITH_NOT_FOUND;
        String why = isOther ? "Group " + groupId + " is not a classic group." : "Group " + groupId + " not found.";
        return new DescribedGroup(says ? ErrorCode.GROUP_ID_NOT_FOUND.code() : ErrorCode.NONE.code(),
                says ? why : null, groupId, GroupState.DEAD.label, "", "", List.of(), OPERATIONS_NOT_ASKED);
    }

    static DescribedGroup refused(String groupId, ErrorCode why) {
        return new DescribedGroup(why.code(), null, groupId, "", "", "", List.of(), OPERATIONS_NOT_ASKED);
    }

    private static String typeOf(Group group) {
        return group.protocolType == null ? "" : group.protocolType;
    }
}
