package naru.coordination.consumers;

import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import naru.coordination.runtime.ClientIdentity;
import naru.protocol.message.ConsumerGroupMemberMetadataValue;
import naru.protocol.message.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;

/**
 * What a member says about itself: the record that is written when it says something else.
 *
 * @param instanceId null when it is not a static one
 * @param rackId null when it says none
 * @param expression null when it subscribes by names alone; an empty one was taken back
 * @param rebalanceTimeoutMs how long it may take to give up partitions
 * @param assignor null when it does not care
 * @param classic null when it speaks the consumer protocol
 */
record Profile(String instanceId, String rackId, ClientIdentity client, SortedSet<String> topics, String expression,
        int rebalanceTimeoutMs, String assignor, ClassicMemberMetadata classic) {

    static final Profile NOBODY = new Profile(null, null, new ClientIdentity("", ""), new TreeSet<>(), null, -1, null, null);

    static Profile of(ConsumerGroupMemberMetadataValue stored) {
        return new Profile(stored.instanceId(), stored.rackId(),
                new ClientIdentity(stored.clientId(), stored.clientHost()), new TreeSet<>(stored.subscribedTopicNames()),
                stored.subscribedTopicRegex(), stored.rebalanceTimeoutMs(), stored.serverAssignor(),
                stored.classicMemberMetadata());
    }

    ConsumerGroupMemberMetadataValue stored() {
        return new ConsumerGroupMemberMetadataValue(instanceId, rackId, client.clientId(), client.clientHost(),
                List.copyOf(topics), expression, rebalanceTimeoutMs, assignor, classic);
    }

    /** What a heartbeat says anew; null and a timeout of -1 say that nothing changed. */
    Profile with(String newInstanceId, String newRackId, ClientIdentity newClient, Collection<String> newTopics,
            String newExpression, int newRebalanceTimeoutMs, String newAssignor, ClassicMemberMetadata newClassic) {
        return new Profile(
                newInstanceId == null ? instanceId : newInstanceId, newRackId == null ? rackId : newRackId, newClient,
                newTopics == null ? topics : new TreeSet<>(newTopics), newExpression == null ? expression : newExpression,
                newRebalanceTimeoutMs == -1 ? rebalanceTimeoutMs : newRebalanceTimeoutMs,
                newAssignor == null ? assignor : newAssignor, newClassic);
    }

    boolean isClassic() {
        return classic != null;
    }

    boolean hasExpression() {
        return expression != null && !expression.isEmpty();
    }
}
