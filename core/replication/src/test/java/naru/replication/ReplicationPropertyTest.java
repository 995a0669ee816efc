package naru.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import naru.base.Invariant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Three to five replicas of a partition, made of the two state machines and a naive log, under a network that loses, repeats and
 * reorders, crashes, wiped disks, power cuts and elections: what was committed stays, logs agree, an acknowledgement means what
 * the policy says. And an exam: known mistakes are put back, and each must be noticed.
 */
class ReplicationPropertyTest {

    private static final int SEEDS = Integer.getInteger("naru.replication.seeds", 100);
    private static final int SEEDS_OF_A_BUG = Integer.getInteger("naru.replication.bug.seeds", 3_000);
    private static final int STEPS = 3_000;

    @Test
    void what_was_committed_stays() {
        long first = Long.getLong("naru.replication.seed", 1);
        int seeds = System.getProperty("naru.replication.seed") == null ? SEEDS : 1;
        int acknowledged = 0;
        int elections = 0;
        int reported = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            var replicas = new Replicas(seed, Bug.NONE);
            try {
                replicas.run(STEPS);
            } catch (AssertionError | RuntimeException | Invariant.Broken e) {
                fail("seed " + seed + " (" + replicas.durability + "): " + e.getMessage(), e);
            }
            acknowledged += replicas.acknowledgements;
            elections += replicas.elections;
            reported += replicas.cutsBelow;
        }
        if (seeds > 1) {
            assertThat(acknowledged).as("acknowledgements").isGreaterThan(seeds * 10);
            assertThat(elections).as("elections").isGreaterThan(seeds * 3);
            assertThat(reported).as("losses by unclean elections that were told").isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void a_known_mistake_is_noticed(Bug bug) {
        for (long seed = 1; seed <= SEEDS_OF_A_BUG; seed++) {
            try {
                new Replicas(seed, bug).run(STEPS);
            } catch (AssertionError | RuntimeException | Invariant.Broken e) {
                System.out.println(bug + " is noticed with seed " + seed + ": " + e.getMessage().lines().findFirst().orElse(""));
                return;
            }
        }
        fail(bug + " was not noticed in " + SEEDS_OF_A_BUG + " seeds");
    }
}
