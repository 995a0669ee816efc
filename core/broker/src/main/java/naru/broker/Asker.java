package naru.broker;

/**
 * Who asked for something that another node decides: told along with the question, so that it is decided, limited and
 * logged there as if they had come themselves.
 *
 * @param clientId what the client calls itself
 * @param host its address, as Kafka prints hosts of clients: {@code /127.0.0.1}
 */
record Asker(String clientId, String host) {

    static Asker of(Request request) {
        return new Asker(request.clientId(), request.clientHost());
    }
}
