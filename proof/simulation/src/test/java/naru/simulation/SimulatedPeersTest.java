package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.base.ClientLink;
import naru.base.LaneProgram;
import naru.base.Outgoing;
import naru.base.PeerLink;
import naru.base.PeerVisit;
import naru.base.TopicPartition;
import naru.base.Visit;
import org.junit.jupiter.api.Test;

/** What a process hears of another when that runs, sleeps, dies, loses its power, or is cut off. */
class SimulatedPeersTest {

    private static final String FROM_A_FILE = "from a file";

    /** Answers what it is asked with the same bytes. */
    private final class Echo implements LaneProgram {
        @Override
        public Visit onConnect(ClientLink link) {
            return new Visit() {
                @Override
                public void onFrame(ByteBuffer frame) {
                    arrived.add(StandardCharsets.UTF_8.decode(frame.duplicate()).toString());
                    link.send(arrived.getLast().equals(FROM_A_FILE) ? shorterThanPromised() : framed(frame.remaining(), frame));
                }

                @Override
                public void onRoom() {}

                @Override
                public void onClosed() {}
            };
        }
    }

    /** The log was cut since. */
    private static Outgoing shorterThanPromised() {
        var file = new SimulatedDisk(new SimulatedRandomness(1)).open("/0.log");
        return new Outgoing(List.of(new Outgoing.Piece.Memory(ByteBuffer.allocate(4).putInt(10).flip()), new Outgoing.Piece.InFile(file, 0, 10)));
    }

    private static Outgoing framed(int length, ByteBuffer content) {
        var bytes = ByteBuffer.allocate(4 + length).putInt(length).put(content).flip();
        return new Outgoing(List.of(new Outgoing.Piece.Memory(bytes)));
    }

    private final Map<Integer, NodeUnderTest.Ports> ports = new TreeMap<>();
    private final List<String> heard = new ArrayList<>();
    private final List<String> arrived = new ArrayList<>();
    private final List<ByteBuffer> kept = new ArrayList<>();
    private final ClusterWorld world = new ClusterWorld(1, new Transcript(), started -> {
        ports.put(started.nodeId(), started);
        var lanes = new ArrayList<LaneProgram>();
        for (int lane = 0; lane < started.lanes().count(); lane++) {
            lanes.add(new Echo());
        }
        return () -> lanes;
    }, 2, List.of(new TopicPartition("orders", 0)));
    private PeerLink link;

    private void startBoth() {
        world.machines().forEach(world::start);
        world.timeline().runForMs(10);
    }

    private void connect(int port) {
        ports.get(1).lanes().post(0, () -> link = ports.get(1).peers().connect(Machine.host(2), port, new PeerVisit() {
            @Override
            public void onOpen() {
                heard.add("open");
            }

            @Override
            public void onFrame(ByteBuffer answer) {
                heard.add(StandardCharsets.UTF_8.decode(answer.duplicate()).toString());
                kept.add(answer);
            }

            @Override
            public void onClosed(Ending why) {
                heard.add(why.name());
            }
        }));
        world.timeline().runForMs(50);
    }

    private void say(String text) {
        var bytes = StandardCharsets.UTF_8.encode(text);
        ports.get(1).lanes().post(0, () -> link.send(framed(bytes.remaining(), bytes)));
        world.timeline().runForMs(50);
    }

    @Test
    void answersComeInOrderAndTheirBytesAreTakenBack() {
        startBoth();
        connect(Machine.CLIENT_PORT);
        say("one");
        say("two");
        assertThat(heard).containsExactly("open", "one", "two");
        assertThat(kept.getFirst().get(0)).as("the buffer belongs to the network again").isEqualTo((byte) 0xee);
    }

    @Test
    void whatWasCutOffItsFileEndsTheConnection() {
        startBoth();
        connect(Machine.CLIENT_PORT);
        say(FROM_A_FILE);
        say("lost");
        assertThat(heard).containsExactly("open", "LOST");
    }

    @Test
    void nobodyListens() {
        startBoth();
        connect(4711);
        assertThat(heard).containsExactly("REFUSED");
    }

    @Test
    void aKilledProcessIsLostAndThenRefuses() {
        startBoth();
        connect(Machine.CLIENT_PORT);
        world.kill(world.machine(2));
        world.timeline().runForMs(50);
        connect(Machine.CLIENT_PORT);
        assertThat(heard).containsExactly("open", "LOST", "REFUSED");
    }

