package naru.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.cli.options.Option;
import naru.cli.options.Syntax;
import naru.cli.options.Syntax.Kind;
import naru.cli.terminal.Amounts;
import naru.cli.terminal.Ink;
import naru.cli.terminal.Page;
import naru.cli.terminal.Progress;
import naru.cli.terminal.Table;
import naru.cli.terminal.Unit;
import naru.cli.wire.Brokers;
import naru.cli.wire.Place;
import naru.cli.wire.Refused;
import naru.cli.wire.Topology;
import naru.protocol.ErrorCode;
import naru.protocol.message.AlterPartitionReassignmentsRequest;
import naru.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import naru.protocol.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import naru.protocol.message.AlterPartitionReassignmentsResponse;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DescribeClusterRequest;
import naru.protocol.message.DescribeClusterResponse;
import naru.protocol.message.DescribeQuorumRequest;
import naru.protocol.message.DescribeQuorumResponse;
import naru.protocol.message.DescribeQuorumResponse.ReplicaState;
import naru.protocol.message.ElectLeadersRequest;
import naru.protocol.message.ElectLeadersRequest.TopicPartitions;
import naru.protocol.message.ElectLeadersResponse;
import naru.protocol.message.ListPartitionReassignmentsRequest;
import naru.protocol.message.ListPartitionReassignmentsResponse;

/** {@code naru cluster}. */
final class ClusterCommands {

    private static final long LOOK_MS = 500;

