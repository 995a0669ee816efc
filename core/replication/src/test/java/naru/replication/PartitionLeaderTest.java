package naru.replication;

import static naru.replication.LeaderInput.Acks.ALL_IN_SYNC;
import static naru.replication.LeaderInput.Acks.LEADER;
import static naru.replication.LeaderInput.Acks.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import naru.base.OffsetRange;
import naru.replication.LeaderEffect.Acknowledge;
import naru.replication.LeaderEffect.ProposeInSyncSet;
import naru.replication.LeaderEffect.RaiseHighWatermark;
import naru.replication.LeaderEffect.Refuse;
import naru.replication.LeaderInput.Durable;
import naru.replication.LeaderInput.FollowerFetched;
import naru.replication.LeaderInput.InSyncSetConfirmed;
import naru.replication.LeaderInput.SentAgain;
import naru.replication.LeaderInput.Staged;
import naru.replication.LeaderInput.TakenBack;
import naru.replication.LeaderInput.TimePassed;
import naru.replication.LeaderInput.Written;
import org.junit.jupiter.api.Test;

class PartitionLeaderTest {

    private PartitionLeader leader;
    private long nowMs;

    @Test
    void aloneWithMemoryAcknowledgesWhatIsWritten() {
        alone(Durability.MEMORY);
        assertThat(hear(staged(1, 0, 3, LEADER))).isEmpty();
        assertThat(hear(new Written(3))).containsExactly(new RaiseHighWatermark(3), new Acknowledge(1, range(0, 3)));
    }

    @Test
    void aloneWithAutoWaitsForTheSync() {
        alone(Durability.AUTO);
        hear(staged(1, 0, 3, LEADER), staged(2, 3, 4, ALL_IN_SYNC));
        assertThat(hear(new Written(4))).isEmpty();
        assertThat(hear(new Durable(3))).containsExactly(new RaiseHighWatermark(3), new Acknowledge(1, range(0, 3)));
        assertThat(hear(new Durable(4))).containsExactly(new RaiseHighWatermark(4), new Acknowledge(2, range(3, 4)));
    }

    @Test
    void noAnswerWhereNoneIsAwaited() {
        alone(Durability.MEMORY);
        hear(staged(1, 0, 1, NONE));
        assertThat(hear(new Written(1))).containsExactly(new RaiseHighWatermark(1));
    }

    @Test
    void aFailedWriteIsRefusedAndItsOffsetsAreGivenAgain() {
        alone(Durability.MEMORY);
        hear(staged(1, 0, 2, LEADER), new Written(2), staged(2, 2, 5, LEADER), staged(3, 5, 6, ALL_IN_SYNC));
        assertThat(hear(new TakenBack(2))).containsExactly(new Refuse(2), new Refuse(3));
        hear(staged(4, 2, 3, LEADER));
        assertThat(hear(new Written(3))).containsExactly(new RaiseHighWatermark(3), new Acknowledge(4, range(2, 3)));
    }

    @Test
    void aRepeatedAppendIsAnsweredWhenItsFirstSendingIsSafe() {
        alone(Durability.AUTO);
        hear(staged(1, 0, 2, LEADER), new Written(2));
        assertThat(hear(new SentAgain(2, range(0, 2), LEADER))).isEmpty();
        assertThat(hear(new Durable(2)))
                .containsExactly(
                        new RaiseHighWatermark(2), new Acknowledge(1, range(0, 2)), new Acknowledge(2, range(0, 2)));
        assertThat(hear(new SentAgain(3, range(0, 2), LEADER))).containsExactly(new Acknowledge(3, range(0, 2)));
    }

    @Test
    void withAFollowerInSyncAutoNeedsNoSyncButTheFollower() {
        leading(Durability.AUTO, 1, 0, 1);
        hear(staged(1, 0, 2, ALL_IN_SYNC), staged(2, 2, 3, LEADER));
        assertThat(hear(new Written(3))).containsExactly(new Acknowledge(2, range(2, 3)));
        assertThat(hear(new FollowerFetched(1, 2)))
                .containsExactly(new RaiseHighWatermark(2), new Acknowledge(1, range(0, 2)));
    }

    @Test
    void whenTheLastFollowerLeavesTheSyncIsWaitedFor() {
        leading(Durability.AUTO, 1, 0, 1);
        hear(staged(1, 0, 2, ALL_IN_SYNC), new Written(2));
        nowMs += 1_001;
        assertThat(hear(new TimePassed())).containsExactly(new ProposeInSyncSet(set(0)));
        assertThat(hear(new InSyncSetConfirmed(set(0)))).isEmpty();
        assertThat(leader.wantsSync()).isTrue();
        assertThat(hear(new Durable(2))).containsExactly(new RaiseHighWatermark(2), new Acknowledge(1, range(0, 2)));
    }

    @Test
    void aCaughtUpButIdleFollowerStays() {
        leading(Durability.MEMORY, 1, 0, 1);
        hear(new FollowerFetched(1, 0));
        nowMs += 60_000;
        assertThat(hear(new TimePassed())).isEmpty();
    }

    @Test
    void aFollowerThatAskedToJoinAlreadyHoldsTheWatermarkBack() {
        leading(Durability.MEMORY, 1, 0);
        assertThat(hear(new FollowerFetched(2, 0))).containsExactly(new ProposeInSyncSet(set(0, 2)));
        hear(staged(1, 0, 1, ALL_IN_SYNC));
        assertThat(hear(new Written(1))).isEmpty();
        assertThat(hear(new FollowerFetched(2, 1)))
                .containsExactly(new RaiseHighWatermark(1), new Acknowledge(1, range(0, 1)));
    }

    @Test
    void tooFewInSyncAreNotAdmittedForAll() {
        leading(Durability.MEMORY, 2, 0);
        assertThat(leader.admits(ALL_IN_SYNC)).isFalse();
        assertThat(leader.admits(LEADER)).isTrue();
    }

    private void alone(Durability durability) {
        leading(durability, 1, 0);
    }

    private void leading(Durability durability, int inSyncMin, Integer... inSync) {
        leader = new PartitionLeader(new PartitionLeader.Rules(0, inSyncMin, 1_000, durability), set(inSync), 0, 0, nowMs);
    }

    private List<LeaderEffect> hear(LeaderInput... inputs) {
        var effects = new ArrayList<LeaderEffect>();
        for (var input : inputs) {
            leader.on(input, nowMs, effects);
        }
        return effects;
    }

    private static Staged staged(long ticket, long first, long end, LeaderInput.Acks acks) {
        return new Staged(ticket, range(first, end), acks);
    }

    private static OffsetRange range(long first, long end) {
        return new OffsetRange(first, end);
    }

    private static TreeSet<Integer> set(Integer... ids) {
        return new TreeSet<>(Arrays.asList(ids));
    }
}
