package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Transactions while broker, machine and clients are killed every few moments: what clients saw is judged as histories of
 * real clients are. {@code -Dnaru.kills=N} goes on until N were killed.
 */
class TransactionStoriesTest {

    private static final int KILLS = Integer.getInteger("naru.kills", 300);
    private static final int EXAM_SEEDS_MAX = 40;
    private static final long STORY_MS = 4_000;

    @Test
    void everyPaymentIsAnsweredExactlyOnce() {
        var plan = new Simulate.Plan(0, STORY_MS, Integer.MAX_VALUE, KILLS, Cast.PAYMENTS, false);
        assertThat(Simulate.run(plan, new RealBroker(Map.of()), new PrintStream(System.out, true))).isTrue();
    }

    @Test
    void theSameSeedTellsTheSameStory() {
        assertThat(story(4711).run(STORY_MS)).isEqualTo(story(4711).run(STORY_MS));
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void everyMischiefIsConvicted(Mischief mischief) {
        for (long seed = 0; seed < EXAM_SEEDS_MAX; seed++) {
            var story = story(seed);
            story.world().plant(mischief);
            try {
                story.run(STORY_MS);
            } catch (Conviction convicted) {
                System.out.println(mischief + " is convicted by seed " + seed + ": " + convicted.getMessage());
                return;
            }
        }
        throw new AssertionError(mischief + " walked free under " + EXAM_SEEDS_MAX + " seeds");
    }

    /** Markers of a verdict that a crash found half carried out are never written. */
    @Test
    void aMarkerThatIsLostAtACrashIsConvicted() {
        var shard = ClassDesc.of("naru.coordination.transactions.TransactionShard");
        var runtime = ClassDesc.of("naru.coordination.runtime.ShardRuntime");
        new Exam(Cast.PAYMENTS, STORY_MS).convicts("A_LOST_MARKER", Sabotage.body(
                "naru.coordination.transactions.TransactionShard", "onLoaded", code -> code.aload(0).getfield(shard, "runtime", runtime)
                        .invokevirtual(runtime, "onLoaded", MethodTypeDesc.ofDescriptor("()V")).return_()));
    }

    /** The second batch of a transaction waits for a word of its own, and the third finds the door open. */
    @Test
    void batchesThatOvertakeEachOtherAreConvicted() {
        var entrance = "naru.broker.Entrance";
        var knock = MethodTypeDesc.ofDescriptor("(Lnaru/broker/LaneBroker;Lnaru/broker/Entrance$Waiting;)V");
        new Exam(Cast.PAYMENTS, STORY_MS).convicts("BATCHES_OVERTAKE_EACH_OTHER",
                Sabotage.body(entrance, "enter",
                        code -> code.aload(0).aload(1).aload(2).invokevirtual(ClassDesc.of(entrance), "knock", knock).return_()),
                Sabotage.body(entrance, "letFollow", code -> code.return_()));
    }

    private static Simulation story(long seed) {
        return new Simulation(seed, new Transcript(), new RealBroker(Map.of())).only(Cast.PAYMENTS);
    }
}
