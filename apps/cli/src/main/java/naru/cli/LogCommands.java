package naru.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import naru.cli.Segment.Piece;
import naru.cli.options.Option;
import naru.cli.options.Syntax;
import naru.cli.options.Syntax.Kind;
import naru.cli.terminal.Amounts;
import naru.cli.terminal.Ink;
import naru.cli.terminal.Progress;
import naru.cli.terminal.Table;
import naru.cli.terminal.Unit;
import naru.cli.wire.Place;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.Compression;
import naru.protocol.batch.RecordReader;

/** {@code naru log}: looks into a data folder without a broker. */
final class LogCommands {

    private static final int UNPACKED_BYTES_MAX = 1 << 30;
    private static final String CLEAN_MARK = ".kafka_cleanshutdown";

    private LogCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(Syntax.of("log dump", "Show the batches, or the records, of a segment or of all segments of a partition")
                        .operand("PATH", Kind.FILE)
                        .option(Option.flag("records", "the records instead of the batches"))
                        .option(Option.of("from", "OFFSET", "begin there"))
                        .option(Option.of("max", "N", "stop after so many").withLetter('n'))
                        .option(Option.of("format", "FORMAT", "of records: full (default), value, key-value, json, raw, hex, or a pattern"))
                        .example("naru log dump data/orders-0")
                        .example("naru log dump data/orders-0/00000000000000000000.log --records --json"), LogCommands::dump),
                new Command(Syntax.of("log verify", "Check every batch of partitions: checksums, offsets, and each record")
                        .operands("PATH", Kind.FILE)
                        .example("naru log verify data/orders-0"), LogCommands::verify),
                new Command(Syntax.of("log repair", "Take what is damaged out of a partition's segments; shows what would be lost, and does it with --execute")
                        .operand("FOLDER", Kind.FILE)
                        .option(Option.flag("execute", "do it; the segments as they were are kept beside the new ones, with .damaged behind their names"))
                        .option(Option.flag("force", "even when the broker did not stop cleanly"))
                        .example("naru log repair data/orders-0")
                        .example("naru log repair data/orders-0 --execute"), LogCommands::repair));
    }

    private static void dump(Session session) {
        var segments = Segment.of(session.line().operand(0));
        long from = session.line().number("from", 0, 0, Long.MAX_VALUE);
        long max = session.line().number("max", Long.MAX_VALUE, 1, Long.MAX_VALUE);
        if (session.line().has("records")) {
            dumpRecords(session, segments, from, max);
            return;
        }
        var table = new Table().column("baseOffset", "OFFSET", Unit.NUMBER).hidden("lastOffset")
                .column("records", "RECORDS", Unit.NUMBER).column("position", "POSITION", Unit.NUMBER).hidden("bytes")
                .column("maxTimestamp", "TIME", Unit.TIME_MS).column("compression", "PACKED", Unit.TEXT)
                .column("kind", "KIND", Unit.TEXT, kind -> "damaged".equals(kind) ? Ink.BAD : Ink.PLAIN)
                .hidden("leaderEpoch").hidden("producerId").hidden("producerEpoch").hidden("baseSequence").hidden("segment");
        for (var segment : segments) {
            segment.read(session.interruption(), piece -> {
                switch (piece) {
                    case Piece.Damaged(long position, long bytes, String _) -> table.row(null, null, null, position, bytes, null, null,
                            "damaged", null, null, null, null, segment.base());
                    case Piece.Sound(long position, ByteBuffer batch) -> {
                        if (BatchHeader.nextOffset(batch, 0) > from) {
                            table.row(BatchHeader.baseOffset(batch, 0), BatchHeader.nextOffset(batch, 0) - 1, BatchHeader.recordCount(batch, 0),
                                    position, (long) batch.limit(), BatchHeader.maxTimestamp(batch, 0), packed(batch), kind(batch),
                                    BatchHeader.leaderEpoch(batch, 0), BatchHeader.producerId(batch, 0), BatchHeader.producerEpoch(batch, 0),
                                    BatchHeader.baseSequence(batch, 0), segment.base());
                        }
                    }
                }
                return table.size() < max;
            });
        }
        session.screen().show(table, "there are no batches there");
    }

    private static String packed(ByteBuffer batch) {
        var codec = Compression.of(BatchHeader.compressionId(batch, 0));
        return codec == null ? "?" : codec == Compression.NONE ? null : codec.configName();
    }

    private static String kind(ByteBuffer batch) {
        return BatchHeader.isControl(batch, 0) ? "marker" : BatchHeader.isTransactional(batch, 0) ? "transaction"
                : BatchHeader.producerId(batch, 0) >= 0 ? "idempotent" : "plain";
    }

    private static void dumpRecords(Session session, List<Segment> segments, long from, long max) {
        var format = new RecordFormat(session.line().text("format", session.screen().isJson() ? "json" : "full"), "\t", session.screen());
        var reader = new RecordReader(UNPACKED_BYTES_MAX);
        var shown = new long[1];
        for (var segment : segments) {
            var place = placeOf(segment.path().toAbsolutePath().getParent());
            segment.read(session.interruption(), piece -> {
                if (piece instanceof Piece.Sound(long _, ByteBuffer batch) && !BatchHeader.isControl(batch, 0)) {
                    if (Segment.wrongInside(batch) == null) {
                        reader.forEach(batch, 0, record -> {
                            if (record.offset() >= from && shown[0] < max) {
                                format.show(place, record);
                                shown[0]++;
                            }
                            return shown[0] < max;
                        });
                    }
                } else if (piece instanceof Piece.Damaged(long position, long bytes, String why)) {
                    session.screen().say("naru: " + segment.path().getFileName() + ": " + Amounts.bytes(bytes) + " at position " + position + " are damaged: " + why);
                }
                return shown[0] < max;
            });
        }
    }

    /** A partition's folder is called TOPIC-N. */
    static Place placeOf(Path folder) {
        String name = folder.getFileName().toString();
        int dash = name.lastIndexOf('-');
        try {
            return new Place(name.substring(0, Math.max(0, dash)), Integer.parseInt(name.substring(dash + 1)));
        } catch (NumberFormatException _) {
            return new Place(name, 0);
        }
    }

    /** What is damaged: a row for each place, and a sentence on what is wrong there, which is too long for a column. */
    private record Findings(Table table, List<String> sentences) {

        static Findings none() {
            return new Findings(new Table().column("segment", "SEGMENT", Unit.NAME, _ -> Ink.BAD).column("position", "POSITION", Unit.NUMBER)
                    .column("bytes", "BYTES", Unit.NUMBER).column("afterOffset", "AFTER OFFSET", Unit.NUMBER)
                    .column("beforeOffset", "BEFORE OFFSET", Unit.NUMBER).hidden("problem").hidden("path"), new ArrayList<>());
        }

        void add(Object... row) {
            table.row(row);
            sentences.add("at position " + Amounts.number((Long) row[1]) + " " + row[5]);
        }

        void show(Session session, String empty) {
            session.screen().show(table, empty);
            if (!session.screen().isJson()) {
                sentences.forEach(session.screen()::line);
            }
        }
    }

    private static void verify(Session session) {
        var findings = Findings.none();
        var table = findings.table();
        var sums = new long[3];
        for (var path : session.line().operands()) {
            check(session, Segment.of(path), findings, sums);
        }
        if (session.screen().isJson() || !table.isEmpty()) {
            findings.show(session, "");
        }
        String sound = Amounts.number(sums[0]) + " batches with " + Amounts.number(sums[1]) + " records, " + Amounts.bytes(sums[2]);
        if (!table.isEmpty()) {
            throw new Failure(TopicChanges.count(table.size(), "place") + (table.size() == 1 ? " is" : " are") + " damaged, sound are " + sound,
                    "'naru log repair FOLDER' shows what can be saved");
        }
        session.screen().done("all is sound: " + sound);
    }

    private static void check(Session session, List<Segment> segments, Findings findings, long[] sums) {
        long total = segments.stream().mapToLong(segment -> segment.path().toFile().length()).sum();
        try (var progress = new Progress(session.screen(), "verifying")) {
            var lastOffset = new long[] {-1};
            var pending = new ArrayList<Object[]>();
            for (var segment : segments) {
                segment.read(session.interruption(), piece -> {
                    String wrong = piece instanceof Piece.Sound(long _, ByteBuffer batch) ? Segment.wrongInside(batch) : ((Piece.Damaged) piece).why();
                    if (wrong != null) {
                        pending.add(new Object[] {segment.path().getFileName().toString(), piece.position(), piece.bytes(),
                            lastOffset[0] < 0 ? null : (Long) lastOffset[0], null, wrong, segment.path().toString()});
                    }
                    if (piece instanceof Piece.Sound(long _, ByteBuffer batch)) {
                        for (var row : pending) {
                            row[4] = row[4] == null && wrong == null ? (Object) BatchHeader.baseOffset(batch, 0) : row[4];
                        }
                        lastOffset[0] = BatchHeader.nextOffset(batch, 0) - 1;
                        sums[0]++;
                        sums[1] += BatchHeader.recordCount(batch, 0);
                    }
                    sums[2] += piece.bytes();
                    progress.at(sums[2], total, Amounts.bytes(sums[2]));
                    return true;
                });
            }
            pending.forEach(findings::add);
        }
    }

    private static void repair(Session session) {
        var folder = Path.of(session.line().operand(0)).toAbsolutePath().normalize();
        var segments = Segment.of(folder.toString());
        if (!Files.isDirectory(folder)) {
            throw Failure.misuse(folder + " is no folder", "name the folder of a partition, such as data/orders-0");
        }
        var findings = Findings.none();
        check(session, segments, findings, new long[3]);
        findings.show(session, "all is sound, there is nothing to repair");
        if (findings.table().isEmpty()) {
            return;
        }
        if (!session.line().has("execute")) {
            session.screen().say("nothing was changed; add --execute to take these out; the records between the offsets are lost then");
            return;
        }
        var data = folder.getParent();
        try (var lock = FileChannel.open(data.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE); var held = tryLock(lock)) {
            if (held == null) {
                throw new Failure("a broker runs on " + data, "stop it with 'naru stop --data " + data + "' first");
            }
            if (!Files.exists(data.resolve(CLEAN_MARK)) && !session.line().has("force")) {
                throw new Failure("the broker did not stop cleanly, so its journal may still hold what the segments lack",
                        "start and stop it once, which repairs what a crash leaves, or add --force");
            }
            var end = new long[] {segments.getLast().base()};
            for (var segment : segments) {
                rewrite(session, segment);
                segment.read(session.interruption(), piece -> {
                    end[0] = BatchHeader.nextOffset(((Piece.Sound) piece).batch(), 0);
                    return true;
                });
            }
            forgetWhatWasKnown(data, placeOf(folder), end[0]);
        } catch (IOException e) {
            throw new Failure("the repair stopped: " + FileTrouble.of(e, null), "the segments as they were are beside the new ones, named .damaged", e);
        }
        session.screen().done("repaired " + folder + "; what was there is kept in files that end in .damaged");
    }

    private static java.nio.channels.FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    /** The sound batches to a new file; offsets stay, so those of the others are a gap, as compaction leaves them too. */
    private static void rewrite(Session session, Segment segment) throws IOException {
        var damaged = new boolean[1];
        segment.read(session.interruption(), piece -> {
            damaged[0] |= !isSound(piece);
            return !damaged[0];
        });
        if (!damaged[0]) {
            return;
        }
        var fresh = segment.path().resolveSibling(segment.path().getFileName() + ".repaired");
        try (var out = FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            segment.read(session.interruption(), piece -> {
                if (isSound(piece)) {
                    var batch = ((Piece.Sound) piece).batch().duplicate();
                    while (batch.hasRemaining()) {
                        out.write(batch);
                    }
                }
                return true;
            });
            out.force(true);
        }
        Files.move(segment.path(), segment.path().resolveSibling(segment.path().getFileName() + ".damaged"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(fresh, segment.path(), StandardCopyOption.ATOMIC_MOVE);
        String stem = segment.path().getFileName().toString().replace(Segment.SUFFIX, "");
        for (var suffix : List.of(".index", ".timeindex", ".txnindex")) {
            Files.deleteIfExists(segment.path().resolveSibling(stem + suffix));
        }
    }

    private static boolean isSound(Piece piece) {
        return piece instanceof Piece.Sound(long _, ByteBuffer batch) && Segment.wrongInside(batch) == null;
    }

    /**
     * What was noted of the partition's files no longer fits them. Where its end was lost, the end of what is known to be on the medium
     * goes back with it: the next start would else refuse a log that lacks what it once had.
     */
    private static void forgetWhatWasKnown(Path data, Place place, long end) throws IOException {
        Files.deleteIfExists(data.resolve("naru-catalogue"));
        var checkpoint = data.resolve("recovery-point-offset-checkpoint");
        if (Files.exists(checkpoint)) {
            var lines = new ArrayList<String>();
            String start = place.topic() + " " + place.partition() + " ";
            for (var line : Files.readAllLines(checkpoint)) {
                lines.add(line.startsWith(start) ? start + Math.min(end, Long.parseLong(line.substring(start.length()).strip())) : line);
            }
            Files.write(checkpoint, lines);
        }
    }
}
