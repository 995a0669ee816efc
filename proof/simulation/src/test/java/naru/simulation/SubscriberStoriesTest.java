package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A group of the consumer protocol whose members come, go, fall silent and die, while broker and machine die under it. */
class SubscriberStoriesTest {

    private static final int SEEDS = Exam.stories(15);
    private static final Exam EXAM = new Exam(Cast.SUBSCRIBERS, 9_000);

    /** What somebody got wrong in the product. */
    private enum Planted {
        EPOCHS_OF_HEARTBEATS_DO_NOT_MATTER(Sabotage.body("naru.coordination.consumers.Heartbeats", "checkEpoch", CodeBuilder::return_)),
        EVERYTHING_IS_FREE(Sabotage.body("naru.coordination.consumers.Draft", "isFree", code -> code.iconst_1().ireturn())),
        NOBODY_HAS_TO_GIVE_BACK(Sabotage.body("naru.coordination.consumers.Reconciliation", "stillHas", code -> code.iconst_0().ireturn())),
        ANYBODY_MAY_COMMIT(Sabotage.body("naru.coordination.consumers.ConsumerGroups", "mayCommit", code ->
                code.getstatic(ERROR_CODE, "NONE", ERROR_CODE).areturn())),
        SILENCE_IS_NOT_NOTICED(Sabotage.body("naru.coordination.consumers.Timeouts", "onHeartbeat", CodeBuilder::return_)),
        WHAT_IS_LEFT_OVER_STAYS(Sabotage.body("naru.coordination.consumers.Draft", "retarget", CodeBuilder::return_));

        private final Sabotage bug;

        Planted(Sabotage bug) {
            this.bug = bug;
        }
    }

    private static final ClassDesc ERROR_CODE = ClassDesc.of("naru.protocol.ErrorCode");

    @Test
    void everyPartitionHasOneReader() {
        long epochs = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            epochs += ((Subscribers) EXAM.honest(seed).workloads().getFirst()).epoch();
        }
        assertThat(epochs).as("epochs that the group went through").isGreaterThan(SEEDS * 8L);
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
