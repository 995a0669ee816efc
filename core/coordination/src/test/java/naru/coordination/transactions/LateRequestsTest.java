package naru.coordination.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import naru.protocol.ErrorCode;
import org.junit.jupiter.api.Test;

/**
 * Requests of generation one that were stuck on the way: the producer gave their connection up, asked again on another
 * one, and went on to its next transaction. One epoch covers both transactions, so only the connection tells them apart.
 */
class LateRequestsTest {

    private final TransactionStory story = new TransactionStory();
    private final Claim producer = story.begin();
    private final Channel given = story.connection();
    private final Channel young = story.connection();

    private void firstTransactionIsOverAndTheNextHasBegun(boolean committed) {
        story.add(producer, given, "a-0");
        assertThat(story.end(producer, committed, young)).isEqualTo(ErrorCode.NONE);
        assertThat(story.add(producer, young, "b-0")).isEqualTo(ErrorCode.NONE);
        assertThat(story.state()).isEqualTo("Ongoing");
    }

    @Test
    void aLateCommitDoesNotTearTheNextTransaction() {
        firstTransactionIsOverAndTheNextHasBegun(true);
        assertThat(story.end(producer, true, given)).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
        assertThat(story.state()).isEqualTo("Ongoing");
        assertThat(story.add(producer, young, "c-0")).isEqualTo(ErrorCode.NONE);
        assertThat(story.end(producer, false, young)).isEqualTo(ErrorCode.NONE);
        assertThat(story.marked).filteredOn(one -> !one.partition().topic().equals("a")).noneMatch(one -> one.verdict().commit());
    }

    @Test
    void aLateAbortDoesNotLoseTheNextTransaction() {
        firstTransactionIsOverAndTheNextHasBegun(false);
        assertThat(story.end(producer, false, given)).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
        assertThat(story.end(producer, true, young)).isEqualTo(ErrorCode.NONE);
        assertThat(story.marked.getLast().verdict().commit()).isTrue();
    }

    @Test
    void severalCopiesThatWereStuckTogetherAreAllLate() {
        firstTransactionIsOverAndTheNextHasBegun(true);
        for (int i = 0; i < 5; i++) {
            assertThat(story.end(producer, true, given)).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
        }
        assertThat(story.state()).isEqualTo("Ongoing");
    }

    @Test
    void partitionsAddedLateBeginNothing() {
        story.add(producer, young, "a-0");
        story.end(producer, true, young);
        assertThat(story.add(producer, given, "a-0")).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
        assertThat(story.state()).isEqualTo("CompleteCommit");
    }

    @Test
    void aProducerWithTwoConnectionsIsHeardWhenItAsksAgain() {
        story.add(producer, young, "a-0");
        assertThat(story.end(producer, true, given)).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
        story.pass(20);
        assertThat(story.end(producer, true, given)).isEqualTo(ErrorCode.NONE);
        assertThat(story.state()).isEqualTo("CompleteCommit");
    }

    @Test
    void aNewConnectionIsNeverLate() {
        for (int i = 0; i < 5; i++) {
            assertThat(story.add(producer, story.connection(), "a-0")).isEqualTo(ErrorCode.NONE);
            assertThat(story.end(producer, true, story.connection())).isEqualTo(ErrorCode.NONE);
        }
    }

    /**
     * What cannot be made safe: a proxy that opens its connection to the broker only when the stuck request arrives makes
     * the given-up connection the youngest. Generation one has nothing else that tells the two transactions apart.
     */
    @Test
    void behindAProxyALateEndEndsTheNextTransaction() {
        firstTransactionIsOverAndTheNextHasBegun(true);
        assertThat(story.end(producer, true, story.connection())).isEqualTo(ErrorCode.NONE);
        assertThat(story.state()).isEqualTo("CompleteCommit");
    }
}
