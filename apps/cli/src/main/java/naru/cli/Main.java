package naru.cli;

import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import naru.cli.options.Line;
import naru.cli.options.Nearest;
import naru.cli.options.Syntax;
import naru.cli.options.Usage;
import naru.cli.terminal.Screen;

/** {@code naru COMMAND}: finds the command, runs it, and tells in one sentence what prevented it. */
public final class Main {

    private static final int BROKEN_PIPE = 141;
    private static final long TIDY_UP_MS = 3_000;

    private final Screen screen;
    private final InputStream in;
    private final Interruption interruption;

    /** With these ends; nobody interrupts. */
    public Main(Screen screen, InputStream in) {
        this(screen, in, new Interruption());
    }

    Main(Screen screen, InputStream in, Interruption interruption) {
        this.screen = screen;
        this.in = in;
        this.interruption = interruption;
    }

    public static void main(String... words) {
        if (words.length == 2 && words[0].equals("rehearse")) {
            Rehearsal.play(words[1]);
            return;
        }
        var interruption = new Interruption();
        var mainThread = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            interruption.ask();
            try {
                mainThread.join(TIDY_UP_MS);
            } catch (InterruptedException _) {
                // the machine goes down
            }
        }, "naru-interrupt"));
        var screen = Screen.ofThisProcess(Arrays.asList(words).contains("--json"));
        int code = new Main(screen, System.in, interruption).run(List.of(words));
        // Not exit: that would wait for the hook, which waits for this thread.
        Runtime.getRuntime().halt(code);
    }

    /** Runs one command line; the exit code. */
    public int run(List<String> words) {
        boolean debug = words.contains("--debug");
        try {
            int code = runCommand(words);
            screen.flush();
            return code;
        } catch (Failure failure) {
            return ended(failure.exitCode(), failure.getMessage(), debug ? failure : null);
        } catch (Interrupted _) {
            return ended(Failure.INTERRUPTED, null, null);
        } catch (UncheckedIOException e) {
            boolean nobodyReads = String.valueOf(e.getCause().getMessage()).contains("Broken pipe");
            return nobodyReads ? BROKEN_PIPE
                    : ended(Failure.FAILED, "the output cannot be written: " + e.getCause().getMessage(), debug ? e : null);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError bug) {
            return ended(Failure.FAILED, "this should not have happened: " + bug + "; run it again with --debug and report what it says",
                    debug ? bug : null);
        }
    }

    private int ended(int code, String sentence, Throwable shown) {
        try {
            screen.flush();
        } catch (UncheckedIOException _) {
            // what could not be written stays so, which is told now if anybody reads
        }
        try {
            if (sentence != null) {
                screen.complain(sentence);
            }
            if (shown != null) {
                var trace = new java.io.StringWriter();
                shown.printStackTrace(new java.io.PrintWriter(trace));
                screen.complain(trace.toString());
            }
        } catch (UncheckedIOException _) {
            // nobody reads that either
        }
        return code;
    }

    private int runCommand(List<String> typed) {
        var words = typed;
        boolean help = words.contains("--help") || words.contains("-h");
        if (!words.isEmpty() && words.getFirst().equals("help")) {
            help = true;
            words = words.subList(1, words.size());
        }
        var command = Commands.find(words);
        if (command == null) {
            return explain(words, help);
        }
        if (help) {
            screen.line(Usage.of(command.syntax(), Session.OPTIONS).stripTrailing());
            return 0;
        }
        var line = Line.parse(command.syntax(), Session.OPTIONS, words.subList(command.syntax().words().size(), words.size()));
        line.checkOperands();
        try (var session = new Session(line, screen, in, interruption)) {
            command.action().run(session);
        }
        return 0;
    }

    /** No command, half a command, or a word that is none. */
    private int explain(List<String> words, boolean help) {
        var syntaxes = Commands.ALL.stream().map(Command::syntax).toList();
        String first = words.isEmpty() || words.getFirst().startsWith("-") ? null : words.getFirst();
        if (first == null && !words.isEmpty() && !help) {
            throw Failure.misuse("there is no command in what was typed", "begin with it, as in 'naru topics list'");
        }
        var group = syntaxes.stream().filter(one -> one.words().getFirst().equals(first)).toList();
        if (first == null || !group.isEmpty() && (words.size() == 1 || words.get(1).startsWith("-")) || !group.isEmpty() && help) {
            String page = first == null ? Usage.ofAll(syntaxes) : Usage.ofGroup(first, group);
            if (help) {
                screen.line(page.stripTrailing());
                return 0;
            }
            screen.say(page.stripTrailing());
            return Failure.MISUSED;
        }
        throw unknown(words, group, syntaxes);
    }

    private static Failure unknown(List<String> words, List<Syntax> group, List<Syntax> all) {
        if (group.isEmpty()) {
            var known = new ArrayList<String>();
            all.forEach(one -> known.add(one.words().getFirst()));
            return Failure.misuse("there is no command '" + words.getFirst() + "'",
                    Nearest.question(words.getFirst(), known, "'naru help' lists those there are"));
        }
        String second = words.get(1);
        var known = group.stream().map(one -> one.words().get(1)).toList();
        return Failure.misuse("'naru " + words.getFirst() + "' has no command '" + second + "'",
                Nearest.question(second, known, "it has " + String.join(", ", known)));
    }
}
