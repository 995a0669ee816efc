package naru.cli;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import naru.cli.terminal.Screen;

/**
 * Types the commands of an ordinary day once, against a broker that is thrown away, so that the virtual machine can write
 * down which classes they need (an AOT cache, JEP 483): from that the next command answers at once.
 */
final class Rehearsal {

    private Rehearsal() {}

    static void play(String broker) {
        for (var line : new String[] {
            "topics create rehearsal --partitions 2 --set retention.ms=1000000", "topics list", "topics list --json",
            "topics describe rehearsal", "topics alter rehearsal --partitions 3", "topics describe missing",
            "topics delete rehearsal --yes", "help", "topics create --help",
        }) {
            type(line + " --bootstrap-server " + broker, "");
        }
    }

    private static void type(String line, String in) {
        var ends = new Screen.Ends(true, true, false, 80, true);
        var screen = new Screen(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), ends, line.contains("--json"));
        new Main(screen, new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)), new Interruption())
                .run(java.util.List.of(line.split(" ")));
    }
}
