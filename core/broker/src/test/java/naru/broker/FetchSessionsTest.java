package naru.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import naru.base.Randomness;
import naru.broker.FetchSessions.Opening;
import naru.protocol.ErrorCode;
import naru.protocol.Records;
import naru.protocol.message.FetchRequest;
import org.junit.jupiter.api.Test;

class FetchSessionsTest {

    private final Random random = new Random(4);
    private final FetchSessions sessions = new FetchSessions(2, 5, new Randomness() {
        @Override
        public long nextLong() {
            return random.nextLong();
        }

        @Override
        public int nextInt(int bound) {
            return random.nextInt(bound);
        }
    });
    private long nowMs;

    @Test
    void aReaderWithoutASessionReadsEverything() {
        assertThat(open(0, -1, "a-0", "a-1")).isInstanceOfSatisfying(Opening.Full.class,
                full -> assertThat(names(full.positions())).containsExactly("a-0", "a-1"));
        assertThat(sessions.size()).isZero();
    }

    @Test
    void aSessionRemembersItsPartitions() {
        var session = begin("a-0", "a-1");
        assertThat(open(session.id(), 1)).isInstanceOf(Opening.Incremental.class);
        assertThat(open(session.id(), 2, "b-0")).isInstanceOf(Opening.Incremental.class);
        assertThat(names(session.positions())).containsExactly("a-0", "a-1", "b-0");
    }

