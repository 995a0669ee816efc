package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Who comes back, and what its leader says of it late: scenes that are played here again and again, with nothing else going wrong.
 * {@code -Dnaru.returns.seeds=N} tells more of them.
 */
class ReturnStoriesTest {

    private static final int SEEDS = Integer.getInteger("naru.returns.seeds", 1);
    private static final int ROUNDS = 3;

    /** Where eligible replicas are kept, and not everything is synced. */
    private static void tell(BiConsumer<Returns, Stage.Roles> scene) {
        long first = Long.getLong("naru.returns.seed", 1);
        long[] seeds = LongStream.iterate(first, seed -> seed + 1).filter(ReturnStoriesTest::isFit).limit(SEEDS).toArray();
        for (long seed : seeds) {
            try {
                story(seed).run(world -> play(world, scene));
            } catch (RuntimeException | Error failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }

    private static void play(ClusterWorld world, BiConsumer<Returns, Stage.Roles> scene) {
        var trouble = new ClusterTrouble(world, List.of());
        var returns = new Returns(world, trouble);
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(world.timeline().runUntil(world.timeline().nowNs() + 20_000_000_000L, () -> ClusterTrouble.isHealthy(world))).isTrue();
            var roles = returns.stage().cast(false);
            scene.accept(returns, roles);
            world.timeline().runForMs(7_000);
        }
        trouble.end();
    }

    private static ClusterSimulation story(long seed) {
        return new ClusterSimulation(seed, new Transcript(), new RealNode(Map.of()), 3);
    }

    private static boolean isFit(long seed) {
        var world = story(seed).world();
        return world.keepsEligible() && !world.syncsAll();
    }

    @Test
    void whoLostItsPowerIsNotLetInForWhatItHadBefore() {
        tell(Returns::proposedAndWithoutPower);
    }

    @Test
    void aProposalThatWasRefusedIsNotGrantedLate() {
        tell(Returns::proposedAndDeaf);
    }
}
