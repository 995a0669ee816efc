package naru.contracts;

import java.nio.file.Path;
import naru.base.Disk;
import naru.disk.FileDisk;
import org.junit.jupiter.api.io.TempDir;

class FileDiskTest extends DiskContract {

    @TempDir
    private Path folder;

    @Override
    Disk disk() {
        return new FileDisk();
    }

    @Override
    String root() {
        return folder.toString();
    }
}
