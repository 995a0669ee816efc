package naru.cli.wire;

import java.util.function.Consumer;
import naru.base.PeerVisit;
import naru.cli.Failure;
import naru.client.Exchange;
import naru.client.Reply;
import naru.protocol.Message;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;

/** One broker, as commands ask it: several questions may be under way, and answers are waited for. */
public final class Wire {

    private static final int UNDER_WAY_MAX = 1_000;
    private static final long IDLE_MS = 60_000;

    /** A question that was sent. */
    public final class Asked<A extends Message> {
        private final Class<A> type;
        private Reply reply;

        private Asked(Class<A> type) {
            this.type = type;
        }

        /** Waits for the answer. */
        public A await() {
            while (reply == null) {
                peers.turn(IDLE_MS);
            }
            return answer(type, reply);
        }
    }

    private final SocketPeers peers;
    private final Exchange exchange;
    private final String address;
    private final boolean isBootstrap;
    private final long timeoutMs;
    private SocketPeers.Link link;
    private String strange;

    /** @param isBootstrap whether the user named it, which decides what to advise when it is not there */
    Wire(SocketPeers peers, String host, int port, boolean isBootstrap, Brokers.Way way) {
        this.peers = peers;
        this.address = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        this.isBootstrap = isBootstrap;
        this.timeoutMs = way.timeoutMs();
        this.exchange = new Exchange(visit -> link = peers.connect(host, port, visit),
                new Exchange.Rules(way.clientId(), way.timeoutMs(), UNDER_WAY_MAX), peers, new Writer(64 << 10));
    }

    /** {@code HOST:PORT}. */
    public String address() {
        return address;
    }

    public boolean hasEnded() {
        return exchange.hasEnded();
    }

    /** Whether the broker serves this API in a version that we know; asks it for that when it has not said so yet. */
    public boolean serves(ApiKey api) {
        awaitOpen();
        return exchange.versionOf(api) >= 0;
    }

    private void awaitOpen() {
        while (!exchange.isOpen()) {
            if (exchange.hasEnded()) {
                throw lost(new Reply.Lost(ending(), false));
            }
            peers.turn(Math.min(IDLE_MS, timeoutMs));
        }
    }

    private PeerVisit.Ending ending() {
        var ended = new PeerVisit.Ending[1];
        exchange.ask(ApiKey.API_VERSIONS, null, reply -> ended[0] = ((Reply.Lost) reply).why());
        while (ended[0] == null) {
            peers.turn(0);
        }
        return ended[0];
    }

    public <A extends Message> Asked<A> ask(ApiKey api, Message request, Class<A> type) {
        var asked = new Asked<A>(type);
        exchange.ask(api, api.stableMax(), request, 0, reply -> asked.reply = reply);
        return asked;
    }

    /**
     * Asks without waiting; the answer, or what became of it, is heard in a later turn.
     *
     * @param thinkingMs what the broker may wait before it answers, in addition to what is usual
     */
    public void askLater(ApiKey api, Message request, long thinkingMs, Consumer<Reply> whenReplied) {
        exchange.ask(api, api.stableMax(), request, thinkingMs, whenReplied);
    }

    private <A extends Message> A answer(Class<A> type, Reply reply) {
        return switch (reply) {
            case Reply.Answered(Message answer, int _) -> type.cast(answer);
            case Reply.Lost lost -> throw lost(lost);
            case Reply.Unspoken(ApiKey api) -> throw unspoken(api);
        };
    }

    Failure unspoken(ApiKey api) {
        return new Failure("the broker at " + address + " does not serve " + api + " in a version that naru knows",
                "this needs Kafka 3.0 or newer, or a newer Naru");
    }

    Failure lost(Reply.Lost lost) {
        strange = strange == null ? link.strange() : strange;
        String checkPort = isBootstrap ? "check the address in --bootstrap-server" : "check the broker's advertised.listeners";
        if (strange != null) {
            return new Failure(address + ": " + strange, checkPort);
        }
        return switch (lost.why()) {
            case REFUSED -> new Failure("nothing listens at " + address, isBootstrap
                    ? "start a broker with 'naru start', or name another one with --bootstrap-server"
                    : "the cluster names a broker there that is not running, or advertised.listeners is wrong");
            case LOST -> link.heardAnything()
                    ? new Failure("the connection to the broker at " + address + " was lost", "see whether it still runs, and try again")
                    : new Failure(address + " closed the connection without an answer",
                            "it is no Kafka broker, an old one, or its listener wants TLS or SASL: " + checkPort);
            case UNREACHABLE -> silent(checkPort);
        };
    }

    private Failure silent(String checkPort) {
        String span = timeoutMs / 1_000.0 + " s";
        if (link.heardAnything()) {
            return new Failure("the broker at " + address + " did not answer within " + span,
                    "it may be at it still: look whether it was done, or give it more time with --timeout");
        }
        return link.isOpen()
                ? new Failure(address + " accepts connections but did not answer within " + span, checkPort + ", or give it more time with --timeout")
                : new Failure(address + " cannot be reached", checkPort + " and the way there");
    }

    void close() {
        exchange.close();
    }
}
