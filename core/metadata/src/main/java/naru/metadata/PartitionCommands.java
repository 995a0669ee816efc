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

    Decision create(CreatePartitionsRequest request, Cluster cluster, Randomness randomness) {
        var twice = Repeated.among(request.topics(), CreatePartitionsTopic::name);
        var records = new ArrayList<Message>();
        var results = new ArrayList<CreatePartitionsTopicResult>();
        for (var topic : request.topics()) {
            if (twice.contains(topic.name())) {
                continue;
            }
            try {
                var added = createOne(topic, cluster, randomness, Controller.PARTITIONS_PER_REQUEST_MAX - records.size());
                records.addAll(added);
                results.add(new CreatePartitionsTopicResult(topic.name(), ErrorCode.NONE.code(), null));
            } catch (Refused refused) {
                results.add(new CreatePartitionsTopicResult(topic.name(), refused.code(), refused.getMessage()));
            }
        }
        twice.forEach(name -> results.add(
                new CreatePartitionsTopicResult(name, ErrorCode.INVALID_REQUEST.code(), "Duplicate topic name.")));
        return new Decision(request.validateOnly() ? List.of() : records, new CreatePartitionsResponse(0, results));
    }

    /** @param countMax how many more this request may create */
    private static List<Message> createOne(
            CreatePartitionsTopic wanted, Cluster cluster, Randomness randomness, int countMax) throws Refused {
        var topic = cluster.topic(wanted.name());
        if (topic == null) {
            throw new Refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, null); // as Kafka does, without a word
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
        if (wanted.assignments() != null && wanted.assignments().size() != added) {
            throw new Refused(ErrorCode.INVALID_REPLICA_ASSIGNMENT, "Attempted to add " + added
                    + " additional partition(s), but only " + wanted.assignments().size() + " assignment(s) were specified.");
        }
        if (added > countMax) {
            throw new Refused(ErrorCode.POLICY_VIOLATION, "Unable to perform excessively large batch operation.");
        }
        var placement = new Placement(cluster, randomness);
        var records = new ArrayList<Message>();
        for (int i = 0; i < added; i++) {
            var replicas = wanted.assignments() == null
                    ? placement.replicas(now + i, topic.replicationFactor()) : wanted.assignments().get(i).brokerIds();
            NewPartitions.checkManual(replicas, cluster);
            if (wanted.assignments() != null) {
                NewPartitions.checkAlive(now + i, replicas, cluster);
            }
            records.add(NewPartitions.record(topic.id(), now + i, replicas, cluster));
        }
        return records;
    }
}