    private ClusterCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(Syntax.of("cluster nodes", "List the brokers of the cluster, those that are away too")
                        .example("naru cluster nodes"), ClusterCommands::nodes),
                new Command(Syntax.of("cluster quorum", "Show the controllers: who leads, and how far the others are behind")
                        .example("naru cluster quorum"), ClusterCommands::quorum),
                new Command(Syntax.of("cluster cordon", "Give a broker no new partitions, before it is emptied or taken away")
                        .operand("BROKER", Kind.OTHER)
                        .example("naru cluster cordon 3"), session -> cordon(session, true)),
                new Command(Syntax.of("cluster uncordon", "Give a broker new partitions again")
                        .operand("BROKER", Kind.OTHER)
                        .example("naru cluster uncordon 3"), session -> cordon(session, false)),
                new Command(Syntax.of("cluster elect", "Give partitions back to their preferred leaders")
                        .maybe("TOPIC", Kind.TOPIC)
                        .option(Option.flag("unclean", "elect a replica that may lack records, where no other is left"))
                        .option(Session.YES)
                        .example("naru cluster elect orders"), ClusterCommands::elect),
                new Command(Syntax.of("cluster reassign", "Move partitions to other brokers; shows the plan, and carries it out with --execute")
                        .operands("TOPIC", Kind.TOPIC)
                        .option(Option.of("brokers", "ID,ID", "to these brokers (default: all that are alive)"))
                        .option(Option.of("replicas", "N", "so many replicas of each (default: as many as it has)").withLetter('r')
                                .asKafkas("replication-factor"))
                        .option(Option.flag("execute", "carry it out, and wait until it is done"))
                        .example("naru cluster reassign orders --brokers 1,2,3 --execute"), ClusterCommands::reassign),
                new Command(Syntax.of("cluster reassignments", "Show which partitions are being moved")
                        .option(Option.flag("cancel", "call all of them off"))
                        .option(Session.YES)
                        .example("naru cluster reassignments"), ClusterCommands::reassignments));
    }

    static Ink inkOfState(Object state) {
        return "alive".equals(state) ? Ink.GOOD : Ink.BAD;
    }

    private static void nodes(Session session) {
        var answer = session.brokers().ask(ApiKey.DESCRIBE_CLUSTER, DescribeClusterRequest.builder().endpointType((byte) 1).includeFencedBrokers(true).build(),
                DescribeClusterResponse.class);
        Refused.check(answer.errorCode(), answer.errorMessage(), "the brokers cannot be listed");
        var table = new Table().column("broker", "BROKER", Unit.ID).column("address", "ADDRESS", Unit.NAME).column("rack", "RACK", Unit.TEXT)
                .column("state", "STATE", Unit.TEXT, ClusterCommands::inkOfState);
        answer.brokers().stream().sorted((a, b) -> Integer.compare(a.brokerId(), b.brokerId()))
                .forEach(one -> table.row(one.brokerId(), one.host() + ":" + one.port(), one.rack(), one.isFenced() ? "away" : "alive"));
        session.screen().show(table, "there are no brokers");
    }

    /** What it has stays, and it goes on leading (KIP-1066). */
    private static void cordon(Session session, boolean closes) {
        String broker = session.line().operand(0);
        var folders = "cordoned.log.dirs";
        Settings.change(session, Settings.BROKER, broker, closes ? Map.of(folders, "*") : Map.of(), closes ? List.of() : List.of(folders), false);
        session.screen().done("broker " + broker + (closes ? " is given no new partitions; what it has stays, and moves with 'naru cluster reassign'"
                : " is given new partitions again"));
    }

    private static void quorum(Session session) {
        var answer = session.brokers().ask(ApiKey.DESCRIBE_QUORUM, new DescribeQuorumRequest(List.of(new DescribeQuorumRequest.TopicData(
                "__cluster_metadata", List.of(new DescribeQuorumRequest.PartitionData(0))))), DescribeQuorumResponse.class);
        Refused.check(answer.errorCode(), answer.errorMessage(), "the quorum cannot be described");
        var quorum = answer.topics().getFirst().partitions().getFirst();
        Refused.check(quorum.errorCode(), quorum.errorMessage(), "the quorum cannot be described");
        var table = new Table().column("node", "NODE", Unit.ID).column("role", "ROLE", Unit.TEXT, role -> "leader".equals(role) ? Ink.BOLD : Ink.PLAIN)
                .column("end", "END", Unit.NUMBER).column("lag", "LAG", Unit.NUMBER)
                .column("fetchedMsAgo", "FETCHED", Unit.MILLISECONDS).column("caughtUpMsAgo", "CAUGHT UP", Unit.MILLISECONDS);
        long end = quorum.currentVoters().stream().filter(one -> one.replicaId() == quorum.leaderId()).mapToLong(ReplicaState::logEndOffset).findFirst().orElse(-1);
        for (var one : quorum.currentVoters()) {
            table.row(one.replicaId(), one.replicaId() == quorum.leaderId() ? "leader" : "voter", one.logEndOffset(), lag(end, one),
                    ago(session, one.lastFetchTimestamp()), ago(session, one.lastCaughtUpTimestamp()));
        }
        for (var one : quorum.observers()) {
            table.row(one.replicaId(), "observer", one.logEndOffset(), lag(end, one), ago(session, one.lastFetchTimestamp()), ago(session, one.lastCaughtUpTimestamp()));
        }
        session.screen().show(new Page().fact("leader", "leader", Unit.ID, quorum.leaderId()).fact("epoch", "epoch", Unit.ID, quorum.leaderEpoch())
                .fact("highWatermark", "committed", Unit.NUMBER, quorum.highWatermark()).table("nodes", table));
    }

    private static Long lag(long end, ReplicaState one) {
        return end < 0 || one.logEndOffset() < 0 ? null : (Long) Math.max(0, end - one.logEndOffset());
    }

    private static Long ago(Session session, long ms) {
        return ms <= 0 ? null : (Long) Math.max(0, session.nowMs() - ms);
    }

    private static void elect(Session session) {
        var names = session.line().operands();
        boolean unclean = session.line().has("unclean");
        List<TopicPartitions> wanted = null;
        if (!names.isEmpty()) {
            var topology = Topology.of(session.brokers(), names);
            wanted = new ArrayList<>();
            for (var name : names) {
                wanted.add(new TopicPartitions(name, topology.places(name).stream().map(Place::partition).toList()));
            }
        }
        if (unclean) {
            session.confirm("Records that only the lost leader had are gone then. Elect all the same?");
        }
        var answer = session.brokers().controller().ask(ApiKey.ELECT_LEADERS, new ElectLeadersRequest((byte) (unclean ? 1 : 0), wanted,
                (int) session.brokers().timeoutMs()), ElectLeadersResponse.class).await();
        Refused.check(answer.errorCode(), null, "no leader was elected");
        var table = new Table().column("topic", "TOPIC", Unit.NAME).column("partition", "PARTITION", Unit.NUMBER).column("outcome", "OUTCOME", Unit.TEXT);
        int kept = 0;
        for (var topic : answer.replicaElectionResults()) {
            for (var partition : topic.partitionResult()) {
                var error = ErrorCode.of(partition.errorCode());
                if (error != ErrorCode.ELECTION_NOT_NEEDED) {
                    table.row(topic.topic(), partition.partitionId(), outcome(error, partition.errorMessage()));
                    kept += error == ErrorCode.NONE ? 0 : 1;
                }
            }
        }
        session.screen().show(table, "every partition has its preferred leader already");
        if (kept > 0) {
            throw new Failure(TopicChanges.count(kept, "partition") + (kept == 1 ? " stays as it is" : " stay as they are"),
                    "'naru topics describe TOPIC' shows who is in sync; try again when the one that shall lead is");
        }
    }

    /** Short enough for a column. */
    private static String outcome(ErrorCode error, String message) {
        return switch (error) {
            case NONE -> "elected";
            case PREFERRED_LEADER_NOT_AVAILABLE -> "not in sync yet";
            case ELIGIBLE_LEADERS_NOT_AVAILABLE -> "nobody to elect";
            default -> Refused.why(error, message);
        };
    }

    private static void reassign(Session session) {
        var brokers = session.brokers();
        var topology = Topology.of(brokers, session.line().operands());
        var now = new TreeMap<Place, List<Integer>>();
        topology.places().forEach(place -> now.put(place, topology.partition(place).replicaNodes()));
        var to = new TreeSet<>(brokers.nodes().keySet());
        if (session.line().has("brokers")) {
            to.clear();
            for (var id : session.line().text("brokers").split(",", -1)) {
                try {
                    to.add(Integer.parseInt(id.strip()));
                } catch (NumberFormatException _) {
                    throw Failure.misuse("--brokers wants ids, not '" + id + "'", "write for example 1,2,3");
                }
                brokers.node(to.last());
            }
        }
        int replicas = session.line().integer("replicas", 0, 1, Short.MAX_VALUE);
        int most = Math.max(replicas, replicas > 0 ? 0 : now.values().stream().mapToInt(List::size).max().orElse(0));
        if (most > to.size()) {
            throw new Failure(most + " replicas need as many brokers, and there " + (to.size() == 1 ? "is 1" : "are " + to.size()), "name more with --brokers, or fewer --replicas");
        }
        var plan = ReassignmentPlan.spread(now, to, replicas);
        var table = new Table().column("topic", "TOPIC", Unit.NAME).column("partition", "PARTITION", Unit.NUMBER)
                .column("now", "NOW ON", Unit.LIST).column("then", "THEN ON", Unit.LIST).column("moves", "COPIES", Unit.NUMBER);
        plan.replicas().forEach((place, then) -> table.row(place.topic(), place.partition(), now.get(place), then,
                then.stream().filter(broker -> !now.get(place).contains(broker)).count()));
        session.screen().show(table, "everything is where it shall be");
        if (plan.replicas().isEmpty()) {
            return;
        }
        if (!session.line().has("execute")) {
            session.screen().say("nothing was changed; add --execute to do it");
            return;
        }
        alter(session, plan.replicas());
        await(session, plan.replicas().size());
    }

    private static void alter(Session session, java.util.SortedMap<Place, List<Integer>> replicas) {
        var topics = new TreeMap<String, List<ReassignablePartition>>();
        replicas.forEach((place, then) -> topics.computeIfAbsent(place.topic(), _ -> new ArrayList<>()).add(new ReassignablePartition(place.partition(), then)));
        var answer = session.brokers().controller().ask(ApiKey.ALTER_PARTITION_REASSIGNMENTS, AlterPartitionReassignmentsRequest.builder()
                .timeoutMs((int) session.brokers().timeoutMs()).allowReplicationFactorChange(true)
                .topics(topics.entrySet().stream().map(one -> new ReassignableTopic(one.getKey(), one.getValue())).toList()).build(),
                AlterPartitionReassignmentsResponse.class).await();
        Refused.check(answer.errorCode(), answer.errorMessage(), "nothing was moved");
        for (var topic : answer.responses()) {
            for (var partition : topic.partitions()) {
                Refused.check(partition.errorCode(), partition.errorMessage(), "partition " + topic.name() + ":" + partition.partitionIndex() + " was not moved");
            }
        }
    }

    private static ListPartitionReassignmentsResponse underWay(Brokers brokers) {
        var answer = brokers.controller().ask(ApiKey.LIST_PARTITION_REASSIGNMENTS, ListPartitionReassignmentsRequest.builder()
                .timeoutMs((int) brokers.timeoutMs()).topics(null).build(), ListPartitionReassignmentsResponse.class).await();
        Refused.check(answer.errorCode(), answer.errorMessage(), "the moves cannot be listed");
        return answer;
    }

    private static void await(Session session, long partitions) {
        try (var progress = new Progress(session.screen(), "moving")) {
            while (true) {
                long left = underWay(session.brokers()).topics().stream().mapToLong(one -> one.partitions().size()).sum();
                if (left == 0) {
                    break;
                }
                progress.at(Math.max(0, partitions - left), partitions, Amounts.number(left) + " to go, also after ctrl-C");
                session.brokers().pause(LOOK_MS);
            }
        }
        session.screen().done("moved " + TopicChanges.count(partitions, "partition"));
    }

    private static void reassignments(Session session) {
        var table = new Table().column("topic", "TOPIC", Unit.NAME).column("partition", "PARTITION", Unit.NUMBER)
                .column("replicas", "REPLICAS", Unit.LIST).column("adding", "ADDING", Unit.LIST).column("removing", "REMOVING", Unit.LIST);
        var moving = new TreeMap<Place, List<Integer>>();
        for (var topic : underWay(session.brokers()).topics()) {
            for (var one : topic.partitions()) {
                table.row(topic.name(), one.partitionIndex(), one.replicas(), one.addingReplicas(), one.removingReplicas());
                moving.put(new Place(topic.name(), one.partitionIndex()), null);
            }
        }
        session.screen().show(table, "no partition is being moved");
        if (session.line().has("cancel") && !moving.isEmpty()) {
            session.confirm("Call off these moves?");
            alter(session, moving);
            session.screen().done("called off " + TopicChanges.count(moving.size(), "move"));
        }
    }
}
