package naru.coordination.shares;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import naru.base.Clock;
import naru.base.Randomness;
import naru.coordination.consumers.ConsumerSettings;
import naru.coordination.groups.GroupSettings;
import naru.coordination.groups.GroupShard;
import naru.coordination.groups.StoryTopics;
import naru.coordination.groups.Surroundings;
import naru.coordination.runtime.ClientIdentity;
import naru.coordination.runtime.CoordinatorRecord;
import naru.coordination.runtime.Shard;
import naru.coordination.runtime.ShardLog;
import naru.protocol.ErrorCode;
import naru.protocol.message.DeleteGroupsRequest;
import naru.protocol.message.DeleteGroupsResponse;
import naru.protocol.message.ShareGroupHeartbeatRequest;
import naru.protocol.message.ShareGroupHeartbeatResponse;

/** One share group in a shard of its own: a log in memory, coordinators of share partitions that answer when told. */
final class ShareStory implements Sharing {

    static final String GROUP = "g";
    static final int SESSION_MS = 45_000;

    /** How the coordinators of share partitions answer. */
    enum Answering { DONE, EVERY_SECOND_DONE, FAILED, LATER }

    private static final ClientIdentity CLIENT = new ClientIdentity("client", "/127.0.0.1");

    private final Deque<List<CoordinatorRecord>> waiting = new ArrayDeque<>();
    private final Deque<Consumer<ShardLog.Outcome>> whoWaits = new ArrayDeque<>();
    private final Deque<Runnable> unanswered = new ArrayDeque<>();
    private final int membersMax;
    final StoryTopics topics = new StoryTopics();
    /** Who was said to have left, and "-" whenever the group was said to be empty. */
    final List<String> said = new ArrayList<>();
    List<CoordinatorRecord> written = new ArrayList<>();
    Answering answering = Answering.DONE;
    /** The next write comes to nothing. */
    boolean isFailing;
    long nowMs = 1_000_000;
    private GroupShard shard;

    ShareStory(int membersMax) {
        this.membersMax = membersMax;
        this.shard = loaded(List.of());
    }

    private GroupShard loaded(List<CoordinatorRecord> records) {
        var clock = new Clock() {
            @Override
            public long nowMs() {
                return nowMs;
            }

            @Override
            public long nowNs() {
                return nowMs * 1_000_000;
            }
        };
        var dice = new Randomness() {
            @Override
            public long nextLong() {
                return 0;
            }

            @Override
            public int nextInt(int bound) {
                return 0;
            }
        };
        var around = new Surroundings(() -> GroupSettings.DEFAULT, _ -> ConsumerSettings.DEFAULT, topics, (_, _, _) -> { });
        var fresh = new GroupShard(around, (batch, _, whenCommitted) -> {
            waiting.addLast(batch);
            whoWaits.addLast(whenCommitted);
        }, clock, dice, List.of(ground -> new ShareGroups(ground, this)));
        records.forEach(record -> fresh.replay(record, Shard.NO_PRODUCER));
        fresh.onLoaded();
        return fresh;
    }

    /** What a shard that loads these records knows. */
    String describedAfter(List<CoordinatorRecord> records) {
        return described(loaded(records)) + hash(loaded(records));
    }

    String describedWithHash() {
        return described() + hash(shard);
    }

    private static String hash(GroupShard shard) {
        var group = shard.kind(ShareGroups.class).find(GROUP);
        return group == null ? "" : "hash " + group.metadataHash + ", names " + group.topicNames;
    }

    /** The log, of whose first records only the last of each key is left, and no tombstone. */
    List<CoordinatorRecord> compacted(int records) {
        var left = new LinkedHashMap<String, CoordinatorRecord>();
        for (var record : written.subList(0, records)) {
            var key = Arrays.toString(record.key());
            left.remove(key);
            left.put(key, record);
        }
        var all = new ArrayList<>(left.values());
        all.removeIf(record -> record.value() == null);
        all.addAll(written.subList(records, written.size()));
        return all;
    }

