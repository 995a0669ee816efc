package naru.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import naru.cli.options.Option;
import naru.cli.options.Syntax;
import naru.cli.options.Syntax.Kind;
import naru.cli.terminal.Ink;
import naru.cli.terminal.Page;
import naru.cli.terminal.Table;
import naru.cli.terminal.Unit;
import naru.cli.wire.Brokers;
import naru.cli.wire.Offsets;
import naru.cli.wire.Place;
import naru.cli.wire.Sizes;
import naru.cli.wire.Topology;
import naru.protocol.message.MetadataResponse.MetadataResponseTopic;

/** {@code naru topics}: what looks. */
final class TopicsCommands {

    private static final long MINUTE_MS = 60_000;
    /** Asking each partition for the records of the last minute reads its time index: too much for all of a large cluster. */
    private static final int RATES_MAX = 2_000;

    private TopicsCommands() {}

    static List<Command> all() {
        var all = new ArrayList<>(List.of(
                new Command(Syntax.of("topics list", "List topics with their sizes and rates")
                        .maybe("PATTERN", Kind.TOPIC)
                        .option(Option.flag("internal", "those that brokers keep for themselves, too"))
                        .option(Option.flag("names", "nothing but names, one on a line"))
                        .example("naru topics list")
                        .example("naru topics list 'orders-*' --json"), TopicsCommands::list),
                new Command(Syntax.of("topics describe", "Show partitions, replicas, offsets and settings of topics")
                        .operands("TOPIC", Kind.TOPIC)
                        .example("naru topics describe orders"), TopicsCommands::describe)));
        all.addAll(TopicChanges.all());
        return all;
    }

    private static void list(Session session) {
        var brokers = session.brokers();
        var topology = Topology.ofAll(brokers);
        var topics = topology.topics().stream()
                .filter(topic -> session.line().has("internal") || !topic.isInternal())
                .filter(topic -> matches(topic.name(), session.line().operands()))
                .toList();
        if (session.line().has("names")) {
            topics.forEach(topic -> session.screen().line(topic.name()));
            return;
        }
        session.screen().show(sizes(session, brokers, topology, topics), topology.topics().isEmpty()
                ? "there are no topics yet; 'naru topics create NAME' makes one" : "no topic matches");
    }

    private static Table sizes(Session session, Brokers brokers, Topology topology, List<MetadataResponseTopic> topics) {
        var table = new Table()
                .column("topic", "TOPIC", Unit.NAME)
                .column("partitions", "PARTITIONS", Unit.NUMBER)
                .column("replicas", "REPLICAS", Unit.NUMBER)
                .column("records", "RECORDS", Unit.NUMBER)
                .column("bytes", "SIZE", Unit.BYTES)
                .column("recordsPerSecond", "RECORDS/S", Unit.PER_SECOND)
                .column("bytesPerSecond", "RATE", Unit.BYTES_PER_SECOND)
                .column("state", "STATE", Unit.TEXT, TopicsCommands::inkOfState)
                .hidden("internal").hidden("topicId");
        var places = new ArrayList<Place>();
        topics.forEach(topic -> places.addAll(topology.places(topic.name())));
        var askedStarts = Offsets.ask(brokers, topology, places, Offsets.START);
        var askedEnds = Offsets.ask(brokers, topology, places, Offsets.END);
        var askedBefore = places.size() <= RATES_MAX ? Offsets.ask(brokers, topology, places, session.nowMs() - MINUTE_MS) : null;
        var bytes = Sizes.ask(brokers, null).await();
        var starts = askedStarts.await();
        var ends = askedEnds.await();
        Map<Place, Long> before = askedBefore == null ? Map.of() : askedBefore.await();
        for (var topic : topics) {
            long records = 0;
            long size = 0;
            long lately = 0;
            for (var place : topology.places(topic.name())) {
                long end = ends.getOrDefault(place, 0L);
                records += end - starts.getOrDefault(place, end);
                size += bytes.getOrDefault(place, Map.of()).getOrDefault(topology.leader(place), 0L);
                long then = before.getOrDefault(place, -1L);
                lately += then < 0 ? 0 : Math.max(0, end - then);
            }
            Double rate = askedBefore == null ? null : (Double) (lately * 1_000.0 / MINUTE_MS);
            Long byteRate = rate == null ? null : records == 0 ? (Long) 0L : (Long) (long) (rate * size / records);
            table.row(topic.name(), topic.partitions().size(), replicas(topic), records, size, rate, byteRate,
                    state(topic), topic.isInternal(), topic.topicId().toString());
        }
        return table;
    }

