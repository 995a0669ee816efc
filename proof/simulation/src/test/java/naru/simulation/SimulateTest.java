package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import naru.simulation.Simulate.Plan;
import naru.simulation.ToyBroker.Bug;
import org.junit.jupiter.api.Test;

class SimulateTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private boolean run(Bug bug, String... args) {
        printed.reset();
        return Simulate.run(Plan.of(args), ToyBroker.with(bug), new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void printsTheSameStoryForTheSameSeed() {
        assertThat(run(Bug.NONE, "--seed", "7", "--minutes", "0.05")).isTrue();
        var once = text();
        assertThat(run(Bug.NONE, "--seed", "7", "--minutes", "0.05")).isTrue();
        assertThat(text()).isEqualTo(once).contains("broker starts", "seed 7: story ");
    }

    @Test
    void aFailureSaysHowToSeeItAgain() {
        assertThat(run(Bug.KEEPS_FRAMES, "--seed", "0", "--runs", "5", "--minutes", "0.1")).isFalse();
        assertThat(text()).contains("replay it with: ./run simulate --seed ", "--minutes 0.1");
    }

    @Test
    void anUnknownOptionIsRefused() {
        assertThatThrownBy(() -> Plan.of("--sed", "1")).hasMessageContaining("--seed N");
        assertThatThrownBy(() -> Plan.of("--seed")).hasMessageContaining("needs a value");
    }
}
