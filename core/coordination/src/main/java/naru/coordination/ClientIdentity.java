package naru.coordination;

/**
 * Who sent a request, as it is stored with a member.
 *
 * @param clientId the request header's client id, empty when it had none
 * @param clientHost the peer's address in Kafka's form, {@code /127.0.0.1}
 */
public record ClientIdentity(String clientId, String clientHost) {

    public ClientIdentity {
        clientId = clientId == null ? "" : clientId;
    }
}
