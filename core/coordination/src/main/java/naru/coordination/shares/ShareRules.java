package naru.coordination.shares;

/**
 * What an operator says about a share group's records.
 *
 * @param lockMs {@code share.record.lock.duration.ms}: how long a consumer may keep a record, in milliseconds
 * @param deliveriesMax {@code share.delivery.count.limit}: how often a record is delivered before it is archived
 * @param inFlightMax {@code share.partition.max.record.locks}: records of one partition under way at once
 * @param mayRenew {@code share.renew.acknowledge.enable}: whether a consumer may ask for more time
 */
public record ShareRules(int lockMs, int deliveriesMax, int inFlightMax, boolean mayRenew) {

    public static final ShareRules DEFAULT = new ShareRules(30_000, 5, 2_000, true);
}