    void restart() {
        shard.onUnloaded();
        waiting.clear();
        whoWaits.clear();
        unanswered.clear();
        shard = loaded(written);
    }

    void commitLog() {
        while (!waiting.isEmpty()) {
            var records = waiting.removeFirst();
            var who = whoWaits.removeFirst();
            if (isFailing) {
                isFailing = false;
                who.accept(new ShardLog.Outcome.Failed(ErrorCode.NOT_ENOUGH_REPLICAS));
            } else {
                written.addAll(records);
                who.accept(new ShardLog.Outcome.Committed());
            }
        }
    }

    void pass(long ms) {
        long untilMs = nowMs + ms;
        while (shard.nextDeadlineMs() <= untilMs) {
            nowMs = Math.max(nowMs, shard.nextDeadlineMs());
            shard.onTime();
            commitLog();
        }
        nowMs = untilMs;
    }

    AtomicReference<ShareGroupHeartbeatResponse> heartbeat(ShareGroupHeartbeatRequest request) {
        var answer = new AtomicReference<ShareGroupHeartbeatResponse>();
        shard.kind(ShareGroups.class).heartbeat(request, CLIENT, shard.admit(GROUP), answer::set);
        return answer;
    }

    int delete() {
        var answer = new AtomicReference<DeleteGroupsResponse>();
        shard.deleteGroups(new DeleteGroupsRequest(List.of(GROUP)), CLIENT, 2, answer::set);
        commitLog();
        return answer.get().results().getFirst().errorCode();
    }

    void onTopicsChanged(String topic, boolean isGone) {
        var names = new TreeSet<>(List.of(topic));
        if (isGone) {
            shard.onTopicsDeleted(names);
        } else {
            shard.onTopicsChanged(names);
        }
        commitLog();
    }

    /** The coordinators of share partitions answer what they were asked. */
    void answer() {
        for (int left = unanswered.size(); left > 0; left--) {
            unanswered.removeFirst().run();
        }
        commitLog();
    }

    String described() {
        return described(shard);
    }

    private static String described(GroupShard shard) {
        var group = shard.kind(ShareGroups.class).find(GROUP);
        if (group == null) {
            return shard.kind(ShareGroups.class).has(GROUP) ? "half a group" : "none\n";
        }
        var text = new StringBuilder("epoch " + group.epoch + ", assigned in " + group.assignmentEpoch + "\n");
        group.members.forEach((id, one) -> text.append(NaiveShareGroup.line(id, one.rack, one.topics, one.epoch,
                one.epochBefore, one.assigned.keys(GROUP), group.targetOf(id).keys(GROUP))));
        return text + "begins " + group.initializing.keys(GROUP) + ", begun " + group.initialized.keys(GROUP) + "\n";
    }

    /** What the coordinator of this share partition says now. */
    ErrorCode outcomeOf(ShareKey key) {
        boolean done = answering == Answering.DONE
                || answering == Answering.EVERY_SECOND_DONE && key.partition() % 2 == 0;
        return done ? ErrorCode.NONE : ErrorCode.COORDINATOR_NOT_AVAILABLE;
    }

    @Override
    public void initialize(ShareKey key, int stateEpoch, long start, Consumer<ErrorCode> whenDone) {
        if (answering == Answering.LATER) {
            unanswered.addLast(() -> whenDone.accept(outcomeOf(key)));
        } else {
            whenDone.accept(outcomeOf(key));
        }
    }

    @Override
    public void delete(ShareKey key, Consumer<ErrorCode> whenDone) {
        whenDone.accept(outcomeOf(key));
    }

    @Override
    public void onMemberLeft(String group, String member) {
        said.add(member);
    }

    @Override
    public void onGroupEmptied(String group) {
        said.add("-");
    }

    @Override
    public Settings settings(String group) {
        return new Settings(SESSION_MS, 5_000, membersMax);
    }
}
