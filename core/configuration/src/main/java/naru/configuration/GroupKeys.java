package naru.configuration;

import static naru.configuration.Allowed.*;
import static naru.configuration.ConfigKey.Importance.*;
import static naru.configuration.ConfigKey.key;
import static naru.configuration.ConfigType.*;

import java.util.List;

/** Keys about one group. Names, types, defaults and ranges are Kafka 4.3's. */
final class GroupKeys {

    static final List<ConfigKey> ALL = List.of(
            key("consumer.assignment.interval.ms", INT, "1000", MEDIUM, atLeast(0)).follows("group.consumer.assignment.interval.ms"),
            key("consumer.heartbeat.interval.ms", INT, "5000", MEDIUM, atLeast(1)).follows("group.consumer.heartbeat.interval.ms"),
            key("consumer.session.timeout.ms", INT, "45000", MEDIUM, atLeast(1)).follows("group.consumer.session.timeout.ms"),
            key("share.assignment.interval.ms", INT, "1000", MEDIUM, atLeast(0)).follows("group.share.assignment.interval.ms"),
            key("share.auto.offset.reset", STRING, "latest", MEDIUM, offsetReset()),
            key("share.delivery.count.limit", INT, "5", MEDIUM, atLeast(2)).follows("group.share.delivery.count.limit"),
            key("share.heartbeat.interval.ms", INT, "5000", MEDIUM, atLeast(1)).follows("group.share.heartbeat.interval.ms"),
            key("share.isolation.level", STRING, "read_uncommitted", MEDIUM, oneOf("read_committed", "read_uncommitted")),
            key("share.partition.max.record.locks", INT, "2000", MEDIUM, atLeast(100)).follows("group.share.partition.max.record.locks"),
            key("share.record.lock.duration.ms", INT, "30000", MEDIUM, atLeast(1000)).follows("group.share.record.lock.duration.ms"),
            key("share.renew.acknowledge.enable", BOOLEAN, "true", MEDIUM, any()),
            key("share.session.timeout.ms", INT, "45000", MEDIUM, atLeast(1)).follows("group.share.session.timeout.ms"),
            key("streams.assignment.interval.ms", INT, "1000", MEDIUM, atLeast(0)).follows("group.streams.assignment.interval.ms"),
            key("streams.heartbeat.interval.ms", INT, "5000", MEDIUM, atLeast(1)).follows("group.streams.heartbeat.interval.ms"),
            key("streams.initial.rebalance.delay.ms", INT, "3000", MEDIUM, atLeast(0)).follows("group.streams.initial.rebalance.delay.ms"),
            key("streams.num.standby.replicas", INT, "0", MEDIUM, atLeast(0)).follows("group.streams.num.standby.replicas"),
            key("streams.session.timeout.ms", INT, "45000", MEDIUM, atLeast(1)).follows("group.streams.session.timeout.ms"));

    private GroupKeys() {}
}
