package naru.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import naru.base.Uuid;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupResponse;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetFetchRequest;

/** Stories about classic groups, told to any broker. Each has a group of its own. */
final class GroupScript extends GroupWords {

    private static final String NOBODY = "nobody";

    GroupScript(GroupTranscript transcript) {
        super(transcript);
    }

    void play() throws IOException {
        prepare();
        alone();
        two();
        everyVersion();
        strangers();
        protocolsDisagree();
        theMostVotesWin();
        anotherSubscription();
        fixedName();
        fixedNameAmongOthers();
        fixedNameDuringARebalance();
        silentMember();
        slowMember();
        slowLeader();
        promisedAndGone();
        tooMany();
        leaving();
        offsetsWithoutMembers();
        offsetsOfMembers();
        topicIds();
        deletedOffsets();
        deletedGroups();
        lists();
        coordinators();
    }

    private void alone() throws IOException {
        transcript.title("a member alone");
        String group = "group-1";
        String id = promised("a", group);
        var joined = join("a", 5, joining(group).memberId(id));
        describe(group);
        heartbeat("a", group, joined);
        commit("a", 8, committing(group, joined, 5));
        sync("a", 5, syncing(group, joined).protocolType("consumer").protocolName("other"));
        sync("a", 5, syncing(group, joined).protocolType("connect").protocolName("range"));
        sync("a", 5, syncing(group, joined).generationId(9));
        sync("a", 5, syncing(group, joined).protocolType("consumer").protocolName("range"));
        sync("a", 0, syncing(group, joined));
        sync("a", 5, syncing(group, joined).protocolType(null));
        sync("a", 5, syncing(group, joined).protocolName(null));
        sync("a", 4, syncing(group, joined).protocolName(null));
        describe(group);
        heartbeat("a", group, 7, id, null);
        heartbeat("a", group, 1, NOBODY, null);
        heartbeat("a", group, 1, id, "unknown instance");
        commit("a", 8, committing(group, joined, 6));
        fetch("a", group, 8);
        var again = join("a", 5, joining(group).memberId(id));
        join("a", 5, joining(group).memberId(id));
        sync("a", 5, syncing(group, again));
        leave("a", group, 2, leaver(id, null));
        leave("a", group, 2, leaver(id, null));
        heartbeat("a", group, again);
        sync("a", 5, syncing(group, again));
        join("a", 5, joining(group).memberId(id));
        describe(group);
        describeOld(0, group);
    }

    private void two() throws IOException {
        transcript.title("a second member");
        String group = "group-2";
        var first = stable("a", group);
        String secondId = promised("b", group);
        heartbeat("a", group, first);
        joins("b", 5, joining(group).memberId(secondId));
        joins("c", 5, joining(group).memberId(NOBODY));
        joined("c", 5);
        heartbeat("a", group, first);
        heartbeat("b2", group, -1, secondId, null);
        commit("a", 8, committing(group, first, 7));
        sync("a", 5, syncing(group, first));
        describe(group);
        var firstAgain = join("a", 5, joining(group).memberId(first.memberId()));
        describe(group);
        var second = joined("b", 5);
        heartbeat("b", group, second);
        commit("b", 8, committing(group, second, 8));
        commit("b", 8, committing(group, second, 8).generationIdOrMemberEpoch(1));
        syncs("b", 5, syncing(group, second));
        sync("a", 5, syncing(group, firstAgain));
        synced("b", 5);
        commit("b", 8, committing(group, second, 9));
        describe(group);
        join("b", 5, joining(group).memberId(second.memberId()));
        join("b", 9, joining(group).memberId(second.memberId()).rebalanceTimeoutMs(5_000).reason("curious"));
        sync("b", 5, syncing(group, second));
        leave("b", group, 4, leaver(second.memberId(), null));
        heartbeat("a", group, firstAgain);
        var alone = join("a", 5, joining(group).memberId(first.memberId()));
        sync("a", 5, syncing(group, alone));
        leave("a", group, 4, leaver(first.memberId(), null), leaver(NOBODY, null));
        describe(group);
    }

