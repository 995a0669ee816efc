package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import naru.clusters.BrokerProcess;
import naru.clusters.ClusterOfProcesses;

/**
 * Somebody who follows a page with two terminals: brokers run in one, everything else is typed in the other. The page's addresses and
 * folders are exchanged for those of the test; {@code naru} commands are typed at a {@link Terminal}, all others by a shell.
 */
final class PageReader implements AutoCloseable {

    private static final Path CHECKOUT = Path.of("..", "..").toAbsolutePath().normalize();
    private static final String NARU = "naru ";
    private static final String FIRST_PORT_OF_CLUSTER = "127.0.0.1:2100";
    private static final int COLUMNS = 80;

    private final Path folder;
    private BrokerProcess broker;
    private ClusterOfProcesses cluster;

    PageReader(Path folder) {
        this.folder = folder;
    }

    void follow(DocumentedCommand command) throws IOException, InterruptedException {
        var shown = type(command, command.line().replace("./naru ", NARU));
        String all = shown.out() + shown.err();
        assertThat(shown.code() != 0).as(command.place() + " ended with " + shown.code() + ":\n" + all).isEqualTo(command.fails());
        assertThat(command.isWhatWasShown(all))
                .as(command.place() + " says\n" + String.join("\n", command.shown()) + "\nand what is shown is\n" + all).isTrue();
    }

    private Terminal.Shown type(DocumentedCommand command, String line) throws IOException, InterruptedException {
        if (line.startsWith("naru start")) {
            return started(Arrays.asList(line.split(" ")));
        }
        if (line.startsWith("naru cluster ") && line.contains(" --data ")) {
            return clustered(Arrays.asList(line.split(" ")));
        }
        if (broker == null) {
            broker = BrokerProcess.start(data());
        }
        String here = here(line);
        return here.contains("bin/") ? byShell(here) : byTerminal(command, here);
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Terminal.Shown started(List<String> words) throws IOException {
        assertThat(words).hasSize(2);
        broker = BrokerProcess.start(data());
        return new Terminal.Shown(0, "naru is ready in 0 ms: kafka://" + broker.bootstrap() + ", data ./data\n", "");
    }

    private Terminal.Shown clustered(List<String> words) throws IOException, InterruptedException {
        String verb = words.get(2);
        if (verb.equals("start")) {
            cluster = ClusterOfProcesses.start(folder.resolve("cluster"), Integer.parseInt(words.get(words.indexOf("--nodes") + 1)));
            return new Terminal.Shown(0, "kafka://" + cluster.bootstrap() + "\n", "");
        }
        String said = cluster.command(words.subList(2, words.indexOf("--data")).toArray(String[]::new));
        return new Terminal.Shown(0, said + "\n", "");
    }

    /** With the test's addresses and folders. */
    private String here(String line) {
        String here = line.replace("127.0.0.1:9092", broker.bootstrap()).replace("/tmp/", folder + "/").replace(" data/", " " + data() + "/");
        for (int node = 1; cluster != null && node <= cluster.bootstrap().split(",").length; node++) {
            here = here.replace(FIRST_PORT_OF_CLUSTER + node, cluster.address(node));
        }
        return here.equals("naru stop") ? here + " --data " + data() : here;
    }

    /** {@code printf 'text' | naru ... | naru ... > file}: as much of a shell as the pages need. */
    private Terminal.Shown byTerminal(DocumentedCommand documented, String line) throws IOException {
        String input = "";
        String rest = line;
        Path into = null;
        int arrow = rest.lastIndexOf(" > ");
        if (arrow > 0) {
            into = Path.of(rest.substring(arrow + 3).strip());
            rest = rest.substring(0, arrow);
        }
        int file = rest.lastIndexOf(" < ");
        if (file > 0) {
            input = Files.readString(Path.of(rest.substring(file + 3).strip()));
            rest = rest.substring(0, file);
        }
        var shown = new Terminal.Shown(0, "", "");
        for (var command : rest.split(" \\| ")) {
            if (command.startsWith("printf ")) {
                input = Terminal.words(command).get(1).replace("\\n", "\n");
                continue;
            }
            assertThat(command).as(documented.place()).startsWith(NARU);
            shown = new Terminal(broker.bootstrap()).pipe(input, command.substring(NARU.length()));
            if (!command.contains("--json")) {
                assertThat(shown.out().lines().filter(one -> one.length() > COLUMNS)).as(documented.place() + " is too wide").isEmpty();
            }
            input = shown.out();
        }
        if (into != null) {
            Files.writeString(into, input);
        }
        return shown;
    }

    private Terminal.Shown byShell(String line) throws IOException, InterruptedException {
        var out = folder.resolve("out");
        var err = folder.resolve("err");
        var builder = new ProcessBuilder("bash", "-c", line).directory(CHECKOUT.toFile())
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        // What makes a second run quick costs the first one time, and there is no second one.
        builder.environment().put("NARU_TOOLS_CACHE", "off");
        int code = builder.start().waitFor();
        return new Terminal.Shown(code, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
        if (broker != null) {
            broker.close();
        }
    }
}
