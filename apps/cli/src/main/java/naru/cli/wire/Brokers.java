package naru.cli.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import naru.cli.Failure;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.MetadataRequest;
import naru.protocol.message.MetadataRequest.MetadataRequestTopic;
import naru.protocol.message.MetadataResponse;
import naru.protocol.message.MetadataResponse.MetadataResponseBroker;

/** The brokers of one cluster, found from those the user named. */
public final class Brokers implements AutoCloseable {

    public static final byte GROUP = 0;
    public static final byte TRANSACTION = 1;

    private static final int DEFAULT_PORT = 9092;
    private static final long LOADING_MS = 100;

    /**
     * How to get there.
     *
     * @param bootstrap {@code HOST:PORT}, several with commas between them
     * @param clientId what questions carry as the name of who asks
     * @param timeoutMs milliseconds that a connection and an answer may take
     */
    public record Way(String bootstrap, String clientId, long timeoutMs) {}

    private final SocketPeers peers = new SocketPeers();
    private final Way way;
    private final Map<Integer, Wire> byNode = new TreeMap<>();
    private final Map<String, Wire> byAddress = new TreeMap<>();
    private Map<Integer, MetadataResponseBroker> nodes;
    private int controllerId = -1;
    private Wire first;

    public Brokers(Way way) {
        this.way = way;
    }

    public SocketPeers peers() {
        return peers;
    }

    public long timeoutMs() {
        return way.timeoutMs();
    }

    /** A broker that answers, of those that the user named. */
    public Wire first() {
        if (first != null && !first.hasEnded()) {
            return first;
        }
        Failure failure = null;
        for (var address : way.bootstrap().split(",")) {
            var wire = connect(address.strip());
            try {
                wire.serves(ApiKey.METADATA);
                first = wire;
                return wire;
            } catch (Failure why) {
                failure = failure == null ? why : failure;
            }
        }
        throw failure;
    }

    private Wire connect(String address) {
        int colon = address.lastIndexOf(':');
        boolean hasPort = colon >= 0 && address.indexOf(']') < colon && address.indexOf(':') == colon || address.contains("]:");
        String host = hasPort ? address.substring(0, colon) : address;
        int port = DEFAULT_PORT;
        try {
            port = hasPort ? Integer.parseInt(address.substring(colon + 1)) : port;
        } catch (NumberFormatException _) {
            port = 0;
        }
        if (host.isEmpty() || port < 1 || port > 65_535) {
            throw Failure.misuse("--bootstrap-server wants HOST:PORT, not '" + address + "'", "write for example 127.0.0.1:9092");
        }
        return new Wire(peers, host.replace("[", "").replace("]", ""), port, true, way);
    }

    /** Asks any broker. */
    public <A extends Message> A ask(ApiKey api, Message request, Class<A> type) {
        return first().ask(api, request, type).await();
    }

    /** The broker of this id. */
    public Wire node(int id) {
        if (nodes == null) {
            metadata(List.of());
        }
        var node = nodes.get(id);
        if (node == null) {
            throw new Failure("broker " + id + " is not in the cluster, or not alive",
                    nodes.isEmpty() ? "" : (nodes.size() == 1 ? "there is broker " : "there are brokers ") + String.join(", ", nodes.keySet().stream().map(String::valueOf).toList()));
        }
        return byNode.compute(id, (_, wire) -> wire == null || wire.hasEnded() ? at(node.host(), node.port()) : wire);
    }

    /** Two names of one broker are one connection. */
    private Wire at(String host, int port) {
        if (first != null && first.address().equals(host + ":" + port) && !first.hasEnded()) {
            return first;
        }
        return byAddress.compute(host + ":" + port, (_, wire) ->
                wire == null || wire.hasEnded() ? new Wire(peers, host, port, false, way) : wire);
    }

    /** The brokers that are alive, as the last answer had them. */
    public Map<Integer, MetadataResponseBroker> nodes() {
        if (nodes == null) {
            metadata(List.of());
        }
        return nodes;
    }

    /** The broker to ask for changes of the cluster; where there is a quorum of controllers, any broker passes them on. */
    public Wire controller() {
        if (nodes == null) {
            metadata(List.of());
        }
        return nodes.containsKey(controllerId) ? node(controllerId) : first();
    }

    /** What the cluster knows of these topics; of all when the list is null. Never creates any. */
    public MetadataResponse metadata(List<String> topics) {
        var answer = ask(ApiKey.METADATA, MetadataRequest.builder()
                .topics(topics == null ? null : topics.stream()
                        .map(name -> MetadataRequestTopic.builder().name(name).build()).toList())
                .allowAutoTopicCreation(false)
                .build(), MetadataResponse.class);
        nodes = new TreeMap<>();
        answer.brokers().forEach(broker -> nodes.put(broker.nodeId(), broker));
        controllerId = answer.controllerId();
        return answer;
    }

    /** Asks all brokers that are alive at once. */
    public <A extends Message> Map<Integer, A> askEach(ApiKey api, Function<Integer, Message> request, Class<A> type) {
        return askEach(nodes().keySet().stream().toList(), api, request, type);
    }

    /** Asks these brokers at once. */
    public <A extends Message> Map<Integer, A> askEach(
            List<Integer> ids, ApiKey api, Function<Integer, Message> request, Class<A> type) {
        var asked = new LinkedHashMap<Integer, Wire.Asked<A>>();
        for (int id : ids) {
            asked.put(id, node(id).ask(api, request.apply(id), type));
        }
        var answers = new LinkedHashMap<Integer, A>();
        asked.forEach((id, question) -> answers.put(id, question.await()));
        return answers;
    }

    /** The broker that coordinates a group or a transactional id; waits while it is being set up. */
    public Wire coordinator(byte type, String key) {
        long deadlineNs = System.nanoTime() + way.timeoutMs() * 1_000_000;
        while (true) {
            var answer = ask(ApiKey.FIND_COORDINATOR, FindCoordinatorRequest.builder()
                    .key(key).keyType(type).coordinatorKeys(List.of(key)).build(), FindCoordinatorResponse.class);
            var found = new ArrayList<>(answer.coordinators());
            int node = found.isEmpty() ? answer.nodeId() : found.getFirst().nodeId();
            String host = found.isEmpty() ? answer.host() : found.getFirst().host();
            int port = found.isEmpty() ? answer.port() : found.getFirst().port();
            var error = ErrorCode.of(found.isEmpty() ? answer.errorCode() : found.getFirst().errorCode());
            if (error == ErrorCode.NONE) {
                nodes();
                return nodes.containsKey(node) ? node(node) : at(host, port);
            }
            if (!error.isRetriable() || System.nanoTime() - deadlineNs > 0) {
                throw Refused.of(error, found.isEmpty() ? answer.errorMessage() : found.getFirst().errorMessage(),
                        "the coordinator of '" + key + "' cannot be found");
            }
            pause(LOADING_MS);
        }
    }

    /** Lets time pass and hears what comes meanwhile. */
    public void pause(long ms) {
        var over = new boolean[1];
        peers.afterMs(ms, () -> over[0] = true);
        while (!over[0]) {
            peers.turn(ms);
        }
    }

    @Override
    public void close() {
        peers.close();
    }
}
