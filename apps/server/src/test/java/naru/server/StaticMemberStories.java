package naru.server;

import java.io.IOException;
import java.util.List;
import naru.base.Uuid;
import naru.protocol.message.JoinGroupRequest;

/** Stories about members with an instance id (KIP-345). */
final class StaticMemberStories extends GroupWords {

    private static final String NOBODY = "nobody";

    StaticMemberStories(GroupTranscript transcript, Uuid topicId) {
        super(transcript, topicId);
    }

    void play() throws IOException {
        fixedName();
        fixedNameAmongOthers();
        fixedNameDuringARebalance();
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
}
