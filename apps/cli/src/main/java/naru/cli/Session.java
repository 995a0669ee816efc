package naru.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import naru.cli.options.Line;
import naru.cli.options.Option;
import naru.cli.options.Quantity;
import naru.cli.terminal.Screen;
import naru.cli.terminal.Times;
import naru.cli.wire.Brokers;

/** One command while it runs: what was typed, where to show what, and the brokers, which are connected to when needed. */
final class Session implements AutoCloseable {

    static final String BOOTSTRAP = "127.0.0.1:9092";
    private static final long TIMEOUT_MS = 10_000;

    /** What every command takes. */
    static final List<Option> OPTIONS = List.of(
            Option.of("bootstrap-server", "HOST:PORT", "a broker of the cluster, or several with commas (default " + BOOTSTRAP + ")"),
            Option.of("command-config", "FILE", "a properties file as Kafka's tools take it"),
            Option.of("timeout", "TIME", "how long a broker may take to answer (default 10s)"),
            Option.flag("json", "results as JSON, for scripts"),
            Option.flag("debug", "show where in the program a failure happened"),
            Option.flag("help", "this help").withLetter('h'));

    private final Line line;
    private final Screen screen;
    private final InputStream in;
    private final Interruption interruption;
    private final long nowMs = System.currentTimeMillis();
    private Brokers brokers;

    Session(Line line, Screen screen, InputStream in, Interruption interruption) {
        this.line = line;
        this.screen = screen;
        this.in = in;
        this.interruption = interruption;
    }

    Line line() {
        return line;
    }

    Screen screen() {
        return screen;
    }

    /** What is piped in or typed. */
    InputStream in() {
        return in;
    }

    Interruption interruption() {
        return interruption;
    }

    /** When the command began, milliseconds since 1970. */
    long nowMs() {
        return nowMs;
    }

    Brokers brokers() {
        if (brokers == null) {
            brokers = new Brokers(way());
            interruption.whenAsked(brokers.peers()::interrupt);
        }
        return brokers;
    }

    private Brokers.Way way() {
        var config = config();
        String protocol = config.getProperty("security.protocol", "PLAINTEXT");
        if (!protocol.equals("PLAINTEXT")) {
            throw new Failure("security.protocol=" + protocol + " in " + line.text("command-config") + " is not spoken by naru's commands yet",
                    "use a listener without TLS and SASL");
        }
        long timeoutMs = config.containsKey("request.timeout.ms")
                ? Quantity.parse("request.timeout.ms", config.getProperty("request.timeout.ms")) : TIMEOUT_MS;
        if (line.has("timeout")) {
            timeoutMs = span("timeout", 0);
        }
        return new Brokers.Way(
                line.text("bootstrap-server", config.getProperty("bootstrap.servers", BOOTSTRAP)),
                config.getProperty("client.id", "naru"), Math.max(1, timeoutMs));
    }

    private Properties config() {
        var config = new Properties();
        String file = line.text("command-config");
        if (file != null) {
            try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
                config.load(reader);
            } catch (NoSuchFileException _) {
                throw new Failure("there is no file " + file, "check --command-config");
            } catch (IOException e) {
                throw new Failure(file + " cannot be read: " + FileTrouble.of(e, Path.of(file)), "check --command-config", e);
            } catch (IllegalArgumentException e) {
                throw new Failure(file + " cannot be understood: " + e.getMessage(), "check --command-config", e);
            }
        }
        return config;
    }

    /** A time span in milliseconds, such as {@code 5s}; a number without a unit is seconds. */
    long span(String option, long otherwiseMs) {
        String text = line.text(option);
        if (text == null) {
            return otherwiseMs;
        }
        String withUnit = !text.isEmpty() && text.chars().allMatch(Character::isDigit) ? text + "s" : text;
        return Times.span(withUnit).orElseThrow(() ->
                Failure.misuse("--" + option + " wants a time, not '" + text + "'", "write for example 500ms, 30s or 5m"));
    }

    /** Asks before something is lost. Where nobody can be asked, {@code --yes} has to stand on the line. */
    void confirm(String question) {
        if (line.has("yes")) {
            return;
        }
        if (!screen.isPersonThere()) {
            throw Failure.misuse("'naru " + line.syntax().name() + "' asks before anything is lost, and nobody is at a terminal", "add --yes");
        }
        screen.ask(question + " [y/N] ");
        var answer = new StringBuilder();
        try {
            for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
                answer.append((char) c);
            }
        } catch (IOException e) {
            throw new Failure("the answer cannot be read: " + FileTrouble.of(e, null), "add --yes", e);
        }
        interruption.check();
        if (!answer.toString().strip().equalsIgnoreCase("y") && !answer.toString().strip().equalsIgnoreCase("yes")) {
            throw new Failure("nothing was changed", "answer y to go on");
        }
    }

    static final Option YES = Option.flag("yes", "do not ask").withLetter('y');

    @Override
    public void close() {
        if (brokers != null) {
            brokers.close();
        }
    }
}
