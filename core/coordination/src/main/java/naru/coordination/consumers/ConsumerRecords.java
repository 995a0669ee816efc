package naru.coordination.consumers;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import naru.coordination.membership.Partitions;
import naru.coordination.runtime.CoordinatorRecord;
import naru.protocol.message.ConsumerGroupCurrentMemberAssignmentKey;
import naru.protocol.message.ConsumerGroupCurrentMemberAssignmentValue;
import naru.protocol.message.ConsumerGroupMemberMetadataKey;
import naru.protocol.message.ConsumerGroupMemberMetadataValue;
import naru.protocol.message.ConsumerGroupMetadataKey;
import naru.protocol.message.ConsumerGroupMetadataValue;
import naru.protocol.message.ConsumerGroupPartitionMetadataKey;
import naru.protocol.message.ConsumerGroupRegularExpressionKey;
import naru.protocol.message.ConsumerGroupRegularExpressionValue;
import naru.protocol.message.ConsumerGroupTargetAssignmentMemberKey;
import naru.protocol.message.ConsumerGroupTargetAssignmentMemberValue;
import naru.protocol.message.ConsumerGroupTargetAssignmentMemberValue.TopicPartition;
import naru.protocol.message.ConsumerGroupTargetAssignmentMetadataKey;
import naru.protocol.message.ConsumerGroupTargetAssignmentMetadataValue;

/** The records of a consumer group in {@code __consumer_offsets}, in Kafka's format. A null stands for a tombstone. */
final class ConsumerRecords {

    private static final int VERSION = 0;

    /** What a record says. */
    sealed interface Fact {

        String groupId();

        /** Null when the group is gone. */
        record Epoch(String groupId, Generation generation) implements Fact {}

        /** What the group subscribed to, as Kafka before 4.1 wrote it; of no use any more. */
        record Subscribed(String groupId) implements Fact {}

        record Member(String groupId, String memberId, Profile profile) implements Fact {}

        /** Null when there is no target. */
        record TargetEpoch(String groupId, TargetTime time) implements Fact {}

        record Target(String groupId, String memberId, Partitions partitions) implements Fact {}

        record Stands(String groupId, String memberId, Standing standing) implements Fact {}

        record Expression(String groupId, String expression, Found found) implements Fact {}
    }

    /** @param topicsHash what the subscribed topics looked like then */
    record Generation(int epoch, long topicsHash) {}

    /** @param atMs when the target was made, in milliseconds since 1970 */
    record TargetTime(int epoch, long atMs) {}

    /**
     * What a regular expression matches.
     *
     * @param version Kafka's offset in the metadata log when it was looked for; of no use here
     */
    record Found(TreeSet<String> topics, long version, long atMs) {}

    private ConsumerRecords() {}

    static CoordinatorRecord of(Fact fact) {
        String group = fact.groupId();
        return switch (fact) {
            case Fact.Epoch(_, var it) -> CoordinatorRecord.of(ConsumerGroupMetadataKey.API_NUMBER,
                    new ConsumerGroupMetadataKey(group),
                    it == null ? null : new ConsumerGroupMetadataValue(it.epoch(), it.topicsHash()), VERSION);
            case Fact.Subscribed _ -> CoordinatorRecord.of(ConsumerGroupPartitionMetadataKey.API_NUMBER,
                    new ConsumerGroupPartitionMetadataKey(group), null, VERSION);
            case Fact.Member(_, var member, var it) -> CoordinatorRecord.of(ConsumerGroupMemberMetadataKey.API_NUMBER,
                    new ConsumerGroupMemberMetadataKey(group, member), it == null ? null : it.stored(), VERSION);
            case Fact.TargetEpoch(_, var it) -> CoordinatorRecord.of(ConsumerGroupTargetAssignmentMetadataKey.API_NUMBER,
                    new ConsumerGroupTargetAssignmentMetadataKey(group),
                    it == null ? null : new ConsumerGroupTargetAssignmentMetadataValue(it.epoch(), it.atMs()), VERSION);
            case Fact.Target(_, var member, var it) -> CoordinatorRecord.of(
                    ConsumerGroupTargetAssignmentMemberKey.API_NUMBER,
                    new ConsumerGroupTargetAssignmentMemberKey(group, member),
                    it == null ? null : new ConsumerGroupTargetAssignmentMemberValue(stored(it)), VERSION);
            case Fact.Stands(_, var member, var it) -> CoordinatorRecord.of(
                    ConsumerGroupCurrentMemberAssignmentKey.API_NUMBER,
                    new ConsumerGroupCurrentMemberAssignmentKey(group, member), it == null ? null : it.stored(), VERSION);
            case Fact.Expression(_, var expression, var it) -> CoordinatorRecord.of(
                    ConsumerGroupRegularExpressionKey.API_NUMBER, new ConsumerGroupRegularExpressionKey(group, expression),
                    it == null ? null : new ConsumerGroupRegularExpressionValue(
                            List.copyOf(it.topics()), it.version(), it.atMs()), VERSION);
        };
    }

