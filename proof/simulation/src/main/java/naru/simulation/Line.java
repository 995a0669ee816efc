package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.protocol.message.RequestHeader;
import naru.protocol.message.ResponseHeader;

/** One connection of a client to one broker, which insists on answers in the order of its questions. Is used once. */
final class Line implements ClientSide {

    private record Asked(int number, ApiKey api, int version, Consumer<Message> answer) {}

    private final String name;
    private final World world;
    private final Consumer<String> whenLost;
    private final Deque<Asked> asked = new ArrayDeque<>();
    private final Deque<byte[]> early = new ArrayDeque<>();
    private SimulatedLink link;
    private boolean over;
    private boolean strays;
    private int number;

    Line(String name, World world, Consumer<String> whenLost) {
        this.name = name;
        this.world = world;
        this.whenLost = whenLost;
    }

    boolean isIdle() {
        return asked.isEmpty();
    }

    /** What it asks may arrive after it was given up. */
    Line straying(boolean does) {
        strays = does;
        return this;
    }

    @Override
    public boolean mayStray() {
        return strays;
    }

    /**
     * @param answer hears the answer; null for a request that gets none
     * @param patienceMs after which the connection is given up
     */
    void ask(ApiKey api, int version, Message request, Consumer<Message> answer, long patienceMs) {
        var out = new Writer(512);
        int mine = number++;
        new RequestHeader(api.id(), (short) version, mine, name).write(out, api.requestHeaderVersion(version));
        request.write(out, version);
        if (answer != null) {
            asked.addLast(new Asked(mine, api, version, answer));
            world.timeline().afterMs(patienceMs, () -> {
                if (!over && asked.stream().anyMatch(one -> one.number() == mine)) {
                    lose(api + " without an answer for " + patienceMs + " ms");
                }
            });
        }
        if (link == null) {
            early.addLast(out.toBytes());
        } else {
            link.request(out.toBytes());
        }
    }

    private void lose(String why) {
        if (!over) {
            close();
            whenLost.accept(why);
        }
    }

    /** Hangs up without another word. */
    void close() {
        over = true;
        asked.clear();
        if (link != null) {
            link.hangUp();
        }
    }

    @Override
    public void onConnected(SimulatedLink opened) {
        if (over) {
            opened.hangUp();
            return;
        }
        link = opened;
        List.copyOf(early).forEach(link::request);
        early.clear();
    }

    @Override
    public void onAnswer(ByteBuffer answer) {
        if (over) {
            return;
        }
        var in = new Reader(answer);
        unless(!asked.isEmpty(), name + " got an answer to nothing");
        var first = asked.removeFirst();
        int correlation = ResponseHeader.read(in, first.api().responseHeaderVersion(first.version())).correlationId();
        unless(correlation == first.number(), name + " got answer " + correlation + " before " + first.number());
        first.answer().accept(first.api().readResponse(in, first.version()));
    }

    @Override
    public void onClosed(String why) {
        lose(why);
    }
}