    private void everyVersion() throws IOException {
        for (int version = 0; version <= 9; version++) {
            transcript.title("join in version " + version);
            String group = "group-3-" + version;
            var joined = join("a", version, joining(group).protocols(protocols("range", "roundrobin")));
            if (joined.generationId() < 1) {
                joined = join("a", version, joining(group).memberId(joined.memberId())
                        .protocols(protocols("range", "roundrobin")));
            }
            int syncVersion = Math.min(version, 5);
            sync("a", syncVersion, syncing(group, joined).protocolType("consumer").protocolName("range"));
            join("a", version, joining(group).memberId(joined.memberId()).sessionTimeoutMs(50));
            join("a", version, joining(group).memberId(joined.memberId()).sessionTimeoutMs(50_000_000));
            describeOld(Math.min(version, 6), group);
            leave("a", group, Math.min(version, 5), leaver(joined.memberId(), null));
        }
    }

    private void strangers() throws IOException {
        transcript.title("groups and members nobody knows");
        for (String group : List.of("group-4", "")) {
            var nobody = JoinGroupResponse.builder().memberId(NOBODY).generationId(1).build();
            join("a", 5, joining(group).memberId(NOBODY));
            join("a", 5, joining(group).memberId(NOBODY).groupInstanceId("instance"));
            sync("a", 5, syncing(group, nobody));
            sync("a", 4, syncing(group, nobody));
            heartbeat("a", group, nobody);
            heartbeat("a", group, 1, NOBODY, "instance");
            leave("a", group, 2, leaver(NOBODY, null));
            leave("a", group, 5, leaver(NOBODY, null), leaver("", "instance"));
            commit("a", 8, committing(group, nobody, 1));
            describe(group);
            describeOld(5, group);
            delete(group);
            deleteOffsets("a", group, TOPIC, 0);
        }
        delete();
        fetch("a", "group-4", 7);
        fetchAll("a", "group-4", 7);
        fetchAll("a", "group-4", 8);
        join("a", 5, joining("group-1").sessionTimeoutMs(1));
        join("a", 5, joining("group-1").protocolType(""));
        join("a", 5, joining("group-1").protocols(List.of()));
    }

    private void protocolsDisagree() throws IOException {
        transcript.title("protocols that do not fit");
        String group = "group-5";
        var first = stable("a", group);
        join("b", 5, joining(group).protocols(protocols("other")));
        join("b", 5, joining(group).protocolType("connect"));
        join("b", 5, joining(group).protocolType(""));
        join("b", 5, joining(group).protocols(List.of()));
        join("b", 3, joining(group).protocols(List.of()));
        join("a", 5, joining(group).memberId(first.memberId()).protocols(protocols("other")));
        heartbeat("a", group, first);
        join("b", 5, joining(group).groupInstanceId("instance").protocolType("connect"));
    }

    private void theMostVotesWin() throws IOException {
        transcript.title("the protocol with the most votes");
        String group = "group-6";
        var ids = List.of(promised("a", group), promised("b", group), promised("c", group));
        var own = protocols("range", "sticky", "own");
        var first = join("a", 5, joining(group).memberId(ids.getFirst()).protocols(own));
        for (int i = 1; i < ids.size(); i++) {
            joins("bc".substring(i - 1, i), 5, joining(group).memberId(ids.get(i)).protocols(protocols("sticky", "range")));
            until(group, i + 1);
        }
        heartbeat("h", group, first);
        join("a", 5, joining(group).memberId(ids.getFirst()).protocols(own));
        joined("b", 5);
        joined("c", 5);
        describe(group);
    }

    private void anotherSubscription() throws IOException {
        transcript.title("a follower wants something else");
        String group = "group-7";
        var first = stable("a", group);
        String secondId = promised("b", group);
        joins("b", 5, joining(group).memberId(secondId));
        until(group, "PreparingRebalance");
        var leader = join("a", 5, joining(group).memberId(first.memberId()));
        var second = joined("b", 5);
        joins("b", 5, joining(group).memberId(secondId).protocols(protocols("range", "sticky")));
        until(group, "PreparingRebalance");
        heartbeat("c", group, second);
        sync("a", 5, syncing(group, leader));
        var leaderAgain = join("a", 5, joining(group).memberId(first.memberId()).protocols(protocols("range", "sticky")));
        joined("b", 5);
        sync("a", 5, syncing(group, leaderAgain));
        describe(group);
    }

