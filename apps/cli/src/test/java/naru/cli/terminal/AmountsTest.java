package naru.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0|0 B", "999|999 B", "1000|1.0 kB", "1234|1.2 kB", "12345|12 kB", "999499|999 kB",
        "999600|1.0 MB", "1073741824|1.1 GB", "9223372036854775807|9.2 EB", "-5|-5 B"})
    void bytes(long bytes, String shown) {
        assertThat(Amounts.bytes(bytes)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0|0", "999|999", "1000|1,000", "1234567|1,234,567", "-1000|-1,000", "-100|-100"})
    void numbers(long number, String shown) {
        assertThat(Amounts.number(number)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0|0", "0.01|<0.1", "0.5|0.5", "12.4|12", "12345.6|12,346"})
    void rates(double rate, String shown) {
        assertThat(Amounts.rate(rate)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0|0 ms", "0.25|0.25 ms", "2.34|2.3 ms", "250|250 ms", "3200|3.2 s", "60000|1 min",
        "245000|4 min 5 s", "7500000|2 h 5 min", "183600000|2 d 3 h", "86400000|1 d"})
    void spans(double ms, String shown) {
        assertThat(Amounts.milliseconds(ms)).isEqualTo(shown);
    }
}
