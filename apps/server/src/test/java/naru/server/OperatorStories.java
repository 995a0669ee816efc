package naru.server;

import java.io.IOException;
import java.util.List;
import naru.base.Uuid;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FindCoordinatorRequest;

/** Stories about what tools ask about groups. */
final class OperatorStories extends GroupWords {

    OperatorStories(GroupTranscript transcript, Uuid topicId) {
        super(transcript, topicId);
    }

    void play() throws IOException {
        deletedGroups();
        lists();
        coordinators();
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
