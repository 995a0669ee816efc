package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import naru.simulation.DiskFaults.Fault;
import naru.simulation.DiskFaults.Operation;
import org.junit.jupiter.api.Test;

/** Each setting that asks for syncs is heard: where acknowledgements do not wait for the medium, nothing else syncs segments. */
class FlushSettingsTest {

    private static final long STORY_MS = 2_000;
    private static final String SELDOM = "100000000";

    /** How often a segment of the clients' topic was synced in one story. */
    private static int syncs(Map<String, String> more) {
        var settings = new TreeMap<>(Map.of(
                "naru.durability", "memory", "log.flush.offset.checkpoint.interval.ms", SELDOM));
        settings.putAll(more);
        var story = new Simulation(7, new Transcript(), new RealBroker(settings));
        int[] count = {0};
        story.world().disk().faults((operation, path) -> {
            if (operation == Operation.SYNC && path.contains("/orders-") && path.endsWith(".log")) {
                count[0]++;
            }
            return Fault.NONE;
        });
        try {
            story.run(STORY_MS);
        } catch (Conviction allowed) {
            // What was acknowledged without a sync may be lost when the power goes.
        }
        return count[0];
    }

    @Test
    void withoutThemNothingIsSynced() {
        assertThat(syncs(Map.of())).isZero();
    }

    @Test
    void flushMessages() {
        int few = syncs(Map.of("log.flush.interval.messages", "2"));
        assertThat(few).isGreaterThan(10);
        assertThat(syncs(Map.of("log.flush.interval.messages", "20"))).isBetween(1, few - 1);
    }

    @Test
    void flushMs() {
        int often = syncs(Map.of("log.flush.interval.ms", "50"));
        assertThat(often).isPositive();
        assertThat(syncs(Map.of("log.flush.interval.ms", "500"))).isBetween(1, often - 1);
    }

    @Test
    void theSchedulersIntervalStandsInForFlushMs() {
        assertThat(syncs(Map.of("log.flush.scheduler.interval.ms", "50"))).isPositive();
    }

    @Test
    void checkpoints() {
        assertThat(syncs(Map.of("log.flush.offset.checkpoint.interval.ms", "200"))).isPositive();
    }
}