    @Test
    void forgottenPartitionsAreForgottenAndAnEmptySessionEnds() {
        var session = begin("a-0", "a-1");
        forget(session.id(), 1, "a-0");
        assertThat(names(session.positions())).containsExactly("a-1");
        assertThat(forget(session.id(), 2, "a-1")).isEqualTo(new Opening.Full(List.of()));
        assertThat(open(session.id(), 3)).isEqualTo(new Opening.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND));
    }

    @Test
    void sessionsRememberNoMoreThanTheyMay() {
        var session = begin("a-0", "a-1", "a-2");
        assertThat(open(0, 0, "b-0", "b-1", "b-2")).isInstanceOf(Opening.Full.class);
        assertThat(sessions.size()).isEqualTo(1);
        var other = begin("b-0", "b-1");
        assertThat(open(session.id(), 1, "a-3")).isEqualTo(new Opening.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND));
        assertThat(open(other.id(), 1, "b-2", "b-3", "b-4")).isInstanceOf(Opening.Incremental.class);
        forget(other.id(), 2, "b-4");
        begin("c-0");
    }

    @Test
    void aSessionThatNobodyUsedMakesRoom() {
        begin("a-0", "a-1", "a-2");
        nowMs += FetchSessions.EVICTION_MS + 1;
        begin("b-0", "b-1", "b-2");
        assertThat(sessions.size()).isEqualTo(1);
    }

    @Test
    void aReaderIsReadToFromWhereItSaidLast() {
        var session = begin("a-0");
        var wanted = FetchRequest.FetchPartition.builder()
                .partition(0).fetchOffset(7).partitionMaxBytes(8).currentLeaderEpoch(9).lastFetchedEpoch(10).build();
        var moved = FetchRequest.builder().sessionId(session.id()).sessionEpoch(1).topics(List.of(
                FetchRequest.FetchTopic.builder().topic("a").partitions(List.of(wanted)).build())).build();
        sessions.open(moved, (short) 12, nowMs);
        assertThat(session.positions()).singleElement().satisfies(FetchSessionsTest::isWhereItWasSaid);
        var without = moved.toBuilder().sessionId(0).sessionEpoch(-1).build();
        assertThat(sessions.open(without, (short) 12, nowMs)).isInstanceOfSatisfying(Opening.Full.class,
                full -> assertThat(full.positions()).singleElement().satisfies(FetchSessionsTest::isWhereItWasSaid));
    }

    private static void isWhereItWasSaid(FetchPosition position) {
        assertThat(position.offset()).isEqualTo(7);
        assertThat(position.bytesMax()).isEqualTo(8);
        assertThat(position.currentLeaderEpoch()).isEqualTo(9);
        assertThat(position.lastFetchedEpoch()).isEqualTo(10);
    }

    @Test
    void aSessionThatIsUsedIsNotTakenAway() {
        var used = begin("a-0");
        var idle = begin("a-1");
        nowMs += FetchSessions.EVICTION_MS;
        open(used.id(), 1);
        nowMs++;
        begin("a-2");
        assertThat(open(idle.id(), 1)).isEqualTo(new Opening.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND));
        assertThat(open(used.id(), 2)).isInstanceOf(Opening.Incremental.class);
    }

    @Test
    void aSessionThatBeganWithIdsGoesOnWithIds() {
        var first = sessions.open(fetch(0, 0, List.of("a-0"), List.of()), (short) 13, nowMs);
        int id = ((Opening.First) first).session().id();
        assertThat(sessions.open(fetch(id, 1, List.of(), List.of()), (short) 14, nowMs)).isInstanceOf(Opening.Incremental.class);
        assertThat(open(id, 2)).isEqualTo(new Opening.Refused(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR));
    }

    @Test
    void anEpochOutOfOrderIsRefused() {
        var session = begin("a-0");
        assertThat(open(session.id(), 2)).isEqualTo(new Opening.Refused(ErrorCode.INVALID_FETCH_SESSION_EPOCH));
    }

    @Test
    void aSessionThatBeganWithNamesDoesNotGoOnWithIds() {
        var session = begin("a-0");
        assertThat(sessions.open(fetch(session.id(), 1, List.of(), List.of()), (short) 13, nowMs))
                .isEqualTo(new Opening.Refused(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR));
    }

    @Test
    void aFullCacheTakesASessionAwayOnlyWhenItWasNotUsedForLong() {
        var first = begin("a-0");
        begin("a-0");
        assertThat(open(0, 0, "a-0")).isInstanceOf(Opening.Full.class);
        nowMs += FetchSessions.EVICTION_MS + 1;
        assertThat(open(0, 0, "a-0")).isInstanceOf(Opening.First.class);
        assertThat(open(first.id(), 1)).isEqualTo(new Opening.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND));
        assertThat(sessions.size()).isEqualTo(2);
    }

    @Test
    void closingEndsTheSession() {
        var session = begin("a-0");
        open(session.id(), -1);
        assertThat(sessions.size()).isZero();
    }

    @Test
    void whatWasServedGoesToTheEndOfTheLine() {
        var session = begin("a-0", "a-1", "a-2");
        var first = session.positions().iterator().next();
        session.moveToEnd(List.of(first));
        assertThat(names(session.positions())).containsExactly("a-1", "a-2", "a-0");
    }

    @Test
    void onlyNewsIsTold() {
        var position = new FetchPosition(new FetchPosition.Key(naru.base.Uuid.ZERO, "a", 0));
        var quiet = look(ErrorCode.NONE, 5, Records.EMPTY);
        assertThat(position.isNews(quiet)).isTrue();
        position.told(quiet);
        assertThat(position.isNews(quiet)).isFalse();
        assertThat(position.isNews(look(ErrorCode.NONE, 6, Records.EMPTY))).isTrue();
        assertThat(position.isNews(look(ErrorCode.NONE, 5, new Records.InMemory(ByteBuffer.allocate(3))))).isTrue();
        var failed = Look.failed(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(position.isNews(failed)).isTrue();
        position.told(failed);
        assertThat(position.isNews(quiet)).isTrue();
    }

    private static Look look(ErrorCode error, long highWatermark, Records records) {
        return new Look(error, highWatermark, highWatermark, 0, records, null, null, 0, -1);
    }

    private FetchSession begin(String... partitions) {
        return ((Opening.First) open(0, 0, partitions)).session();
    }

    private Opening open(int id, int epoch, String... partitions) {
        return sessions.open(fetch(id, epoch, Arrays.asList(partitions), List.of()), (short) 12, nowMs);
    }

    private Opening forget(int id, int epoch, String... partitions) {
        return sessions.open(fetch(id, epoch, List.of(), Arrays.asList(partitions)), (short) 12, nowMs);
    }

    private static FetchRequest fetch(int id, int epoch, List<String> wanted, List<String> forgotten) {
        var topics = new ArrayList<FetchRequest.FetchTopic>();
        for (var name : wanted) {
            var partition = FetchRequest.FetchPartition.builder().partition(index(name)).build();
            topics.add(FetchRequest.FetchTopic.builder().topic(topic(name)).partitions(List.of(partition)).build());
        }
        var leaving = new ArrayList<FetchRequest.ForgottenTopic>();
        for (var name : forgotten) {
            leaving.add(FetchRequest.ForgottenTopic.builder()
                    .topic(topic(name)).partitions(List.of(index(name))).build());
        }
        return FetchRequest.builder()
                .sessionId(id).sessionEpoch(epoch).topics(topics).forgottenTopicsData(leaving).build();
    }

    private static String topic(String name) {
        return name.substring(0, name.indexOf('-'));
    }

    private static int index(String name) {
        return Integer.parseInt(name.substring(name.indexOf('-') + 1));
    }

    private static List<String> names(Iterable<FetchPosition> positions) {
        var names = new ArrayList<String>();
        positions.forEach(position -> names.add(position.key().topic() + "-" + position.key().partition()));
        return names;
    }
}
