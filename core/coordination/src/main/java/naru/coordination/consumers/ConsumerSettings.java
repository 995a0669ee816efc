package naru.coordination.consumers;

import java.util.List;

/**
 * What an operator sets about the consumer groups, or about one of them.
 *
 * @param sessionTimeoutMs {@code group.consumer.session.timeout.ms}, for one group {@code consumer.session.timeout.ms}
 * @param heartbeatIntervalMs {@code group.consumer.heartbeat.interval.ms}, or {@code consumer.heartbeat.interval.ms}
 * @param assignmentIntervalMs {@code group.consumer.assignment.interval.ms}, or {@code consumer.assignment.interval.ms}:
 *     a target is made at most this often; 0 makes one at once
 * @param membersMax {@code group.consumer.max.size}
 * @param assignors {@code group.consumer.assignors}: names, the first is taken when members do not care
 * @param upgrades true when {@code group.consumer.migration.policy} lets classic groups become consumer groups
 * @param downgrades true when it lets consumer groups become classic ones
 * @param classicMembersMax {@code group.max.size}: a larger group cannot become a classic one
 * @param refreshIntervalMs {@code group.consumer.regex.refresh.interval.ms}: what an expression matches is looked for
 *     this often even when no topic changed
 * @param groupsMax groups of one shard, of all kinds
 */
public record ConsumerSettings(
        int sessionTimeoutMs,
        int heartbeatIntervalMs,
        int assignmentIntervalMs,
        int membersMax,
        List<String> assignors,
        boolean upgrades,
        boolean downgrades,
        int classicMembersMax,
        int refreshIntervalMs,
        int groupsMax) {

    public static final ConsumerSettings DEFAULT = new ConsumerSettings(45_000, 5_000, 1_000, Integer.MAX_VALUE,
            List.of("uniform", "range"), true, true, Integer.MAX_VALUE, 600_000, 1_000_000);
}
