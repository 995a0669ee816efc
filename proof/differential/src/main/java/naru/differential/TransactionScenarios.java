package naru.differential;

import java.nio.ByteBuffer;
import java.util.List;
import naru.base.Uuid;
import naru.protocol.message.AddOffsetsToTxnRequest;
import naru.protocol.message.AddPartitionsToTxnRequest;
import naru.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import naru.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;
import naru.protocol.message.AddPartitionsToTxnResponse;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DescribeTransactionsRequest;
import naru.protocol.message.DescribeTransactionsResponse;
import naru.protocol.message.EndTxnRequest;
import naru.protocol.message.EndTxnResponse;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.InitProducerIdRequest;
import naru.protocol.message.InitProducerIdResponse;
import naru.protocol.message.ListTransactionsRequest;
import naru.protocol.message.OffsetFetchRequest;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import naru.protocol.message.OffsetFetchResponse;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.TxnOffsetCommitRequest;
import naru.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition;
import naru.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;

/** Transactional ids and their transactions, as clients of both generations speak of them, and as strangers do. */
final class TransactionScenarios {

    /** From here on of Produce, EndTxn and TxnOffsetCommit a transaction has an epoch of its own. */
    private static final int PRODUCE_OF_GENERATION_TWO = 12;

    private static final int PRODUCE_BY_ID = 13;
    private static final int END_OF_GENERATION_TWO = 5;
    private static final int OFFSETS_OF_GENERATION_TWO = 5;
    private static final int OF_BROKERS = 4;
    private static final int INIT_PLAIN = 2;
    private static final int WITH_PATTERN = 2;
    private static final byte TRANSACTION = 1;

    /** A producer as the broker has named it. */
    private record Teller(String name, long id, short epoch) {
        Teller withEpoch(int other) {
            return new Teller(name, id, (short) other);
        }

        Teller named(String other) {
            return new Teller(other, id, epoch);
        }

        Teller withId(long other) {
            return new Teller(name, other, epoch);
        }
    }

