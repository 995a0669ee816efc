package naru.broker;

import naru.protocol.message.FetchRequest;

/**
 * Who reads, when it is a consumer.
 *
 * @param committedOnly leaves out what open and aborted transactions wrote
 * @param mayReadFollowers knows that records can also be had from a follower (KIP-392)
 * @param rack where it is; empty when it does not say
 */
record FetchReader(boolean committedOnly, boolean mayReadFollowers, String rack) {

    private static final short KNOWS_FOLLOWERS = 11;
    private static final byte READ_COMMITTED = 1;

    private static final FetchReader OLD = new FetchReader(false, false, "");
    private static final FetchReader OLD_COMMITTED = new FetchReader(true, false, "");
    private static final FetchReader OF_ALL = new FetchReader(false, true, "");
    private static final FetchReader OF_COMMITTED = new FetchReader(true, true, "");

    static FetchReader of(FetchRequest fetch, short version) {
        boolean committedOnly = fetch.isolationLevel() == READ_COMMITTED;
        if (version < KNOWS_FOLLOWERS) {
            return committedOnly ? OLD_COMMITTED : OLD;
        }
        if (fetch.rackId().isEmpty()) {
            return committedOnly ? OF_COMMITTED : OF_ALL;
        }
        return new FetchReader(committedOnly, true, fetch.rackId());
    }
}
