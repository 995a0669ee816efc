package naru.consensus;

import java.util.TreeMap;
import java.util.function.Consumer;
import naru.base.Peers;
import naru.client.Exchange;
import naru.client.Reply;
import naru.client.Timing;
import naru.protocol.Message;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;

/** One connection to each controller that is asked, opened when it is needed. Owned by lane 0. */
public final class PeerPostman implements Postman {

    private static final int UNDER_WAY_MAX = 64;

    private final Peers peers;
    private final Timing timing;
    private final Exchange.Rules rules;
    private final Writer writer = new Writer(1 << 10);
    private final TreeMap<Address, Exchange> exchanges = new TreeMap<>();

    /** @param answerMsMax milliseconds until an answer, besides what the other side may wait */
    public PeerPostman(Peers peers, Timing timing, String clientId, long answerMsMax) {
        this.peers = peers;
        this.timing = timing;
        this.rules = new Exchange.Rules(clientId, answerMsMax, UNDER_WAY_MAX);
    }

    @Override
    public void ask(Address to, ApiKey api, Message request, long thinkingMs, Consumer<Reply> whenReplied) {
        var exchange = exchanges.get(to);
        if (exchange == null || exchange.hasEnded()) {
            exchange = new Exchange(visit -> peers.connect(to.host(), to.port(), visit), rules, timing, writer);
            exchanges.put(to, exchange);
        }
        exchange.ask(api, api.stableMax(), request, thinkingMs, whenReplied);
    }

    public void close() {
        exchanges.values().forEach(Exchange::close);
        exchanges.clear();
    }
}
