package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * One seed is one story, bit for bit, also in another virtual machine: with other hashes of objects, another salt of immutable sets,
 * another locale, time zone, heap and collector. The hash is of every event, every question and every answer that arrived.
 */
class SameStoryElsewhereTest {

    private static final List<String> ONE = List.of("-Xmx512m", "-XX:+UseSerialGC", "-Duser.language=en", "-Duser.timezone=UTC");
    private static final List<String> ANOTHER = List.of("-Xmx1g", "-XX:+UseParallelGC", "-XX:+UnlockExperimentalVMOptions",
            "-XX:hashCode=2", "-XX:TieredStopAtLevel=1", "-Duser.language=tr", "-Duser.country=TR",
            "-Duser.timezone=Asia/Kathmandu", "-Dfile.encoding=ISO-8859-1");

    /** Everything that is told, line by line. */
    private static List<String> story(List<String> machine, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(machine);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), SimulateCluster.class.getName()));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        var told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isZero();
        return told.lines().toList();
    }

    @Test
    void anotherMachineTellsTheSameStory() throws IOException, InterruptedException {
        String[] wanted = {"--nodes", "3", "--seed", "4711", "--minutes", "0.03"};
        var here = story(ONE, wanted);
        var there = story(ANOTHER, wanted);
        for (int i = 0; i < Math.min(here.size(), there.size()); i++) {
            assertThat(there.get(i)).as("line " + i).isEqualTo(here.get(i));
        }
        assertThat(there).hasSameSizeAs(here);
        assertThat(here).anySatisfy(line -> assertThat(line).startsWith("seed 4711: story "));
    }
}
