package naru.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import naru.base.OffsetRange;
import naru.log.EpochEnd;
import naru.replication.FollowerEffect.AskRange;
import naru.replication.FollowerEffect.CommittedLost;
import naru.replication.FollowerEffect.FetchFrom;
import naru.replication.FollowerEffect.MoveLogStart;
import naru.replication.FollowerEffect.Pause;
import naru.replication.FollowerEffect.RaiseHighWatermark;
import naru.replication.FollowerEffect.StartAnewAt;
import naru.replication.FollowerEffect.TakeFetched;
import naru.replication.FollowerEffect.TruncateTo;
import naru.replication.FollowerInput.Cut;
import naru.replication.FollowerInput.Diverged;
import naru.replication.FollowerInput.Durable;
import naru.replication.FollowerInput.Fenced;
import naru.replication.FollowerInput.Fetched;
import naru.replication.FollowerInput.LeaderHolds;
import naru.replication.FollowerInput.LeaderNamed;
import naru.replication.FollowerInput.NotAnswered;
import naru.replication.FollowerInput.NotCut;
import naru.replication.FollowerInput.OutOfRange;
import naru.replication.FollowerInput.Staged;
import naru.replication.FollowerInput.TakenBack;
import naru.replication.FollowerInput.TimePassed;
import naru.replication.FollowerInput.Written;
import org.junit.jupiter.api.Test;

class PartitionFollowerTest {

    private static final FetchPoint FIRST = new FetchPoint(7, 5, 10, 4, 2);

    /** Holds 2 to 10, the last in epoch 4, and knows that 6 is committed. */
    private final PartitionFollower follower = new PartitionFollower(Durability.AUTO, new Holding(2, 10, 10, 6), 4);

    @Test
    void itFetchesWritesAndAsksAgain() {
        assertThat(named()).containsExactly(new FetchFrom(FIRST));
        assertThat(hear(new Fetched(FIRST, true, 12, 3))).containsExactly(new TakeFetched());
        assertThat(hear(new Staged(13, 5))).isEmpty();
        assertThat(hear(new Written(13))).containsExactly(
                new RaiseHighWatermark(12), new MoveLogStart(3), new FetchFrom(new FetchPoint(7, 5, 13, 5, 3)));
    }

    @Test
    void withNothingNewItOnlyFollowsTheMarks() {
        named();
        assertThat(hear(new Fetched(FIRST, false, 10, 2))).containsExactly(new RaiseHighWatermark(10), new FetchFrom(FIRST));
        assertThat(hear(new Fetched(FIRST, false, 8, 2))).containsExactly(new FetchFrom(FIRST));
        assertThat(follower.highWatermark()).isEqualTo(10);
    }

    @Test
    void withFsyncItSaysOnlyWhatIsDurable() {
        hear(new FollowerInput.DurabilityChanged(Durability.FSYNC));
        named();
        assertThat(hear(new Fetched(FIRST, true, 6, 2), new Staged(13, 5), new Written(13), new Durable(12)))
                .containsExactly(new TakeFetched());
        assertThat(hear(new Durable(13))).containsExactly(new FetchFrom(new FetchPoint(7, 5, 13, 5, 2)));
    }

    @Test
    void anAnswerToAnotherQuestionIsNone() {
        named();
        hear(new LeaderNamed(8, 6));
        assertThat(hear(new Fetched(FIRST, true, 12, 3), new Diverged(FIRST, 4, 7, EpochEnd.UNKNOWN), new OutOfRange(FIRST),
                new Fenced(FIRST), new NotAnswered(FIRST), new LeaderHolds(FIRST, 0, 5))).isEmpty();
    }

    @Test
    void anOlderLeaderIsNone() {
        named();
        assertThat(hear(new LeaderNamed(8, 4), new LeaderNamed(7, 5))).isEmpty();
        assertThat(hear(new LeaderNamed(LeaderNamed.NOBODY, 6))).isEmpty();
        assertThat(hear(new Fetched(FIRST, false, 10, 2))).isEmpty();
    }

    @Test
    void itCutsWhereTheCommonEpochEnds() {
        named();
        assertThat(hear(new Diverged(FIRST, 4, 8, new EpochEnd(4, 10)))).containsExactly(new TruncateTo(8));
        assertThat(follower.isCutting()).isTrue();
        assertThat(hear(new Cut(2, 8, 4))).containsExactly(new FetchFrom(new FetchPoint(7, 5, 8, 4, 2)));
    }

