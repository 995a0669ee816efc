package naru.metadata;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import naru.base.Uuid;
import naru.protocol.message.BrokerRegistrationRequest;
import naru.protocol.message.RegisterBrokerRecord;

/**
 * A broker that has registered.
 *
 * @param epoch of this registration: the offset of its record
 * @param rack null when it has none
 * @param fenced true while it must not lead and clients are not sent to it
 */
public record BrokerNode(
        int id, long epoch, Uuid incarnation, List<RegisterBrokerRecord.BrokerEndpoint> endpoints,
        List<RegisterBrokerRecord.BrokerFeature> features, String rack, boolean fenced, boolean inControlledShutdown,
        List<Uuid> directories, List<Uuid> cordoned) {

    static BrokerNode of(RegisterBrokerRecord record) {
        return new BrokerNode(
                record.brokerId(), record.brokerEpoch(), record.incarnationId(), record.endPoints(), record.features(),
                record.rack(), record.fenced(), record.inControlledShutdown(), record.logDirs(), record.cordonedLogDirs());
    }

    /** True when it may lead, and get new partitions. */
    public boolean isActive() {
        return !fenced && !inControlledShutdown;
    }

    /** True when who asks is at the same host and holds log folders of this one, which a process locks: then it is this broker, started again. */
    boolean isAtHomeOf(BrokerRegistrationRequest asked) {
        return !Collections.disjoint(asked.logDirs(), directories)
                && hosts(asked.listeners().stream().map(BrokerRegistrationRequest.Listener::host))
                        .equals(hosts(endpoints.stream().map(RegisterBrokerRecord.BrokerEndpoint::host)));
    }

    private static Set<String> hosts(Stream<String> all) {
        return all.collect(Collectors.toCollection(TreeSet::new));
    }

    BrokerNode fenced(boolean now) {
        return new BrokerNode(
                id, epoch, incarnation, endpoints, features, rack, now, inControlledShutdown, directories, cordoned);
    }

    RegisterBrokerRecord toRecord() {
        return new RegisterBrokerRecord(
                id, false, incarnation, epoch, endpoints, features, rack, fenced, inControlledShutdown, directories,
                cordoned);
    }
}
