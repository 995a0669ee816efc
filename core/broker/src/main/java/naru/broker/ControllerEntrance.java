package naru.broker;

import java.util.TreeMap;
import naru.metadata.Declined;
import naru.metadata.QuorumRequests;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.message.ApiKey;
import naru.protocol.message.BrokerHeartbeatRequest;
import naru.protocol.message.BrokerRegistrationRequest;

/**
 * What is served on the listeners of controllers: the quorum's own requests, what brokers ask of the controller, what they
 * pass on for their clients, and what an operator's tools ask of controllers directly. Of one lane.
 */
final class ControllerEntrance implements Conversation.Desk {

    private static final ApiKey[] COMMANDS = {
        ApiKey.CREATE_TOPICS, ApiKey.DELETE_TOPICS, ApiKey.CREATE_PARTITIONS, ApiKey.ALTER_CONFIGS,
        ApiKey.INCREMENTAL_ALTER_CONFIGS, ApiKey.ALLOCATE_PRODUCER_IDS, ApiKey.UNREGISTER_BROKER,
        ApiKey.CONTROLLER_REGISTRATION, ApiKey.ALTER_PARTITION, ApiKey.ELECT_LEADERS,
        ApiKey.ALTER_PARTITION_REASSIGNMENTS, ApiKey.LIST_PARTITION_REASSIGNMENTS, ApiKey.ASSIGN_REPLICAS_TO_DIRS,
        ApiKey.UPDATE_FEATURES};

    private static final ApiKey[] OF_THE_QUORUM = {
        ApiKey.VOTE, ApiKey.BEGIN_QUORUM_EPOCH, ApiKey.END_QUORUM_EPOCH, ApiKey.FETCH, ApiKey.FETCH_SNAPSHOT,
        ApiKey.DESCRIBE_QUORUM, ApiKey.ADD_RAFT_VOTER, ApiKey.REMOVE_RAFT_VOTER, ApiKey.UPDATE_RAFT_VOTER};

    /** The registration under which a connection's broker was heard last. */
    private record Heard(int brokerId, long epoch) {}

    private final LaneBroker lane;
    private final Apis apis = new Apis();
    private final TreeMap<Long, Heard> brokers = new TreeMap<>();

    /** @param quorum null where this node knows no quorum but itself */
    ControllerEntrance(LaneBroker lane, QuorumRequests quorum) {
        this.lane = lane;
        for (var api : COMMANDS) {
            apis.serve(api, this::decide);
        }
        if (quorum != null) {
            for (var api : OF_THE_QUORUM) {
                apis.serve(api, (Request request, Message asked) -> quorum.take(
                        request.api(), request.version(), request.listener(), request.clientId(), asked, request::answer));
            }
        }
        apis.serve(ApiKey.BROKER_REGISTRATION, (Request request, BrokerRegistrationRequest asked) -> decide(request, asked))
                .serve(ApiKey.BROKER_HEARTBEAT, this::onHeartbeat)
                .serve(ApiKey.ENVELOPE, new EnvelopeHandler(lane))
                .serve(ApiKey.DESCRIBE_CONFIGS, new DescribeConfigsHandler(lane))
                .serve(ApiKey.DESCRIBE_CLUSTER, new DescribeControllersHandler(lane))
                .serve(ApiKey.API_VERSIONS, new ApiVersionsHandler(lane, apis));
    }

    private void decide(Request request, Message asked) {
        var command = CommandMessages.commandOf(asked);
        lane.broker().answerHere(lane.number(), asked, request.clientId(), request::answer,
                () -> request.answer(Declined.answer(command, ErrorCode.NOT_CONTROLLER, null)));
    }

    /** When a connection on which heartbeats came breaks, its broker may be gone. */
    private void onHeartbeat(Request request, BrokerHeartbeatRequest asked) {
        long connection = request.connection();
        if (brokers.put(connection, new Heard(asked.brokerId(), asked.brokerEpoch())) == null) {
            request.conversation().whenClosed(() -> {
                var last = brokers.remove(connection);
                lane.broker().onLost(last.brokerId(), last.epoch());
            });
        }
        decide(request, asked);
    }

    @Override
    public boolean serves(ApiKey api, int version) {
        return apis.serves(api, version);
    }

    @Override
    public void take(Request request, Reader body) {
        apis.handle(request, request.api().readRequest(body, request.version()));
    }

    @Override
    public void takeUnknownApiVersions(Request request) {
        request.answerInVersion(Apis.unsupported(), (short) 0);
    }
}