    @Test
    void whereItLacksTheLeadersEpochItCutsToItsOwnBefore() {
        named();
        assertThat(hear(new Diverged(FIRST, 3, 9, new EpochEnd(2, 7)))).containsExactly(new TruncateTo(7));
        var second = new FetchPoint(7, 5, 7, 2, 2);
        assertThat(hear(new Cut(2, 7, 2))).containsExactly(new FetchFrom(second));
        assertThat(hear(new Diverged(second, 1, 6, new EpochEnd(1, 7)))).containsExactly(new TruncateTo(6));
    }

    @Test
    void aCutBelowTheWatermarkIsTold() {
        named();
        assertThat(hear(new Diverged(FIRST, 4, 4, new EpochEnd(4, 10))))
                .containsExactly(new CommittedLost(new OffsetRange(4, 6)), new TruncateTo(4));
        hear(new Cut(2, 4, 4));
        assertThat(follower.highWatermark()).isEqualTo(4);
    }

    @Test
    void aCutThatFindsNoRoomIsTriedAgainAndToldOnce() {
        named();
        hear(new Diverged(FIRST, 4, 4, new EpochEnd(4, 10)));
        assertThat(hear(new NotCut(), new TimePassed())).containsExactly(new Pause(), new FetchFrom(FIRST));
        assertThat(hear(new Diverged(FIRST, 4, 4, new EpochEnd(4, 10)))).containsExactly(new TruncateTo(4));
        hear(new NotCut(), new TimePassed());
        assertThat(hear(new Diverged(FIRST, 4, 3, new EpochEnd(4, 10))))
                .containsExactly(new CommittedLost(new OffsetRange(3, 6)), new TruncateTo(3));
        hear(new Cut(2, 3, 4), new LeaderNamed(8, 6));
        assertThat(follower.highWatermark()).isEqualTo(3);
    }

    @Test
    void aLeaderThatWasNamedMeanwhileIsAskedAfterTheCut() {
        named();
        hear(new Diverged(FIRST, 4, 8, new EpochEnd(4, 10)));
        assertThat(hear(new LeaderNamed(8, 6))).isEmpty();
        assertThat(hear(new Cut(2, 8, 4))).containsExactly(new FetchFrom(new FetchPoint(8, 6, 8, 4, 2)));
    }

    @Test
    void outOfRangeItAsksWhatTheLeaderHas() {
        named();
        assertThat(hear(new OutOfRange(FIRST))).containsExactly(new AskRange(FIRST));
        assertThat(hear(new LeaderHolds(FIRST, 20, 30))).containsExactly(new StartAnewAt(20));
        assertThat(hear(new Cut(20, 20, -1)))
                .containsExactly(new RaiseHighWatermark(20), new FetchFrom(new FetchPoint(7, 5, 20, -1, 20)));
    }

    @Test
    void aLeaderThatEndsBeforeIsFollowed() {
        named();
        assertThat(hear(new OutOfRange(FIRST), new LeaderHolds(FIRST, 0, 7))).containsExactly(new AskRange(FIRST), new TruncateTo(7));
    }

    @Test
    void aLeaderThatEndsBeforeThisLogBeginsMeansToBeginAnew() {
        named();
        assertThat(hear(new OutOfRange(FIRST), new LeaderHolds(FIRST, 0, 1)))
                .containsExactly(new AskRange(FIRST), new CommittedLost(new OffsetRange(2, 6)), new StartAnewAt(1));
    }

    @Test
    void afterAnErrorItRests() {
        named();
        assertThat(hear(new NotAnswered(FIRST))).containsExactly(new Pause());
        assertThat(hear(new TimePassed())).containsExactly(new FetchFrom(FIRST));
        assertThat(hear(new Fenced(FIRST), new TimePassed())).isEmpty();
        assertThat(hear(new LeaderNamed(7, 6))).containsExactly(new FetchFrom(new FetchPoint(7, 6, 10, 4, 2)));
    }

    @Test
    void whatCouldNotBeWrittenIsFetchedAgain() {
        named();
        assertThat(hear(new Fetched(FIRST, true, 6, 2), new Staged(13, 5), new TakenBack(10, 4)))
                .containsExactly(new TakeFetched(), new Pause());
        assertThat(hear(new TimePassed())).containsExactly(new FetchFrom(FIRST));
    }

    private List<FollowerEffect> named() {
        return hear(new LeaderNamed(7, 5));
    }

    private List<FollowerEffect> hear(FollowerInput... inputs) {
        var effects = new ArrayList<FollowerEffect>();
        for (var input : inputs) {
            follower.on(input, effects);
        }
        return effects;
    }
}
