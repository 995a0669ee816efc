package naru.elections;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import naru.base.Uuid;
import naru.quorum.QuorumState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Quorums in one thread on virtual time: the engine, its log and its disk are the product's own. */
class ElectionStoriesTest {

    private static final int SEEDS = Integer.getInteger("naru.seeds", 2);
    private static final long FIRST_SEED = Long.getLong("naru.seed", 1);
    private static final int DEATHS = Integer.getInteger("naru.deaths", 16);
    private static final long STORY_MS = Long.getLong("naru.story.ms", 8_000);

    private static World story(long seed, int voters, int observers, boolean byLog) {
        var world = new World(seed, voters, observers, byLog);
        try {
            world.startAll();
            world.work();
            world.mischief();
            world.timeline().runForMs(STORY_MS);
            world.heal();
            assertThat(world.servesWithinMs(20_000)).as("everything is served again").isTrue();
            world.settle();
        } catch (Throwable wrong) {
            throw new AssertionError("seed " + seed + ", " + voters + " voters, " + observers + " observers, by log " + byLog
                    + "\n" + String.join("\n", world.transcript().lastLines()), wrong);
        }
        return world;
    }

    @ParameterizedTest
    @CsvSource({"1, 1, false", "1, 0, true", "3, 1, false", "3, 1, true", "5, 1, true"})
    void nothingCommittedIsLostAndAllSayTheSame(int voters, int observers, boolean byLog) {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            var world = story(seed, voters, observers, byLog);
            assertThat(world.ledger().acknowledged()).as("seed " + seed).isPositive();
        }
    }

    @Test
    void aSeedIsOneStory() {
        var hashes = new ArrayList<Long>();
        for (int i = 0; i < 2; i++) {
            hashes.add(story(77, 3, 1, true).transcript().hash());
        }
        assertThat(hashes.get(0)).isEqualTo(hashes.get(1));
    }

    /** It was told who leads, and was gone before it had fetched anything. */
    @Test
    void whoRemembersALeaderButNotItsAddressIsNotStopped() {
        var world = new World(5, 1, 1, true);
        var late = world.nodes().getLast();
        world.nodes().getFirst().start();
        world.timeline().runUntil(10_000_000_000L, () -> world.leader() != null);
        var leader = world.leader();
        late.disk().createFolders(Node.FOLDER + "/__cluster_metadata-0");
        QuorumState.write(late.disk(), Node.FOLDER,
                new QuorumState.Election(leader.epoch(), leader.id(), -1, Uuid.ZERO, List.of()), true);
        late.start();
        assertThat(world.timeline().runUntil(world.timeline().nowNs() + 5_000_000_000L, () -> late.end() >= leader.end()))
                .isTrue();
    }

    /** The processes of leaders end, one after the other; how long until the next one decides. */
    @Test
    void aDeadLeaderIsReplacedSoon() {
        List<Long> gapsMs = new ArrayList<>();
        for (long seed = 1; seed <= DEATHS; seed++) {
            var world = new World(seed, 3, 0, seed % 2 == 0);
            world.startAll();
            world.timeline().runUntil(10_000_000_000L, () -> world.leader() != null);
            world.timeline().runForMs(1_000 + seed * 7);
            var dead = world.leader();
            long beganNs = world.timeline().nowNs();
            dead.end("killed", false);
            world.timeline().runUntil(beganNs + 10_000_000_000L, () -> world.leader() != null);
            gapsMs.add((world.timeline().nowNs() - beganNs) / 1_000_000);
        }
        gapsMs.sort(null);
        System.out.println("virtual ms until a dead leader was replaced: " + gapsMs);
        assertThat(gapsMs.get(gapsMs.size() / 2)).as("median of " + gapsMs).isLessThan(150);
        assertThat(gapsMs.getLast()).as("longest of " + gapsMs).isLessThan(700);
    }

    /** Leaders are heard no more, one after the other; how long until somebody else decides. */
    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void aSilentLeaderIsReplacedBeforeClientsLosePatience(int voters) {
        List<Long> gapsMs = new ArrayList<>();
        for (long seed = 1; seed <= DEATHS; seed++) {
            var world = new World(seed, voters, 0, seed % 2 == 0);
            world.startAll();
            world.timeline().runUntil(10_000_000_000L, () -> world.leader() != null);
            world.timeline().runForMs(1_000 + seed * 37);
            var silent = world.leader();
            long beganNs = world.timeline().nowNs();
            world.cutOff(silent);
            world.timeline().runUntil(beganNs + 10_000_000_000L, () -> world.leader() != null && world.leader() != silent);
            gapsMs.add((world.timeline().nowNs() - beganNs) / 1_000_000);
        }
        gapsMs.sort(null);
        System.out.println("virtual ms until a silent leader of " + voters + " was replaced: " + gapsMs);
        assertThat(gapsMs.get(gapsMs.size() / 2)).as("median of " + gapsMs).isLessThan(1_350);
        assertThat(gapsMs.getLast()).as("longest of " + gapsMs).isLessThan(1_600);
    }
}
