package naru.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * How long this process has been there, the launcher's part included, but for a build on first use: it says by
 * {@code naru.started.ms}, in ms of the epoch, when that was over. Linux counts in hundredths of a second; Java's
 * own answer rests on the second in which the machine was booted, and may be a whole second off.
 */
final class ProcessAge {

    private static final int TICKS_PER_S = 100;
    private static final int START_FIELD = 22;

    private ProcessAge() {}

    static long ms() {
        var afterBuild = Long.getLong("naru.started.ms");
        if (afterBuild != null) {
            return Instant.now().toEpochMilli() - afterBuild;
        }
        try {
            return sinceBootMs(Files.readString(Path.of("/proc/uptime")))
                    - startedMs(Files.readString(Path.of("/proc/self/stat")));
        } catch (IOException | NumberFormatException _) {
            var now = Instant.now();
            return Duration.between(ProcessHandle.current().info().startInstant().orElse(now), now).toMillis();
        }
    }

    private static long sinceBootMs(String uptime) {
        return Math.round(Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) * 1_000);
    }

    /** The name of the program stands in brackets and may hold anything; the fields are counted after it (proc(5)). */
    static long startedMs(String stat) {
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[START_FIELD - 3]) * 1_000 / TICKS_PER_S;
    }
}
