package naru.replication;

import static naru.replication.LeaderEffect.Reason.NOT_LEADER;
import static naru.replication.LeaderEffect.Reason.TAKEN_BACK;
import static naru.replication.LeaderInput.Acks.ALL_IN_SYNC;
import static naru.replication.LeaderInput.Acks.LEADER;
import static naru.replication.LeaderInput.Acks.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.Invariant;
import naru.base.OffsetRange;
import naru.replication.LeaderEffect.Acknowledge;
import naru.replication.LeaderEffect.ProposeInSyncSet;
import naru.replication.LeaderEffect.RaiseHighWatermark;
import naru.replication.LeaderEffect.Refuse;
import naru.replication.LeaderEffect.SyncLog;
import naru.replication.LeaderInput.Durable;
import naru.replication.LeaderInput.FollowerFetched;
import naru.replication.LeaderInput.InSyncSetConfirmed;
import naru.replication.LeaderInput.ProposalLost;
import naru.replication.LeaderInput.ProposalRefused;
import naru.replication.LeaderInput.SentAgain;
import naru.replication.LeaderInput.Staged;
import naru.replication.LeaderInput.TakenBack;
import naru.replication.LeaderInput.TimePassed;
import naru.replication.LeaderInput.Written;
import org.junit.jupiter.api.Test;

class PartitionLeaderTest {

    private static final long EPOCH = 70;