    /** Null when the record is not one of a consumer group. */
    static Fact read(CoordinatorRecord record) {
        var key = record.keyReader();
        int kind = key.int16();
        var value = record.valueReader();
        if (value != null && isOurs(kind)) {
            CoordinatorRecord.versionOf(value, VERSION);
        }
        return switch (kind) {
            case ConsumerGroupMetadataKey.API_NUMBER -> {
                var it = value == null ? null : ConsumerGroupMetadataValue.read(value, VERSION);
                yield new Fact.Epoch(ConsumerGroupMetadataKey.read(key, 0).groupId(),
                        it == null ? null : new Generation(it.epoch(), it.metadataHash()));
            }
            case ConsumerGroupPartitionMetadataKey.API_NUMBER ->
                    new Fact.Subscribed(ConsumerGroupPartitionMetadataKey.read(key, 0).groupId());
            case ConsumerGroupMemberMetadataKey.API_NUMBER -> {
                var of = ConsumerGroupMemberMetadataKey.read(key, 0);
                yield new Fact.Member(of.groupId(), of.memberId(),
                        value == null ? null : Profile.of(ConsumerGroupMemberMetadataValue.read(value, VERSION)));
            }
            case ConsumerGroupTargetAssignmentMetadataKey.API_NUMBER -> {
                var it = value == null ? null : ConsumerGroupTargetAssignmentMetadataValue.read(value, VERSION);
                yield new Fact.TargetEpoch(ConsumerGroupTargetAssignmentMetadataKey.read(key, 0).groupId(),
                        it == null ? null : new TargetTime(it.assignmentEpoch(), it.assignmentTimestamp()));
            }
            case ConsumerGroupTargetAssignmentMemberKey.API_NUMBER -> {
                var of = ConsumerGroupTargetAssignmentMemberKey.read(key, 0);
                yield new Fact.Target(of.groupId(), of.memberId(), value == null ? null
                        : partitions(ConsumerGroupTargetAssignmentMemberValue.read(value, VERSION).topicPartitions()));
            }
            case ConsumerGroupCurrentMemberAssignmentKey.API_NUMBER -> {
                var of = ConsumerGroupCurrentMemberAssignmentKey.read(key, 0);
                yield new Fact.Stands(of.groupId(), of.memberId(),
                        value == null ? null : Standing.of(ConsumerGroupCurrentMemberAssignmentValue.read(value, VERSION)));
            }
            case ConsumerGroupRegularExpressionKey.API_NUMBER -> {
                var of = ConsumerGroupRegularExpressionKey.read(key, 0);
                var it = value == null ? null : ConsumerGroupRegularExpressionValue.read(value, VERSION);
                yield new Fact.Expression(of.groupId(), of.regularExpression(),
                        it == null ? null : new Found(new TreeSet<>(it.topics()), it.version(), it.timestamp()));
            }
            default -> null;
        };
    }

    private static boolean isOurs(int kind) {
        return kind >= ConsumerGroupMetadataKey.API_NUMBER && kind <= ConsumerGroupCurrentMemberAssignmentKey.API_NUMBER
                || kind == ConsumerGroupRegularExpressionKey.API_NUMBER;
    }

    private static List<TopicPartition> stored(Partitions partitions) {
        var stored = new ArrayList<TopicPartition>();
        partitions.byTopic().forEach((topic, numbers) -> stored.add(new TopicPartition(topic, List.copyOf(numbers))));
        return stored;
    }

    private static Partitions partitions(List<TopicPartition> stored) {
        var partitions = Partitions.builder();
        stored.forEach(topic -> partitions.addAll(topic.topicId(), topic.partitions()));
        return partitions.build();
    }
}
