package naru.coordination.shares;

/**
 * What an operator sets about the share coordinator.
 *
 * @param updatesPerSnapshot {@code share.coordinator.snapshot.update.records.per.snapshot}: changes of a share partition
 *     after which its whole state is written anew
 * @param coldIntervalMs {@code share.coordinator.cold.partition.snapshot.interval.ms}: how often the state of those
 *     that nobody changes is written anew, so that what lies before it can go
 * @param pruneIntervalMs {@code share.coordinator.state.topic.prune.interval.ms}: how often what is of no use is deleted
 */
public record ShareSettings(int updatesPerSnapshot, long coldIntervalMs, long pruneIntervalMs) {

    public static final ShareSettings DEFAULT = new ShareSettings(500, 300_000, 300_000);
}