    static Ink inkOfState(Object state) {
        return switch (String.valueOf(state)) {
            case "ok" -> Ink.GOOD;
            case "offline" -> Ink.BAD;
            default -> Ink.WARNING;
        };
    }

    private static int replicas(MetadataResponseTopic topic) {
        return topic.partitions().stream().mapToInt(one -> one.replicaNodes().size()).max().orElse(0);
    }

    /** In one word: whether all can be read and written, and all replicas have everything. */
    static String state(MetadataResponseTopic topic) {
        boolean offline = topic.partitions().stream().anyMatch(one -> one.leaderId() < 0);
        boolean behind = topic.partitions().stream().anyMatch(one -> one.isrNodes().size() < one.replicaNodes().size());
        return offline ? "offline" : behind ? "behind" : "ok";
    }

    /** With {@code *} and {@code ?}, as shells have it; a pattern without them is a part of the name. */
    static boolean matches(String name, List<String> patterns) {
        return patterns.isEmpty() || patterns.stream().anyMatch(pattern ->
                pattern.indexOf('*') < 0 && pattern.indexOf('?') < 0 ? name.contains(pattern) : globs(pattern, 0, name, 0));
    }

    private static boolean globs(String pattern, int p, String name, int n) {
        if (p == pattern.length()) {
            return n == name.length();
        }
        if (pattern.charAt(p) == '*') {
            return globs(pattern, p + 1, name, n) || n < name.length() && globs(pattern, p, name, n + 1);
        }
        return n < name.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n)) && globs(pattern, p + 1, name, n + 1);
    }

    private static void describe(Session session) {
        var brokers = session.brokers();
        var topology = Topology.of(brokers, session.line().operands());
        var places = topology.places();
        var askedStarts = Offsets.ask(brokers, topology, places, Offsets.START);
        var askedEnds = Offsets.ask(brokers, topology, places, Offsets.END);
        var askedSizes = Sizes.ask(brokers, topology);
        var settings = Settings.changedOfTopics(brokers, session.line().operands());
        var starts = askedStarts.await();
        var ends = askedEnds.await();
        var bytes = askedSizes.await();
        var pages = new ArrayList<Page>();
        for (var name : session.line().operands()) {
            var topic = topology.topic(name);
            long size = 0;
            var partitions = new Table()
                    .column("partition", "PARTITION", Unit.NUMBER)
                    .column("leader", "LEADER", Unit.TEXT, leader -> leader == null ? Ink.BAD : Ink.PLAIN)
                    .column("replicas", "REPLICAS", Unit.LIST)
                    .column("inSync", "IN SYNC", Unit.LIST)
                    .column("start", "START", Unit.NUMBER)
                    .column("end", "END", Unit.NUMBER)
                    .column("bytes", "SIZE", Unit.BYTES)
                    .column("state", "STATE", Unit.TEXT, TopicsCommands::inkOfState)
                    .hidden("leaderEpoch");
            for (var place : topology.places(name)) {
                var partition = topology.partition(place);
                Long ofLeader = bytes.getOrDefault(place, Map.of()).get(partition.leaderId());
                size += ofLeader == null ? 0 : ofLeader;
                partitions.row(place.partition(), partition.leaderId() < 0 ? null : (Integer) partition.leaderId(), partition.replicaNodes(),
                        partition.isrNodes(), starts.get(place), ends.get(place), ofLeader,
                        partition.leaderId() < 0 ? "offline" : partition.isrNodes().size() < partition.replicaNodes().size() ? "behind" : "ok",
                        partition.leaderEpoch());
            }
            pages.add(new Page()
                    .fact("topic", "topic", Unit.NAME, name)
                    .fact("topicId", "id", Unit.TEXT, topic.topicId().toString())
                    .fact("state", "state", Unit.TEXT, state(topic), inkOfState(state(topic)))
                    .fact("bytes", "size", Unit.BYTES, size)
                    .hidden("internal", topic.isInternal())
                    .table("settings", settings.get(name))
                    .table("partitions", partitions));
        }
        session.screen().show(pages);
    }
}
