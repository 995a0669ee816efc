package naru.cli;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import naru.cli.options.Option;
import naru.cli.options.Syntax;
import naru.cli.options.Syntax.Kind;
import naru.cli.terminal.Amounts;
import naru.cli.terminal.Histogram;
import naru.cli.terminal.Ink;
import naru.cli.terminal.Page;
import naru.cli.terminal.Progress;
import naru.cli.terminal.Unit;
import naru.cli.wire.Offsets;
import naru.cli.wire.Place;
import naru.cli.wire.Position;
import naru.cli.wire.Producer;
import naru.cli.wire.Reading;
import naru.cli.wire.Topology;

/** {@code naru perf}: how fast a cluster writes, reads, and passes on. */
final class PerfCommands {

    private static final int RECORD_BYTES = 100;
    private static final int BATCH_BYTES = 256 << 10;
    private static final int FETCH_BYTES = 4 << 20;
    private static final long SECOND_NS = 1_000_000_000;
    private static final long WAITING_BYTES_MAX = 4 << 20;
    private static final long SEED = 42;

    private static final List<Option> WRITING = List.of(
            Option.of("records", "N", "how many (default 100k, end to end 1k)").withLetter('n'),
            Option.of("size", "BYTES", "of each value (default 100)").withLetter('s'),
            Option.choice("compression", List.of("none", "gzip", "snappy", "lz4", "zstd"), "how batches are packed"),
            Option.choice("acks", List.of("all", "1"), "whose word is waited for (default all)"));