    private void fixedName() throws IOException {
        transcript.title("a static member alone");
        String group = "group-8";
        var joined = join("a", 5, joining(group).groupInstanceId("one"));
        sync("a", 5, syncing(group, joined).groupInstanceId("one"));
        describe(group);
        heartbeat("a", group, 1, joined.memberId(), "one");
        heartbeat("a", group, 1, joined.memberId(), null);
        heartbeat("a", group, 1, joined.memberId(), "two");
        heartbeat("a", group, 1, NOBODY, "one");
        var back = join("b", 9, joining(group).groupInstanceId("one"));
        sync("b", 5, syncing(group, back).groupInstanceId("one"));
        heartbeat("a", group, 1, joined.memberId(), "one");
        heartbeat("a", group, 1, joined.memberId(), null);
        join("a", 5, joining(group).memberId(joined.memberId()).groupInstanceId("one"));
        sync("a", 5, syncing(group, joined).groupInstanceId("one"));
        commit("a", 8, committing(group, joined, 3).groupInstanceId("one"));
        commit("a", 8, committing(group, back, 3).groupInstanceId("one"));
        leave("a", group, 5, leaver(joined.memberId(), "one"));
        leave("a", group, 5, leaver("", "two"));
        var backOld = join("c", 8, joining(group).groupInstanceId("one"));
        sync("c", 5, syncing(group, backOld).groupInstanceId("one"));
        var changed = join("d", 9, joining(group).groupInstanceId("one").protocols(protocols("sticky", "range")));
        sync("d", 5, syncing(group, changed).groupInstanceId("one"));
        var known = join("d", 9, joining(group).memberId(changed.memberId()).groupInstanceId("one"));
        sync("d", 5, syncing(group, known).groupInstanceId("one"));
        describe(group);
        leave("d", group, 5, leaver("", "one"));
        describe(group);
    }

    private void fixedNameAmongOthers() throws IOException {
        transcript.title("static members, leader and follower");
        String group = "group-9";
        var one = join("a", 9, joining(group).groupInstanceId("one"));
        joins("b", 9, joining(group).groupInstanceId("two"));
        until(group, "PreparingRebalance");
        sync("c", 5, syncing(group, one).groupInstanceId("one"));
        var leader = join("a", 9, joining(group).memberId(one.memberId()).groupInstanceId("one"));
        var two = joined("b", 9);
        syncs("b", 5, syncing(group, two).groupInstanceId("two"));
        sync("a", 5, syncing(group, leader).groupInstanceId("one"));
        synced("b", 5);
        var follower = join("c", 9, joining(group).groupInstanceId("two"));
        sync("c", 5, syncing(group, follower).groupInstanceId("two"));
        var followerOld = join("d", 6, joining(group).groupInstanceId("two"));
        sync("d", 5, syncing(group, followerOld).groupInstanceId("two"));
        var leaderBack = join("e", 9, joining(group).groupInstanceId("one"));
        sync("e", 5, syncing(group, leaderBack).groupInstanceId("one"));
        var leaderOld = join("f", 6, joining(group).groupInstanceId("one"));
        sync("f", 5, syncing(group, leaderOld).groupInstanceId("one"));
        describe(group);
        join("d", 9, joining(group).groupInstanceId("two").protocols(List.of(
                new JoinGroupRequest.JoinGroupRequestProtocol("range", subscribedTo("elsewhere")))));
        heartbeat("f", group, 2, leaderOld.memberId(), "one");
        leave("f", group, 5, leaver("", "one"));
        describe(group);
    }

