package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Properties;
import naru.clusters.BrokerProcess;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** {@code naru status}, {@code stop}, {@code perf}, {@code transactions} and {@code completion}. */
class OperatingTest extends AtABroker {

    private static KafkaProducer<String, String> transactional(String id) {
        var settings = new Properties();
        settings.putAll(Map.of("bootstrap.servers", broker.bootstrap(), "transactional.id", id));
        var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        producer.initTransactions();
        return producer;
    }

    @Test
    void statusSaysWhetherAllIsWell() {
        terminal.type("topics create well --partitions 3");
        var status = terminal.script("", "status --json").object();
        assertThat(status).containsEntry("state", "ok").containsEntry("offline", 0L).containsEntry("behind", 0L);
        assertThat(status.get("brokers").toString()).contains("address=" + broker.bootstrap());
        assertThat(terminal.type("status").out()).startsWith("state       ok\ncluster     ").contains("BROKER  ADDRESS          RACK  REPLICAS  LEADS  ");
    }

    @Test
    void aBrokerIsStoppedByItsDataFolder() throws IOException {
        var data = folder.resolve("another");
        try (var another = BrokerProcess.start(data)) {
            assertThat(Files.readAllLines(data.resolve("naru.pid"))).hasSize(2).last().isEqualTo(another.bootstrap());
            assertThat(terminal.type("stop --data " + data).out()).matches("stopped broker \\d+ in .*\n");
        }
        assertThat(data.resolve("naru.pid")).doesNotExist();
        assertThat(terminal.type("stop --data " + data).err()).isEqualTo("naru: no broker runs on the data folder " + data
                + "; say where its data is with --data if it is another one\n");
        Files.writeString(data.resolve("naru.pid"), ProcessHandle.current().pid() + "\nx\n");
        assertThat(terminal.type("stop --data " + data).err()).startsWith("naru: no broker runs on ");
        assertThat(terminal.type("stop --data /no/such").err()).isEqualTo("naru: there is no data folder /no/such; say where its data is with --data\n");
    }

    @Test
    void perfMeasures() {
        terminal.type("topics create fast --partitions 2");
        for (var codec : new String[] {"none", "lz4"}) {
            var written = terminal.script("", "perf produce fast --records 20k --compression " + codec + " --json").object();
            assertThat(written).containsEntry("records", 20_000L).containsEntry("bytes", 2_000_000L);
            assertThat(written.keySet()).contains("recordsPerSecond", "bytesPerSecond", "seconds", "meanMs", "p50Ms", "p95Ms", "p99Ms", "p999Ms", "maxMs");
        }
        assertThat(terminal.script("", "perf consume fast --json").object()).containsEntry("records", 40_000L);
        assertThat(terminal.script("", "perf end-to-end fast --records 50 --json").object()).containsEntry("records", 50L);
        assertThat(terminal.type("perf produce fast --records 1000").out().lines()).anySatisfy(line -> assertThat(line).matches("p50 +\\d.* ms"))
                .anySatisfy(line -> assertThat(line).matches("under .*%  \u2588.*")).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void perfKeepsToItsRate() {
        terminal.type("topics create slow");
        assertThat((Double) terminal.script("", "perf produce slow --records 200 --rate 400 --json").object().get("recordsPerSecond")).isLessThan(440);
    }

    @Test
    void transactionsAreListedAndDescribed() {
        terminal.type("topics create tx");
        try (var producer = transactional("transfers")) {
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("tx", "k", "v"));
            producer.flush();
            assertThat(terminal.script("", "transactions list --json").out()).contains("\"transactionalId\":\"transfers\",\"state\":\"Ongoing\"");
            var page = terminal.script("", "transactions describe transfers --json").objects().getFirst();
            assertThat(page).containsEntry("state", "Ongoing").containsEntry("timeoutMs", 60_000L);
            assertThat(page.get("partitions").toString()).isEqualTo("[{topic=tx, partitions=[0]}]");
            assertThat(terminal.script("", "transactions producers tx --json").objects().getFirst()).containsEntry("transactionStart", 0L);
            assertThat(terminal.type("transactions find-hanging")).isEqualTo(new Terminal.Shown(0, "", "no transaction hangs\n"));
            assertThat(terminal.script("", "consume tx").out()).isEmpty();
            assertThat(terminal.script("", "consume tx --isolation uncommitted").out()).isEqualTo("v\n");
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("tx", "k", "w"));
            producer.commitTransaction();
            assertThat(terminal.script("", "consume tx").out()).isEqualTo("w\n");
            assertThat(terminal.script("", "consume tx --isolation uncommitted").out()).isEqualTo("v\nw\n");
        }
        assertThat(terminal.type("transactions describe transfer").err()).isEqualTo("naru: there is no transactional id 'transfer'; did you mean 'transfers'?\n");
        assertThat(terminal.type("transactions abort tx").err()).startsWith("naru: it has to be said which transaction; ");
        assertThat(terminal.type("transactions abort tx --partition 0 --start-offset 99 --yes").err()).startsWith("naru: no open transaction of tx:0 began at offset 99; ");
    }

    @Test
    void aProducerWithoutATransactionIsNothingToLookAt() {
        terminal.type("topics create plain");
        terminal.pipe("one", "produce plain");
        var colours = new naru.cli.terminal.Screen.Ends(true, true, false, 80, true);
        assertThat(terminal.run(colours, "", "transactions producers plain").out()).contains(" -\n").doesNotContain("\033[33m");
    }

    @Test
    void bashCompletesCommandsOptionsAndTopics() throws Exception {
        assertThat(completed("naru to")).containsExactly("topics");
        assertThat(completed("naru topics d")).containsExactlyInAnyOrder("describe", "delete");
        assertThat(completed("naru topics create x --part")).containsExactly("--partitions");
        assertThat(completed("naru consume ")).contains("from-the-broker");
    }

    /** What bash offers for the last word. */
    private static String[] completed(String line) throws Exception {
        var script = Files.writeString(folder.resolve("completion.sh"), terminal.type("completion bash").out());
        var bash = new ProcessBuilder("bash", "-c", "naru() { echo from-the-broker; }; source " + script + "; COMP_WORDS=(" + line + "); "
                + (line.endsWith(" ") ? "COMP_WORDS+=(''); " : "") + "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _naru; printf '%s\\n' \"${COMPREPLY[@]}\"")
                .redirectErrorStream(true).start();
        return new String(bash.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip().split("\n");
    }
}