    @Test
    void aMachineWithoutPowerIsSilentUntilItComesBack() {
        startBoth();
        connect(Machine.CLIENT_PORT);
        world.cutPower(world.machine(2));
        say("lost");
        connect(Machine.CLIENT_PORT);
        world.timeline().runForMs(5_000);
        assertThat(heard).containsExactly("open", "UNREACHABLE");
        world.start(world.machine(2));
        world.timeline().runForMs(50);
        assertThat(heard).containsExactly("open", "UNREACHABLE", "LOST");
    }

    @Test
    void aStoppedProcessAcceptsAndAnswersWhenItGoesOn() {
        startBoth();
        world.pause(world.machine(2), 3_000);
        connect(Machine.CLIENT_PORT);
        say("wait");
        world.timeline().runForMs(1_000);
        assertThat(heard).containsExactly("open");
        world.timeline().runForMs(3_000);
        assertThat(heard).containsExactly("open", "wait");
    }

    @Test
    void aCutIsSilenceAndWhatWasSentArrivesAfterwards() {
        startBoth();
        connect(Machine.CLIENT_PORT);
        world.cut("cut", List.of(new ClusterWorld.Way(Machine.host(2), Machine.host(1))), 3_000);
        say("later");
        connect(Machine.CLIENT_PORT);
        world.timeline().runForMs(2_500);
        assertThat(heard).containsExactly("open", "UNREACHABLE");
        world.timeline().runForMs(2_000);
        assertThat(heard).containsExactly("open", "UNREACHABLE", "later");
    }

    private List<SimulatedLink> links() {
        return world.switchboard().between(Machine.host(1), world.machine(2));
    }

    @Test
    void oneConnectionMayStandStillWhileAnotherGoesOn() {
        startBoth();
        connect(Machine.CLIENT_PORT);
        links().forEach(one -> one.stall(true, false, 500));
        say("late");
        connect(Machine.CLIENT_PORT);
        say("soon");
        assertThat(heard).containsExactly("open", "open", "soon");
        world.timeline().runForMs(500);
        assertThat(heard).containsExactly("open", "open", "soon", "late");
    }

    /** A replica that has to copy a log in many steps needs more than a minute for it over a slow connection. */
    @Test
    void onceNothingIsWrongNoConnectionIsSlow() {
        startBoth();
        var before = manyLinks();
        assertThat(before.stream().filter(this::isSlow).count()).as("slow connections").isBetween(1L, 29L);
        world.becomeCalm();
        assertThat(before).noneMatch(this::isSlow);
        assertThat(manyLinks()).noneMatch(this::isSlow);
    }

    private List<PeerLink> manyLinks() {
        var many = new ArrayList<PeerLink>();
        for (int i = 0; i < 30; i++) {
            connect(Machine.CLIENT_PORT);
            many.add(link);
        }
        return many;
    }

    /** A slow connection takes half a millisecond at least in each direction, and any other a fifth of one at most. */
    private boolean isSlow(PeerLink one) {
        link = one;
        heard.clear();
        ports.get(1).lanes().post(0, () -> link.send(framed(1, ByteBuffer.wrap(new byte[] {'x'}))));
        world.timeline().runForMs(1);
        boolean slow = heard.isEmpty();
        world.timeline().runForMs(50);
        assertThat(heard).containsExactly("x");
        return slow;
    }

    /** So the same question may arrive twice, and the first one after the second. */
    @Test
    void whatAControllerIsAskedMayArriveAfterItWasAskedAgain() {
        startBoth();
        int strays = 0;
        for (int i = 0; i < 20; i++) {
            arrived.clear();
            connect(Machine.CONTROLLER_PORT);
            links().forEach(one -> one.stall(true, false, 200));
            say("first");
            links().forEach(one -> one.sever("cable pulled"));
            connect(Machine.CONTROLLER_PORT);
            say("again");
            world.timeline().runForMs(3_000);
            assertThat(arrived).startsWith("again");
            strays += arrived.contains("first") ? 1 : 0;
            ports.get(1).lanes().post(0, link::close);
            world.timeline().runForMs(3_000);
        }
        assertThat(strays).isBetween(1, 19);
    }

    @Test
    void whoHangsUpHearsNothingMore() {
        startBoth();
        connect(Machine.CLIENT_PORT);
        ports.get(1).lanes().post(0, () -> {
            link.send(framed(1, ByteBuffer.wrap(new byte[] {'x'})));
            link.close();
        });
        world.timeline().runForMs(100);
        assertThat(heard).containsExactly("open");
    }
}