    private void fixedNameDuringARebalance() throws IOException {
        transcript.title("a static member comes back during a rebalance");
        String group = "group-10";
        var first = stable("a", group);
        joins("b", 9, joining(group).groupInstanceId("two"));
        until(group, "PreparingRebalance");
        heartbeat("a", group, first);
        joins("c", 9, joining(group).groupInstanceId("two"));
        joined("b", 9);
        var leader = join("a", 5, joining(group).memberId(first.memberId()));
        var two = joined("c", 9);
        syncs("c", 5, syncing(group, two).groupInstanceId("two"));
        joins("d", 9, joining(group).groupInstanceId("two"));
        synced("c", 5);
        until(group, "PreparingRebalance");
        heartbeat("a", group, leader);
        var again = join("a", 5, joining(group).memberId(first.memberId()));
        joined("d", 9);
        sync("a", 5, syncing(group, again));
        describe(group);
    }

    private void silentMember() throws IOException {
        transcript.title("a member whose session ends");
        String group = "group-11";
        var joined = join("a", 3, joining(group).sessionTimeoutMs(150));
        sync("a", 3, syncing(group, joined));
        var next = join("b", 3, joining(group));
        heartbeat("a", group, joined);
        sync("b", 3, syncing(group, next));
        describe(group);
    }

    private void slowMember() throws IOException {
        transcript.title("a member that lives but does not come back");
        String group = "group-12";
        var joined = join("a", 3, joining(group).rebalanceTimeoutMs(300));
        sync("a", 3, syncing(group, joined));
        joins("b", 3, joining(group).rebalanceTimeoutMs(300));
        until(group, "PreparingRebalance");
        heartbeat("a", group, joined);
        joined("b", 3);
        heartbeat("a", group, joined);
        describe(group);
    }

    private void slowLeader() throws IOException {
        transcript.title("a leader that does not hand out work");
        String group = "group-13";
        var first = join("a", 3, joining(group).rebalanceTimeoutMs(300));
        joins("b", 3, joining(group).rebalanceTimeoutMs(300));
        until(group, "PreparingRebalance");
        heartbeat("a", group, first);
        joins("a", 3, joining(group).memberId(first.memberId()).rebalanceTimeoutMs(300));
        var second = joined("b", 3);
        joined("a", 3);
        sync("b", 3, syncing(group, second));
        heartbeat("a", group, first);
        var alone = join("b", 3, joining(group).memberId(second.memberId()));
        sync("b", 3, syncing(group, alone));
    }

    private void promisedAndGone() throws IOException {
        transcript.title("an id that is never used");
        String group = "group-14";
        join("a", 5, joining(group).sessionTimeoutMs(200));
        String id = promised("b", group);
        var joined = join("b", 5, joining(group).memberId(id));
        join("a", 5, joining(group).sessionTimeoutMs(200));
        sync("b", 5, syncing(group, joined));
        var again = join("b", 5, joining(group).memberId(id));
        sync("b", 5, syncing(group, again));
        String left = promised("c", group);
        leave("c", group, 5, leaver(left, null));
        join("c", 5, joining(group).memberId(left));
        heartbeat("b", group, again);
        String pending = promised("c", group);
        sync("c", 5, syncing(group, joined).memberId(pending));
        heartbeat("c", group, 1, pending, null);
        commit("c", 8, committing(group, joined, 1).memberId(pending));
    }

    private void tooMany() throws IOException {
        transcript.title("more members than a group may have");
        String group = "group-15";
        var ids = new ArrayList<String>();
        for (int i = 0; i < 4; i++) {
            ids.add(promised("m" + i, group));
        }
        var first = join("m0", 5, joining(group).memberId(ids.getFirst()));
        for (int i = 1; i < 4; i++) {
            joins("m" + i, 5, joining(group).memberId(ids.get(i)));
            until(group, i + 1);
            heartbeat("h", group, 1, ids.get(i), null);
        }
        describe(group);
        join("m0", 5, joining(group).memberId(first.memberId()));
        describe(group);
        leave("h", group, 5, leaver(ids.get(1), null), leaver(ids.get(2), null), leaver(ids.get(3), null));
        describe(group);
        leave("h", group, 5, leaver(promised("m4", group), null));
        join("m4", 3, joining(group));
    }

