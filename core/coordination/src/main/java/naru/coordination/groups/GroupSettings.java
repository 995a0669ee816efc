package naru.coordination.groups;

import naru.coordination.membership.Kinds;
import naru.protocol.ErrorCode;

/**
 * What an operator sets about groups.
 *
 * @param sessionTimeoutMinMs {@code group.min.session.timeout.ms}
 * @param sessionTimeoutMaxMs {@code group.max.session.timeout.ms}
 * @param initialRebalanceDelayMs {@code group.initial.rebalance.delay.ms}
 * @param membersMax {@code group.max.size}
 * @param metadataBytesMax {@code offset.metadata.max.bytes}
 * @param offsetsRetentionMs {@code offsets.retention.minutes}, in milliseconds
 * @param expiryIntervalMs {@code offsets.retention.check.interval.ms}
 * @param groupsMax groups of one shard; another one is refused until some are gone. Kafka has no such bound
 */
public record GroupSettings(
        int sessionTimeoutMinMs,
        int sessionTimeoutMaxMs,
        int initialRebalanceDelayMs,
        int membersMax,
        int metadataBytesMax,
        long offsetsRetentionMs,
        long expiryIntervalMs,
        int groupsMax) {

    public static final GroupSettings DEFAULT =
            new GroupSettings(6_000, 1_800_000, 3_000, Integer.MAX_VALUE, 4_096, 10_080L * 60_000, 600_000, 1_000_000);

    /** NONE while another group may be founded in a shard with these. */
    public ErrorCode roomForOneMore(Kinds kinds) {
        return kinds.count() < groupsMax ? ErrorCode.NONE : ErrorCode.COORDINATOR_NOT_AVAILABLE;
    }
}
