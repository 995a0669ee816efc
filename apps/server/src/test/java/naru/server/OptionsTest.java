package naru.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void nothingIsNeeded() throws Options.Unusable {
        var options = Options.parse("start");
        assertThat(options.configFile()).isNull();
        assertThat(options.dataFolder()).isNull();
        assertThat(options.listen()).isNull();
        assertThat(options.settings()).isEmpty();
    }

    @Test
    void everythingCanBeSaid() throws Options.Unusable {
        var options = Options.parse("start", "--config", "a.properties", "--data", "d", "--listen", "0.0.0.0:0",
                "--set", "num.partitions=3", "--set", "log.retention.ms = 5");
        assertThat(options).hasToString(
                "Options[configFile=a.properties, dataFolder=d, listen=0.0.0.0:0,"
                        + " settings={num.partitions=3, log.retention.ms=5}]");
    }

    @Test
    void whatCannotBeUnderstoodIsNamed() {
        refuses("unknown command 'run'", "run");
        refuses("no command");
        refuses("--data needs a value", "start", "--data");
        refuses("unknown option '--what'", "start", "--what");
        refuses("unknown option '--what'", "start", "--what", "ever");
        refuses("--set wants key=value, not 'x'", "start", "--set", "x");
        refuses("--listen wants HOST:PORT, not '9092'", "start", "--listen", "9092");
        refuses("--listen wants HOST:PORT, not 'here:many'", "start", "--listen", "here:many");
    }

    private static void refuses(String message, String... arguments) {
        assertThatThrownBy(() -> Options.parse(arguments)).isInstanceOf(Options.Unusable.class).hasMessage(message);
    }
}
