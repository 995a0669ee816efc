package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.Opcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Topics that compact and topics that forget, while broker, machine and clients are killed in the middle of rounds.
 * {@code -Dnaru.stories=N} tells N stories.
 */
class AccountStoriesTest {

    private static final int SEEDS = Exam.stories(10);
    private static final Exam EXAM = new Exam(Cast.ACCOUNTS, 6_000);

    /** What somebody got wrong in the product. */
    private enum Planted {
        THE_LAST_ENTRY_GOES(Sabotage.branch("naru.log.Survival", "stays", Opcode.IFLT, Opcode.IFLE)),
        TOMBSTONES_GO_AT_ONCE(Sabotage.body("naru.log.Survival", "horizon", code -> code.lconst_1().lreturn())),
        ABORTED_ENTRIES_REPLACE(Sabotage.body("naru.log.CleanedTransactions", "isNeededNoMore", code -> code.iconst_0().ireturn())),
        EVERYTHING_IS_OLD(Sabotage.body("naru.log.Retention", "isExpired", code -> code.iconst_1().ireturn())),
        NOTHING_IS_OLD(Sabotage.body("naru.log.Retention", "isExpired", code -> code.iconst_0().ireturn()));

        private final Sabotage bug;

        Planted(Sabotage bug) {
            this.bug = bug;
        }
    }

    @Test
    void everyAccountStandsWhereItWasLeft() {
        long written = 0;
        long left = 0;
        long skipped = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            var story = EXAM.honest(seed);
            for (var workload : story.workloads()) {
                written += workload instanceof Accounts accounts ? accounts.written() : 0;
                left += workload instanceof Accounts accounts ? accounts.left() : 0;
                skipped += workload instanceof Notices notices ? notices.skipped() : 0;
            }
        }
        assertThat(left).as("entries that stayed").isLessThan(written / 2);
        assertThat(skipped).as("notices that went before somebody came to them").isGreaterThan(SEEDS);
    }

    @Test
    void theSameSeedTellsTheSameStory() {
        assertThat(EXAM.story(4711).run(EXAM.storyMs())).isEqualTo(EXAM.story(4711).run(EXAM.storyMs()));
    }

    @ParameterizedTest
    @EnumSource
    void everyPlantedBugIsConvicted(Planted planted) {
        EXAM.convicts(planted, planted.bug);
    }
}
