package naru.cli.wire;

import naru.cli.Failure;
import naru.protocol.ErrorCode;

/** What brokers' refusals mean, in words, and what to try. */
public final class Refused {

    private Refused() {}

    /** Throws unless the code is none. */
    public static void check(short code, String message, String what) {
        var error = ErrorCode.of(code);
        if (error != ErrorCode.NONE) {
            throw of(error, message, what);
        }
    }

    /**
     * The refusal as a failure.
     *
     * @param message the broker's own words; null or empty for none
     * @param what what could not be done, such as {@code topic 'x' was not created}
     */
    public static Failure of(ErrorCode error, String message, String what) {
        return new Failure(what + ": " + why(error, message), advice(error));
    }

    /** Why, in the broker's words or in ours. */
    public static String why(ErrorCode error, String message) {
        if (message != null && !message.isBlank() && !message.equals(error.name())) {
            String sentence = message.strip().replace('\n', ' ');
            return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
        }
        return switch (error) {
            case UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID -> "there is no such topic or partition";
            case TOPIC_ALREADY_EXISTS -> "a topic of that name exists already";
            case INVALID_REPLICATION_FACTOR -> "there are not that many brokers for its replicas";
            case LEADER_NOT_AVAILABLE, NOT_LEADER_OR_FOLLOWER -> "the partition has no leader at the moment";
            case OFFSET_OUT_OF_RANGE -> "there is no record at that offset any more, or not yet";
            case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE -> "a record is larger than the topic takes";
            case NOT_ENOUGH_REPLICAS, NOT_ENOUGH_REPLICAS_AFTER_APPEND -> "fewer replicas are in sync than the topic demands";
            case REQUEST_TIMED_OUT -> "the broker did not get it done in time";
            case COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR -> "the coordinator is not ready";
            case GROUP_ID_NOT_FOUND -> "there is no such group";
            case NON_EMPTY_GROUP -> "the group has members";
            case UNKNOWN_MEMBER_ID -> "the group has members, and only they may commit";
            case TOPIC_AUTHORIZATION_FAILED, GROUP_AUTHORIZATION_FAILED, CLUSTER_AUTHORIZATION_FAILED,
                    TRANSACTIONAL_ID_AUTHORIZATION_FAILED -> "you have no permission";
            case TRANSACTIONAL_ID_NOT_FOUND -> "there is no such transactional id";
            case UNSUPPORTED_VERSION -> "the broker cannot do that";
            default -> error.name();
        };
    }

    private static String advice(ErrorCode error) {
        return switch (error) {
            case UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID -> "'naru topics list' shows those there are";
            case TOPIC_ALREADY_EXISTS -> "choose another name, or add --if-not-exists";
            case INVALID_REPLICATION_FACTOR -> "try fewer with --replicas, or start more brokers";
            case LEADER_NOT_AVAILABLE, NOT_LEADER_OR_FOLLOWER, REQUEST_TIMED_OUT, COORDINATOR_LOAD_IN_PROGRESS,
                    COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR -> "try again in a moment";
            case OFFSET_OUT_OF_RANGE -> "'naru topics describe TOPIC' shows which offsets there are";
            case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE -> "raise the topic's max.message.bytes with 'naru topics alter'";
            case NOT_ENOUGH_REPLICAS, NOT_ENOUGH_REPLICAS_AFTER_APPEND -> "see which brokers are missing with 'naru status'";
            case GROUP_ID_NOT_FOUND -> "'naru groups list' shows those there are";
            case NON_EMPTY_GROUP, UNKNOWN_MEMBER_ID -> "stop its members first; 'naru groups describe GROUP' shows them";
            case TOPIC_AUTHORIZATION_FAILED, GROUP_AUTHORIZATION_FAILED, CLUSTER_AUTHORIZATION_FAILED,
                    TRANSACTIONAL_ID_AUTHORIZATION_FAILED -> "ask for it, or use other credentials in --command-config";
            case TRANSACTIONAL_ID_NOT_FOUND -> "'naru transactions list' shows those there are";
            case UNKNOWN_SERVER_ERROR -> "the broker's log may say more";
            case UNSUPPORTED_VERSION -> "it needs a newer one";
            default -> "";
        };
    }
}
