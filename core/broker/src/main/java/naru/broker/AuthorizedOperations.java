package naru.broker;

/**
 * What a client may do, as the bit sets of KIP-430: bit n stands for the operation with Kafka's code n. Everything, as
 * long as nobody is asked who he is.
 */
final class AuthorizedOperations {

    private static final int READ = 3;
    private static final int WRITE = 4;
    private static final int CREATE = 5;
    private static final int DELETE = 6;
    private static final int ALTER = 7;
    private static final int DESCRIBE = 8;
    private static final int CLUSTER_ACTION = 9;
    private static final int DESCRIBE_CONFIGS = 10;
    private static final int ALTER_CONFIGS = 11;
    private static final int IDEMPOTENT_WRITE = 12;

    /** The client did not ask. */
    static final int NOT_ASKED = Integer.MIN_VALUE;

    static final int TOPIC = bits(READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS);
    static final int CLUSTER =
            bits(CREATE, ALTER, DESCRIBE, CLUSTER_ACTION, DESCRIBE_CONFIGS, ALTER_CONFIGS, IDEMPOTENT_WRITE);

    static final int GROUP = bits(READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS);

    private AuthorizedOperations() {}

    private static int bits(int... codes) {
        int bits = 0;
        for (int code : codes) {
            bits |= 1 << code;
        }
        return bits;
    }
}
