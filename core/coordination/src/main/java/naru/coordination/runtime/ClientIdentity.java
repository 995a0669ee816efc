package naru.coordination.runtime;

/**
 * Who sent a request, as it is stored with a member.
 *
 * @param clientId the request header's client id, empty when it had none; of a very long one the beginning, so that a
 *     member's id, which begins with it, fits wherever ids are told and stored
 * @param clientHost the peer's address in Kafka's form, {@code /127.0.0.1}
 */
public record ClientIdentity(String clientId, String clientHost) {

    private static final int CHARS_MAX = 10_000;

    public ClientIdentity {
        clientId = clientId == null ? "" : clientId.substring(0, Math.min(clientId.length(), CHARS_MAX));
    }
}
