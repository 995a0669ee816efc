package naru.lanes;

import naru.base.LaneProgram;
import naru.base.Randomness;

/** Makes the program of each lane, before the lane's thread starts. */
@FunctionalInterface
public interface LaneProgramFactory {

    /**
     * @param lane from 0
     * @param random dice of this lane alone
     */
    LaneProgram create(int lane, Randomness random);
}
