package naru.coordination.groups;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import naru.base.Clock;
import naru.base.Randomness;
import naru.base.Uuid;
import naru.coordination.consumers.ConsumerSettings;
import naru.coordination.consumers.Expressions;
import naru.coordination.runtime.ClientIdentity;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.Shard;
import naru.coordination.runtime.ShardLog;
import naru.protocol.ErrorCode;
import naru.protocol.message.ConsumerGroupMemberMetadataKey;
import naru.protocol.message.HeartbeatRequest;
import naru.protocol.message.HeartbeatResponse;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupResponse;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetCommitResponse;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import naru.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import naru.protocol.message.SyncGroupRequest;
import naru.protocol.message.SyncGroupResponse;

/** The words in which stories about one shard are told: a log in memory, time that moves when told, seeded dice. */
final class GroupStory {

    static final ClientIdentity CLIENT = new ClientIdentity("client", "/127.0.0.1");
    static final String GROUP = "g";

    private final Random random = new Random(7);
    private final Deque<Consumer<ShardLog.Outcome>> waiting = new ArrayDeque<>();
    private final Deque<List<CoordinatorRecord>> waitingRecords = new ArrayDeque<>();
    private final TreeSet<String> lost = new TreeSet<>();
    final List<CoordinatorRecord> written = new ArrayList<>();
    long nowMs = 1_000_000;
    final Clock clock = new Clock() {
        @Override
        public long nowMs() {
            return nowMs;
        }

        @Override
        public long nowNs() {
            return nowMs * 1_000_000;
        }
    };
    final Randomness dice = new Randomness() {
        @Override
        public long nextLong() {
            return random.nextLong();
        }

        @Override
        public int nextInt(int bound) {
            return random.nextInt(bound);
        }
    };
    final StoryTopics topics = new StoryTopics();
    ConsumerSettings consumers = ConsumerSettings.DEFAULT;
    /** Searches that have not been answered yet. */
    final Deque<Runnable> searches = new ArrayDeque<>();
    GroupShard shard = fresh();

    GroupStory() {
        shard.onLoaded();
    }

    GroupShard fresh() {
        return new GroupShard(new Surroundings(() -> GroupSettings.DEFAULT, _ -> consumers, topics, this::search), (records, _, whenCommitted) -> {
            waitingRecords.addLast(records);
            waiting.addLast(whenCommitted);
        }, clock, dice, List.of());
    }

    private void search(SortedSet<String> expressions, Collection<String> names,
            Consumer<SortedMap<String, SortedSet<String>>> found) {
        searches.addLast(() -> found.accept(Expressions.matching(expressions, names)));
    }

    void restart() {
        shard.onUnloaded();
        waiting.clear();
        waitingRecords.clear();
        lost.clear();
        shard = fresh();
        written.forEach(record -> shard.replay(record, Shard.NO_PRODUCER));
        shard.onLoaded();
    }

    /** As compaction leaves the log when the profiles of members were written once more, for a new connection say. */
    void compactBehindNewProfiles() {
        var newest = new LinkedHashMap<ByteBuffer, CoordinatorRecord>();
        for (var record : written) {
            newest.putLast(ByteBuffer.wrap(record.key()), record);
        }
        var all = List.copyOf(newest.values());
        written.clear();
        all.stream().filter(record -> !isProfile(record)).forEach(written::add);
        all.stream().filter(GroupStory::isProfile).forEach(written::add);
    }

    private static boolean isProfile(CoordinatorRecord record) {
        return ByteBuffer.wrap(record.key()).getShort() == ConsumerGroupMemberMetadataKey.API_NUMBER;
    }

