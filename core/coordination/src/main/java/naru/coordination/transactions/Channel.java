package naru.coordination.transactions;

/**
 * The connection a request came on, as far as its age matters. Requests of one connection are heard in the order in which
 * they were sent, so only those of different ones can be late.
 *
 * @param openedNs when it was accepted, of {@link naru.base.Clock#nowNs}
 * @param number tells connections apart that were accepted in the same moment
 */
public record Channel(long openedNs, long number) {

    boolean isOlderThan(Channel other) {
        return openedNs < other.openedNs;
    }
}
