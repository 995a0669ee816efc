package naru.coordination.consumers;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import naru.coordination.membership.Partitions;
import naru.coordination.membership.Topics;
import naru.protocol.MalformedMessage;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ConsumerGroupHeartbeatRequest;
import naru.protocol.message.ConsumerProtocolAssignment;
import naru.protocol.message.ConsumerProtocolSubscription;

/** What consumers of the classic protocol say to each other inside JoinGroup and SyncGroup. */
final class Embedded {

    private static final int BYTES_FIRST = 128;

    private Embedded() {}

    static ConsumerProtocolSubscription subscription(ByteBuffer metadata) throws MalformedMessage {
        var in = new Reader(metadata.duplicate());
        return ConsumerProtocolSubscription.read(in, version(in, ConsumerProtocolSubscription.VERSION_MAX));
    }

    private static int version(Reader in, int newest) {
        int version = in.int16();
        if (version < 0) {
            throw new MalformedMessage("version " + version + " of the protocol between consumers");
        }
        return Math.min(version, newest);
    }

    /** The partitions of an assignment whose topics exist; none when it is empty. */
    static Partitions assignment(ByteBuffer assignment, Topics topics) throws MalformedMessage {
        var partitions = Partitions.builder();
        if (assignment.hasRemaining()) {
            var in = new Reader(assignment.duplicate());
            for (var one : ConsumerProtocolAssignment.read(in, version(in, ConsumerProtocolAssignment.VERSION_MAX))
                    .assignedPartitions()) {
                var shape = topics.named(one.topic());
                if (shape != null) {
                    partitions.addAll(shape.id(), one.partitions());
                }
            }
        }
        return partitions.build();
    }

    /** What the member says it has, by topic id. */
    static List<ConsumerGroupHeartbeatRequest.TopicPartitions> owned(ConsumerProtocolSubscription said, Topics topics) {
        var owned = new ArrayList<ConsumerGroupHeartbeatRequest.TopicPartitions>();
        for (var one : said.ownedPartitions()) {
            var shape = topics.named(one.topic());
            if (shape != null) {
                owned.add(new ConsumerGroupHeartbeatRequest.TopicPartitions(shape.id(), one.partitions()));
            }
        }
        return owned;
    }

    /** @param like the member's own metadata, whose version it can read */
    static ByteBuffer written(Partitions partitions, Topics topics, ByteBuffer like) {
        var byName = new TreeMap<String, List<Integer>>();
        partitions.byTopic().forEach((id, numbers) -> {
            var shape = topics.withId(id);
            if (shape != null) {
                byName.put(shape.name(), List.copyOf(numbers));
            }
        });
        var assigned = new ArrayList<ConsumerProtocolAssignment.TopicPartition>();
        byName.forEach((name, numbers) -> assigned.add(new ConsumerProtocolAssignment.TopicPartition(name, numbers)));
        int version = version(new Reader(like.duplicate()), ConsumerProtocolAssignment.VERSION_MAX);
        return prefixed(version, new ConsumerProtocolAssignment(assigned, null));
    }

    private static ByteBuffer prefixed(int version, Message message) {
        var out = new Writer(BYTES_FIRST);
        out.int16((short) version);
        message.write(out, version);
        return ByteBuffer.wrap(out.toBytes());
    }
}
