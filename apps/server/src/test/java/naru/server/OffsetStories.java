package naru.server;

import java.io.IOException;
import java.util.List;
import naru.base.Uuid;
import naru.protocol.message.ApiKey;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetFetchRequest;

/** Stories about what groups commit, fetch and delete. */
final class OffsetStories extends GroupWords {

    private static final String NOBODY = "nobody";

    OffsetStories(GroupTranscript transcript, Uuid topicId) {
        super(transcript, topicId);
    }

    void play() throws IOException {
        offsetsWithoutMembers();
        offsetsOfMembers();
        topicIds();
        deletedOffsets();
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
}