    private PerfCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(Syntax.of("perf produce", "Measure how fast records are written, and how long each waits for its acknowledgement")
                        .operand("TOPIC", Kind.TOPIC).options(WRITING)
                        .option(Option.of("rate", "N", "no more records a second (default: as fast as it goes)").withLetter('r'))
                        .option(Option.of("linger", "TIME", "how long a batch waits for more records (default 5ms)"))
                        .example("naru perf produce orders --records 1m --size 1k"), PerfCommands::produce),
                new Command(Syntax.of("perf consume", "Measure how fast records are read")
                        .operand("TOPIC", Kind.TOPIC)
                        .option(Option.of("records", "N", "stop after so many (default: all there are)").withLetter('n'))
                        .option(Option.of("from", "WHERE", "start (default), an offset, -N, or a time"))
                        .example("naru perf consume orders"), PerfCommands::consume),
                new Command(Syntax.of("perf end-to-end", "Measure how long a record takes from producer to consumer, one after the other")
                        .operand("TOPIC", Kind.TOPIC).options(WRITING)
                        .example("naru perf end-to-end orders --records 1000"), PerfCommands::endToEnd));
    }

    private static byte[] value(Session session) {
        byte[] value = new byte[session.line().integer("size", RECORD_BYTES, 0, 64 << 20)];
        new Random(SEED).nextBytes(value);
        return value;
    }

    private static Producer.Rules rules(Session session, long lingerMs) {
        return new Producer.Rules(Producer.compression(session.line().text("compression", "none")),
                (short) (session.line().text("acks", "all").equals("all") ? -1 : 1), BATCH_BYTES, lingerMs, WAITING_BYTES_MAX);
    }

    private static void produce(Session session) {
        long records = session.line().number("records", 100_000, 1, Long.MAX_VALUE);
        long rate = session.line().number("rate", Long.MAX_VALUE, 1, Long.MAX_VALUE);
        byte[] value = value(session);
        var latencies = new Histogram();
        var written = new long[1];
        var producer = new Producer(session.brokers(), session.line().operand(0), rules(session, session.span("linger", 5)),
                (_, _, count, addedNs) -> {
                    long now = System.nanoTime();
                    written[0] += count;
                    for (int i = 0; i < count; i++) {
                        latencies.add(now - addedNs[i]);
                    }
                });
        long began = System.nanoTime();
        boolean interrupted = false;
        try (var progress = new Progress(session.screen(), "writing")) {
            for (long added = 0; added < records; ) {
                long due = rate == Long.MAX_VALUE ? records : Math.min(records, (long) ((System.nanoTime() - began) / (double) SECOND_NS * rate) + 1);
                if (added < due && producer.hasRoom()) {
                    producer.add(-1, System.currentTimeMillis(), null, ByteBuffer.wrap(value), List.of());
                    if ((++added & 0x3f) == 0) {
                        producer.turn(0);
                    }
                } else {
                    producer.turn(1);
                }
                if ((added & 0x3ff) == 0 || rate != Long.MAX_VALUE) {
                    progress.at(written[0], records, speed(written[0], written[0] * value.length, System.nanoTime() - began));
                }
            }
            producer.flush();
        } catch (Interrupted _) {
            interrupted = true;
        }
        show(session, "produce", written[0], written[0] * value.length, System.nanoTime() - began, latencies);
        if (interrupted) {
            throw new Interrupted();
        }
    }

    private static String speed(long records, long bytes, long ns) {
        double seconds = Math.max(1, ns) / (double) SECOND_NS;
        return Amounts.rate(records / seconds) + " records/s, " + Amounts.bytes((long) (bytes / seconds)) + "/s";
    }

    private static void consume(Session session) {
        var brokers = session.brokers();
        var topology = Topology.of(brokers, List.of(session.line().operand(0)));
        long max = session.line().number("records", Long.MAX_VALUE, 1, Long.MAX_VALUE);
        var starts = Position.parse("from", session.line().text("from", "start"), session.nowMs()).offsets(brokers, topology, topology.places(), true);
        var ends = Offsets.ends(brokers, topology, topology.places(), true);
        long total = Math.min(max, ends.entrySet().stream().mapToLong(one -> one.getValue() - starts.getOrDefault(one.getKey(), one.getValue())).sum());
        var reading = new Reading(brokers, topology, starts, ends, new Reading.Rules(true, 500, FETCH_BYTES));
        var read = new long[2];
        long began = System.nanoTime();
        boolean interrupted = false;
        try (var progress = new Progress(session.screen(), "reading")) {
            while (reading.step(500, (_, record) -> {
                read[0]++;
                read[1] += (record.value() == null ? 0 : record.value().remaining()) + (record.key() == null ? 0 : record.key().remaining());
                return read[0] < max;
            })) {
                progress.at(read[0], total, speed(read[0], read[1], System.nanoTime() - began));
            }
        } catch (Interrupted _) {
            interrupted = true;
        }
        show(session, "consume", read[0], read[1], System.nanoTime() - began, null);
        if (interrupted) {
            throw new Interrupted();
        }
    }

    private static void endToEnd(Session session) {
        var brokers = session.brokers();
        long records = session.line().number("records", 1_000, 1, Long.MAX_VALUE);
        byte[] value = value(session);
        var topology = Topology.of(brokers, List.of(session.line().operand(0)));
        var place = new Place(session.line().operand(0), 0);
        // What is open there of others' transactions would hide these records, which belong to none, until it ends.
        var from = new TreeMap<>(Offsets.ends(brokers, topology, List.of(place), false));
        var reading = new Reading(brokers, topology, from, null, new Reading.Rules(false, 500, FETCH_BYTES));
        var producer = new Producer(brokers, place.topic(), rules(session, 0), (_, _, _, _) -> { });
        var latencies = new Histogram();
        var marker = ByteBuffer.allocate(Long.BYTES);
        long began = System.nanoTime();
        boolean interrupted = false;
        try (var progress = new Progress(session.screen(), "passing on")) {
            // The first rounds load what a round needs, here and at the broker, and are not counted.
            long warmUp = Math.min(records / 5, 200);
            for (long i = -warmUp; i < records; i++) {
                var found = new boolean[1];
                long sent = System.nanoTime();
                marker.putLong(0, sent);
                producer.add(0, System.currentTimeMillis(), marker.duplicate(), ByteBuffer.wrap(value), List.of());
                producer.turn(0);
                while (!found[0]) {
                    reading.step(500, (_, record) -> {
                        found[0] |= record.key() != null && record.key().remaining() == Long.BYTES && record.key().getLong(record.key().position()) == sent;
                        return true;
                    });
                    producer.turn(0);
                }
                if (i == 0) {
                    began = sent;
                }
                if (i >= 0) {
                    latencies.add(System.nanoTime() - sent);
                    progress.at(i, records, "");
                }
            }
        } catch (Interrupted _) {
            interrupted = true;
        }
        show(session, "end-to-end", latencies.count(), latencies.count() * value.length, System.nanoTime() - began, latencies);
        if (interrupted) {
            throw new Interrupted();
        }
    }

    private static void show(Session session, String what, long records, long bytes, long ns, Histogram latencies) {
        double seconds = Math.max(1, ns) / (double) SECOND_NS;
        var page = new Page().hidden("test", what)
                .fact("records", "records", Unit.NUMBER, records)
                .fact("bytes", "bytes", Unit.BYTES, bytes)
                .fact("seconds", "time", Unit.MILLISECONDS, seconds * 1_000)
                .fact("recordsPerSecond", "records/s", Unit.PER_SECOND, records / seconds, Ink.BOLD)
                .fact("bytesPerSecond", "bytes/s", Unit.BYTES_PER_SECOND, (long) (bytes / seconds), Ink.BOLD);
        page.hidden("seconds", seconds);
        if (latencies != null) {
            page.fact("meanMs", "mean", Unit.MILLISECONDS, latencies.meanMs());
            for (var part : new double[] {0.5, 0.95, 0.99, 0.999}) {
                String name = part == 0.999 ? "p999" : "p" + Math.round(part * 100);
                page.fact(name + "Ms", name.equals("p999") ? "p99.9" : name, Unit.MILLISECONDS, latencies.percentileMs(part));
            }
            page.fact("maxMs", "max", Unit.MILLISECONDS, latencies.maxMs());
        }
        session.screen().show(page);
        if (latencies != null && !session.screen().isJson()) {
            session.screen().line("");
            latencies.drawing(session.screen().columns()).forEach(session.screen()::line);
        }
    }
}
