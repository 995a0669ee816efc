package naru.metadata;

/**
 * What the controller decides on.
 *
 * @param cluster its newest value: what is committed and what is on its way there
 * @param endOffset the offset that the next record will get
 * @param sessions which brokers are heard; read only
 * @param nowNs by the monotonic clock
 * @param quorumVersion {@code kraft.version}, which the log says and not the cluster's value
 */
public record Situation(Cluster cluster, long endOffset, BrokerSessions sessions, long nowNs, short quorumVersion) {

    Situation with(Cluster other) {
        return new Situation(other, endOffset, sessions, nowNs, quorumVersion);
    }
}
