package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import naru.base.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An auditor who comes while somebody still answers may miss what is committed behind his back, and convict an honest broker. */
class PaymentsTest {

    private static final long PATIENCE_NS = 60_000_000_000L;
    private static final int SEEDS = 40;

    private static World world(long seed) {
        var world = new Simulation(seed, new Transcript(), new RealBroker(Map.of())).only(Cast.PAYMENTS).world();
        world.startBroker();
        return world;
    }

    private static void await(World world, BooleanSupplier done) {
        assertThat(world.timeline().runUntil(world.timeline().nowNs() + PATIENCE_NS, done)).isTrue();
    }

    /** In some of these somebody who answers ends last, in others somebody who pays. */
    @Test
    void nothingIsCommittedAfterAllIsQuiet() {
        for (long seed = 0; seed < SEEDS; seed++) {
            var world = world(seed);
            var payments = new Payments(world, 1);
            payments.start();
            world.timeline().runForMs(1_000);
            payments.stop();
            await(world, payments::isQuiet);
            long committed = world.history().committed();
            world.timeline().runForMs(2_000);
            assertThat(committed).as("seed " + seed).isPositive().isEqualTo(world.history().committed());
        }
    }

    /** Its position is that of the payments it has read, and nobody has answered them: it knows only once it has gone back. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoHasAbortedItsAnswersIsNotCaughtUp(boolean generationTwo) {
        var world = world(4711);
        world.becomeCalm();
        var from = List.of(new TopicPartition(Payments.FROM, 0));
        var to = List.of(new TopicPartition(Payments.TO, 0));
        var payer = new Payer("payer", "payer", generationTwo, world, from, () -> {});
        payer.client().start();
        await(world, () -> payer.client().committed() > 0);
        payer.stop();
        await(world, payer.client()::isIdle);
        world.timeline().runForMs(1_000);
        var transformer = new Transformer("transformer", "transformer", generationTwo, world, from, to, () -> {});
        var client = transformer.client();
        client.start();
        await(world, client::isIdle);
        await(world, () -> !client.isIdle());
        client.end(false);
        await(world, client::isIdle);
        assertThat(transformer.isCaughtUp(0)).isFalse();
        await(world, () -> transformer.isCaughtUp(0));
        assertThat(client.committed()).isPositive();
    }
}
