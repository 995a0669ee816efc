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

    private static final int CODEC_LINES = 500;

    private Rehearsal() {}

    static void play(String broker) {
        type("topics create rehearsal --partitions 2 --set retention.ms=1000000", broker, "");
        for (var codec : new String[] {"none", "gzip", "snappy", "lz4", "zstd"}) {
            type("produce rehearsal --key-separator : --compression " + codec, broker, "a:1\nb:2\n".repeat(CODEC_LINES));
        }
        type("produce rehearsal --format json --header a=b", broker, "{\"key\":\"a\",\"value\":\"b\",\"headers\":{\"a\":\"b\"}}\n");
        for (var line : new String[] {
            "topics list", "topics list --json", "topics describe rehearsal", "topics alter rehearsal --partitions 3", "topics describe missing",
            "consume rehearsal", "consume rehearsal --format full --grep 1", "consume rehearsal --json --from -1h", "consume rehearsal --group rehearsal --max 1",
            "groups list", "groups describe rehearsal --members", "groups reset rehearsal --to start", "groups delete rehearsal --yes",
            "configs describe broker/1 --all", "configs explain topic/rehearsal retention.ms", "configs set topic/rehearsal retention.ms=1",
            "transactions list", "transactions producers rehearsal", "transactions find-hanging",
            "perf produce rehearsal --records 20k", "perf consume rehearsal", "perf end-to-end rehearsal --records 100", "status", "status --json",
            "topics delete rehearsal --yes", "help", "topics create --help", "completion bash", "topcs", "topics list --bootstrap-server 127.0.0.1:1",
        }) {
            type(line, broker, "");
        }
    }

    private static void type(String words, String broker, String in) {
        String line = words.contains("--bootstrap-server") ? words : words + " --bootstrap-server " + broker;
        var ends = new Screen.Ends(true, true, false, 80, true);
        var screen = new Screen(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), ends, line.contains("--json"));
        new Main(screen, new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)), new Interruption())
                .run(java.util.List.of(line.split(" ")));
    }
}
