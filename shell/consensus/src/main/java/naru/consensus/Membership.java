package naru.consensus;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import naru.base.Uuid;
import naru.configuration.BrokerSettings;
import naru.configuration.ClusterDefaults;

/**
 * This node's place in the quorum.
 *
 * @param directory the id of the folder that holds the metadata log: with the node's id, who votes
 * @param canVote whether this node is a controller; a broker only follows
 * @param listener the name of the listener on which controllers speak to each other
 * @param endpoints where this node's controller listeners can be reached, by name; empty for a broker
 * @param voters who votes, as {@code controller.quorum.voters} says; empty when the log says it
 * @param bootstrapServers where to ask who leads, as {@code controller.quorum.bootstrap.servers} says
 */
public record Membership(
        int nodeId, Uuid directory, String clusterId, boolean canVote, String listener, SortedMap<String, Address> endpoints,
        SortedMap<Integer, Address> voters, List<Address> bootstrapServers, Timeouts timeouts) {

    /**
     * The engine's times in milliseconds, by Kafka's keys below {@code controller.quorum.}.
     *
     * @param fetchMs {@code fetch.timeout.ms}: so long without an answer from the leader, and a follower stands for election
     * @param electionMs {@code election.timeout.ms}
     * @param backoffMaxMs {@code election.backoff.max.ms}
     * @param requestMs {@code request.timeout.ms}
     * @param retryMs {@code retry.backoff.ms}
     * @param lingerMs {@code append.linger.ms}
     * @param fetchBytes {@code fetch.max.bytes}
     * @param snapshotBytes {@code fetch.snapshot.max.bytes}
     * @param joins {@code auto.join.enable}
     */
    public record Timeouts(
            int fetchMs, int electionMs, int backoffMaxMs, int requestMs, int retryMs, int lingerMs, int fetchBytes,
            int snapshotBytes, boolean joins) {

        /** Ours where nothing is set; see docs/operating. */
        public static final Timeouts USUAL = new Timeouts(
                ClusterDefaults.ms("controller.quorum.fetch.timeout.ms"), ClusterDefaults.ms("controller.quorum.election.timeout.ms"),
                ClusterDefaults.ms("controller.quorum.election.backoff.max.ms"), ClusterDefaults.ms("controller.quorum.request.timeout.ms"),
                20, ClusterDefaults.ms("controller.quorum.append.linger.ms"), 1 << 20, 1 << 20, false);

        public Timeouts {
            if (fetchMs < 2 * Engine.FETCH_WAIT_MS) {
                throw new IllegalArgumentException("controller.quorum.fetch.timeout.ms is " + fetchMs + "; with less than "
                        + 2 * Engine.FETCH_WAIT_MS + " a leader with nothing to tell would be taken for dead");
            }
        }

        static Timeouts of(BrokerSettings settings) {
            return new Timeouts(
                    given(settings, "controller.quorum.fetch.timeout.ms", USUAL.fetchMs()),
                    given(settings, "controller.quorum.election.timeout.ms", USUAL.electionMs()),
                    given(settings, "controller.quorum.election.backoff.max.ms", USUAL.backoffMaxMs()),
                    given(settings, "controller.quorum.request.timeout.ms", USUAL.requestMs()),
                    given(settings, "controller.quorum.retry.backoff.ms", USUAL.retryMs()),
                    given(settings, "controller.quorum.append.linger.ms", USUAL.lingerMs()),
                    given(settings, "controller.quorum.fetch.max.bytes", USUAL.fetchBytes()),
                    given(settings, "controller.quorum.fetch.snapshot.max.bytes", USUAL.snapshotBytes()),
                    settings.flag("controller.quorum.auto.join.enable"));
        }

        private static int given(BrokerSettings settings, String name, int ours) {
            return settings.isGiven(name) ? settings.integer(name) : ours;
        }
    }

    /** On a log in which this node has decided alone without a word about who votes: it goes on as the only voter. */
    public Membership aloneBefore() {
        var voters = new TreeMap<Integer, Address>();
        if (canVote && endpoints.containsKey(listener)) {
            voters.put(nodeId, endpoints.get(listener));
        }
        return new Membership(nodeId, directory, clusterId, canVote, listener, endpoints, voters, bootstrapServers, timeouts);
    }

    /**
     * As {@code server.properties} says it.
     *
     * @param endpoints where this node's controller listeners can be reached, by name: their real ports, so known late
     */
    public static Membership of(
            BrokerSettings settings, String clusterId, Uuid directory, SortedMap<String, Address> endpoints) {
        var listeners = settings.list("controller.listener.names");
        if (listeners.isEmpty()) {
            throw new IllegalArgumentException("controller.listener.names is empty: name the listener of the controllers");
        }
        var voters = new TreeMap<Integer, Address>();
        for (var voter : settings.list("controller.quorum.voters")) {
            int at = voter.indexOf('@');
            voters.put(Integer.parseInt(voter.substring(0, at).strip()), Address.parse(voter.substring(at + 1).strip()));
        }
        var servers = settings.list("controller.quorum.bootstrap.servers").stream().map(Address::parse).toList();
        boolean canVote = settings.list("process.roles").contains("controller");
        if (canVote && voters.isEmpty() && servers.isEmpty() && endpoints.containsKey(listeners.getFirst())) {
            servers = List.of(endpoints.get(listeners.getFirst())); // the engine wants somebody to ask: nobody else is named
        }
        return new Membership(
                settings.nodeId(), directory, clusterId, canVote, listeners.getFirst(), canVote ? endpoints : new TreeMap<>(),
                voters, servers, Timeouts.of(settings));
    }
}
