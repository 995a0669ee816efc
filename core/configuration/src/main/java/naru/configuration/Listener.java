package naru.configuration;

/**
 * One place where clients connect.
 *
 * @param name such as {@code PLAINTEXT}, in capitals
 * @param host empty for every interface
 * @param port 0 for any free one
 */
public record Listener(String name, SecurityProtocol protocol, String host, int port) {

    /** The numbers are those of Kafka's metadata records. */
    public enum SecurityProtocol {
        PLAINTEXT(0),
        SSL(1),
        SASL_PLAINTEXT(2),
        SASL_SSL(3);

        private final short id;

        SecurityProtocol(int id) {
            this.id = (short) id;
        }

        public short id() {
            return id;
        }
    }

    @Override
    public String toString() {
        return name + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
