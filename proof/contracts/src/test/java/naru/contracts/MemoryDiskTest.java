package naru.contracts;

import naru.base.Disk;
import naru.embedded.MemoryDisk;

class MemoryDiskTest extends DiskContract {

    @Override
    Disk disk() {
        var disk = new MemoryDisk(1L << 30);
        disk.createFolders("/data");
        return disk;
    }

    @Override
    String root() {
        return "/data";
    }
}
