package naru.broker;

import java.util.regex.Pattern;
import naru.protocol.ErrorCode;
import naru.protocol.MalformedMessage;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;
import naru.protocol.message.EnvelopeRequest;
import naru.protocol.message.EnvelopeResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Envelope (API key 58): a broker passes on what one of its clients asked. Served to brokers alone. */
final class EnvelopeHandler implements Handler<EnvelopeRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(EnvelopeHandler.class);

    private static final Pattern NAMES = Pattern.compile("(?:broker-)?([0-9]{1,9})(?:-forwarding)?");

    private final LaneBroker lane;

    EnvelopeHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, EnvelopeRequest envelope) {
        if (!isFromBroker(request)) {
            LOG.info("{} sent an envelope as \"{}\", which is no broker of this cluster", request.clientHost(), request.clientId());
            refuse(request, ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
            return;
        }
        Envelopes.Content content;
        try {
            content = Envelopes.open(envelope, lane.limits().topicsPerRequestMax());
        } catch (MalformedMessage strange) {
            LOG.info("{} sent an envelope that cannot be opened: {}", request.clientHost(), strange.getMessage());
            refuse(request, ErrorCode.INVALID_REQUEST);
            return;
        }
        if (!Envelopes.hasPrincipal(envelope)) {
            refuse(request, ErrorCode.PRINCIPAL_DESERIALIZATION_FAILURE);
            return;
        }
        if (!mayBeForwarded(content.api())) {
            refuse(request, ErrorCode.INVALID_REQUEST);
            return;
        }
        var asked = content;
        lane.broker().answerHere(lane.number(), content.request(), content.asker().clientId(),
                answer -> answer(request, asked, answer), () -> refuse(request, ErrorCode.NOT_CONTROLLER));
    }

    /**
     * Brokers name themselves in what they call themselves: Naru's as {@code broker-N-forwarding}, Kafka's by their number. Before there is
     * authentication anybody may claim that, so this keeps out who came by mistake, and nobody who means harm.
     */
    private boolean isFromBroker(Request request) {
        var named = NAMES.matcher(request.clientId());
        return named.matches() && lane.cluster().brokers().containsKey(Integer.parseInt(named.group(1)));
    }

    /** What clients may ask of a broker and only a controller can do. */
    static boolean mayBeForwarded(ApiKey api) {
        return switch (api) {
            case CREATE_TOPICS, DELETE_TOPICS, CREATE_PARTITIONS, ALTER_CONFIGS, INCREMENTAL_ALTER_CONFIGS, ELECT_LEADERS,
                    ALTER_PARTITION_REASSIGNMENTS, LIST_PARTITION_REASSIGNMENTS, UNREGISTER_BROKER, UPDATE_FEATURES,
                    DESCRIBE_QUORUM, ADD_RAFT_VOTER, REMOVE_RAFT_VOTER -> true;
            default -> false;
        };
    }

    private static void answer(Request request, Envelopes.Content asked, Message answer) {
        request.answer(new EnvelopeResponse(Envelopes.sealAnswer(asked, answer), ErrorCode.NONE.code()));
    }

    private static void refuse(Request request, ErrorCode why) {
        request.answer(new EnvelopeResponse(null, why.code()));
    }
}
