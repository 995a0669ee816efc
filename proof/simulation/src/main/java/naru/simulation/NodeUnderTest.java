package naru.simulation;

import java.util.List;
import naru.base.Clock;
import naru.base.Disk;
import naru.base.LaneProgram;
import naru.base.Lanes;
import naru.base.Limits;
import naru.base.Peers;
import naru.base.Randomness;
import naru.metadata.MetadataLog;
import naru.metadata.QuorumRequests;

/** How the simulation starts one node of a cluster: the world goes in, one program for each lane comes out. */
@FunctionalInterface
public interface NodeUnderTest {

    /**
     * Everything a process is handed.
     *
     * @param nodeId from 1 to {@code nodes}
     * @param voters the nodes that may lead the metadata
     * @param partitions of each topic that clients use
     * @param quorum where requests of the quorum behind {@code metadata} go that come in; null when there are none
     */
    record Ports(
            int nodeId, int nodes, List<Integer> voters, int partitions, boolean syncsAll, Clock clock, Randomness randomness, Disk disk,
            Lanes lanes, Limits limits, Peers peers, MetadataLog metadata, QuorumRequests quorum) {}

    /** What runs on a node from its start on. */
    interface Node {

        /** One for each lane. */
        List<LaneProgram> programs();

        /** SIGTERM: gives away what others can do; calls back when that is done, or cannot be waited for. */
        default void leave(Runnable whenGone) {
            whenGone.run();
        }

        /** After its lanes have ended: puts its files in order. */
        default void close() {}
    }

    Node start(Ports ports);
}
