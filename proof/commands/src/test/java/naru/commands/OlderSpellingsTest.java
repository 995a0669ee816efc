package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fifteen years of documents have typed, and what becomes of it; seen without running what is called in the end. */
class OlderSpellingsTest {

    private static final Path CHECKOUT = Path.of("..", "..").toAbsolutePath().normalize();
    private static final Pattern RENAMED = Pattern.compile("\\) echo (\\w\\S+) ;;");

    @TempDir
    private Path home;

    private record Said(int code, String out, String err) {}

    /** Types a line where the script that runs a class shows its words instead. */
    private Said type(String line) throws IOException, InterruptedException {
        var bin = Files.createDirectories(home.resolve("bin"));
        try (var scripts = Files.list(CHECKOUT.resolve("bin"))) {
            for (var script : scripts.filter(Files::isRegularFile).toList()) {
                if (Files.notExists(bin.resolve(script.getFileName()))) {
                    Files.copy(script, bin.resolve(script.getFileName()));
                }
            }
        }
        Files.writeString(bin.resolve("kafka-run-class.sh"), "#!/usr/bin/env bash\necho \"$@\"\n");
        var process = new ProcessBuilder("bash", "-c", line).directory(home.toFile()).start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), out, new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void aListOfBrokersIsWhereToBegin() throws Exception {
        assertThat(type("bin/kafka-console-producer.sh --broker-list a:1,b:2 --topic t")).isEqualTo(
                new Said(0, "org.apache.kafka.tools.ConsoleProducer --bootstrap-server a:1,b:2 --topic t\n", ""));
        assertThat(type("bin/kafka-verifiable-producer.sh --broker-list=a:1 --topic t").out())
                .isEqualTo("org.apache.kafka.tools.VerifiableProducer --bootstrap-server=a:1 --topic t\n");
    }

    @Test
    void zooKeeperIsTheBrokerNextDoorOrNobody() throws Exception {
        for (var verb : List.of("--create --topic t", "--list", "--describe --topic t")) {
            for (var where : List.of("--zookeeper localhost:2181/kafka", "--zookeeper=localhost:2181")) {
                for (var line : List.of(where + " " + verb, verb + " " + where)) {
                    var said = type("bin/kafka-topics.sh " + line);
                    assertThat(said.code()).as(line).isZero();
                    assertThat(said.out()).contains("--bootstrap-server localhost:9092").contains(verb).doesNotContain("2181");
                    assertThat(said.err()).isEqualTo("kafka-topics.sh: there is no ZooKeeper any more; asking the broker at localhost:9092 instead "
                            + "(--bootstrap-server HOST:PORT names another)\n");
                }
            }
        }
        for (var line : List.of("kafka-topics.sh --zookeeper z:2181 --alter --topic t --partitions 3", "kafka-configs.sh --zookeeper=z:2181 --alter",
                "kafka-topics.sh --delete --topic t --zookeeper z:2181")) {
            var said = type("bin/" + line);
            assertThat(said.code()).isEqualTo(1);
            assertThat(said.out()).isEmpty();
            assertThat(said.err()).endsWith(": there is no ZooKeeper any more, and what this command does there has to be asked of a broker: "
                    + "use --bootstrap-server HOST:PORT\n").hasLineCount(1);
        }
    }

    @Test
    void zooKeeperNeedNotBeStarted() throws Exception {
        for (var script : List.of("bin/zookeeper-server-start.sh config/zookeeper.properties", "bin/zookeeper-server-start.sh -daemon x", "bin/zookeeper-server-stop.sh")) {
            assertThat(type(script).code()).as(script).isZero();
        }
    }

    /** A name that leads nowhere would be found by whoever types it. */
    @Test
    void everyOldNameOfAClassLeadsToOneOfToday() throws IOException, InterruptedException {
        var fetched = new ProcessBuilder(CHECKOUT.resolve("bin/kafka-run-class.sh").toString(), "org.apache.kafka.tools.TopicCommand", "--version")
                .redirectErrorStream(true).start();
        assertThat(new String(fetched.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isNotEmpty();
        assertThat(fetched.waitFor()).isZero();
        var classes = new TreeSet<String>();
        try (var jars = Files.newDirectoryStream(CHECKOUT.resolve("apps/dist/target/tools"), "kafka*.jar")) {
            for (var jar : jars) {
                try (var file = new JarFile(jar.toFile())) {
                    file.stream().filter(entry -> entry.getName().endsWith(".class"))
                            .forEach(entry -> classes.add(entry.getName().replace(".class", "").replace('/', '.')));
                }
            }
        }
        var names = RENAMED.matcher(Files.readString(CHECKOUT.resolve("bin/kafka-run-class.sh"))).results().map(found -> found.group(1)).toList();
        assertThat(names).hasSizeGreaterThan(20);
        assertThat(classes).containsAll(names);
        try (var scripts = Files.newDirectoryStream(CHECKOUT.resolve("bin"), "kafka-*.sh")) {
            for (var script : scripts) {
                for (var word : Files.readString(script).split("\\s+")) {
                    if (word.matches("(org\\.apache\\.kafka|kafka)\\.[a-z.]+\\.[A-Z]\\w+") && !script.endsWith("kafka-run-class.sh")) {
                        assertThat(classes).as(script.toString()).contains(word);
                    }
                }
            }
        }
    }

    @Test
    void whatDocumentsNameIsThere() {
        assertThat(List.of("config/server.properties", "config/kraft/server.properties", "config/kraft/broker.properties", "config/kraft/controller.properties",
                "config/producer.properties", "config/consumer.properties")).allSatisfy(name -> assertThat(CHECKOUT.resolve(name)).isRegularFile());
        assertThat(List.of("kafka-topics", "kafka-console-producer", "kafka-console-consumer", "kafka-server-start", "kafka-server-stop", "zookeeper-server-start"))
                .allSatisfy(name -> assertThat(CHECKOUT.resolve("bin/windows/" + name + ".bat")).isRegularFile());
    }
}
