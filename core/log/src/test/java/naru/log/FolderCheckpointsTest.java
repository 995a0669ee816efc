package naru.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What crashes leave of the checkpoints, which are several files. */
class FolderCheckpointsTest {

    /** More operations of the disk than one writing takes. */
    private static final int ENOUGH = 40;

    /**
     * A log that ends at 20 is to begin anew at 50, and the process dies while that is written down. If the next one finds that the log
     * begins at 0 as before, then that holds, wherever it dies itself.
     */
    @Test
    void a_start_that_a_crash_took_back_does_not_return() {
        for (int first = 0; first <= ENOUGH; first++) {
            for (int second = 0; second <= ENOUGH; second++) {
                var disk = new ForgetfulDisk();
                write(disk, 0, 10, ENOUGH);
                write(disk, 50, 10, first);
                long start = startIn(disk);
                write(disk, start, 20, second);
                assertThat(startIn(disk)).as("after %s and %s operations", first, second).isEqualTo(start);
            }
        }
    }

    /** What nobody knows the topic of would be taken for another's that has come to its name since. */
    @Test
    void what_is_found_of_a_log_says_of_which_topic() {
        for (int operations = 0; operations <= ENOUGH; operations++) {
            var disk = new ForgetfulDisk();
            FolderCheckpoints.write(disk, "data", List.of());
            write(disk, 3, 10, operations);
            var found = FolderCheckpoints.readAll(disk, "data", false).get(World.NAME);
            assertThat(found == null ? World.TOPIC : found.topicId()).as("after %s operations", operations).isEqualTo(World.TOPIC);
        }
    }

    private static void write(ForgetfulDisk disk, long start, long recoveryPoint, int operations) {
        var facts = new LogFacts(start, recoveryPoint, false, 0, 100, 20, -1, -1);
        disk.operationsLeft = operations;
        try {
            FolderCheckpoints.write(disk, "data", List.of(new Catalogue.Entry(World.NAME, World.TOPIC, facts, 0)));
        } catch (ForgetfulDisk.Died _) {
            // as it was meant
        }
        disk.operationsLeft = Integer.MAX_VALUE;
    }

    private static long startIn(ForgetfulDisk disk) {
        return FolderCheckpoints.readAll(disk, "data", false).get(World.NAME).facts().logStart();
    }
}
