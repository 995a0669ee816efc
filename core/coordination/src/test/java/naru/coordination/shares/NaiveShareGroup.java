package naru.coordination.shares;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import naru.coordination.groups.StoryTopics;
import naru.protocol.ErrorCode;
import naru.protocol.message.ShareGroupHeartbeatRequest;

/** A share group as one would write it down who knows of no log: one thing after the other, in plain collections. */
final class NaiveShareGroup {

    static final class Member {
        String rack;
        TreeSet<String> topics = new TreeSet<>();
        int epoch;
        int epochBefore = -1;
        TreeSet<ShareKey> assigned = new TreeSet<>();
        long silentAtMs;
    }

    /** @param assignment null when nothing is said about it */
    record Told(ErrorCode error, int epoch, TreeSet<ShareKey> assignment) {
        static Told refused(ErrorCode why) {
            return new Told(why, 0, null);
        }
    }

    private final StoryTopics topics;
    private final int membersMax;
    final TreeMap<String, Member> members = new TreeMap<>();
    final List<String> said = new ArrayList<>();
    private TreeMap<String, TreeSet<ShareKey>> target = new TreeMap<>();
    private TreeMap<String, String> seen = new TreeMap<>();
    private TreeSet<ShareKey> begins = new TreeSet<>();
    private TreeSet<ShareKey> begun = new TreeSet<>();
    private TreeSet<ShareKey> asked = new TreeSet<>();
    private boolean exists;
    private int epoch;
    private int assignmentEpoch;
    /** The next write comes to nothing. */
    boolean isFailing;
    /** What the coordinators of share partitions say; null when they say it later. */
    Function<ShareKey, ErrorCode> coordinators;

    NaiveShareGroup(StoryTopics topics, int membersMax) {
        this.topics = topics;
        this.membersMax = membersMax;
    }

    private boolean isWritten() {
        boolean written = !isFailing;
        isFailing = false;
        return written;
    }