    void commitLog() {
        while (!waiting.isEmpty()) {
            commitOne();
        }
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    void commitOne() {
        var records = waitingRecords.removeFirst();
        written.addAll(records);
        groupsIn(records).forEach(lost::remove);
        waiting.removeFirst().accept(new ShardLog.Outcome.Committed());
    }

    /** True when the shard could not write down what it had decided last about this group. */
    boolean isTheLastWriteLost(String group) {
        return lost.contains(group);
    }

    private static List<String> groupsIn(List<CoordinatorRecord> records) {
        var groups = new ArrayList<String>();
        for (var record : records) {
            if (GroupRecords.read(record) instanceof GroupRecords.Fact.Group group) {
                groups.add(group.key().group());
            }
        }
        return groups;
    }

    void failLog(ErrorCode why) {
        lost.addAll(groupsIn(waitingRecords.removeFirst()));
        waiting.removeFirst().accept(new ShardLog.Outcome.Failed(why));
    }

    void pass(long ms) {
        long untilMs = nowMs + ms;
        while (shard.nextDeadlineMs() <= untilMs) {
            nowMs = Math.max(nowMs, shard.nextDeadlineMs());
            shard.onTime();
        }
        nowMs = untilMs;
    }

    AtomicReference<JoinGroupResponse> join(String memberId, String instanceId, int version) {
        var answer = new AtomicReference<JoinGroupResponse>();
        var range = new JoinGroupRequest.JoinGroupRequestProtocol("range", ByteBuffer.wrap(new byte[] {1}));
        shard.joinGroup(new JoinGroupRequest(GROUP, 10_000, 60_000, memberId, instanceId, "consumer", List.of(range), null),
                CLIENT, version, answer::set);
        return answer;
    }

    AtomicReference<SyncGroupResponse> sync(JoinGroupResponse joined) {
        var answer = new AtomicReference<SyncGroupResponse>();
        var assignments = joined.members().stream().map(one -> new SyncGroupRequest.SyncGroupRequestAssignment(
                one.memberId(), ByteBuffer.wrap(one.memberId().getBytes(java.nio.charset.StandardCharsets.UTF_8)))).toList();
        shard.syncGroup(new SyncGroupRequest(GROUP, joined.generationId(), joined.memberId(), null, "consumer", "range",
                assignments), CLIENT, 5, answer::set);
        return answer;
    }

    ErrorCode heartbeat(JoinGroupResponse joined) {
        var answer = new AtomicReference<HeartbeatResponse>();
        shard.heartbeat(new HeartbeatRequest(GROUP, joined.generationId(), joined.memberId(), null), CLIENT, 4, answer::set);
        return errorOf(answer.get().errorCode());
    }

    AtomicReference<OffsetCommitResponse> commit(int generation, String memberId, long offset) {
        return commit(generation, memberId, 0, offset);
    }

    static ErrorCode errorOfCommit(AtomicReference<OffsetCommitResponse> answer) {
        return errorOf(answer.get().topics().getFirst().partitions().getFirst().errorCode());
    }

    /** What was looked for is found, and written. */
    void answerSearches() {
        while (!searches.isEmpty()) {
            searches.removeFirst().run();
            commitLog();
        }
    }

    AtomicReference<OffsetCommitResponse> commit(int generation, String memberId, int partition, long offset) {
        var answer = new AtomicReference<OffsetCommitResponse>();
        var one = new OffsetCommitRequest.OffsetCommitRequestPartition(partition, offset, -1, "m");
        shard.offsetCommit(new OffsetCommitRequest(GROUP, generation, memberId, null, -1, List.of(
                new OffsetCommitRequest.OffsetCommitRequestTopic("t", Uuid.ZERO, List.of(one)))), CLIENT, 9, answer::set);
        return answer;
    }

    long committed() {
        var answer = new AtomicReference<OffsetFetchResponseGroup>();
        shard.offsetFetch(new OffsetFetchRequestGroup(GROUP, null, -1, null), false, answer::set);
        var topics = answer.get().topics();
        return topics.isEmpty() ? -1 : topics.getFirst().partitions().getFirst().committedOffset();
    }

    static ErrorCode errorOf(int code) {
        for (var one : ErrorCode.values()) {
            if (one.code() == code) {
                return one;
            }
        }
        throw new AssertionError(code);
    }
}
