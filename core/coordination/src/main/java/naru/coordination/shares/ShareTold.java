package naru.coordination.shares;

import naru.protocol.ErrorCode;

/**
 * What a share coordinator says about one share partition.
 *
 * @param error {@link ErrorCode#NONE}, or why it does not do what it was asked
 * @param message more about the error, in the words clients know; null when there is nothing to say
 */
public record ShareTold(ErrorCode error, String message) {

    public static final ShareTold DONE = new ShareTold(ErrorCode.NONE, null);

    /** With what Kafka's own text says about the error. */
    public static ShareTold of(ErrorCode error) {
        return new ShareTold(error, switch (error) {
            case NONE -> null;
            case UNKNOWN_TOPIC_OR_PARTITION -> "This server does not host this topic-partition.";
            case FENCED_LEADER_EPOCH -> "The leader epoch in the request is older than the epoch on the broker.";
            case FENCED_STATE_EPOCH ->
                    "The share coordinator rejected the request because the share-group state epoch did not match.";
            case COORDINATOR_NOT_AVAILABLE -> "The coordinator is not available.";
            case NOT_COORDINATOR -> "This is not the correct coordinator.";
            case COORDINATOR_LOAD_IN_PROGRESS -> "The coordinator is loading and hence can't process requests.";
            default -> null;
        });
    }
}
