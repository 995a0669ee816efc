package naru.metadata;

/**
 * What a configuration belongs to.
 *
 * @param type Kafka's number
 * @param name a topic, a group, a subscription, a broker's number; empty for the default of all brokers
 */
public record Resource(byte type, String name) implements Comparable<Resource> {

    public static final byte TOPIC = 2;
    public static final byte BROKER = 4;
    public static final byte BROKER_LOGGER = 8;
    public static final byte CLIENT_METRICS = 16;
    public static final byte GROUP = 32;

    public static final Resource ALL_BROKERS = new Resource(BROKER, "");

    public static Resource topic(String name) {
        return new Resource(TOPIC, name);
    }

    public static Resource group(String name) {
        return new Resource(GROUP, name);
    }

    public static Resource broker(int id) {
        return new Resource(BROKER, Integer.toString(id));
    }

    /** True for the default of all brokers. */
    boolean isOfAllBrokers() {
        return type == BROKER && name.isEmpty();
    }

    @Override
    public int compareTo(Resource other) {
        int byType = Byte.compare(type, other.type);
        return byType != 0 ? byType : name.compareTo(other.name);
    }
}
