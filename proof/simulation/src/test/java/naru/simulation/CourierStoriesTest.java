package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.constant.ClassDesc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A share group whose members take, give back, reject, fall silent and die, while broker and machine die under it. */
class CourierStoriesTest {

    private static final int SEEDS = Exam.stories(8);
    private static final Exam EXAM = new Exam(Cast.COURIERS, 5_000);

    /** What somebody got wrong in the product. */
    private enum Planted {
        COUNTS_ARE_NOT_KEPT(Sabotage.body("naru.coordination.shares.StateBatch", "deliveries", code -> code.iconst_0().ireturn())),
        ANYBODY_MAY_SPEAK(Sabotage.body("naru.coordination.shares.InFlight$Run", "isHeldBy", code -> code.iconst_1().ireturn())),
        LOCKS_HOLD_NOBODY_OFF(Sabotage.body("naru.coordination.shares.InFlight$Run", "isAvailable", code -> code
                .aload(0).getfield(RUN, "settling", SETTLING).ifThenElse(Opcode.IFNULL, CodeBuilder::iconst_1, CodeBuilder::iconst_0)
                .ireturn())),
        WHAT_IS_GIVEN_BACK_IS_GONE(Sabotage.body("naru.coordination.shares.SharePartition", "givenBack", code -> code
                .getstatic(RECORD_STATE, "ARCHIVED", RECORD_STATE).areturn()));

        private final Sabotage bug;

        Planted(Sabotage bug) {
            this.bug = bug;
        }
    }

    private static final ClassDesc RUN = ClassDesc.of("naru.coordination.shares.InFlight$Run");
    private static final ClassDesc SETTLING = ClassDesc.of("naru.coordination.shares.InFlight$Settling");
    private static final ClassDesc RECORD_STATE = ClassDesc.of("naru.coordination.shares.RecordState");

    @Test
    void everyParcelIsDeliveredOnceOrGivenUp() {
        long again = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            var couriers = (Couriers) EXAM.honest(seed).workloads().getFirst();
            again += couriers.deliveries().handedOut() - couriers.deliveries().done();
        }
        assertThat(again).as("parcels that were handed out and came back").isGreaterThan(SEEDS * 10L);
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
