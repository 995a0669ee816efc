package naru.broker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import naru.base.Uuid;
import naru.metadata.Command;
import naru.protocol.ErrorCode;
import naru.protocol.message.AlterPartitionRequest;
import naru.protocol.message.AlterPartitionRequest.BrokerState;
import naru.protocol.message.AlterPartitionRequest.PartitionData;
import naru.protocol.message.AlterPartitionRequest.TopicData;
import naru.protocol.message.AlterPartitionResponse;
import naru.replication.LeaderEffect.ProposeInSyncSet;
import naru.replication.LeaderInput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leaders of a lane propose about who is in sync, on its way to the controller: one request a turn for all of
 * them. What was decided the leaders hear from committed records; from here they only hear that a proposal came to nothing,
 * or that nobody knows what became of it.
 */
final class InSyncRequests {

    private static final Logger LOG = LoggerFactory.getLogger(InSyncRequests.class);
    private static final long AGAIN_MS = 50;
    /** A leader of an election that was not clean has nothing to recover but what its log did when it was opened. */
    private static final byte RECOVERED = 0;

    private record Asked(Partition partition, Leading by, ProposeInSyncSet proposal) {

        /** False when another leadership has begun since: the answer can mean nothing to it. */
        private boolean stands() {
            return partition.leading() == by;
        }
    }

    private record Key(Uuid topic, int partition) {}

    private final LaneBroker lane;
    private ArrayList<Asked> waiting = new ArrayList<>();
    private ErrorCode complainedOf = ErrorCode.NONE;

    InSyncRequests(LaneBroker lane) {
        this.lane = lane;
    }

    void ask(Partition partition, Leading by, ProposeInSyncSet proposal) {
        waiting.add(new Asked(partition, by, proposal));
    }

    /** The end of the turn: everything that was proposed in it goes to the controller. */
    void endTurn() {
        if (waiting.isEmpty()) {
            return;
        }
        // A leader that proposed twice in a turn means the second one.
        var all = new LinkedHashMap<Key, Asked>();
        for (var one : waiting) {
            if (one.stands()) {
                all.put(new Key(one.partition().topicId(), one.partition().name().partition()), one);
            }
        }
        waiting = new ArrayList<>();
        if (!all.isEmpty()) {
            lane.broker().decide(lane.number(), new Command.AlterPartition(requestFor(all.values())),
                    answer -> onAnswer(all, (AlterPartitionResponse) answer), () -> lost(all.values()));
        }
    }

    private AlterPartitionRequest requestFor(Collection<Asked> all) {
        long ownEpoch = lane.replication().brokerEpoch();
        var topics = new TreeMap<Uuid, List<PartitionData>>();
        for (var one : all) {
            var members = new ArrayList<BrokerState>();
            one.proposal().members().forEach((id, epoch) ->
                    members.add(new BrokerState(id, id == lane.broker().nodeId() ? ownEpoch : epoch)));
            topics.computeIfAbsent(one.partition().topicId(), _ -> new ArrayList<>()).add(PartitionData.builder()
                    .partitionIndex(one.partition().name().partition())
                    .leaderEpoch(one.partition().leaderEpoch())
                    .newIsr(List.copyOf(one.proposal().members().keySet()))
                    .newIsrWithEpochs(members)
                    .leaderRecoveryState(RECOVERED)
                    .partitionEpoch(one.proposal().partitionEpoch())
                    .build());
        }
        var named = new ArrayList<TopicData>();
        topics.forEach((id, partitions) -> named.add(new TopicData(id, partitions)));
        return new AlterPartitionRequest(lane.broker().nodeId(), ownEpoch, named);
    }

    private void onAnswer(LinkedHashMap<Key, Asked> all, AlterPartitionResponse answer) {
        var unanswered = new LinkedHashMap<>(all);
        if (answer.errorCode() != ErrorCode.NONE.code()) {
            complain(ErrorCode.of(answer.errorCode()));
        } else {
            complainedOf = ErrorCode.NONE;
            for (var topic : answer.topics()) {
                for (var partition : topic.partitions()) {
                    var one = unanswered.remove(new Key(topic.topicId(), partition.partitionIndex()));
                    if (one != null) {
                        settle(one, ErrorCode.of(partition.errorCode()));
                    }
                }
            }
        }
        lost(unanswered.values());
    }

    /** Once for each reason: it is asked again and again. */
    private void complain(ErrorCode why) {
        if (why != complainedOf) {
            complainedOf = why;
            LOG.warn("The controller does not listen to proposals about in-sync sets: {}", why);
        }
    }

    private void settle(Asked one, ErrorCode error) {
        switch (error) {
            // The record about it is on its way; so is the one about what we have not heard of yet.
            case NONE, INVALID_UPDATE_VERSION, FENCED_LEADER_EPOCH, NEW_LEADER_ELECTED, UNKNOWN_TOPIC_OR_PARTITION,
                 UNKNOWN_TOPIC_ID -> { }
            case INELIGIBLE_REPLICA, OPERATION_NOT_ATTEMPTED, INVALID_REQUEST -> {
                LOG.info("{}: {} are not in sync yet: {}", one.partition().name(), one.proposal().members().keySet(), error);
                tell(one, new LeaderInput.ProposalRefused(one.proposal().number()));
                lookAgainSoon(List.of(one));
            }
            default -> lost(List.of(one));
        }
    }

    /** Soon, because until it is settled a replica counts that may be gone. */
    private void lost(Collection<Asked> all) {
        if (all.isEmpty()) {
            return;
        }
        all.forEach(one -> tell(one, new LeaderInput.ProposalLost(one.proposal().number())));
        lookAgainSoon(List.copyOf(all));
    }

    private void lookAgainSoon(List<Asked> all) {
        lane.afterMs(AGAIN_MS, () -> all.forEach(one -> tell(one, new LeaderInput.TimePassed())));
    }

    private void tell(Asked one, LeaderInput input) {
        if (one.stands()) {
            one.by().hear(input);
        }
    }
}