    private final TreeMap<Integer, Long> live = new TreeMap<>(Map.of(1, EPOCH + 1, 2, EPOCH + 2));
    private final TreeSet<Integer> heard = new TreeSet<>();
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
        assertThat(hear(new TakenBack(2))).containsExactly(new Refuse(2, TAKEN_BACK), new Refuse(3, TAKEN_BACK));
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
        assertThat(hear(fetched(1, 2)))
                .containsExactly(new RaiseHighWatermark(2), new Acknowledge(1, range(0, 2)));
    }

    @Test
    void whenTheLastFollowerLeavesTheSyncIsWaitedFor() {
        leading(Durability.AUTO, 1, 0, 1);
        hear(staged(1, 0, 2, ALL_IN_SYNC), new Written(2));
        nowMs += 1_001;
        assertThat(hear(new TimePassed())).containsExactly(proposal(1, 0));
        assertThat(hear(confirmed(1, 0))).containsExactly(new SyncLog());
        assertThat(leader.wantsSync()).isTrue();
        assertThat(hear(new Durable(2))).containsExactly(new RaiseHighWatermark(2), new Acknowledge(1, range(0, 2)));
    }

    @Test
    void aCaughtUpButIdleFollowerStays() {
        leading(Durability.MEMORY, 1, 0, 1);
        hear(fetched(1, 0));
        nowMs += 60_000;
        assertThat(hear(new TimePassed())).isEmpty();
    }

    @Test
    void aFollowerThatAskedToJoinAlreadyHoldsTheWatermarkBack() {
        leading(Durability.MEMORY, 1, 0);
        assertThat(hear(fetched(2, 0))).containsExactly(proposal(1, 0, 2));
        hear(staged(1, 0, 1, ALL_IN_SYNC));
        assertThat(hear(new Written(1))).isEmpty();
        assertThat(hear(fetched(2, 1)))
                .containsExactly(new RaiseHighWatermark(1), new Acknowledge(1, range(0, 1)));
    }

    @Test
    void tooFewInSyncAreNotAdmittedForAll() {
        leading(Durability.MEMORY, 2, 0);
        assertThat(leader.admits(ALL_IN_SYNC)).isFalse();
        assertThat(leader.admits(LEADER)).isTrue();
    }

    @Test
    void whatALoneLeaderRecoveredMayBeReadAtOnce() {
        assertThat(opened(set(0)).highWatermark()).isEqualTo(5);
        assertThat(opened(set(0, 1)).highWatermark()).isEqualTo(3);
    }

    private static PartitionLeader opened(TreeSet<Integer> inSync) {
        return new PartitionLeader(new PartitionLeader.Rules(0, 1, 1_000, Durability.FSYNC), new ReplicaSets(inSync, inSync, 0),
                LiveBrokers.NONE, new Holding(0, 5, 5, 3), 0);
    }

    @Test
    void noMoreReplicasAreAskedForThanThereAre() {
        var rules = new PartitionLeader.Rules(0, 2, 1_000, Durability.AUTO);
        assertThat(rules.among(1).inSyncMin()).isEqualTo(1);
        assertThat(rules.among(2)).isEqualTo(rules);
        assertThat(rules.among(3)).isEqualTo(rules);
    }

    @Test
    void justEnoughInSyncAreAdmitted() {
        leading(Durability.MEMORY, 2, 0, 1);
        assertThat(leader.admits(ALL_IN_SYNC)).isTrue();
        assertThat(leader.inSync()).containsExactly(0, 1);
        assertThat(leader.inSyncMin()).isEqualTo(2);
    }

    @Test
    void whatWasWrittenBeforeAFailedWriteIsStillAwaited() {
        alone(Durability.AUTO);
        hear(staged(1, 0, 2, LEADER), new Written(2), staged(2, 2, 5, LEADER));
        assertThat(hear(new TakenBack(2))).containsExactly(new Refuse(2, TAKEN_BACK));
        assertThat(hear(new Durable(2))).containsExactly(new RaiseHighWatermark(2), new Acknowledge(1, range(0, 2)));
    }

    @Test
    void anOlderRecordChangesNothing() {
        leading(Durability.MEMORY, 1, 0, 1, 2);
        hear(confirmed(5, 0, 1));
        assertThat(hear(confirmed(4, 0, 1, 2), confirmed(5, 0))).isEmpty();
        assertThat(leader.inSync()).containsExactly(0, 1);
        assertThat(leader.partitionEpoch()).isEqualTo(5);
    }

    @Test
    void whatWasProposedCountsUntilANewerRecordComes() {
        leading(Durability.MEMORY, 1, 0);
        hear(fetched(1, 0), staged(1, 0, 2, ALL_IN_SYNC));
        nowMs += 1_001; // it no longer counts as one that is about to join
        assertThat(hear(new Written(2))).isEmpty();
        assertThat(hear(confirmed(1, 0))).containsExactly(new RaiseHighWatermark(2), new Acknowledge(1, range(0, 2)));
    }

    @Test
    void aRefusedProposalCountsNoMore() {
        leading(Durability.MEMORY, 1, 0);
        hear(fetched(1, 0), staged(1, 0, 2, ALL_IN_SYNC), new Written(2));
        nowMs += 1_001;
        assertThat(hear(new ProposalRefused(1))).containsExactly(new RaiseHighWatermark(2), new Acknowledge(1, range(0, 2)));
    }

    @Test
    void theRefusalOfAProposalThatWasSentTwiceIsNotTheEndOfIt() {
        leading(Durability.MEMORY, 1, 0);
        hear(fetched(1, 0), staged(1, 0, 2, ALL_IN_SYNC), new Written(2));
        nowMs += 1_001;
        assertThat(hear(new ProposalLost(1), new TimePassed())).containsExactly(proposal(2, 0, 1));
        assertThat(hear(new ProposalRefused(2))).isEmpty();
        assertThat(hear(new TimePassed())).containsExactly(proposal(3, 0)); // for its new partition epoch
        assertThat(hear(confirmed(1, 0))).containsExactly(new RaiseHighWatermark(2), new Acknowledge(1, range(0, 2)));
    }

    @Test
    void onlyTheProcessThatFetchedMayJoinAndOnlyWhileItLives() {
        leading(Durability.MEMORY, 1, 0);
        live.put(1, EPOCH + 9);
        assertThat(hear(fetched(1, 0))).isEmpty();
        live.put(1, -1L);
        assertThat(hear(fetched(1, 0))).isEmpty();
        live.put(1, EPOCH + 1);
        assertThat(hear(fetched(1, 0))).containsExactly(proposal(1, 0, 1));
    }

    /** Its machine may have lost its power in between, and with that what had let it be proposed. */
    @Test
    void theNextProcessOfWhoWasProposedIsNotMeant() {
        leading(Durability.MEMORY, 1, 0);
        hear(staged(1, 0, 5, NONE), new Written(5));
        assertThat(hear(fetched(1, 5))).containsExactly(proposal(1, 0, 1));
        live.put(1, EPOCH + 9);
        hear(new ProposalLost(1), new FollowerFetched(1, EPOCH + 9, 0, 0));
        assertThat(hear(new TimePassed())).containsExactly(proposal(2, 0, 1));
    }

    @Test
    void whoHasNotReachedTheEpochsBeginningMayNotJoin() {
        var rules = new PartitionLeader.Rules(0, 1, 1_000, Durability.MEMORY);
        leader = new PartitionLeader(rules, new ReplicaSets(set(0, 1, 2), set(0, 2), 0), live::get, new Holding(0, 9, 9, 3), nowMs);
        assertThat(leader.knowsHighWatermark()).isFalse();
        assertThat(hear(fetched(1, 8))).isEmpty();
        assertThat(hear(fetched(2, 9))).containsExactly(new RaiseHighWatermark(9));
    }

    @Test
    void theWatermarkStandsStillWhileTooFewAreInSync() {
        leading(Durability.MEMORY, 2, 0);
        assertThat(hear(staged(1, 0, 2, LEADER), new Written(2))).containsExactly(new Acknowledge(1, range(0, 2)));
        hear(fetched(1, 2));
        assertThat(hear(confirmed(1, 0, 1))).containsExactly(new RaiseHighWatermark(2));
    }

    @Test
    void underSteadyLoadWhoReachesTheEndOfTheFetchBeforeIsCaughtUp() {
        leading(Durability.MEMORY, 1, 0, 1);
        long end = 0;
        for (int i = 0; i < 10; i++) {
            hear(staged(i, end, end + 5, NONE), new Written(end + 5), fetched(1, end));
            end += 5;
            nowMs += 450;
            assertThat(hear(new TimePassed())).isEmpty();
        }
    }

    @Test
    void whoeverWaitsIsRefusedWhenLeadershipEnds() {
        leading(Durability.AUTO, 1, 0, 1);
        hear(staged(1, 0, 2, ALL_IN_SYNC), new Written(2));
        assertThat(hear(new LeaderInput.LeadershipEnded())).containsExactly(new Refuse(1, NOT_LEADER));
        breaks(new TimePassed(), "who does not lead any more decides nothing");
    }

    @Test
    void whatAnEarlierProcessFetchedDoesNotCount() {
        leading(Durability.MEMORY, 1, 0, 1);
        hear(staged(1, 0, 2, ALL_IN_SYNC), new Written(2), new FollowerFetched(1, EPOCH + 5, 0, 0));
        assertThat(hear(fetched(1, 2))).isEmpty();
        assertThat(hear(new FollowerFetched(1, EPOCH + 5, 0, 2))).containsExactly(new RaiseHighWatermark(2), new Acknowledge(1, range(0, 2)));
    }

    @Test
    void newRulesCountForWhatWaits() {
        alone(Durability.FSYNC);
        hear(staged(1, 0, 2, LEADER), new Written(2));
        var memory = new PartitionLeader.Rules(0, 1, 1_000, Durability.MEMORY);
        assertThat(hear(new LeaderInput.RulesChanged(memory)))
                .containsExactly(new RaiseHighWatermark(2), new Acknowledge(1, range(0, 2)));
    }

    @Test
    void aFollowerJoinsOnceItHasReachedTheWatermark() {
        leading(Durability.MEMORY, 1, 0);
        hear(staged(1, 0, 5, NONE), new Written(5));
        assertThat(hear(fetched(1, 4))).isEmpty();
        assertThat(hear(fetched(1, 5))).containsExactly(proposal(1, 0, 1));
    }

    @Test
    void aFollowerMayLagForExactlyAsLongAsTheRulesSay() {
        leading(Durability.MEMORY, 1, 0, 1);
        hear(staged(1, 0, 1, NONE), new Written(1));
        nowMs += 400;
        hear(fetched(1, 1), staged(2, 1, 2, NONE), new Written(2));
        nowMs += 1_000;
        assertThat(hear(new TimePassed())).isEmpty();
        nowMs++;
        assertThat(hear(new TimePassed())).containsExactly(proposal(1, 0));
    }

    @Test
    void whoWaitedForAFollowerThatLeftIsAnswered() {
        leading(Durability.MEMORY, 1, 0, 1);
        hear(staged(1, 0, 2, ALL_IN_SYNC), new Written(2));
        nowMs += 1_001;
        hear(new TimePassed());
        assertThat(hear(confirmed(1, 0)))
                .containsExactly(new RaiseHighWatermark(2), new Acknowledge(1, range(0, 2)));
    }

    @Test
    void whatCannotBeStopsTheProcess() {
        alone(Durability.MEMORY);
        hear(staged(1, 0, 3, NONE), new Written(2));
        breaks(staged(2, 2, 4, NONE), "appends follow one another");
        breaks(new SentAgain(3, range(0, 4), LEADER), "a repeated append is one we hold");
        breaks(new Written(4), "only what was staged is written");
        breaks(new TakenBack(1), "only what nobody saw is taken back");
        breaks(confirmed(1, 1), "a leader is in sync with itself");
        assertThatThrownBy(() -> new Holding(0, 2, 2, 3))
                .isInstanceOf(Invariant.Broken.class).hasMessageContaining("the high watermark lies inside the log");
        assertThatThrownBy(() -> opened(set(1)))
                .isInstanceOf(Invariant.Broken.class).hasMessageContaining("a leader is in sync with itself");
    }

    private void breaks(LeaderInput input, String claim) {
        assertThatThrownBy(() -> hear(input)).isInstanceOf(Invariant.Broken.class).hasMessageContaining(claim);
    }

    private void alone(Durability durability) {
        leading(durability, 1, 0);
    }

    private void leading(Durability durability, int inSyncMin, Integer... inSync) {
        var rules = new PartitionLeader.Rules(0, inSyncMin, 1_000, durability);
        leader = new PartitionLeader(rules, new ReplicaSets(set(0, 1, 2), set(inSync), 0), live::get, new Holding(0, 0, 0, 0), nowMs);
    }

    private static FollowerFetched fetched(int id, long end) {
        return new FollowerFetched(id, EPOCH + id, 0, end);
    }

    private static InSyncSetConfirmed confirmed(int partitionEpoch, Integer... inSync) {
        return new InSyncSetConfirmed(new ReplicaSets(set(0, 1, 2), set(inSync), partitionEpoch));
    }

    /** By a leader that knows the broker epochs of those it has heard of. */
    private ProposeInSyncSet proposal(long number, Integer... inSync) {
        var members = new TreeMap<Integer, Long>();
        for (int id : inSync) {
            members.put(id, id == 0 || !heard.contains(id) ? -1L : EPOCH + id);
        }
        return new ProposeInSyncSet(number, members, leader.partitionEpoch());
    }

    private List<LeaderEffect> hear(LeaderInput... inputs) {
        var effects = new ArrayList<LeaderEffect>();
        for (var input : inputs) {
            if (input instanceof FollowerFetched fetched) {
                heard.add(fetched.followerId());
            }
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
