package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import naru.base.ClientLink;
import naru.base.LaneProgram;
import naru.base.Lanes;
import naru.base.Outgoing;
import naru.base.Visit;
import org.junit.jupiter.api.Test;

/** A program of two lanes that syncs each frame and echoes it: the same seed must tell the same story. */
class SimulatedLanesTest {

    private record Story(List<String> heard, long hash) {}

    private static Story live(long seed) {
        var dice = new SimulatedRandomness(seed);
        var transcript = new Transcript();
        var timeline = new Timeline(dice.fork("time"), transcript);
        var disk = new SimulatedDisk(dice.fork("disk"));
        var lanes = new SimulatedLanes(2, timeline, dice.fork("lanes"), disk);
        var network = new SimulatedNetwork(timeline, dice.fork("network"), 1_000);
        for (int lane = 0; lane < 2; lane++) {
            lanes.run(lane, new Echo(lanes, disk));
        }
        network.listen(lanes);
        var heard = new ArrayList<String>();
        for (int client = 0; client < 3; client++) {
            network.connect(new Caller("c" + client, heard, timeline), SimulatedLink.Weather.CALM);
        }
        timeline.runForMs(1_000);
        return new Story(heard, transcript.hash());
    }

    private record Caller(String name, List<String> heard, Timeline timeline) implements ClientSide {
        @Override
        public void onConnected(SimulatedLink link) {
            for (int i = 0; i < 3; i++) {
                link.request((name + i).getBytes(StandardCharsets.UTF_8));
            }
        }

        @Override
        public void onAnswer(ByteBuffer answer) {
            var text = StandardCharsets.UTF_8.decode(answer).toString();
            timeline.tell(text);
            heard.add(text);
        }

        @Override
        public void onClosed(String why) {
            heard.add(name + " " + why);
        }
    }

    private static final class Echo implements LaneProgram {
        private final Lanes lanes;
        private final SimulatedDisk disk;
        private final List<Runnable> atEndOfTurn = new ArrayList<>();

        Echo(Lanes lanes, SimulatedDisk disk) {
            this.lanes = lanes;
            this.disk = disk;
        }

        @Override
        public Visit onConnect(ClientLink link) {
            return new Visit() {
                @Override
                public void onFrame(ByteBuffer frame) {
                    var copy = ByteBuffer.allocate(4 + frame.remaining()).putInt(frame.remaining()).put(frame).flip();
                    lanes.offLane("/", Lanes.Work.SYNC, () -> {
                        disk.syncAll("/");
                        return copy;
                    }, outcome -> atEndOfTurn.add(() ->
                            link.send(new Outgoing(List.of(new Outgoing.Piece.Memory(copy))))));
                }

                @Override
                public void onRoom() {}

                @Override
                public void onClosed() {}
            };
        }

        @Override
        public void endTurn() {
            atEndOfTurn.forEach(Runnable::run);
            atEndOfTurn.clear();
        }
    }

    @Test
    void everyFrameIsAnsweredInItsConnectionsOrder() {
        for (long seed = 0; seed < 50; seed++) {
            var heard = live(seed).heard();
            assertThat(heard).as("seed " + seed).hasSize(9);
            for (int client = 0; client < 3; client++) {
                var name = "c" + client;
                assertThat(heard.stream().filter(text -> text.startsWith(name)))
                        .as("seed " + seed).containsExactly(name + 0, name + 1, name + 2);
            }
        }
    }

    @Test
    void theSameSeedTellsTheSameStory() {
        assertThat(live(4711)).isEqualTo(live(4711));
        assertThat(live(4711).hash()).isNotEqualTo(live(4712).hash());
    }
}
