package naru.elections;

import java.util.function.Consumer;
import naru.base.PeerVisit;
import naru.client.Reply;
import naru.consensus.Address;
import naru.consensus.Postman;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.simulation.SimulatedRandomness;
import naru.simulation.Timeline;

/** One node's way to the others: questions and answers are late, out of order, and lost. */
final class Wire implements Postman {

    private static final long TIMEOUT_MS = 1_500;

    private final World world;
    private final Node from;
    private final Timeline timeline;
    private final SimulatedRandomness dice;

    Wire(World world, Node from, Timeline timeline, SimulatedRandomness dice) {
        this.world = world;
        this.from = from;
        this.timeline = timeline;
        this.dice = dice;
    }

    @Override
    public void ask(Address to, ApiKey api, Message request, long thinkingMs, Consumer<Reply> whenReplied) {
        int life = from.life();
        boolean[] done = new boolean[1];
        Consumer<Reply> once = reply -> {
            if (!done[0] && from.lives(life)) {
                done[0] = true;
                from.onLane(() -> whenReplied.accept(reply));
            }
        };
        timeline.afterMs(TIMEOUT_MS + thinkingMs, () -> once.accept(new Reply.Lost(PeerVisit.Ending.UNREACHABLE, true)));
        var other = world.at(to);
        int version = api.stableMax();
        var question = copy(api, request, version, true);
        carry(from, other, () -> arrive(other, api, version, question, once));
    }

    private void arrive(Node other, ApiKey api, int version, Message question, Consumer<Reply> once) {
        if (!other.isUp()) {
            carry(other, from, () -> once.accept(new Reply.Lost(PeerVisit.Ending.REFUSED, false)));
            return;
        }
        int itsLife = other.life();
        other.whenItEnds(() -> carry(other, from, () -> once.accept(new Reply.Lost(PeerVisit.Ending.LOST, true))));
        timeline.tell(from + " asks " + other + " " + api);
        other.onLane(() -> other.take(api, (short) version, question, answer -> {
            if (other.lives(itsLife)) {
                var reply = copy(api, answer, version, false);
                carry(other, from, () -> once.accept(new Reply.Answered(reply, version)));
            }
        }));
    }

    private void carry(Node one, Node another, Runnable arrival) {
        if (world.isCut(one, another) || dice.onceIn(world.lossOnceIn())) {
            return;
        }
        timeline.after(world.isRough() && dice.onceIn(20) ? dice.between(1_000_000, 2_500_000_000L)
                : dice.between(50_000, 3_000_000), arrival);
    }

    private static Message copy(ApiKey api, Message message, int version, boolean isRequest) {
        var writer = new Writer(1 << 10);
        message.write(writer, version);
        var reader = new Reader(java.nio.ByteBuffer.wrap(writer.toBytes()));
        return isRequest ? api.readRequest(reader, version) : api.readResponse(reader, version);
    }
}
