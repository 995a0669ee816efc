package naru.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private static final long MS = 1_000_000;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private long nowNs;

    private Progress progress(boolean terminal) {
        var ends = new Screen.Ends(terminal, terminal, false, 80, false);
        return new Progress(new Screen(OutputStream.nullOutputStream(), err, ends, false), "reading", () -> nowNs);
    }

    @Test
    void aBarAppearsAfterASecondAndIsClearedAway() {
        try (var progress = progress(true)) {
            nowNs = 999 * MS;
            progress.at(1, 4, "");
            assertThat(err.size()).isZero();
            nowNs = 1_000 * MS;
            progress.at(1, 4, "5 records");
            nowNs = 1_050 * MS;
            progress.at(2, 4, "6 records");
        }
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("\r\033[Kreading  " + "\u2588".repeat(6) + "\u2591".repeat(18) + "  25 %  5 records\r\033[K");
    }

    @Test
    void nothingIsDrawnWhereNobodyLooks() {
        try (var progress = progress(false)) {
            nowNs = 5_000 * MS;
            progress.at(1, 4, "");
        }
        assertThat(err.size()).isZero();
    }
}
