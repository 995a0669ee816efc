package naru.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code naru.pid} in the first data folder, while a broker runs there: the number of its process and where it listens, a
 * line each. For {@code naru stop}. After a crash it stays, so whoever reads it asks whether that process is a broker.
 */
final class PidFile {

    private static final Logger LOG = LoggerFactory.getLogger(PidFile.class);
    private static final String NAME = "naru.pid";

    private final Path file;

    private PidFile(Path file) {
        this.file = file;
    }

    static PidFile in(String folder) {
        return new PidFile(Path.of(folder, NAME));
    }

    /** Without the file the broker is as good as with it, only to be stopped by its number. */
    void write(String address) {
        try {
            Files.writeString(file, ProcessHandle.current().pid() + "\n" + address + "\n");
        } catch (IOException e) {
            LOG.warn("{} cannot be written ({}), so 'naru stop' will not find this broker", file, e.toString());
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // what it says is held against the processes there are
        }
    }
}