    private TransactionScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("transactional-init", ApiKey.INIT_PRODUCER_ID, TransactionScenarios::initialise),
                new Scenario("add-partitions-to-txn", ApiKey.ADD_PARTITIONS_TO_TXN, TransactionScenarios::addPartitions),
                new Scenario("add-offsets-to-txn", ApiKey.ADD_OFFSETS_TO_TXN, TransactionScenarios::addOffsets),
                new Scenario("end-txn", ApiKey.END_TXN, TransactionScenarios::end),
                new Scenario("txn-offset-commit", ApiKey.TXN_OFFSET_COMMIT, TransactionScenarios::commitOffsets),
                new Scenario("transactional-produce", ApiKey.PRODUCE, TransactionScenarios::produce),
                new Scenario("describe-transactions", ApiKey.DESCRIBE_TRANSACTIONS, TransactionScenarios::describe),
                new Scenario("list-transactions", ApiKey.LIST_TRANSACTIONS, TransactionScenarios::list));
    }

    private static InitProducerIdRequest beginning(String id) {
        return InitProducerIdRequest.builder().transactionalId(id).transactionTimeoutMs(60_000).build();
    }

    private static InitProducerIdRequest goingOn(Teller teller) {
        return beginning(teller.name()).toBuilder().producerId(teller.id()).producerEpoch(teller.epoch()).build();
    }

    /** A producer with a transactional id of its own, once somebody coordinates it. */
    private static Teller teller(Conversation with, String what) {
        String name = coordinated(with, what);
        for (int tries = 0; tries < 20_000; tries++) {
            InitProducerIdResponse answer = with.quietly(INIT_PLAIN, beginning(name));
            if (answer.errorCode() == 0) {
                with.call(answer.producerId(), "the producer id of " + what);
                return new Teller(name, answer.producerId(), answer.producerEpoch());
            }
        }
        throw new IllegalStateException("nobody coordinates " + name);
    }

    private static String coordinated(Conversation with, String what) {
        String name = with.name(what);
        for (int tries = 0; tries < 20_000; tries++) {
            FindCoordinatorResponse answer = with.quietly(1, FindCoordinatorRequest.builder().key(name).keyType(TRANSACTION).build());
            if (answer.errorCode() == 0) {
                return name;
            }
        }
        throw new IllegalStateException("nobody coordinates " + name);
    }

    private static void initialise(Conversation with, int version) {
        String name = coordinated(with, "x");
        InitProducerIdResponse first = with.askUntil("first", "an id", version, beginning(name),
                (InitProducerIdResponse answer) -> {
                    with.call(answer.producerId(), "the producer id");
                    return answer.errorCode() == 0;
                });
        with.probe("the next epoch", beginning(name));
        with.probe("no timeout", beginning(name).toBuilder().transactionTimeoutMs(0).build());
        with.probe("a timeout in the past", beginning(name).toBuilder().transactionTimeoutMs(-1).build());
        with.probe("too long a timeout", beginning(name).toBuilder().transactionTimeoutMs(900_001).build());
        with.probe("an empty id", beginning(""));
        var teller = new Teller(name, first.producerId(), (short) 1);
        with.probe("going on", goingOn(teller));
        with.probe("going on, asked again", goingOn(teller));
        with.probe("going on with an old epoch", goingOn(teller.withEpoch(0)));
        with.probe("going on with a later epoch", goingOn(teller.withEpoch(9)));
        with.probe("going on with a stranger's id", goingOn(teller.withId(999_999_999)));
        with.probe("an id without an epoch", goingOn(teller.withEpoch(-1)));
        with.probe("an epoch without an id", goingOn(teller.withId(-1)));
    }

    private static AddPartitionsToTxnRequest adding(int version, Teller teller, boolean verifies, String topic, Integer... partitions) {
        var topics = List.of(new AddPartitionsToTxnTopic(topic, List.of(partitions)));
        return version < OF_BROKERS
                ? AddPartitionsToTxnRequest.builder().v3AndBelowTransactionalId(teller.name()).v3AndBelowProducerId(teller.id())
                        .v3AndBelowProducerEpoch(teller.epoch()).v3AndBelowTopics(topics).build()
                : AddPartitionsToTxnRequest.builder().transactions(List.of(new AddPartitionsToTxnTransaction(
                        teller.name(), teller.id(), teller.epoch(), verifies, topics))).build();
    }

    private static void addPartitions(Conversation with, int version) {
        var topic = Given.topic(with, "t", 3);
        var teller = teller(with, "x");
        boolean ofBrokers = version >= OF_BROKERS;
        if (ofBrokers) {
            with.probe("verify before anything is there", adding(version, teller, true, topic, 0));
        }
        with.probe("one partition", adding(version, teller, false, topic, 0));
        with.probe("the same again", adding(version, teller, false, topic, 0));
        with.probe("two more", adding(version, teller, false, topic, 1, 2));
        with.probe("one of them is unknown", adding(version, teller, false, topic, 1, 7));
        with.probe("an unknown topic", adding(version, teller, false, with.name("nobody"), 0));
        with.probe("an internal topic", adding(version, teller, false, "__transaction_state", 0));
        with.probe("no partitions", adding(version, teller, false, topic));
        with.probe("an old epoch", adding(version, teller.withEpoch(-1), false, topic, 0));
        with.probe("a later epoch", adding(version, teller.withEpoch(5), false, topic, 0));
        with.probe("another id", adding(version, teller.withId(999_999_999), false, topic, 0));
        with.probe("a stranger", adding(version, teller.named(coordinated(with, "stranger")), false, topic, 0));
        with.probe("no name", adding(version, teller.named(""), false, topic, 0));
        if (ofBrokers) {
            with.probe("verify what is there", adding(version, teller, true, topic, 0));
            with.probe("verify what is not", adding(version, teller, true, with.name("t"), 0));
            with.probe("verify with an old epoch", adding(version, teller.withEpoch(-1), true, topic, 0));
            with.probe("verify for a stranger", adding(version, teller.named(with.name("stranger")), true, topic, 0));
            with.probe("verify for no name", adding(version, teller.named(""), true, topic, 0));
        }
    }

    private static AddOffsetsToTxnRequest addingOffsets(Teller teller, String group) {
        return new AddOffsetsToTxnRequest(teller.name(), teller.id(), teller.epoch(), group);
    }

    private static void addOffsets(Conversation with, int version) {
        var group = Given.group(with, "g");
        var teller = teller(with, "x");
        with.probe("a group", addingOffsets(teller, group));
        with.probe("the same again", addingOffsets(teller, group));
        with.probe("no group", addingOffsets(teller, ""));
        with.probe("an old epoch", addingOffsets(teller.withEpoch(-1), group));
        with.probe("a later epoch", addingOffsets(teller.withEpoch(5), group));
        with.probe("another id", addingOffsets(teller.withId(999_999_999), group));
        with.probe("a stranger", addingOffsets(teller.named(coordinated(with, "stranger")), group));
        with.probe("no name", addingOffsets(teller.named(""), group));
    }

    private static EndTxnRequest ending(Teller teller, boolean commit) {
        return new EndTxnRequest(teller.name(), teller.id(), teller.epoch(), commit);
    }

    /** The markers of the transaction before may still be on their way: then the coordinator asks to ask again. */
    private static EndTxnResponse settled(Conversation with, String label, int version, EndTxnRequest request) {
        return with.askUntil("first", label, version, request, (EndTxnResponse answer) -> answer.errorCode() != 51);
    }

    private static void end(Conversation with, int version) {
        var topic = Given.topic(with, "t", 2);
        var teller = teller(with, "x");
        boolean bumps = version >= END_OF_GENERATION_TWO;
        with.probe("a commit of nothing", ending(teller, true));
        if (!bumps) {
            with.probe("an abort of nothing", ending(teller, false));
        }
        added(with, teller, topic, 0);
        with.probe("another id", ending(teller.withId(999_999_999), true));
        with.probe("a later epoch", ending(teller.withEpoch(5), true));
        with.probe("an old epoch", ending(teller.withEpoch(-1), true));
        with.probe("a stranger", ending(teller.named(coordinated(with, "stranger")), true));
        with.probe("no name", ending(teller.named(""), true));
        with.probe("a commit", ending(teller, true));
        settled(with, "the commit again", version, ending(teller, true));
        settled(with, "an abort afterwards", version, ending(teller, false));
        var next = teller.withEpoch(bumps ? 1 : 0);
        added(with, next, topic, 1);
        with.probe("an abort", ending(next, false));
        settled(with, "the abort again", version, ending(next, false));
        settled(with, "a commit afterwards", version, ending(next, true));
        if (bumps) {
            settled(with, "an abort of nothing", version, ending(teller.withEpoch(2), false));
            settled(with, "a commit of nothing, later", version, ending(teller.withEpoch(3), true));
        }
    }

    private static void added(Conversation with, Teller teller, String topic, int partition) {
        for (int tries = 0; tries < 20_000; tries++) {
            AddPartitionsToTxnResponse answer =
                    with.quietly(3, adding(3, teller, false, topic, partition));
            if (answer.resultsByTopicV3AndBelow().getFirst().resultsByPartition().getFirst().partitionErrorCode() == 0) {
                return;
            }
        }
        throw new IllegalStateException("no partition can be added");
    }

    private static TxnOffsetCommitRequest committing(Teller teller, String group, String topic, Uuid id, int partition, String metadata) {
        return TxnOffsetCommitRequest.builder().transactionalId(teller.name()).groupId(group).producerId(teller.id())
                .producerEpoch(teller.epoch()).topics(List.of(new TxnOffsetCommitRequestTopic(topic, id, List.of(
                        new TxnOffsetCommitRequestPartition(partition, 5, -1, metadata))))).build();
    }

    private static OffsetFetchRequest looking(String group, String topic, boolean stable) {
        return OffsetFetchRequest.builder().requireStable(stable).groups(List.of(new OffsetFetchRequestGroup(group, null, -1, List.of(
                new OffsetFetchRequestTopics(topic, Uuid.ZERO, List.of(0, 1)))))).build();
    }

    private static void commitOffsets(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 2);
        var topic = with.name("t");
        var group = Given.group(with, "g");
        var teller = teller(with, "x");
        boolean adds = version >= OFFSETS_OF_GENERATION_TWO;
        with.probe("a stranger", committing(teller.named(coordinated(with, "stranger")), group, topic, id, 0, ""));
        if (!adds) {
            with.probe("before the group was added", committing(teller, group, topic, id, 0, ""));
            with.ask("the group is added", 0, addingOffsets(teller, group));
        }
        with.probe("an old epoch", committing(teller.withEpoch(-1), group, topic, id, 0, ""));
        with.probe("a later epoch", committing(teller.withEpoch(7), group, topic, id, 0, ""));
        with.probe("another id", committing(teller.withId(999_999_999), group, topic, id, 0, ""));
        with.probe("no name", committing(teller.named(""), group, topic, id, 0, ""));
        with.probe("one offset", committing(teller, group, topic, id, 0, "words"));
        with.probe("many words", committing(teller, group, topic, id, 1, "x".repeat(4_097)));
        with.probe("an unknown partition", committing(teller, group, topic, id, 7, ""));
        with.probe("an unknown topic", committing(teller, group, with.name("nobody"), Conversation.NOBODYS_ID, 0, ""));
        with.probe("no group", committing(teller, "", topic, id, 0, ""));
        with.probe("an unknown generation",
                committing(teller, group, topic, id, 0, "").toBuilder().memberId("m").generationIdOrMemberEpoch(3).build());
        with.probe("an unknown generation without a member",
                committing(teller, group, topic, id, 0, "").toBuilder().generationIdOrMemberEpoch(3).build());
        with.probe("undecided offsets", 8, looking(group, topic, true));
        with.probe("what was committed before", 8, looking(group, topic, false));
        settled(with, "the end", adds ? END_OF_GENERATION_TWO : 3, ending(teller, true));
        with.askUntil("first", "decided offsets", 8, looking(group, topic, true),
                (OffsetFetchResponse answer) ->
                        answer.groups().getFirst().topics().getFirst().partitions().getFirst().errorCode() == 0);
    }

    private static ProduceRequest producing(
            int version, Teller teller, String topic, Uuid id, int partition, int sequence, boolean transactional) {
        var batch = Given.builder("a", "b").producer(teller.id(), teller.epoch(), sequence);
        ByteBuffer bytes = (transactional ? batch.transactional() : batch).build();
        return Given.produce(version < PRODUCE_BY_ID ? topic : "", version < PRODUCE_BY_ID ? Uuid.ZERO : id, partition, bytes)
                .toBuilder().transactionalId(teller.name()).build();
    }

    private static void produce(Conversation with, int version) {
        var id = Given.topicWithId(with, "t", 3);
        var topic = with.name("t");
        var teller = teller(with, "x");
        boolean adds = version >= PRODUCE_OF_GENERATION_TWO;
        if (!adds) {
            with.probe("before the partition was added", producing(version, teller, topic, id, 0, 0, true));
            added(with, teller, topic, 0);
        }
        with.probe("the first batch", producing(version, teller, topic, id, 0, 0, true));
        with.probe("the second batch", producing(version, teller, topic, id, 0, 2, true));
        with.probe("the second batch again", producing(version, teller, topic, id, 0, 2, true));
        with.probe("a gap", producing(version, teller, topic, id, 0, 9, true));
        with.probe("another partition", producing(version, teller, topic, id, 1, 0, true));
        with.probe("outside of the transaction", producing(version, teller, topic, id, 0, 4, false));
        with.probe("without a name", producing(version, teller.named(null), topic, id, 0, 4, true));
        with.probe("with an empty name", producing(version, teller.named(""), topic, id, 2, 4, true));
        with.probe("a stranger", producing(version, teller.named(coordinated(with, "stranger")), topic, id, 2, 0, true));
        with.probe("another id", producing(version, teller.withId(999_999_999), topic, id, 2, 0, true));
        with.probe("a later epoch", producing(version, teller.withEpoch(7), topic, id, 2, 0, true));
        settled(with, "the end", adds ? END_OF_GENERATION_TWO : 3, ending(teller, true));
        with.askUntil("first", "the end is there", adds ? END_OF_GENERATION_TWO : 3, ending(teller, true),
                (EndTxnResponse answer) -> answer.errorCode() == 0);
        with.probe("after the end", producing(version, teller, topic, id, 0, 4, true));
        if (adds) {
            with.probe("with the next epoch", producing(version, teller.withEpoch(1), topic, id, 0, 0, true));
            with.probe("with the old epoch", producing(version, teller, topic, id, 0, 4, true));
        }
    }

    private static void describe(Conversation with, int version) {
        var topic = Given.topic(with, "t", 3);
        var teller = teller(with, "x");
        with.probe("before a transaction", new DescribeTransactionsRequest(List.of(teller.name())));
        with.probe("a stranger", new DescribeTransactionsRequest(List.of(coordinated(with, "stranger"))));
        with.probe("no name", new DescribeTransactionsRequest(List.of("")));
        with.probe("nothing", new DescribeTransactionsRequest(List.of()));
        with.probe("twice the same", new DescribeTransactionsRequest(List.of(teller.name(), teller.name())));
        with.ask("the partition is added", 3, adding(3, teller, false, topic, 1));
        with.ask("the end", 3, ending(teller, false));
        with.askUntil("first", "after the end", 0, new DescribeTransactionsRequest(List.of(teller.name())),
                (DescribeTransactionsResponse answer) -> {
                    var state = answer.transactionStates().getFirst();
                    with.call(state.transactionStartTimeMs(), "the time of the beginning");
                    return state.transactionState().equals("CompleteAbort");
                });
    }

    private static void list(Conversation with, int version) {
        var teller = teller(with, "x");
        var mine = ListTransactionsRequest.builder().producerIdFilters(List.of(teller.id()));
        with.probe("mine", mine.build());
        with.probe("mine in two states", mine.build().toBuilder().stateFilters(List.of("Empty", "Ongoing")).build());
        with.probe("mine in another state", mine.build().toBuilder().stateFilters(List.of("PrepareEpochFence")).build());
        with.probe("a state that is none", mine.build().toBuilder().stateFilters(List.of("Sleeping")).build());
        with.probe("a state that is one and one that is none",
                mine.build().toBuilder().stateFilters(List.of("Ongoing", "Sleeping", "empty")).build());
        with.probe("nobody's", ListTransactionsRequest.builder().producerIdFilters(List.of(999_999_999L)).build());
        with.probe("running for some time", mine.build().toBuilder().durationFilter(600_000).build());
        with.probe("running for any time", mine.build().toBuilder().durationFilter(0).build());
        if (version < WITH_PATTERN) {
            return;
        }
        with.probe("by pattern", ListTransactionsRequest.builder().transactionalIdPattern(with.name("x") + ".*").build());
        with.probe("by another pattern", mine.build().toBuilder().transactionalIdPattern("nobody-.*").build());
        with.probe("by half a pattern", mine.build().toBuilder().transactionalIdPattern("(").build());
        with.probe("by an empty pattern", mine.build().toBuilder().transactionalIdPattern("").build());
    }
}
