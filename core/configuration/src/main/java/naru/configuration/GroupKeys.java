package naru.configuration;

import static naru.configuration.Allowed.*;
import static naru.configuration.ConfigKey.Importance.*;
import static naru.configuration.ConfigKey.key;
import static naru.configuration.ConfigType.*;

import java.util.List;

/** Keys about one group. Names, types, defaults and ranges are Kafka 4.3's. */
final class GroupKeys {

    static final List<ConfigKey> ALL = List.of(
            key("consumer.assignment.interval.ms", INT, "1000", MEDIUM, atLeast(0)).follows("group.consumer.assignment.interval.ms")
                    .says("Changes in this group within this time become one new assignment."),
            key("consumer.heartbeat.interval.ms", INT, "5000", MEDIUM, atLeast(1)).follows("group.consumer.heartbeat.interval.ms")
                    .says("How often members are told to speak up."),
            key("consumer.session.timeout.ms", INT, "45000", MEDIUM, atLeast(1)).follows("group.consumer.session.timeout.ms")
                    .says("A member that is silent for so long is put out of the group.")
                    .breaks("It has to be longer than the heartbeat interval; what is not is refused."),
            key("share.assignment.interval.ms", INT, "1000", MEDIUM, atLeast(0)).follows("group.share.assignment.interval.ms")
                    .says("How changes in this group are collected into one assignment."),
            key("share.auto.offset.reset", STRING, "latest", MEDIUM, offsetReset())
                    .says("Where a share group begins in a partition: earliest, latest, or by_duration: and a duration such as PT1H.")
                    .breaks("latest: what was written before the group's first member came is never handed out."),
            key("share.delivery.count.limit", INT, "5", MEDIUM, atLeast(2)).follows("group.share.delivery.count.limit")
                    .says("How often a record is handed out before it is given up."),
            key("share.heartbeat.interval.ms", INT, "5000", MEDIUM, atLeast(1)).follows("group.share.heartbeat.interval.ms")
                    .says("How often members are told to speak up."),
            key("share.isolation.level", STRING, "read_uncommitted", MEDIUM, oneOf("read_committed", "read_uncommitted"))
                    .says("Whether records of transactions are handed out before they are committed.")
                    .breaks("read_uncommitted hands out what is aborted later."),
            key("share.partition.max.record.locks", INT, "2000", MEDIUM, atLeast(100)).follows("group.share.partition.max.record.locks")
                    .says("How many records of a partition may be in the hands of members."),
            key("share.record.lock.duration.ms", INT, "30000", MEDIUM, atLeast(1000)).follows("group.share.record.lock.duration.ms")
                    .says("How long a member has for a record before another one gets it.")
                    .breaks("Shorter than the work on a record takes: it is done twice."),
            key("share.renew.acknowledge.enable", BOOLEAN, "true", MEDIUM, any())
                    .says("Whether a member may ask for more time for a record (KIP-1222)."),
            key("share.session.timeout.ms", INT, "45000", MEDIUM, atLeast(1)).follows("group.share.session.timeout.ms")
                    .says("A member that is silent for so long is put out of the group."),
            key("streams.assignment.interval.ms", INT, "1000", MEDIUM, atLeast(0)).follows("group.streams.assignment.interval.ms")
                    .says("How changes in this group are collected into one assignment."),
            key("streams.heartbeat.interval.ms", INT, "5000", MEDIUM, atLeast(1)).follows("group.streams.heartbeat.interval.ms")
                    .says("How often members are told to speak up."),
            key("streams.initial.rebalance.delay.ms", INT, "3000", MEDIUM, atLeast(0)).follows("group.streams.initial.rebalance.delay.ms")
                    .says("How long the group waits for more members when it is new."),
            key("streams.num.standby.replicas", INT, "0", MEDIUM, atLeast(0)).follows("group.streams.num.standby.replicas")
                    .says("Copies of the group's state that stand by."),
            key("streams.session.timeout.ms", INT, "45000", MEDIUM, atLeast(1)).follows("group.streams.session.timeout.ms")
                    .says("A member that is silent for so long is put out of the group."));

    private GroupKeys() {}
}
