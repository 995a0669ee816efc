package naru.clusters;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file system of a few megabytes, mounted on one folder, which only processes that enter it see. It lasts as long as a
 * process that waits inside, so brokers may be killed and started in it.
 */
final class SmallRoom implements AutoCloseable {

    private static final int STEP_BYTES = 4_096;

    private final Process keeper;
    private final Path folder;

    private SmallRoom(Process keeper, Path folder) {
        this.keeper = keeper;
        this.folder = folder;
    }

    /** Null where this user may not mount anything; that is said. */
    static SmallRoom of(Path folder, int megabytes) throws IOException {
        Files.createDirectories(folder);
        var script = "mount -t tmpfs -o size=" + megabytes + "m none '" + folder + "' && echo mounted && exec cat";
        try {
            var keeper = new ProcessBuilder("unshare", "--mount", "--propagation", "private", "sh", "-c", script)
                    .redirectErrorStream(true).start();
            var said = new BufferedReader(new InputStreamReader(keeper.getInputStream(), StandardCharsets.UTF_8)).readLine();
            if ("mounted".equals(said)) {
                return new SmallRoom(keeper, folder);
            }
            keeper.destroyForcibly();
            System.out.println("No small file system here, so no full one: " + said);
        } catch (IOException nothingToMountWith) {
            System.out.println("No small file system here, so no full one: " + nothingToMountWith.getMessage());
        }
        return null;
    }

    /** What a command begins with that is to see the file system. */
    List<String> entering() {
        return List.of("nsenter", "--target", Long.toString(keeper.pid()), "--mount", "--");
    }

    /** A file of it, as this process can reach it. */
    Path file(String name) {
        return Path.of("/proc/" + keeper.pid() + "/root" + folder, name);
    }

    /** Writes a file until nothing more fits. */
    void fill(String name) throws IOException {
        try (var out = Files.newOutputStream(file(name))) {
            while (true) {
                out.write(new byte[STEP_BYTES]);
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) {
                throw full;
            }
        }
    }

    @Override
    public void close() {
        keeper.destroyForcibly();
        keeper.onExit().join();
    }
}
