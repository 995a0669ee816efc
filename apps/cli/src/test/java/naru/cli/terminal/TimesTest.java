package naru.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimesTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final long NOW_MS = Instant.parse("2026-11-21T14:05:09.123Z").toEpochMilli();

    @ParameterizedTest
    @CsvSource({"now,2026-11-21T14:05:09.123Z", "today,2026-11-20T23:00:00Z", "yesterday,2026-11-19T23:00:00Z",
        "-5m,2026-11-21T14:00:09.123Z", "-2h,2026-11-21T12:05:09.123Z", "-7d,2026-11-14T14:05:09.123Z",
        "-500ms,2026-11-21T14:05:08.623Z", "14:05,2026-11-21T13:05:00Z", "2026-07-01,2026-06-30T22:00:00Z",
        "2026-07-01T10:30,2026-07-01T08:30:00Z", "2026-07-01 10:30:15,2026-07-01T08:30:15Z",
        "2026-07-01T10:30Z,2026-07-01T10:30:00Z", "2026-07-01T10:30:00-05:00,2026-07-01T15:30:00Z",
        "1795269909123,2026-11-21T14:05:09.123Z"})
    void aMomentAsPeopleWriteIt(String text, String moment) {
        assertThat(Times.parse(text, NOW_MS, BERLIN)).hasValue(Instant.parse(moment).toEpochMilli());
    }

    @ParameterizedTest
    @CsvSource({"soon", "25:00", "2026-13-01", "-5", "-m", "12", "-99999999999999d"})
    void whatIsNone(String text) {
        assertThat(Times.parse(text, NOW_MS, BERLIN)).isEmpty();
    }
}
