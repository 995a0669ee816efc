package naru.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.cli.options.Option;
import naru.cli.options.Syntax;
import naru.cli.options.Syntax.Kind;
import naru.cli.terminal.Amounts;
import naru.cli.terminal.Progress;
import naru.cli.terminal.Screen;
import naru.cli.wire.Place;
import naru.cli.wire.Position;
import naru.cli.wire.Reading;
import naru.cli.wire.Topology;
import naru.protocol.batch.Record;

/** {@code naru consume}. */
final class ConsumeCommand {

    private static final long WAIT_MS = 500;
    private static final int FETCH_BYTES = 2 << 20;

    private final Session session;
    private final RecordFilter filter;
    private final RecordFormat format;
    private final long max;
    private long shown;
    private long read;

    private ConsumeCommand(Session session, Screen to) {
        this.session = session;
        this.filter = RecordFilter.of(session.line());
        this.format = new RecordFormat(session.line().text("format", to.isJson() ? "json" : "value"),
                session.line().text("key-separator", "\t").replace("\\t", "\t"), to);
        this.max = session.line().number("max", Long.MAX_VALUE, 1, Long.MAX_VALUE);
    }

    static List<Command> all() {
        return List.of(new Command(Syntax.of("consume", "Read records of topics: to the present end, or on and on with --follow")
                .operands("TOPIC", Kind.TOPIC)
                .option(Option.of("from", "WHERE", "start (default), end, an offset, -N for the last N of each partition, or a time: 2026-11-21T14:05, 14:05, -5m"))
                .option(Option.of("to", "WHERE", "where to stop, before that record; in the same words"))
                .option(Option.flag("follow", "go on with what is written; begins at the end unless --from is given").withLetter('f'))
                .option(Option.of("max", "N", "stop after so many records").withLetter('n'))
                .option(Option.of("partition", "N,N", "only these partitions").withLetter('p'))
                .options(RecordFilter.OPTIONS)
                .option(Option.of("format", "FORMAT", "value (default), key-value, full, json, raw, hex, or a pattern of %t %p %o %k %v %h %T %m %s"))
                .option(Option.of("key-separator", "TEXT", "what stands between key and value in the format key-value (default a tab)"))
                .option(Option.of("to-file", "FILE", "write to a file instead of the output").withLetter('o'))
                .option(Option.of("group", "GROUP", "read as a member of this group: what it has not had, of the partitions that fall to this member; commits how far it gets"))
                .option(Option.choice("isolation", List.of("committed", "uncommitted"), "whether records of transactions that were aborted, or are still open, are left out (default) or shown"))
                .example("naru consume orders --format full")
                .example("naru consume orders --follow --grep 'error|warning'")
                .example("naru consume orders --from -1h --to -5m --json --to-file orders.json"), ConsumeCommand::start));
    }

