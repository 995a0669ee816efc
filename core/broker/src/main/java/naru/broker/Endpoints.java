package naru.broker;

import java.util.ArrayList;
import java.util.List;
import naru.metadata.Cluster;

/** Where clients of a listener reach the brokers. */
final class Endpoints {

    /** One broker as a client of some listener sees it; the rack is null when it has none. */
    record Node(int id, String host, int port, String rack) {}

    private Endpoints() {}

    /** Brokers that are alive and have this listener, by number. */
    static List<Node> of(Cluster cluster, String listener) {
        return of(cluster, listener, false);
    }

    /** @param withFenced brokers that are not alive too, as far as they have this listener */
    static List<Node> of(Cluster cluster, String listener, boolean withFenced) {
        var nodes = new ArrayList<Node>();
        for (var broker : cluster.brokers().values()) {
            if (broker.fenced() && !withFenced) {
                continue;
            }
            for (var endpoint : broker.endpoints()) {
                if (endpoint.name().equals(listener)) {
                    nodes.add(new Node(broker.id(), endpoint.host(), endpoint.port(), broker.rack()));
                }
            }
        }
        return nodes;
    }

    /** Null when this broker is not alive or has no such listener. */
    static Node of(Cluster cluster, String listener, int brokerId) {
        for (var node : of(cluster, listener)) {
            if (node.id() == brokerId) {
                return node;
            }
        }
        return null;
    }
}