    private void leaving() throws IOException {
        transcript.title("leaving in a crowd");
        String group = "group-16";
        var one = join("a", 9, joining(group).groupInstanceId("one"));
        joins("b", 9, joining(group).groupInstanceId("two"));
        until(group, "PreparingRebalance");
        heartbeat("a", group, 1, one.memberId(), "one");
        joins("a", 9, joining(group).memberId(one.memberId()).groupInstanceId("one"));
        var two = joined("b", 9);
        joined("a", 9);
        heartbeat("c", group, 2, two.memberId(), "two");
        leave("tool", group, 5, leaver("", "one"), leaver("", "two"), leaver("", "three"), leaver(NOBODY, null),
                leaver(one.memberId(), "two"));
        describe(group);
        var third = join("c", 9, joining(group).groupInstanceId("one"));
        sync("c", 5, syncing(group, third).groupInstanceId("one"));
        leave("tool", group, 3, leaver(third.memberId(), null));
        leave("tool", group, 3);
        describe(group);
    }

    private void offsetsWithoutMembers() throws IOException {
        transcript.title("offsets without members");
        String group = "group-17";
        for (int version = 2; version <= 9; version++) {
            commit("a", version, committing(group, TOPIC, 0, version, "in version " + version));
        }
        for (int version = 1; version <= 9; version++) {
            fetch("a", group, version);
        }
        for (int version = 2; version <= 9; version++) {
            fetchAll("a", group, version);
        }
        commit("a", 8, committing(group, TOPIC, 1, 4, null));
        commit("a", 8, committing(group, TOPIC, 2, 4, ""));
        commit("a", 8, committing(group, "no such topic", 0, 4, ""));
        commit("a", 8, committing(group, TOPIC, 0, -5, ""));
        commit("a", 8, committing(group, TOPIC, 0, 4, "x".repeat(4_096)));
        commit("a", 8, committing(group, TOPIC, 0, 5, "x".repeat(4_097)));
        commit("a", 8, committing(group, TOPIC, 0, 6, "").memberId(NOBODY));
        commit("a", 8, committing(group, TOPIC, 0, 7, "").memberId(NOBODY).generationIdOrMemberEpoch(3));
        commit("a", 8, committing(group, TOPIC, 0, 8, "").groupInstanceId("instance"));
        commit("a", 8, committing(group, TOPIC, 0, 8, "").topics(List.of()));
        commit("a", 6, committing("", TOPIC, 0, 8, ""));
        fetchAll("a", "", 7);
        fetch("a", "", 9);
        fetchAll("a", group, 8);
        var two = new OffsetCommitRequest.OffsetCommitRequestPartition(1, 77, 5, "of epoch 5");
        commit("a", 9, committing(group, TOPIC, 0, 9, "").topics(List.of(
                new OffsetCommitRequest.OffsetCommitRequestTopic("nowhere", Uuid.ZERO, List.of(two)),
                new OffsetCommitRequest.OffsetCommitRequestTopic(TOPIC, Uuid.ZERO, List.of(two)))));
        fetchAll("a", group, 9);
        transcript.ask("a", ApiKey.OFFSET_FETCH, 8, new OffsetFetchRequest("", List.of(), List.of(), false));
        transcript.ask("a", ApiKey.OFFSET_FETCH, 9, new OffsetFetchRequest("", List.of(), List.of(
                new OffsetFetchRequest.OffsetFetchRequestGroup(group, NOBODY, 4, null),
                new OffsetFetchRequest.OffsetFetchRequestGroup("group-4", null, -1, List.of()),
                new OffsetFetchRequest.OffsetFetchRequestGroup("group-4", NOBODY, -1, null)), true));
        describe(group);
        describeOld(5, group);
    }