    private static void start(Session session) {
        String file = session.line().text("to-file");
        if (file == null) {
            new ConsumeCommand(session, session.screen()).run();
            return;
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(Path.of(file)))) {
            var to = new Screen(out, OutputStream.nullOutputStream(), new Screen.Ends(false, false, false, 0, false), session.screen().isJson());
            var command = new ConsumeCommand(session, to);
            command.run();
            to.flush();
            session.screen().done("wrote " + TopicChanges.count(command.shown, "record") + " to " + file);
        } catch (IOException e) {
            throw new Failure(file + " cannot be written: " + FileTrouble.of(e, Path.of(file)), "check --to-file", e);
        }
    }

    private void run() {
        var line = session.line();
        var brokers = session.brokers();
        boolean follow = line.has("follow");
        boolean committed = line.text("isolation", "committed").equals("committed");
        if (follow && line.has("to")) {
            throw Failure.misuse("--follow never ends and --to does", "leave one of them out");
        }
        var topology = Topology.of(brokers, line.operands());
        var places = places(topology);
        String group = line.text("group");
        String from = line.text("from", follow && group == null ? "end" : "start");
        var starts = Position.parse("from", from, session.nowMs()).offsets(brokers, topology, places, committed);
        var ends = follow ? null : Position.parse("to", line.text("to", "end"), session.nowMs()).offsets(brokers, topology, places, committed);
        var rules = new Reading.Rules(committed, WAIT_MS, FETCH_BYTES);
        if (group != null && !line.has("partition") && Membership.isSpoken(brokers, group)) {
            readAsMember(group, topology, starts, ends, rules);
        } else {
            readAll(group, topology, starts, ends, rules);
        }
        if (shown == 0 && !follow && !session.screen().isJson()) {
            session.screen().say(read == 0 ? "there are no records there" : "no record of " + Amounts.number(read) + " is wanted");
        }
    }

    /** Everything that was asked for; a group without members is moved along. */
    private void readAll(String name, Topology topology, Map<Place, Long> starts, Map<Place, Long> ends, Reading.Rules rules) {
        var brokers = session.brokers();
        var group = name == null ? null : new GroupOffsets(brokers, name);
        if (group != null && !session.line().has("from")) {
            group.committed(starts.keySet()).forEach(starts::replace);
        }
        var reading = new Reading(brokers, topology, starts, ends, rules);
        var seen = new TreeMap<>(starts);
        try {
            read(reading, starts, ends, seen);
        } finally {
            session.screen().flush();
            if (group != null) {
                brokers.peers().goOn();
                group.commit(seen);
            }
        }
    }

    /** What falls to this member, to the present end; what another one of the group holds is read by that one. */
    private void readAsMember(String group, Topology topology, Map<Place, Long> starts, Map<Place, Long> ends, Reading.Rules rules) {
        var brokers = session.brokers();
        var member = new Membership(brokers, group, topology, session.line().operands());
        var share = new GroupShare(session, member, group, new Reading(brokers, topology, Map.of(), Map.of(), rules), starts, ends);
        try {
            share.read(this::take);
        } finally {
            session.screen().flush();
            brokers.peers().goOn();
            share.leave();
        }
    }

    private boolean take(Place place, Record record) {
        read++;
        if (filter.wants(record)) {
            format.show(place, record);
            shown++;
        }
        return shown < max;
    }

    private List<Place> places(Topology topology) {
        String partitions = session.line().text("partition");
        if (partitions == null) {
            return topology.places();
        }
        var places = new ArrayList<Place>();
        for (var topic : session.line().operands()) {
            for (var number : partitions.split(",", -1)) {
                try {
                    places.add(new Place(topic, Integer.parseInt(number.strip())));
                } catch (NumberFormatException _) {
                    throw Failure.misuse("--partition wants numbers, not '" + number + "'", "write for example 0 or 0,2");
                }
                if (topology.partition(places.getLast()) == null) {
                    throw new Failure("topic '" + topic + "' has no partition " + number,
                            "it has 0 to " + (topology.places(topic).size() - 1));
                }
            }
        }
        return places;
    }

    private void read(Reading reading, Map<Place, Long> starts, Map<Place, Long> ends, Map<Place, Long> seen) {
        long total = 0;
        for (var place : ends == null ? List.<Place>of() : List.copyOf(starts.keySet())) {
            total += Math.max(0, ends.get(place) - starts.get(place));
        }
        boolean quiet = session.screen().isOutTerminal() && !session.line().has("to-file");
        try (var progress = new Progress(session.screen(), "consuming")) {
            long before = 0;
            while (reading.step(WAIT_MS, (place, record) -> {
                seen.put(place, record.offset() + 1);
                return take(place, record);
            })) {
                if (read == before) {
                    session.screen().flush();
                }
                before = read;
                if (!quiet) {
                    progress.at(read, total, Amounts.number(read) + " records, " + Amounts.bytes(reading.bytes()));
                }
                String note = reading.takeNote();
                if (note != null) {
                    session.screen().say("naru: " + note);
                }
            }
        }
        if (shown < max) {
            reading.next().forEach((place, next) -> seen.merge(place, ends == null ? next : Math.min(next, ends.get(place)), Math::max));
        }
    }
}
