package naru.metadata;

import java.util.ArrayList;
import java.util.List;
import naru.base.Randomness;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.CreatePartitionsRequest;
import naru.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import naru.protocol.message.CreatePartitionsResponse;
import naru.protocol.message.CreatePartitionsResponse.CreatePartitionsTopicResult;

/** More partitions for topics that exist. */
final class PartitionCommands {

    private static final int ALREADY_ANSWERED = 0;

    Decision create(CreatePartitionsRequest request, Cluster cluster, Randomness randomness) {
        var records = new ArrayList<Message>();
        var results = new ArrayList<CreatePartitionsTopicResult>();
        var named = NewPartitions.timesNamed(request.topics(), CreatePartitionsTopic::name);
        for (var topic : request.topics()) {
            int times = named.put(topic.name(), ALREADY_ANSWERED);
            if (times == ALREADY_ANSWERED) {
                continue;
            }
            try {
                if (times > 1) {
                    throw new Refused(ErrorCode.INVALID_REQUEST, "Duplicate topic name.");
                }
                records.addAll(createOne(topic, cluster, randomness, NewPartitions.PER_REQUEST_MAX - records.size()));
                results.add(new CreatePartitionsTopicResult(topic.name(), ErrorCode.NONE.code(), null));
            } catch (Refused refused) {
                results.add(new CreatePartitionsTopicResult(topic.name(), refused.code(), refused.getMessage()));
            }
        }
        return new Decision(request.validateOnly() ? List.of() : records, new CreatePartitionsResponse(0, results));
    }

    private static List<Message> createOne(
            CreatePartitionsTopic wanted, Cluster cluster, Randomness randomness, int addedMax) throws Refused {
        var topic = cluster.topic(wanted.name());
        if (topic == null) {
            throw new Refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "This server does not host this topic-partition.");
        }
        int now = topic.partitions().size();
        if (wanted.count() == now) {
            throw new Refused(ErrorCode.INVALID_PARTITIONS, "Topic already has " + now + " partition(s).");
        }
        if (wanted.count() < now) {
            throw new Refused(ErrorCode.INVALID_PARTITIONS, "The topic " + topic.name() + " currently has " + now
                    + " partition(s); " + wanted.count() + " would not be an increase.");
        }
        int added = wanted.count() - now;
        if (added > addedMax) {
            throw new Refused(ErrorCode.POLICY_VIOLATION, TopicCommands.TOO_MANY_PARTITIONS);
        }
        if (wanted.assignments() != null && wanted.assignments().size() != added) {
            throw new Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT, "Attempted to add " + added
                    + " additional partition(s), but only " + wanted.assignments().size() + " assignment(s) were specified.");
        }
        var placement = new Placement(cluster, randomness);
        var records = new ArrayList<Message>();
        for (int i = 0; i < added; i++) {
            var replicas = wanted.assignments() == null
                    ? placement.replicas(now + i, topic.replicationFactor()) : wanted.assignments().get(i).brokerIds();
            NewPartitions.checkManual(replicas, cluster);
            records.add(NewPartitions.record(topic.id(), now + i, replicas, cluster));
        }
        return records;
    }
}
