package naru.server;

import java.io.IOException;
import java.util.ArrayList;
import naru.base.Uuid;

/** Stories about members who are silent, slow, too many, or go. */
final class TroubleStories extends GroupWords {

    private static final String NOBODY = "nobody";

    /** As short as the story may wait for its end, and as long as a member that means well may need on a busy machine. */
    private static final int PATIENCE_MS = 1_000;

    TroubleStories(GroupTranscript transcript, Uuid topicId) {
        super(transcript, topicId);
    }

    void play() throws IOException {
        silentMember();
        slowMember();
        slowLeader();
        promisedAndGone();
        tooMany();
        leaving();
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
        var joined = join("a", 3, joining(group).rebalanceTimeoutMs(PATIENCE_MS));
        sync("a", 3, syncing(group, joined));
        joins("b", 3, joining(group).rebalanceTimeoutMs(PATIENCE_MS));
        until(group, "PreparingRebalance");
        heartbeat("a", group, joined);
        joined("b", 3);
        heartbeat("a", group, joined);
        describe(group);
    }

    private void slowLeader() throws IOException {
        transcript.title("a leader that does not hand out work");
        String group = "group-13";
        var first = join("a", 3, joining(group).rebalanceTimeoutMs(PATIENCE_MS));
        joins("b", 3, joining(group).rebalanceTimeoutMs(PATIENCE_MS));
        until(group, "PreparingRebalance");
        heartbeat("a", group, first);
        joins("a", 3, joining(group).memberId(first.memberId()).rebalanceTimeoutMs(PATIENCE_MS));
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
}
