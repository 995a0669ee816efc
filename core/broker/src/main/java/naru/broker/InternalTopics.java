package naru.broker;

/** The topics in which coordinators keep what they decided. */
final class InternalTopics {

    static final String OFFSETS = "__consumer_offsets";
    static final String TRANSACTIONS = "__transaction_state";
    static final String SHARES = "__share_group_state";

    private InternalTopics() {}

    static boolean isInternal(String topic) {
        return topic.equals(OFFSETS) || topic.equals(TRANSACTIONS) || topic.equals(SHARES);
    }
}
