package naru.server;

import java.io.IOException;

/** Stories about classic groups, told to any broker. Each has a group of its own. */
final class GroupScript {

    private final GroupTranscript transcript;

    GroupScript(GroupTranscript transcript) {
        this.transcript = transcript;
    }

    /** In this order, because the recording has it. */
    void play() throws IOException {
        var topic = GroupWords.prepare(transcript);
        new RebalanceStories(transcript, topic).play();
        new StaticMemberStories(transcript, topic).play();
        new TroubleStories(transcript, topic).play();
        new OffsetStories(transcript, topic).play();
        new OperatorStories(transcript, topic).play();
    }
}
