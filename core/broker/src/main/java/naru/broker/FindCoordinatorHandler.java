package naru.broker;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import naru.coordination.runtime.ShardPartition;
import naru.coordination.shares.ShareKey;
import naru.protocol.ErrorCode;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.FindCoordinatorResponse.Coordinator;

/** FindCoordinator (API key 10): who coordinates a group or a transactional id. Creates the
 * coordinators' topic when it is first needed. */
final class FindCoordinatorHandler implements Handler<FindCoordinatorRequest> {

    private static final byte GROUP = 0;
    private static final byte TRANSACTION = 1;
    private static final byte SHARE = 2;
    /** What Kafka says of a type of key that does not exist. */
    private static final String MALFORMED = "This most likely occurs because of a request being malformed by the client library or"
            + " the message was sent to an incompatible broker. See the broker logs for more details.";
    private static final short MANY_KEYS = 4;
    private static final short SHARES_SINCE = 6;

    private final LaneBroker lane;

    FindCoordinatorHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, FindCoordinatorRequest asked) {
        if (request.version() >= MANY_KEYS) {
            answerMany(request, asked);
        } else {
            answerOne(request, asked);
        }
    }

    private void answerMany(Request request, FindCoordinatorRequest asked) {
        if (asked.keyType() == SHARE && request.version() >= SHARES_SINCE && !asked.coordinatorKeys().isEmpty()) {
            lane.coordinators().shares().whenThereIsATopic(() -> whenFound(request, InternalTopics.SHARES, asked.coordinatorKeys(),
                    () -> answer(request, asked.coordinatorKeys().stream().map(key -> findShare(request, key)).toList())));
            return;
        }
        if (!isServed(asked.keyType()) || asked.coordinatorKeys().isEmpty()) {
            var error = ErrorCode.INVALID_REQUEST;
            String why = error == ErrorCode.INVALID_REQUEST && asked.keyType() != SHARE ? MALFORMED : "";
            answer(request, asked.coordinatorKeys().stream()
                    .map(key -> new Coordinator(key, -1, "", -1, error.code(), why)).toList());
            return;
        }
        String topic = topicOf(asked.keyType());
        whenThereIsATopic(topic, () -> whenFound(request, topic, asked.coordinatorKeys(), () -> {
            var found = new ArrayList<Coordinator>();
            for (var key : asked.coordinatorKeys()) {
                found.add(find(request, topic, key));
            }
            answer(request, found);
        }));
    }

    private void answerOne(Request request, FindCoordinatorRequest asked) {
        if (!isServed(asked.keyType())) {
            answerOne(request, none(asked.key(), ErrorCode.INVALID_REQUEST));
            return;
        }
        String topic = topicOf(asked.keyType());
        whenThereIsATopic(topic, () -> whenFound(
                request, topic, List.of(asked.key()), () -> answerOne(request, find(request, topic, asked.key()))));
    }

    private static void answerOne(Request request, Coordinator found) {
        request.answer(FindCoordinatorResponse.builder()
                .errorCode(found.errorCode())
                .errorMessage(messageOf(ErrorCode.of(found.errorCode())))
                .nodeId(found.nodeId())
                .host(found.host())
                .port(found.port())
                .build());
    }

    private static String messageOf(ErrorCode error) {
        return switch (error) {
            case NONE -> ErrorCode.NONE.name();
            case INVALID_REQUEST -> MALFORMED;
            default -> "The coordinator is not available.";
        };
    }

    private static void answer(Request request, List<Coordinator> coordinators) {
        request.answer(FindCoordinatorResponse.builder().coordinators(coordinators).build());
    }

    private static boolean isServed(byte keyType) {
        return keyType == GROUP || keyType == TRANSACTION;
    }

    /** Where what coordinates such keys is kept. */
    private static String topicOf(byte keyType) {
        return keyType == TRANSACTION ? InternalTopics.TRANSACTIONS : InternalTopics.OFFSETS;
    }

    private static Coordinator none(String key, ErrorCode error) {
        return new Coordinator(key, -1, "", -1, error.code(), "");
    }

    private void whenThereIsATopic(String topic, Runnable then) {
        if (lane.cluster().topic(topic) != null) {
            then.run();
        } else {
            var names = new LinkedHashSet<String>();
            names.add(topic);
            lane.autoCreation().create(names, then);
        }
    }

    /** A coordinator that is missed is about to have a successor. */
    private void whenFound(Request request, String internal, List<String> keys, Runnable then) {
        request.whenNext(() -> lane.missed().whenFound(
                missed -> keys.stream().anyMatch(key -> missed.contains(leaderFor(internal, key))), then));
    }

    /** Of the partition that keeps what is known of this key; -1 when there is none. */
    private int leaderFor(String internal, String key) {
        var topic = lane.cluster().topic(internal);
        return topic == null ? -1 : topic.partitions().get(ShardPartition.of(key, topic.partitions().size())).leader();
    }

    /** The key names a group, a topic's id and a partition. */
    private Coordinator findShare(Request request, String key) {
        return ShareKey.parse(key) == null
                ? none(key, ErrorCode.INVALID_REQUEST) : find(request, InternalTopics.SHARES, key);
    }

    private Coordinator find(Request request, String internal, String key) {
        var node = Endpoints.of(lane.cluster(), request.listener(), leaderFor(internal, key));
        if (node == null) {
            return none(key, ErrorCode.COORDINATOR_NOT_AVAILABLE);
        }
        return new Coordinator(key, node.id(), node.host(), node.port(), ErrorCode.NONE.code(), "");
    }
}
