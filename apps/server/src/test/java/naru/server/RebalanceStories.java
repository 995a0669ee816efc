package naru.server;

import java.io.IOException;
import java.util.List;
import naru.base.Uuid;
import naru.protocol.message.JoinGroupResponse;

/** Stories about members who come, agree and disagree. */
final class RebalanceStories extends GroupWords {

    private static final String NOBODY = "nobody";

    RebalanceStories(GroupTranscript transcript, Uuid topicId) {
        super(transcript, topicId);
    }

    void play() throws IOException {
        alone();
        two();
        everyVersion();
        strangers();
        protocolsDisagree();
        theMostVotesWin();
        anotherSubscription();
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
}
