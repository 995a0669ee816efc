package naru.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.cli.options.Nearest;
import naru.cli.options.Option;
import naru.cli.options.Syntax;
import naru.cli.options.Syntax.Kind;
import naru.cli.terminal.Ink;
import naru.cli.terminal.Page;
import naru.cli.terminal.Table;
import naru.cli.terminal.Unit;
import naru.cli.wire.Brokers;
import naru.cli.wire.Place;
import naru.cli.wire.Refused;
import naru.cli.wire.Topology;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DescribeProducersRequest;
import naru.protocol.message.DescribeProducersRequest.TopicRequest;
import naru.protocol.message.DescribeProducersResponse;
import naru.protocol.message.DescribeProducersResponse.ProducerState;
import naru.protocol.message.DescribeTransactionsRequest;
import naru.protocol.message.DescribeTransactionsResponse;
import naru.protocol.message.ListTransactionsRequest;
import naru.protocol.message.ListTransactionsResponse;
import naru.protocol.message.ListTransactionsResponse.TransactionState;
import naru.protocol.message.WriteTxnMarkersRequest;
import naru.protocol.message.WriteTxnMarkersRequest.WritableTxnMarker;
import naru.protocol.message.WriteTxnMarkersRequest.WritableTxnMarkerTopic;
import naru.protocol.message.WriteTxnMarkersResponse;

/** {@code naru transactions}. */
final class TransactionsCommands {

