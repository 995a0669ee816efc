package naru.coordination.groups;

/** Where a classic group stands. Kafka's tools print {@link #label}. */
enum GroupState {
    EMPTY("Empty"),
    PREPARING_REBALANCE("PreparingRebalance"),
    COMPLETING_REBALANCE("CompletingRebalance"),
    STABLE("Stable"),
    DEAD("Dead");

    final String label;

    GroupState(String label) {
        this.label = label;
    }
}
