package naru.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.protocol.message.RequestHeader;
import naru.protocol.message.ResponseHeader;
import naru.simulation.SimulatedLink.Weather;

/** Somebody who connects to a node of a cluster, on whichever listener, and asks whatever it likes without asking first what is spoken there. */
final class Stranger implements ClientSide {

    private record Asked(ApiKey api, int version) {}

    private final String name;
    private final List<byte[]> early = new ArrayList<>();
    private final Deque<Asked> asked = new ArrayDeque<>();
    private final List<Message> answers = new ArrayList<>();
    private SimulatedLink link;
    private boolean gone;

    /** @param name what it says it is: the client's id of its requests */
    Stranger(ClusterWorld world, int node, int port, String name) {
        this.name = name;
        world.switchboard().connect(Switchboard.CLIENTS, Machine.host(node), port, this, Weather.CALM);
    }

    Stranger ask(ApiKey api, Message request) {
        int version = api.stableMax();
        var out = new Writer(512);
        new RequestHeader(api.id(), (short) version, 0, name).write(out, api.requestHeaderVersion(version));
        request.write(out, version);
        asked.addLast(new Asked(api, version));
        if (link == null) {
            early.add(out.toBytes());
        } else {
            link.request(out.toBytes());
        }
        return this;
    }

    /** In order. */
    List<Message> answers() {
        return answers;
    }

    /** True when the node has hung up, or nobody listens there. */
    boolean isGone() {
        return gone;
    }

    @Override
    public void onConnected(SimulatedLink opened) {
        link = opened;
        early.forEach(link::request);
    }

    @Override
    public void onAnswer(ByteBuffer answer) {
        var in = new Reader(answer);
        var first = asked.removeFirst();
        ResponseHeader.read(in, first.api().responseHeaderVersion(first.version()));
        answers.add(first.api().readResponse(in, first.version()));
    }

    @Override
    public void onClosed(String why) {
        gone = true;
    }
}
