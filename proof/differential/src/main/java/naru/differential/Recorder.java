package naru.differential;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Records what Apache Kafka answers, twice, with a fresh Kafka each: what is not the same both times says nothing about Kafka, so
 * a scenario's recording is only kept when nothing in it differs.
 */
public final class Recorder {

    private Recorder() {}

    /**
     * @param arguments the folder with Kafka's jars, and the folder for the recordings; then, if not all, which scenarios
     */
    public static void main(String... arguments) throws IOException, InterruptedException {
        var libraries = Path.of(arguments[0]);
        var folder = Path.of(arguments[1]);
        var wanted = List.of(arguments).subList(2, arguments.length);
        var scenarios = Scenarios.all().stream().filter(each -> wanted.isEmpty() || wanted.contains(each.name())).toList();
        var first = ask(libraries, scenarios);
        var second = ask(libraries, scenarios);
        var unsure = new ArrayList<String>();
        for (var scenario : scenarios) {
            var differences = Report.lines(first.get(scenario.name()).comparedWith(scenario.name(), second.get(scenario.name())));
            differences.forEach(line -> System.out.println("not the same twice: " + line));
            if (!differences.isEmpty()) {
                unsure.add(scenario.name());
                first.remove(scenario.name());
            }
        }
        Files.createDirectories(folder);
        if (wanted.isEmpty() && unsure.isEmpty()) {
            try (var old = Files.newDirectoryStream(folder, "*.txt")) {
                for (var file : old) {
                    Files.delete(file);
                }
            }
        }
        for (var each : first.entrySet()) {
            Files.writeString(folder.resolve(each.getKey() + ".txt"), each.getValue().text());
        }
        System.out.println(first.size() + " scenarios recorded in " + folder);
        if (!unsure.isEmpty()) {
            System.out.println("not recorded: " + String.join(" ", unsure));
            System.exit(1);
        }
    }

    private static Map<String, Recording> ask(Path libraries, List<Scenario> scenarios) throws IOException, InterruptedException {
        var home = Files.createTempDirectory("naru-differential");
        var recordings = new LinkedHashMap<String, Recording>();
        long startedNs = System.nanoTime();
        try (var peer = Peer.start(libraries, home, Scenarios.settings())) {
            var interview = new Interview(SocketWire.door(peer.port()));
            for (var scenario : scenarios) {
                recordings.put(scenario.name(), interview.about(scenario));
                System.out.printf("%4d s %s%n", (System.nanoTime() - startedNs) / 1_000_000_000, scenario.name());
            }
        }
        System.out.printf("Kafka asked in %d s; its log is %s%n", (System.nanoTime() - startedNs) / 1_000_000_000, home.resolve("kafka.log"));
        return recordings;
    }
}
