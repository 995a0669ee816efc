package naru.differential;

import java.nio.ByteBuffer;
import java.util.List;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ApiVersionsRequest;
import naru.protocol.message.DescribeClusterRequest;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.MetadataRequest;

/** What the broker says of itself. */
final class BrokerScenarios {

    private BrokerScenarios() {}

    /** Those that see everything on the broker, and so come before the others. */
    static List<Scenario> ofAnEmptyBroker() {
        return List.of(
                new Scenario("empty-broker", ApiKey.METADATA, BrokerScenarios::metadataOfNothing));
    }

    static List<Scenario> all() {
        return List.of(
                new Scenario("api-versions", ApiKey.API_VERSIONS, BrokerScenarios::versions),
                new Scenario("unknown-requests", ApiKey.HEARTBEAT, BrokerScenarios::unknown),
                new Scenario("describe-cluster", ApiKey.DESCRIBE_CLUSTER, BrokerScenarios::cluster),
                new Scenario("find-coordinator", ApiKey.FIND_COORDINATOR, BrokerScenarios::coordinator));
    }

    private static void metadataOfNothing(Conversation with, int version) {
        with.probe("all topics", MetadataRequest.builder().topics(version == 0 ? List.of() : null).build());
    }

    private static void versions(Conversation with, int version) {
        with.probe("plain", ApiVersionsRequest.builder().clientSoftwareName("some-one").clientSoftwareVersion("1.0").build());
        with.probe("a bad name", ApiVersionsRequest.builder().clientSoftwareName("some one").clientSoftwareVersion("1.0").build());
        with.probe("no name", ApiVersionsRequest.builder().build());
        with.probe("a bad version", ApiVersionsRequest.builder().clientSoftwareName("someone").clientSoftwareVersion("-").build());
        with.probe("another cluster", ApiVersionsRequest.builder().clientSoftwareName("someone").clientSoftwareVersion("1")
                .clusterId("nowhere").nodeId(1).build());
        with.probe("another node", ApiVersionsRequest.builder().clientSoftwareName("someone").clientSoftwareVersion("1")
                .nodeId(77).build());
    }

    private static void unknown(Conversation with, int version) {
        if (version == 0) {
            with.probeRaw("a later ApiVersions", 18, 99, 2, ByteBuffer.wrap(new byte[] {1, 1, 0}));
            with.probeRaw("a later Heartbeat", 12, 99, 2, ByteBuffer.allocate(4));
            with.probeRaw("an earlier Fetch", 1, 3, 1, ByteBuffer.allocate(16));
            with.probeRaw("Fetch below zero", 1, -1, 1, ByteBuffer.allocate(16));
            with.probeRaw("an unknown API", 999, 0, 1, ByteBuffer.allocate(4));
            with.probeRaw("an API below zero", -5, 0, 1, ByteBuffer.allocate(4));
            with.probeRaw("a removed API", 4, 0, 1, ByteBuffer.allocate(4));
        }
        with.probeRaw("half a Heartbeat", 12, version, version >= 4 ? 2 : 1, ByteBuffer.allocate(1));
        with.probeRaw("a Heartbeat with a string below zero", 12, version, version >= 4 ? 2 : 1,
                ByteBuffer.wrap(new byte[] {(byte) 0x80, 0, 0, 0, 0, 0, 0, 0}));
    }

    private static void cluster(Conversation with, int version) {
        with.probe("plain", DescribeClusterRequest.builder().build());
        with.probe("authorized operations", DescribeClusterRequest.builder().includeClusterAuthorizedOperations(true).build());
        with.probe("controllers", DescribeClusterRequest.builder().endpointType((byte) 2).build());
        with.probe("neither", DescribeClusterRequest.builder().endpointType((byte) 3).build());
        with.probe("fenced brokers too", DescribeClusterRequest.builder().includeFencedBrokers(true).build());
    }

    private static void coordinator(Conversation with, int version) {
        var group = Given.group(with, "a");
        if (version < 4) {
            with.probe("a group", FindCoordinatorRequest.builder().key(group).build());
            with.probe("no name", FindCoordinatorRequest.builder().key("").build());
            with.probe("a bad type", FindCoordinatorRequest.builder().key(group).keyType((byte) 9).build());
            with.probe("a type below zero", FindCoordinatorRequest.builder().key(group).keyType((byte) -1).build());
            with.probe("a shared group", FindCoordinatorRequest.builder().key(group).keyType((byte) 2).build());
        } else {
            with.probe("two groups", keys((byte) 0, group, with.name("b")));
            with.probe("the same twice", keys((byte) 0, group, group));
            with.probe("no name", keys((byte) 0, ""));
            with.probe("nothing", keys((byte) 0));
            with.probe("a bad type", keys((byte) 9, group));
            with.probe("a type below zero", keys((byte) -1, group));
            with.probe("a share without a proper key", keys((byte) 2, group));
        }
    }

    private static FindCoordinatorRequest keys(byte type, String... keys) {
        return FindCoordinatorRequest.builder().keyType(type).coordinatorKeys(List.of(keys)).build();
    }
}
