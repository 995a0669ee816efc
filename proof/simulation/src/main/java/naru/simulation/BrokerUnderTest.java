package naru.simulation;

import java.util.List;
import naru.base.Clock;
import naru.base.Disk;
import naru.base.LaneProgram;
import naru.base.Lanes;
import naru.base.Limits;
import naru.base.Randomness;
import naru.base.TopicPartition;

/** How the simulation starts a broker's process: the world goes in, one program for each lane comes out. */
@FunctionalInterface
public interface BrokerUnderTest {

    /** Everything a process is handed. */
    record Ports(Clock clock, Randomness randomness, Disk disk, Lanes lanes, Limits limits) {}

    /** @param partitions the partitions that the clients will use, for a broker that cannot create topics */
    List<LaneProgram> start(Ports ports, List<TopicPartition> partitions);

    /** How many lanes its process may have at most. */
    default int lanesMax() {
        return 3;
    }

    /** True for the whole product: it keeps offsets and groups, and lives with a disk that fails or is full. */
    default boolean isWhole() {
        return false;
    }
}
