package naru.broker;

import java.util.TreeMap;
import java.util.function.Consumer;
import naru.base.PeerVisit.Ending;
import naru.client.Exchange;
import naru.client.Reply;
import naru.metadata.BrokerNode;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;
import naru.protocol.message.RegisterBrokerRecord.BrokerEndpoint;

/** The way from one lane to the other brokers, over the listener that brokers use among themselves. */
final class Neighbours {

    /** Questions to one broker that wait for their answers. */
    private static final int UNDER_WAY_MAX = 1_000;

    /** Where a broker is reached, in its present registration: whoever is connected to another one talks to a process that is gone. */
    record Address(int brokerId, long brokerEpoch, String host, int port) {}

    private record Known(Address address, Exchange exchange) {}

    private final LaneBroker lane;
    private final TreeMap<Integer, Known> exchanges = new TreeMap<>();

    Neighbours(LaneBroker lane) {
        this.lane = lane;
    }

    /** Null when the broker is not registered, or has no such listener. */
    Address addressOf(int brokerId) {
        var broker = lane.cluster().brokers().get(brokerId);
        var endpoint = broker == null ? null : endpointOf(broker);
        return endpoint == null ? null : new Address(brokerId, broker.epoch(), endpoint.host(), endpoint.port());
    }

    private BrokerEndpoint endpointOf(BrokerNode broker) {
        String listener = lane.broker().settings().text("inter.broker.listener.name");
        String name = listener != null ? listener : lane.broker().settings().text("security.inter.broker.protocol");
        for (var endpoint : broker.endpoints()) {
            if (endpoint.name().equalsIgnoreCase(name)) {
                return endpoint;
            }
        }
        return null;
    }

    /** A connection for the caller alone. */
    Exchange connect(Address to, int underWayMax) {
        long answerMsMax = lane.broker().settings().integer("request.timeout.ms");
        var rules = new Exchange.Rules("broker-" + lane.broker().nodeId(), answerMsMax, underWayMax);
        return new Exchange(visit -> lane.broker().peers().connect(to.host(), to.port(), visit), rules,
                (ms, task) -> lane.afterMs(ms, task)::cancel, lane.writer());
    }

    /** Asks another broker; the reply comes in a later turn. Whoever is told that it is lost decides whether to ask again. */
    void ask(int brokerId, ApiKey api, Message request, Consumer<Reply> whenReplied) {
        var address = addressOf(brokerId);
        if (address == null) {
            lane.lanes().post(lane.number(), () -> whenReplied.accept(new Reply.Lost(Ending.UNREACHABLE, false)));
            return;
        }
        exchangeWith(address).ask(api, request, whenReplied);
    }

    private Exchange exchangeWith(Address address) {
        var known = exchanges.get(address.brokerId());
        if (known != null && known.address().equals(address) && !known.exchange().hasEnded()) {
            return known.exchange();
        }
        var fresh = connect(address, UNDER_WAY_MAX);
        exchanges.put(address.brokerId(), new Known(address, fresh));
        return fresh;
    }
}
