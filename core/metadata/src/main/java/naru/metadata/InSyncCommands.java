package naru.metadata;

import static naru.metadata.PartitionChange.NO_LEADER;
import static naru.metadata.PartitionChange.RECOVERED;
import static naru.metadata.PartitionChange.RECOVERING;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import naru.configuration.BrokerSettings;
import naru.protocol.ErrorCode;
import naru.protocol.message.AlterPartitionRequest;
import naru.protocol.message.AlterPartitionRequest.BrokerState;
import naru.protocol.message.AlterPartitionResponse;
import naru.protocol.message.PartitionChangeRecord;

/** Leaders propose who is in sync with them (KIP-497, KIP-841, KIP-903). */
final class InSyncCommands {

    private static final long EPOCH_NOT_SAID = -1;

    private final BrokerSettings settings;

    InSyncCommands(BrokerSettings settings) {
        this.settings = settings;
    }

    Decision alter(AlterPartitionRequest asked, Cluster cluster) {
        var leader = cluster.brokers().get(asked.brokerId());
        if (leader == null || leader.epoch() != asked.brokerEpoch()) {
            return Decision.nothing(AlterPartitionResponse.builder()
                    .errorCode(ErrorCode.STALE_BROKER_EPOCH.code()).build());
        }
        var rules = new LeadershipRules.Book(cluster, settings);
        var moved = new Movements.Moved();
        var topics = new ArrayList<AlterPartitionResponse.TopicData>();
        for (var wanted : asked.topics()) {
            var topic = cluster.topic(wanted.topicId());
            var answers = new ArrayList<AlterPartitionResponse.PartitionData>();
            for (var proposal : wanted.partitions()) {
                answers.add(topic == null ? refused(proposal, ErrorCode.UNKNOWN_TOPIC_ID)
                        : alterOne(asked.brokerId(), topic, proposal, cluster, rules.of(topic.name()), moved));
            }
            topics.add(new AlterPartitionResponse.TopicData(wanted.topicId(), answers));
        }
        return new Decision(moved.records(), AlterPartitionResponse.builder().topics(topics).build(), moved.notices());
    }

    private static AlterPartitionResponse.PartitionData alterOne(
            int leader, Topic topic, AlterPartitionRequest.PartitionData proposal, Cluster cluster, LeadershipRules rules,
            Movements.Moved moved) {
        int number = proposal.partitionIndex();
        if (!topic.has(number)) {
            return refused(proposal, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
        var name = topic.name() + "-" + number;
        var was = moved.latest(name, topic.partitions().get(number));
        var members = members(proposal);
        var complaint = complaint(leader, was, proposal, members, cluster);
        if (complaint != ErrorCode.NONE) {
            return refused(proposal, complaint);
        }
        moved.add(new PartitionChange(was, topic.id(), number, rules, Movements.serving(cluster, was))
                .inSync(members.stream().map(BrokerState::brokerId).toList())
                .recovery(proposal.leaderRecoveryState()), name, was);
        if (moved.latest(name, was) == was) {
            // What is the set already gets a new epoch, too: whoever proposed it waits for a record to settle all it has proposed.
            moved.add(PartitionChangeRecord.builder().topicId(topic.id()).partitionId(number).isr(was.inSync()).build(), name, was);
        }
        var is = moved.latest(name, was);
        // A reassignment that is complete with this may take the leadership along.
        if (is.leader() != leader && is.leader() != NO_LEADER) {
            return refused(proposal, ErrorCode.NEW_LEADER_ELECTED);
        }
        return new AlterPartitionResponse.PartitionData(number, ErrorCode.NONE.code(), is.leader(), is.leaderEpoch(),
                is.inSync(), is.recoveryState(), is.partitionEpoch());
    }

    /** Before version 3 the members' epochs are not told. */
    private static List<BrokerState> members(AlterPartitionRequest.PartitionData proposal) {
        return proposal.newIsrWithEpochs().isEmpty()
                ? proposal.newIsr().stream().map(id -> new BrokerState(id, EPOCH_NOT_SAID)).toList()
                : proposal.newIsrWithEpochs();
    }

    private static ErrorCode complaint(
            int leader, Partition was, AlterPartitionRequest.PartitionData proposal, List<BrokerState> members,
            Cluster cluster) {
        // Who knows more than this controller has asked the wrong one.
        if (proposal.leaderEpoch() > was.leaderEpoch() || proposal.partitionEpoch() > was.partitionEpoch()) {
            return ErrorCode.NOT_CONTROLLER;
        }
        if (proposal.leaderEpoch() < was.leaderEpoch()) {
            return ErrorCode.FENCED_LEADER_EPOCH;
        }
        if (leader != was.leader()) {
            return ErrorCode.INVALID_REQUEST;
        }
        if (proposal.partitionEpoch() < was.partitionEpoch()) {
            return ErrorCode.INVALID_UPDATE_VERSION;
        }
        var ids = members.stream().map(BrokerState::brokerId).toList();
        boolean isSet = new HashSet<>(ids).size() == ids.size() && was.replicas().containsAll(ids);
        byte recovery = proposal.leaderRecoveryState();
        if (!isSet || !ids.contains(leader) || recovery != RECOVERED && recovery != RECOVERING) {
            return ErrorCode.INVALID_REQUEST;
        }
        if (recovery == RECOVERING && (ids.size() > 1 || was.recoveryState() == RECOVERED)) {
            return ErrorCode.INVALID_REQUEST;
        }
        return members.stream().allMatch(one -> mayJoin(one, cluster)) ? ErrorCode.NONE : ErrorCode.INELIGIBLE_REPLICA;
    }

    private static boolean mayJoin(BrokerState member, Cluster cluster) {
        var broker = cluster.brokers().get(member.brokerId());
        return broker != null && broker.isActive()
                && (member.brokerEpoch() == EPOCH_NOT_SAID || member.brokerEpoch() == broker.epoch());
    }

    private static AlterPartitionResponse.PartitionData refused(
            AlterPartitionRequest.PartitionData proposal, ErrorCode why) {
        return AlterPartitionResponse.PartitionData.builder()
                .partitionIndex(proposal.partitionIndex()).errorCode(why.code()).build();
    }
}
