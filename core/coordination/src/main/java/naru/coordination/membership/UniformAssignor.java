package naru.coordination.membership;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * As many partitions for everybody as can be, and as few moves as that needs. Among partitions that are free a member
 * takes those with a replica in its rack first; balance and staying put count more.
 */
public final class UniformAssignor implements Assignor {

    @Override
    public String name() {
        return "uniform";
    }

    @Override
    public SortedMap<String, Partitions> assign(SortedMap<String, Subscriber> members, Topics topics) {
        if (members.isEmpty()) {
            return new TreeMap<>();
        }
        var first = members.firstEntry().getValue().topics();
        boolean allTheSame = members.values().stream().allMatch(member -> member.topics().equals(first));
        return allTheSame ? new EqualShares(members, topics).assign() : new FairShares(members, topics).assign();
    }
}
