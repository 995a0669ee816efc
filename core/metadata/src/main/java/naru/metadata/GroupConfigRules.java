package naru.metadata;

import java.util.List;
import naru.configuration.ConfigKeys;
import naru.protocol.ErrorCode;

/** What a group may be told lies within the bounds that the brokers set, and fits together. */
final class GroupConfigRules {

    /** A group's key, and the broker's keys with the least and the most of it. */
    private record Bounds(String key, String least, String most) {}

    private static final List<Bounds> BOUNDS = List.of(
            new Bounds("consumer.assignment.interval.ms",
                    "group.consumer.min.assignment.interval.ms", "group.consumer.max.assignment.interval.ms"),
            new Bounds("consumer.heartbeat.interval.ms",
                    "group.consumer.min.heartbeat.interval.ms", "group.consumer.max.heartbeat.interval.ms"),
            new Bounds("consumer.session.timeout.ms",
                    "group.consumer.min.session.timeout.ms", "group.consumer.max.session.timeout.ms"),
            new Bounds("share.heartbeat.interval.ms",
                    "group.share.min.heartbeat.interval.ms", "group.share.max.heartbeat.interval.ms"),
            new Bounds("share.session.timeout.ms",
                    "group.share.min.session.timeout.ms", "group.share.max.session.timeout.ms"),
            new Bounds("share.record.lock.duration.ms",
                    "group.share.min.record.lock.duration.ms", "group.share.max.record.lock.duration.ms"),
            new Bounds("share.delivery.count.limit",
                    "group.share.min.delivery.count.limit", "group.share.max.delivery.count.limit"),
            new Bounds("share.partition.max.record.locks",
                    "group.share.min.partition.max.record.locks", "group.share.max.partition.max.record.locks"),
            bounds("streams", "heartbeat.interval.ms"),
            bounds("streams", "session.timeout.ms"),
            new Bounds("streams.num.standby.replicas", null, "group.streams.max.standby.replicas"));

    private GroupConfigRules() {}

    private static Bounds bounds(String kind, String key) {
        return new Bounds(kind + "." + key, "group." + kind + ".min." + key, "group." + kind + ".max." + key);
    }

    static void check(Resource group, ConfigView view) throws Refused {
        for (var each : BOUNDS) {
            long value = of(group, each.key(), view);
            if (isKnown(each.least()) && value < Long.parseLong(view.ofBroker(each.least()))) {
                throw new Refused(ErrorCode.INVALID_CONFIG, each.key() + " must be greater than or equal to " + each.least());
            }
            if (isKnown(each.most()) && value > Long.parseLong(view.ofBroker(each.most()))) {
                throw new Refused(ErrorCode.INVALID_CONFIG, each.key() + " must be less than or equal to " + each.most());
            }
        }
        for (var kind : List.of("consumer", "share", "streams")) {
            String session = kind + ".session.timeout.ms";
            String heartbeat = kind + ".heartbeat.interval.ms";
            if (of(group, session, view) <= of(group, heartbeat, view)) {
                throw new Refused(ErrorCode.INVALID_CONFIG, session + " must be greater than " + heartbeat);
            }
        }
    }

    private static boolean isKnown(String brokerKey) {
        return brokerKey != null && ConfigKeys.BROKER.get(brokerKey) != null;
    }

    private static long of(Resource group, String key, ConfigView view) {
        return Long.parseLong(view.value(group, ConfigKeys.GROUP.get(key)).meaning());
    }
}