    Told heartbeat(ShareGroupHeartbeatRequest request, long nowMs) {
        int said = request.memberEpoch();
        boolean joins = said == 0;
        boolean names = request.subscribedTopicNames() != null && !request.subscribedTopicNames().isEmpty();
        if (request.memberId().isEmpty() || "".equals(request.rackId()) || said < -1 || joins && !names) {
            return Told.refused(ErrorCode.INVALID_REQUEST);
        }
        var known = members.get(request.memberId());
        if (!exists && !joins) {
            return Told.refused(ErrorCode.GROUP_ID_NOT_FOUND);
        }
        if (known == null) {
            if (!joins) {
                return Told.refused(ErrorCode.UNKNOWN_MEMBER_ID);
            }
            if (members.size() >= membersMax) {
                return Told.refused(ErrorCode.GROUP_MAX_SIZE_REACHED);
            }
        } else if (said > 0 && said != known.epoch && (said > known.epoch || said != known.epochBefore)) {
            return Told.refused(ErrorCode.FENCED_MEMBER_EPOCH);
        }
        if (said == -1) {
            return leave(request.memberId()) ? new Told(ErrorCode.NONE, -1, null)
                    : Told.refused(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        }
        return step(request, known, nowMs);
    }

    private Told step(ShareGroupHeartbeatRequest request, Member known, long nowMs) {
        var next = new Member();
        if (known != null) {
            next.epoch = known.epoch;
            next.epochBefore = known.epochBefore;
            next.assigned = known.assigned;
            next.topics = known.topics;
            next.rack = known.rack;
        }
        next.rack = request.rackId() == null ? next.rack : request.rackId();
        next.topics = request.subscribedTopicNames() == null ? next.topics : new TreeSet<>(request.subscribedTopicNames());
        var all = new TreeMap<>(members);
        all.put(request.memberId(), next);
        var sees = shapes(all.values());
        boolean otherTopics = known == null || !known.topics.equals(next.topics);
        boolean rises = otherTopics || !sees.equals(seen) || isSomethingUnread(all.values());
        int risen = rises ? epoch + 1 : epoch;
        var aim = risen > assignmentEpoch ? assign(all) : target;
        int aimedIn = Math.max(risen, assignmentEpoch);
        var own = aim.getOrDefault(request.memberId(), new TreeSet<>());
        boolean other = !own.equals(next.assigned);
        boolean moves = other || next.epoch != aimedIn;
        boolean writes = otherTopics || !Objects.equals(known.rack, next.rack) || rises || risen > assignmentEpoch || moves;
        if (writes && !isWritten()) {
            return Told.refused(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        }
        if (moves) {
            next.epochBefore = next.epoch;
            next.epoch = aimedIn;
            next.assigned = own;
        }
        members.put(request.memberId(), next);
        exists = true;
        seen = rises ? sees : seen;
        epoch = risen;
        target = aim;
        assignmentEpoch = aimedIn;
        next.silentAtMs = nowMs + ShareStory.SESSION_MS;
        begin();
        boolean missed = known != null && request.memberEpoch() != known.epoch;
        return new Told(ErrorCode.NONE, aimedIn, request.memberEpoch() == 0 || other || missed ? own : null);
    }

    private boolean leave(String id) {
        if (!isWritten()) {
            return false;
        }
        members.remove(id);
        target.remove(id);
        epoch++;
        seen = shapes(members.values());
        said.add(id);
        if (members.isEmpty()) {
            said.add("-");
        }
        return true;
    }

    private static TreeSet<String> subscribed(Collection<Member> members) {
        var names = new TreeSet<String>();
        members.forEach(one -> names.addAll(one.topics));
        return names;
    }

    private TreeMap<String, String> shapes(Collection<Member> members) {
        var shapes = new TreeMap<String, String>();
        for (var name : subscribed(members)) {
            var shape = topics.named(name);
            if (shape != null) {
                shapes.put(name, shape.id() + " " + shape.partitions());
            }
        }
        return shapes;
    }

    private List<ShareKey> partitionsOf(String name) {
        var all = new ArrayList<ShareKey>();
        var shape = topics.named(name);
        for (int i = 0; shape != null && i < shape.partitions(); i++) {
            all.add(new ShareKey(ShareStory.GROUP, shape.id(), i));
        }
        return all;
    }

    private boolean isSomethingUnread(Collection<Member> members) {
        return subscribed(members).stream().flatMap(name -> partitionsOf(name).stream()).filter(begun::contains)
                .anyMatch(key -> target.values().stream().noneMatch(own -> own.contains(key)));
    }

    /** Who wants the same shares it: each partition is somebody's, nobody has none, and nobody two more than another. */
    private TreeMap<String, TreeSet<ShareKey>> assign(TreeMap<String, Member> all) {
        var assigned = new TreeMap<String, TreeSet<ShareKey>>();
        all.forEach((id, one) -> {
            var alike = all.keySet().stream().filter(other -> all.get(other).topics.equals(one.topics)).toList();
            var parts = one.topics.stream().flatMap(name -> partitionsOf(name).stream()).filter(begun::contains).toList();
            int seat = alike.indexOf(id);
            var own = new TreeSet<ShareKey>();
            for (int i = 0; i < parts.size(); i++) {
                boolean shared = alike.size() > parts.size();
                if (shared ? i == seat % parts.size() : i % alike.size() == seat) {
                    own.add(parts.get(i));
                }
            }
            assigned.put(id, own);
        });
        return assigned;
    }

    private void begin() {
        if (!asked.isEmpty()) {
            return;
        }
        var wanted = new TreeSet<>(begins);
        subscribed(members.values()).forEach(name -> wanted.addAll(partitionsOf(name)));
        wanted.removeAll(begun);
        if (wanted.isEmpty() || !wanted.equals(begins) && !isWritten()) {
            return;
        }
        begins = wanted;
        asked = wanted;
        if (coordinators != null) {
            answer();
        }
    }

    /** The coordinators of share partitions have answered all they were asked. */
    void answer() {
        var done = new TreeSet<>(asked);
        asked = new TreeSet<>();
        done.removeIf(key -> coordinators.apply(key) != ErrorCode.NONE || isLost(key));
        if (!done.isEmpty() && isWritten()) {
            begins = without(begins, done::contains);
            begun = new TreeSet<>(begun);
            begun.addAll(done);
        }
    }

    private boolean isLost(ShareKey key) {
        return topics.withId(key.topic()) == null;
    }

    private static TreeSet<ShareKey> without(TreeSet<ShareKey> keys, Predicate<ShareKey> gone) {
        var left = new TreeSet<>(keys);
        left.removeIf(gone);
        return left;
    }

    void onTopicsChanged() {
        var stillBegins = without(begins, this::isLost);
        var stillBegun = without(begun, this::isLost);
        if ((!stillBegins.equals(begins) || !stillBegun.equals(begun)) && isWritten()) {
            begins = stillBegins;
            begun = stillBegun;
        }
    }

    ErrorCode delete() {
        if (!exists) {
            return ErrorCode.GROUP_ID_NOT_FOUND;
        }
        if (!members.isEmpty()) {
            return ErrorCode.NON_EMPTY_GROUP;
        }
        var keys = new TreeSet<>(begins);
        keys.addAll(begun);
        if (keys.stream().anyMatch(key -> coordinators.apply(key) != ErrorCode.NONE)) {
            return ErrorCode.COORDINATOR_NOT_AVAILABLE;
        }
        said.add("-");
        if (!isWritten()) {
            return ErrorCode.COORDINATOR_NOT_AVAILABLE;
        }
        exists = false;
        epoch = 0;
        assignmentEpoch = 0;
        begins = new TreeSet<>();
        begun = new TreeSet<>();
        asked = new TreeSet<>();
        target = new TreeMap<>();
        return ErrorCode.NONE;
    }

    /** Whoever was silent for a session is gone, unless that cannot be written: then it has another session. */
    void pass(long untilMs) {
        while (true) {
            var silent = members.entrySet().stream().filter(one -> one.getValue().silentAtMs <= untilMs)
                    .min(Comparator.comparingLong(one -> one.getValue().silentAtMs)).orElse(null);
            if (silent == null) {
                return;
            }
            if (!leave(silent.getKey())) {
                silent.getValue().silentAtMs += ShareStory.SESSION_MS;
            }
        }
    }

    void restart(long nowMs) {
        members.values().forEach(one -> one.silentAtMs = nowMs + ShareStory.SESSION_MS);
        asked = new TreeSet<>();
    }

    String described() {
        if (!exists) {
            return "none\n";
        }
        var text = new StringBuilder("epoch " + epoch + ", assigned in " + assignmentEpoch + "\n");
        members.forEach((id, one) -> text.append(line(id, one.rack, one.topics, one.epoch, one.epochBefore, one.assigned,
                target.getOrDefault(id, new TreeSet<>()))));
        return text + "begins " + begins + ", begun " + begun + "\n";
    }

    static String line(String id, String rack, Collection<String> topics, int epoch, int epochBefore,
            Collection<ShareKey> assigned, Collection<ShareKey> target) {
        return id + " in " + rack + " wants " + topics + " is in " + epochBefore + ">" + epoch + " has " + assigned
                + " of " + target + "\n";
    }
}
