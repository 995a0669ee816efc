package naru.broker;

import naru.configuration.ConfigKeys;
import naru.coordination.shares.ShareRules;
import naru.metadata.ConfigView;
import naru.metadata.Resource;

/**
 * What operators set about one share group.
 *
 * @param offsetReset {@code share.auto.offset.reset}
 * @param committedOnly {@code share.isolation.level} is {@code read_committed}
 * @param sessionTimeoutMs {@code share.session.timeout.ms}
 * @param heartbeatIntervalMs {@code share.heartbeat.interval.ms}
 */
record ShareGroupSettings(
        ShareRules rules, String offsetReset, boolean committedOnly, int sessionTimeoutMs, int heartbeatIntervalMs) {

    static ShareGroupSettings of(LaneBroker lane, String group) {
        var view = lane.configuration();
        return new ShareGroupSettings(
                new ShareRules(
                        integer(view, group, "share.record.lock.duration.ms"),
                        integer(view, group, "share.delivery.count.limit"),
                        integer(view, group, "share.partition.max.record.locks"),
                        text(view, group, "share.renew.acknowledge.enable").equals("true")),
                text(view, group, "share.auto.offset.reset"),
                text(view, group, "share.isolation.level").equals("read_committed"),
                integer(view, group, "share.session.timeout.ms"),
                integer(view, group, "share.heartbeat.interval.ms"));
    }

    private static String text(ConfigView view, String group, String key) {
        return view.value(new Resource(Resource.GROUP, group), ConfigKeys.GROUP.get(key)).text().strip();
    }

    private static int integer(ConfigView view, String group, String key) {
        return Integer.parseInt(text(view, group, key));
    }
}
