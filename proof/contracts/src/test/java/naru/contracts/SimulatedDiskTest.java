package naru.contracts;

import naru.base.Disk;
import naru.simulation.SimulatedDisk;
import naru.simulation.SimulatedRandomness;

class SimulatedDiskTest extends DiskContract {

    @Override
    Disk disk() {
        var disk = new SimulatedDisk(new SimulatedRandomness(1));
        disk.createFolders("/data");
        disk.shortReadOnceIn(3);
        return disk;
    }

    @Override
    String root() {
        return "/data";
    }
}
