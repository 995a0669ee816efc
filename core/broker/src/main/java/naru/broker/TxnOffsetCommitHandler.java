package naru.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import naru.coordination.runtime.ClientIdentity;
import naru.coordination.transactions.Claim;
import naru.metadata.Topic;
import naru.protocol.ErrorCode;
import naru.protocol.message.TxnOffsetCommitRequest;
import naru.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import naru.protocol.message.TxnOffsetCommitResponse;
import naru.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition;
import naru.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic;

/**
 * TxnOffsetCommit (API key 28): offsets of a group, committed inside a transaction. Only those of partitions that exist come
 * before the coordinator, and only when the transaction reaches the partition that keeps the group's offsets.
 */
final class TxnOffsetCommitHandler implements Handler<TxnOffsetCommitRequest> {

    private static final short ABORTABLE = 4;
    private static final short GENERATION_TWO = 5;
    private static final short TOPIC_IDS = 6;

    private final LaneBroker lane;

    TxnOffsetCommitHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, TxnOffsetCommitRequest asked) {
        boolean byId = request.version() >= TOPIC_IDS;
        var unknown = byId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        var found = new ArrayList<Topic>();
        var existing = new ArrayList<TxnOffsetCommitRequestTopic>();
        for (var one : asked.topics()) {
            var topic = byId ? lane.cluster().topic(one.topicId()) : lane.cluster().topic(one.name());
            found.add(topic);
            if (topic != null) {
                existing.add(new TxnOffsetCommitRequestTopic(topic.name(), topic.id(), one.partitions().stream()
                        .filter(at -> topic.has(at.partitionIndex())).toList()));
            }
        }
        var question = asked.toBuilder().topics(existing).build();
        boolean nothingExists = existing.stream().allMatch(one -> one.partitions().isEmpty());
        if (nothingExists && !asked.topics().isEmpty()) {
            request.answer(joined(asked, found, refused(question, unknown), unknown));
        } else if (asked.groupId().isEmpty()) {
            request.answer(joined(asked, found, refused(question, ErrorCode.INVALID_GROUP_ID), unknown));
        } else if (lane.cluster().topic(InternalTopics.OFFSETS) == null) {
            request.answer(joined(asked, found, refused(question, ErrorCode.COORDINATOR_NOT_AVAILABLE), unknown));
        } else {
            var where = TransactionHandlers.offsetsOf(lane, asked.groupId());
            int owner = lane.broker().laneOf(where.topic(), where.partition());
            var client = new ClientIdentity(request.clientId(), request.clientHost());
            lane.<LaneBroker, TxnOffsetCommitResponse>onLane(owner, there -> there,
                    (there, answer) -> enter(there, where.partition(), question, client, request.version(), answer),
                    answer -> request.answer(joined(asked, found, answer, unknown)));
        }
    }

    /** On the lane of the group. */
    private static void enter(LaneBroker there, int index, TxnOffsetCommitRequest question, ClientIdentity client, int version,
            Consumer<TxnOffsetCommitResponse> answer) {
        var partition = there.place(InternalTopics.OFFSETS, index).partition();
        if (partition == null || partition.refusal() != ErrorCode.NONE) {
            answer.accept(refused(question, ErrorCode.NOT_COORDINATOR));
            return;
        }
        var claim = new Claim(question.transactionalId(), question.producerId(), question.producerEpoch());
        if (TransactionDoor.isOpen(partition, claim)) {
            commit(there, index, question, client, version, answer);
            return;
        }
        var speech = version >= GENERATION_TWO ? TransactionDoor.Speech.GENERATION_TWO
                : version >= ABORTABLE ? TransactionDoor.Speech.ABORTABLE : TransactionDoor.Speech.OLD;
        TransactionDoor.ask(there, partition, claim, 0, speech, (pass, error) -> {
            if (error != ErrorCode.NONE) {
                answer.accept(refused(question, TransactionDoor.forCommitter(error)));
            } else if (!partition.log().transactions().admits(pass, claim.producerId(), claim.producerEpoch())) {
                // A marker came between the coordinator's word and this moment.
                answer.accept(refused(question, ErrorCode.INVALID_TXN_STATE));
            } else {
                commit(there, index, question, client, version, answer);
            }
        });
    }

    private static void commit(LaneBroker there, int index, TxnOffsetCommitRequest question, ClientIdentity client, int version,
            Consumer<TxnOffsetCommitResponse> answer) {
        var shard = there.coordinators().groups().shard(index);
        if (shard == null) {
            answer.accept(refused(question, ErrorCode.NOT_COORDINATOR));
        } else {
            shard.txnOffsetCommit(question, client, version, answer);
        }
    }

    private static TxnOffsetCommitResponse refused(TxnOffsetCommitRequest asked, ErrorCode error) {
        return new TxnOffsetCommitResponse(0, asked.topics().stream()
                .map(topic -> new TxnOffsetCommitResponseTopic(topic.name(), topic.topicId(), topic.partitions().stream()
                        .map(one -> new TxnOffsetCommitResponsePartition(one.partitionIndex(), error.code())).toList()))
                .toList());
    }

    /** In the order of the question: what the coordinator said, and our word about what it was not asked. */
    private static TxnOffsetCommitResponse joined(
            TxnOffsetCommitRequest asked, List<Topic> found, TxnOffsetCommitResponse heard, ErrorCode unknown) {
        var said = heard.topics().iterator();
        var topics = new ArrayList<TxnOffsetCommitResponseTopic>();
        for (int i = 0; i < found.size(); i++) {
            var one = asked.topics().get(i);
            var topic = found.get(i);
            var codes = topic == null ? null : said.next().partitions().iterator();
            var partitions = new ArrayList<TxnOffsetCommitResponsePartition>();
            for (var at : one.partitions()) {
                partitions.add(topic == null
                        ? new TxnOffsetCommitResponsePartition(at.partitionIndex(), unknown.code())
                        : topic.has(at.partitionIndex()) ? codes.next() : new TxnOffsetCommitResponsePartition(
                                at.partitionIndex(), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code()));
            }
            topics.add(new TxnOffsetCommitResponseTopic(one.name(), one.topicId(), partitions));
        }
        return new TxnOffsetCommitResponse(0, topics);
    }
}