    private TransactionsCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(Syntax.of("transactions list", "List transactional ids and what they are about")
                        .option(Option.of("longer-than", "TIME", "only transactions that have been open for longer"))
                        .example("naru transactions list --longer-than 1m"), TransactionsCommands::list),
                new Command(Syntax.of("transactions describe", "Show transactional ids: producer, timeout, since when, and which partitions")
                        .operands("ID", Kind.OTHER)
                        .example("naru transactions describe transfers-1"), TransactionsCommands::describe),
                new Command(Syntax.of("transactions producers", "Show who writes to partitions with sequence numbers, and which transactions are open there")
                        .operand("TOPIC", Kind.TOPIC)
                        .option(Option.of("partition", "N", "only this partition").withLetter('p'))
                        .example("naru transactions producers orders"), TransactionsCommands::producers),
                new Command(Syntax.of("transactions find-hanging", "Find transactions that are open in partitions while their coordinator knows nothing of them")
                        .maybe("TOPIC", Kind.TOPIC)
                        .example("naru transactions find-hanging"), TransactionsCommands::findHanging),
                new Command(Syntax.of("transactions abort", "End a hanging transaction of a partition")
                        .operand("TOPIC", Kind.TOPIC)
                        .option(Option.of("partition", "N", "in this partition").withLetter('p'))
                        .option(Option.of("start-offset", "N", "the transaction that began there"))
                        .option(Session.YES)
                        .example("naru transactions abort orders --partition 0 --start-offset 17 --yes"), TransactionsCommands::abort));
    }

    private static Map<Integer, ListTransactionsResponse> listed(Brokers brokers, long longerThanMs, List<Long> producers) {
        var answers = brokers.askEach(ApiKey.LIST_TRANSACTIONS, _ -> ListTransactionsRequest.builder()
                .stateFilters(List.of()).producerIdFilters(producers).durationFilter(longerThanMs).build(), ListTransactionsResponse.class);
        answers.values().forEach(answer -> Refused.check(answer.errorCode(), null, "the transactions cannot be listed"));
        return answers;
    }

    private static void list(Session session) {
        var table = new Table().column("transactionalId", "TRANSACTIONAL ID", Unit.NAME)
                .column("state", "STATE", Unit.TEXT, state -> String.valueOf(state).equals("Ongoing") ? Ink.GOOD : Ink.PLAIN)
                .column("producerId", "PRODUCER", Unit.ID).column("coordinator", "COORDINATOR", Unit.ID);
        var rows = new TreeMap<String, Object[]>();
        listed(session.brokers(), session.span("longer-than", -1), List.of()).forEach((broker, answer) -> answer.transactionStates()
                .forEach(one -> rows.put(one.transactionalId(), new Object[] {one.transactionalId(), one.transactionState(), one.producerId(), broker})));
        rows.values().forEach(table::row);
        session.screen().show(table, session.line().has("longer-than") ? "no transaction has been open for so long" : "there are no transactional ids");
    }

    private static void describe(Session session) {
        var pages = new ArrayList<Page>();
        for (var id : session.line().operands()) {
            var one = session.brokers().coordinator(Brokers.TRANSACTION, id).ask(ApiKey.DESCRIBE_TRANSACTIONS,
                    new DescribeTransactionsRequest(List.of(id)), DescribeTransactionsResponse.class).await().transactionStates().getFirst();
            if (ErrorCode.of(one.errorCode()) == ErrorCode.TRANSACTIONAL_ID_NOT_FOUND) {
                var all = new ArrayList<String>();
                listed(session.brokers(), -1, List.of()).values().forEach(answer -> answer.transactionStates().stream().map(TransactionState::transactionalId).forEach(all::add));
                throw new Failure("there is no transactional id '" + id + "'", Nearest.question(id, all, "'naru transactions list' shows those there are"));
            }
            Refused.check(one.errorCode(), null, "transactional id '" + id + "' cannot be described");
            boolean began = one.transactionStartTimeMs() >= 0;
            // The coordinator keeps when a transaction began until the next one does.
            boolean open = began && !hasEnded(one.transactionState());
            var partitions = new Table().column("topic", "TOPIC", Unit.NAME).column("partitions", "PARTITIONS", Unit.LIST);
            one.topics().forEach(topic -> partitions.row(topic.topic(), topic.partitions()));
            pages.add(new Page()
                    .fact("transactionalId", "id", Unit.NAME, id)
                    .fact("state", "state", Unit.TEXT, one.transactionState())
                    .fact("producerId", "producer", Unit.ID, one.producerId())
                    .fact("producerEpoch", "epoch", Unit.ID, one.producerEpoch())
                    .fact("timeoutMs", "timeout", Unit.MILLISECONDS, one.transactionTimeoutMs())
                    .fact("startedMs", "began", Unit.TIME_MS, began ? (Long) one.transactionStartTimeMs() : null)
                    .fact("openMs", "open for", Unit.MILLISECONDS, open ? (Long) Math.max(0, session.nowMs() - one.transactionStartTimeMs()) : null)
                    .table("partitions", partitions));
        }
        session.screen().show(pages);
    }

    private static boolean hasEnded(String state) {
        return state.equals("Empty") || state.startsWith("Complete");
    }

    private static Map<Place, List<ProducerState>> producersOf(Brokers brokers, Topology topology, List<Place> places) {
        var found = new TreeMap<Place, List<ProducerState>>();
        topology.byLeader(places).forEach((leader, led) -> {
            var topics = new ArrayList<TopicRequest>();
            GroupOffsets.byTopic(led).forEach((topic, partitions) -> topics.add(new TopicRequest(topic, partitions)));
            var answer = brokers.node(leader).ask(ApiKey.DESCRIBE_PRODUCERS, new DescribeProducersRequest(topics), DescribeProducersResponse.class).await();
            for (var topic : answer.topics()) {
                for (var partition : topic.partitions()) {
                    Refused.check(partition.errorCode(), partition.errorMessage(), "the producers of " + topic.name() + ":" + partition.partitionIndex() + " cannot be listed");
                    found.put(new Place(topic.name(), partition.partitionIndex()), partition.activeProducers());
                }
            }
        });
        return found;
    }

    private static List<Place> places(Session session, Topology topology) {
        if (!session.line().has("partition")) {
            return topology.places();
        }
        var place = new Place(session.line().operand(0), session.line().integer("partition", 0, 0, Integer.MAX_VALUE));
        if (topology.partition(place) == null) {
            throw new Failure("topic '" + place.topic() + "' has no partition " + place.partition(), "it has 0 to " + (topology.places().size() - 1));
        }
        return List.of(place);
    }

    private static void producers(Session session) {
        var topology = Topology.of(session.brokers(), List.of(session.line().operand(0)));
        var table = new Table().column("partition", "PARTITION", Unit.NUMBER).column("producerId", "PRODUCER", Unit.ID)
                .column("producerEpoch", "EPOCH", Unit.ID).column("lastSequence", "SEQUENCE", Unit.NUMBER)
                .column("lastMs", "LAST WRITTEN", Unit.TIME_MS).column("transactionStart", "OPEN FROM", Unit.NUMBER, offset -> offset == null ? Ink.PLAIN : Ink.WARNING)
                .hidden("coordinatorEpoch");
        producersOf(session.brokers(), topology, places(session, topology)).forEach((place, producers) -> producers.forEach(one -> table.row(
                place.partition(), one.producerId(), one.producerEpoch(), one.lastSequence(), one.lastTimestamp(),
                one.currentTxnStartOffset() < 0 ? null : (Long) one.currentTxnStartOffset(), one.coordinatorEpoch())));
        session.screen().show(table, "nobody has written there with sequence numbers lately");
    }

    private static void findHanging(Session session) {
        var brokers = session.brokers();
        var topology = session.line().operands().isEmpty() ? Topology.ofAll(brokers) : Topology.of(brokers, session.line().operands());
        var open = new TreeMap<Place, List<ProducerState>>();
        producersOf(brokers, topology, topology.places()).forEach((place, producers) -> {
            var hanging = producers.stream().filter(one -> one.currentTxnStartOffset() >= 0).toList();
            if (!hanging.isEmpty()) {
                open.put(place, hanging);
            }
        });
        var table = new Table().column("topic", "TOPIC", Unit.NAME).column("partition", "PARTITION", Unit.NUMBER)
                .column("startOffset", "START OFFSET", Unit.NUMBER).column("producerId", "PRODUCER", Unit.ID)
                .column("producerEpoch", "EPOCH", Unit.ID).column("lastMs", "LAST WRITTEN", Unit.TIME_MS);
        var known = new ArrayList<Long>();
        if (!open.isEmpty()) {
            listed(brokers, -1, List.of()).values().forEach(answer -> answer.transactionStates().stream()
                    .filter(one -> !hasEnded(one.transactionState()))
                    .forEach(one -> known.add(one.producerId())));
        }
        open.forEach((place, producers) -> producers.stream().filter(one -> !known.contains(one.producerId())).forEach(one -> table.row(
                place.topic(), place.partition(), one.currentTxnStartOffset(), one.producerId(), one.producerEpoch(), one.lastTimestamp())));
        session.screen().show(table, "no transaction hangs");
    }

    private static void abort(Session session) {
        var line = session.line();
        if (!line.has("partition") || !line.has("start-offset")) {
            throw Failure.misuse("it has to be said which transaction", "give --partition and --start-offset, as 'naru transactions find-hanging' shows them");
        }
        var brokers = session.brokers();
        var topology = Topology.of(brokers, List.of(line.operand(0)));
        var place = places(session, topology).getFirst();
        long start = line.number("start-offset", 0, 0, Long.MAX_VALUE);
        var producer = producersOf(brokers, topology, List.of(place)).get(place).stream().filter(one -> one.currentTxnStartOffset() == start).findFirst()
                .orElseThrow(() -> new Failure("no open transaction of " + place + " began at offset " + start,
                        "'naru transactions producers " + place.topic() + "' shows those there are"));
        session.confirm("Abort the transaction of producer " + producer.producerId() + " in " + place + "?");
        var marker = new WritableTxnMarker(producer.producerId(), (short) producer.producerEpoch(), false,
                List.of(new WritableTxnMarkerTopic(place.topic(), List.of(place.partition()))), Math.max(0, producer.coordinatorEpoch()), (byte) 0);
        var answer = brokers.node(topology.leader(place)).ask(ApiKey.WRITE_TXN_MARKERS,
                new WriteTxnMarkersRequest(List.of(marker)), WriteTxnMarkersResponse.class).await();
        for (var one : answer.markers()) {
            one.topics().forEach(topic -> topic.partitions().forEach(partition ->
                    Refused.check(partition.errorCode(), null, "the transaction was not aborted")));
        }
        session.screen().done("aborted the transaction of producer " + producer.producerId() + " in " + place);
    }
}