    private void offsetsOfMembers() throws IOException {
        transcript.title("offsets of members");
        String group = "group-18";
        var first = stable("a", group);
        commit("a", 8, committing(group, first, 1));
        commit("a", 8, committing(group, TOPIC, 0, 2, ""));
        commit("a", 8, committing(group, TOPIC, 0, 3, "").memberId(first.memberId()));
        commit("a", 8, committing(group, first, 4).memberId(NOBODY));
        commit("a", 8, committing(group, first, 5).generationIdOrMemberEpoch(2));
        commit("a", 8, committing(group, first, 6).generationIdOrMemberEpoch(0));
        commit("a", 8, committing(group, first, 7).memberId(""));
        commit("a", 8, committing(group, first, 8).groupInstanceId("instance"));
        fetch("a", group, 9);
        leave("a", group, 5, leaver(first.memberId(), null));
        commit("a", 8, committing(group, first, 9));
        commit("a", 8, committing(group, TOPIC, 0, 10, ""));
        fetch("a", group, 9);
    }

    private void topicIds() throws IOException {
        transcript.title("topics by their ids");
        String group = "group-19";
        var one = new OffsetCommitRequest.OffsetCommitRequestPartition(0, 12, 3, "by id");
        for (var id : List.of(topicId, new Uuid(7, 7))) {
            commit("a", 10, committing(group, TOPIC, 0, 9, "").topics(List.of(
                    new OffsetCommitRequest.OffsetCommitRequestTopic("", id, List.of(one)))));
            transcript.ask("a", ApiKey.OFFSET_FETCH, 10, new OffsetFetchRequest("", List.of(), List.of(
                    new OffsetFetchRequest.OffsetFetchRequestGroup(group, null, -1, List.of(
                            new OffsetFetchRequest.OffsetFetchRequestTopics("", id, List.of(0, 1))))), false));
        }
        fetchAll("a", group, 10);
        fetchAll("a", group, 9);
    }

    private void deletedOffsets() throws IOException {
        transcript.title("deleted offsets");
        String group = "group-20";
        var first = stable("a", group);
        commit("a", 8, committing(group, first, 1));
        deleteOffsets("tool", group, TOPIC, 0, 1, 2);
        deleteOffsets("tool", group, "no such topic", 0);
        leave("a", group, 5, leaver(first.memberId(), null));
        deleteOffsets("tool", group, TOPIC, 0, 1, 2);
        fetchAll("tool", group, 8);
        describe(group);
        var connect = join("a", 3, joining("group-21").protocolType("connect"));
        deleteOffsets("tool", "group-21", TOPIC, 0);
        sync("a", 3, syncing("group-21", connect));
        deleteOffsets("tool", "group-21", TOPIC, 0);
        describe("group-21");
    }

    private void deletedGroups() throws IOException {
        transcript.title("deleted groups");
        String group = "group-22";
        var first = stable("a", group);
        commit("a", 8, committing(group, first, 1));
        delete(group, "group-4", "");
        leave("a", group, 5, leaver(first.memberId(), null));
        delete(group);
        describe(group);
        fetchAll("tool", group, 8);
        delete(group);
    }

    private void lists() throws IOException {
        transcript.title("lists");
        for (int version = 0; version <= 5; version++) {
            list(version, List.of(), List.of());
        }
        list(5, List.of("Stable"), List.of());
        list(5, List.of("stable", "EMPTY"), List.of());
        list(4, List.of("CompletingRebalance", "PreparingRebalance"), List.of());
        list(5, List.of("no such state"), List.of());
        list(5, List.of("Dead"), List.of());
        list(5, List.of(), List.of("classic"));
        list(5, List.of(), List.of("Classic", "consumer"));
        list(5, List.of(), List.of("consumer"));
        list(5, List.of(), List.of("no such type"));
    }

    private void coordinators() throws IOException {
        transcript.title("coordinators");
        for (int version = 0; version <= 6; version++) {
            for (int type : version == 0 ? List.of(0) : List.of(0, 3)) {
                transcript.ask("a", ApiKey.FIND_COORDINATOR, version, new FindCoordinatorRequest(
                        "group-1", (byte) type, version < 4 ? List.of() : List.of("group-1", "")));
            }
        }
        transcript.ask("a", ApiKey.FIND_COORDINATOR, 4, new FindCoordinatorRequest("", (byte) 0, List.of()));
        transcript.ask("a", ApiKey.FIND_COORDINATOR, 3, new FindCoordinatorRequest("", (byte) 0, List.of()));
    }
}
