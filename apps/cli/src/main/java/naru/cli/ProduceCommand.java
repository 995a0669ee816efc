package naru.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.cli.options.Option;
import naru.cli.options.Syntax;
import naru.cli.options.Syntax.Kind;
import naru.cli.terminal.Amounts;
import naru.cli.terminal.Json;
import naru.cli.terminal.Progress;
import naru.cli.wire.Producer;
import naru.protocol.batch.Record;

/** {@code naru produce}. */
final class ProduceCommand {

    private static final int BATCH_BYTES = 128 << 10;
    private static final long WAITING_BYTES_MAX = 32 << 20;
    private static final long LINGER_MS = 5;
    private static final long IDLE_MS = 60_000;

    private final Session session;
    private final Producer producer;
    private final boolean json;
    private final String separator;
    private final String nothing;
    private final ByteBuffer key;
    private final List<Record.Header> headers = new ArrayList<>();
    private final int partition;
    private final Map<Integer, long[]> written = new TreeMap<>();
    private long records;
    private long lineNumber;

    private ProduceCommand(Session session) {
        this.session = session;
        var line = session.line();
        this.json = line.text("format", session.screen().isJson() ? "json" : "lines").equals("json");
        this.separator = line.has("key-separator") ? line.text("key-separator").replace("\\t", "\t") : null;
        this.nothing = line.text("null");
        this.key = line.has("key") ? ByteBuffer.wrap(line.text("key").getBytes(StandardCharsets.UTF_8)) : null;
        line.pairs("header").forEach((name, value) ->
                headers.add(new Record.Header(name, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)))));
        short acks = (short) (line.text("acks", "all").equals("all") ? -1 : 1);
        this.producer = new Producer(session.brokers(), line.operand(0), new Producer.Rules(
                Producer.compression(line.text("compression", "none")), acks, BATCH_BYTES, LINGER_MS, WAITING_BYTES_MAX), this::heard);
        this.partition = line.integer("partition", -1, 0, Integer.MAX_VALUE);
        checkPartition(partition);
    }

    static List<Command> all() {
        return List.of(new Command(Syntax.of("produce", "Write records to a topic")
                .operand("TOPIC", Kind.TOPIC)
                .option(Option.choice("format", List.of("lines", "json", "file"), "what is read: a record for each line, a JSON object for each line, or all of it as one record"))
                .option(Option.of("from-file", "FILE", "read a file instead of the input").withLetter('i'))
                .option(Option.of("value", "TEXT", "write this, and read nothing; may be given several times").repeated().withLetter('v'))
                .option(Option.of("key", "TEXT", "the key of every record").withLetter('k'))
                .option(Option.of("key-separator", "TEXT", "what stands between key and value in a line, such as : or \\t"))
                .option(Option.of("header", "KEY=VALUE", "a header of every record; may be given several times").repeated())
                .option(Option.of("null", "WORD", "the word that stands for no value, or no key"))
                .option(Option.of("partition", "N", "write to this partition only").withLetter('p'))
                .option(Option.choice("compression", List.of("none", "gzip", "snappy", "lz4", "zstd"), "how batches are packed"))
                .option(Option.choice("acks", List.of("all", "1"), "whether all replicas in sync must have it, or the leader only"))
                .example("echo 'hello' | naru produce orders")
                .example("printf 'k1:v1\\nk2:v2\\n' | naru produce orders --key-separator :")
                .example("naru produce orders --format json --from-file orders.json --compression zstd"), session -> new ProduceCommand(session).run()));
    }

    private void checkPartition(int number) {
        if (number >= producer.partitions()) {
            throw new Failure("topic '" + session.line().operand(0) + "' has no partition " + number,
                    "it has 0 to " + (producer.partitions() - 1));
        }
    }

    private void heard(int part, long baseOffset, int count, long[] addedNs) {
        records += count;
        var offsets = written.computeIfAbsent(part, _ -> new long[] {baseOffset, baseOffset, 0});
        offsets[0] = baseOffset < 0 ? offsets[0] : Math.min(offsets[0], baseOffset);
        offsets[1] = Math.max(offsets[1], baseOffset + count - 1);
        offsets[2] += count;
    }

    private void run() {
        try {
            if (session.line().has("value")) {
                for (var value : session.line().all("value")) {
                    add(InputRecord.ofLine(value.getBytes(StandardCharsets.UTF_8), separator, nothing, key, headers));
                }
            } else if (session.line().text("format", "").equals("file")) {
                add(new InputRecord(-1, -1, key, ByteBuffer.wrap(whole()), headers));
            } else {
                readLines();
            }
            producer.flush();
        } catch (InputRecord.Malformed malformed) {
            throw new Failure("a value " + malformed.getMessage(), "write it as KEY" + separator + "VALUE");
        } catch (Interrupted ctrlC) {
            session.brokers().peers().goOn();
            producer.flush();
            tell();
            throw ctrlC;
        }
        tell();
    }

    private InputStream input() {
        String file = session.line().text("from-file");
        if (file == null) {
            return session.in();
        }
        try {
            return Files.newInputStream(Path.of(file));
        } catch (NoSuchFileException _) {
            throw new Failure("there is no file " + file, "check --from-file");
        } catch (IOException e) {
            throw new Failure(file + " cannot be read: " + FileTrouble.of(e, Path.of(file)), "check --from-file", e);
        }
    }

    private byte[] whole() {
        try (var in = input()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new Failure("the input cannot be read: " + FileTrouble.of(e, null), "", e);
        }
    }

    private void readLines() {
        boolean typed = !session.line().has("from-file") && session.screen().isPersonThere();
        if (typed) {
            session.screen().say("type records, one on a line; ctrl-D ends" + (separator == null ? "" : "; key" + separator + "value"));
        }
        var lines = new InputLines(input(), session.brokers().peers()::wake);
        long total = size();
        try (var progress = new Progress(session.screen(), "producing")) {
            while (!lines.isAtEnd()) {
                byte[] line = producer.hasRoom() ? lines.poll() : null;
                if (line == null) {
                    producer.turn(lines.isAtEnd() ? 0 : IDLE_MS);
                } else {
                    add(line);
                    if ((lineNumber & 0xff) == 0) {
                        producer.turn(0);
                    }
                }
                if (!typed) {
                    progress.at(lines.bytesRead(), total, Amounts.number(records) + " records");
                }
            }
        }
        if (lines.failure() != null) {
            producer.flush();
            tell();
            throw new Failure("the input cannot be read to its end: " + FileTrouble.of(lines.failure(), null),
                    "what stands before is written", lines.failure());
        }
    }

    private long size() {
        try {
            String file = session.line().text("from-file");
            return file == null ? 0 : Files.size(Path.of(file));
        } catch (IOException _) {
            return 0;
        }
    }

    private void add(byte[] line) {
        lineNumber++;
        if (json && new String(line, StandardCharsets.UTF_8).isBlank()) {
            return;
        }
        try {
            add(json ? InputRecord.ofJson(new String(line, StandardCharsets.UTF_8))
                    : InputRecord.ofLine(line, separator, nothing, key, headers));
        } catch (InputRecord.Malformed malformed) {
            producer.flush();
            throw new Failure("line " + lineNumber + " " + malformed.getMessage(),
                    "the " + TopicChanges.count(records, "record") + " before it " + (records == 1 ? "is" : "are") + " written, nothing from there on");
        }
    }

    private void add(InputRecord record) {
        int to = partition >= 0 ? partition : record.partition();
        checkPartition(to);
        var all = record.headers();
        if (json && !headers.isEmpty()) {
            all = new ArrayList<>(all);
            all.addAll(headers);
        }
        producer.add(to, record.timestampMs() < 0 ? System.currentTimeMillis() : record.timestampMs(),
                record.key() == null ? key : record.key(), record.value(), all);
    }

    private void tell() {
        String topic = session.line().operand(0);
        if (session.screen().isJson()) {
            var partitions = new ArrayList<>();
            written.forEach((part, offsets) -> partitions.add(Json.object(
                    "partition", part, "records", offsets[2], "firstOffset", offsets[0], "lastOffset", offsets[1])));
            session.screen().line(Json.line(Json.object("topic", topic, "records", records, "partitions", partitions)));
        } else if (session.screen().isOutTerminal()) {
            session.screen().line("wrote " + TopicChanges.count(records, "record") + " to " + topic);
        }
    }
}
