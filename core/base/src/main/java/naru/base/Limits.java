package naru.base;

import static naru.base.Invariant.check;

/**
 * Every bound in the broker. A queue, batch or wait that has no line here is not allowed to exist. Bounds that Kafka
 * lets an operator set ({@code socket.request.max.bytes}, ...) arrive here from the configuration.
 *
 * @param requestBytesMax the longest request, {@code socket.request.max.bytes}; a longer one closes the connection
 * @param requestsInFlightMax requests of one connection under way at once; then the lane stops reading it
 * @param answerBytesQueuedMax bytes waiting to leave on one connection; then the lane stops reading it
 * @param answerMemoryBytesMax memory for answers that wait to leave, all connections together; beyond it a connection is
 *     heard again only when hardly anything waits on it
 * @param readBytesPerTurnMax bytes read from one connection in one turn, so that a loud client cannot starve a quiet one
 * @param connectionsMax connections of the whole broker, {@code max.connections}
 * @param requestMemoryBytesMax memory for requests that are still arriving, all connections together
 * @param fetchSessionsMax cached incremental fetch sessions, {@code max.incremental.fetch.session.cache.slots}
 * @param fetchBytesMax bytes in one fetch answer, {@code fetch.max.bytes}
 * @param waitingFetchesMax fetches of one lane that wait for records; one more is answered at once
 * @param fetchPositionsMax partitions that the fetch sessions of one lane remember, and as many that its waiting fetches name
 * @param openFilesMax files open at once in one log folder; the least recently used is closed
 * @param logProducersMax idempotent producers that one log remembers; beyond it the one that wrote longest ago is forgotten
 * @param decompressedBytesMax bytes one compressed batch may expand to while it is checked
 * @param groupsMax groups of the whole broker, an equal part of them for each coordinator shard
 * @param groupMembersMax members of one group, {@code group.max.size}
 * @param commandsWaitingMax commands waiting for the controller
 * @param topicsPerRequestMax topics and partitions named in one request, and everything else it lists, together
 * @param partitionsOpenedPerTurnMax partitions that a lane opens or makes in one turn
 */
public record Limits(
        int requestBytesMax,
        int requestsInFlightMax,
        int answerBytesQueuedMax,
        long answerMemoryBytesMax,
        int readBytesPerTurnMax,
        int connectionsMax,
        long requestMemoryBytesMax,
        int fetchSessionsMax,
        int fetchBytesMax,
        int waitingFetchesMax,
        int fetchPositionsMax,
        int openFilesMax,
        int logProducersMax,
        int decompressedBytesMax,
        int groupsMax,
        int groupMembersMax,
        int commandsWaitingMax,
        int topicsPerRequestMax,
        int partitionsOpenedPerTurnMax) {

    public static final Limits PRODUCTION = new Limits(
            100 << 20, 256, 8 << 20, 256L << 20, 64 << 10, 100_000, 256L << 20, 1_000, 55 << 20, 100_000, 1_000_000, 4_096, 100_000, 128 << 20,
            1_000_000, Integer.MAX_VALUE, 10_000, 250_000, 100);

    /** So small that a simulation reaches every limit within seconds. */
    public static final Limits CRAMPED = new Limits(
            64 << 10, 4, 16 << 10, 64 << 10, 4 << 10, 32, 256 << 10, 2, 8 << 10, 4, 32, 8, 16, 64 << 10, 16, 4, 8, 64, 2);

    public Limits {
        check(requestBytesMax > 0, "the largest request has a size");
        check(readBytesPerTurnMax > 0, "a turn reads something");
        check(requestMemoryBytesMax >= requestBytesMax, "the largest request fits into memory");
        check(requestsInFlightMax > 0, "a connection may have a request under way");
        check(partitionsOpenedPerTurnMax > 0, "a turn opens something");
    }
}
