package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code naru produce} and {@code naru consume} against a broker in a process of its own. */
class RecordsTest extends AtABroker {

    @Test
    void linesInAndLinesOut() {
        terminal.type("topics create lines");
        assertThat(terminal.pipe("one\ntwo\r\nthree", "produce lines")).isEqualTo(new Terminal.Shown(0, "wrote 3 records to lines\n", ""));
        assertThat(terminal.script("", "consume lines")).isEqualTo(new Terminal.Shown(0, "one\ntwo\nthree\n", ""));
        assertThat(terminal.script("", "consume lines --from -2").out()).isEqualTo("two\nthree\n");
        assertThat(terminal.script("", "consume lines --from 1 --to 2").out()).isEqualTo("two\n");
        assertThat(terminal.script("", "consume lines --max 1").out()).isEqualTo("one\n");
        assertThat(terminal.script("", "consume lines --from -1h --to now").out()).isEqualTo("one\ntwo\nthree\n");
        assertThat(terminal.script("", "consume lines --from end")).isEqualTo(new Terminal.Shown(0, "", "there are no records there\n"));
        assertThat(terminal.script("", "consume lines --grep xyz").err()).isEqualTo("no record of 3 is wanted\n");
        assertThat(terminal.script("", "consume lines --grep ^t --format '%o:%v'").out()).isEqualTo("1:two\n2:three\n");
    }

    @Test
    void keysHeadersAndTombstones() {
        terminal.type("topics create keyed --partitions 4");
        terminal.pipe("a:1\nb:2\na:3\nc:NIL\n", "produce keyed --key-separator : --null NIL --header from=test");
        var all = terminal.script("", "consume keyed --json").out().lines().toList();
        assertThat(all).hasSize(4).allSatisfy(line -> assertThat(line).contains("\"headers\":[{\"key\":\"from\",\"value\":\"test\"}]"));
        assertThat(terminal.script("", "consume keyed --key a --format key-value").out()).isEqualTo("a\t1\na\t3\n");
        assertThat(terminal.script("", "consume keyed --key c --json").out()).contains("\"key\":\"c\",\"value\":null");
        assertThat(terminal.script("", "consume keyed --header from=x").out()).isEmpty();
        assertThat(terminal.type("consume keyed --key b --format full").out()).matches("\\d:\\d  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}  b  2  from=test\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void filesGoThroughEveryCompression(String codec) throws IOException {
        terminal.type("topics create packed-" + codec + " --partitions 3");
        var in = Files.writeString(folder.resolve(codec + ".json"), "{\"key\":\"k\",\"value\":\"text \u00e9\",\"headers\":{\"h\":\"v\"},\"timestamp\":1000,\"partition\":2}\n"
                + "{\"valueBase64\":\"/wA=\",\"timestamp\":2000,\"partition\":2}\n".repeat(500));
        var written = terminal.script("", "produce packed-" + codec + " --json --from-file " + in + " --compression " + codec).object();
        assertThat(written.get("records")).isEqualTo(501L);
        var out = folder.resolve(codec + ".out");
        assertThat(terminal.type("consume packed-" + codec + " --format json --to-file " + out).out()).isEqualTo("wrote 501 records to " + out + "\n");
        var lines = Files.readAllLines(out);
        assertThat(lines).hasSize(501);
        assertThat(lines.getFirst()).isEqualTo("{\"topic\":\"packed-" + codec + "\",\"partition\":2,\"offset\":0,\"timestamp\":1000,\"key\":\"k\","
                + "\"value\":\"text \u00e9\",\"headers\":[{\"key\":\"h\",\"value\":\"v\"}]}");
        assertThat(lines.getLast()).contains("\"offset\":500,").contains("\"valueBase64\":\"/wA=\"");
        assertThat(terminal.script("", "consume packed-" + codec + " --max 1 --from 1 --format hex").out()).isEqualTo("ff00\n");
    }

    @Test
    void aHalfWrittenLineIsNamedAndWhatStandsBeforeIsWritten() {
        terminal.type("topics create half");
        assertThat(terminal.pipe("{\"value\":\"a\"}\n{\"value\":\"b", "produce half --format json")).isEqualTo(new Terminal.Shown(1, "",
                "naru: line 2 is not JSON: a text has no closing quote at column 12; the 1 record before it is written, nothing from there on\n"));
        assertThat(terminal.pipe("a:1\nb", "produce half --key-separator :").err()).isEqualTo(
                "naru: line 2 has no ':' between key and value; the 1 record before it is written, nothing from there on\n");
        assertThat(terminal.script("", "consume half").out()).isEqualTo("a\n1\n");
    }

    @Test
    void oneRecordOfAWholeFileOrOfTheLineItself() {
        terminal.type("topics create whole");
        terminal.pipe("several\nlines\n", "produce whole --format file --key doc");
        terminal.type("produce whole --value 'said here' --value twice");
        assertThat(terminal.script("", "consume whole --format raw").out()).isEqualTo("several\nlines\nsaid heretwice");
    }

    @Test
    void aGroupGoesOnWhereItStopped() {
        terminal.type("topics create work --partitions 2");
        terminal.pipe("1\n2\n3\n", "produce work --partition 0");
        assertThat(terminal.script("", "consume work --group g --max 2").out()).isEqualTo("1\n2\n");
        assertThat(terminal.script("", "consume work --group g").out()).isEqualTo("3\n");
        assertThat(terminal.script("", "consume work --group g").out()).isEmpty();
        terminal.pipe("4\n", "produce work --partition 0");
        assertThat(terminal.script("", "consume work --group g").out()).isEqualTo("4\n");
    }

    /** The other one is Kafka's own, and has everything at first. */
    @Test
    void aMemberReadsItsShareOfAGroup() throws Exception {
        terminal.type("topics create shared --partitions 2");
        terminal.pipe("a\nb\n", "produce shared --partition 0");
        terminal.pipe("c\nd\n", "produce shared --partition 1");
        var hasAll = new CountDownLatch(1);
        var enough = new AtomicBoolean();
        var other = new Thread(() -> {
            try (var consumer = new KafkaConsumer<>(Map.<String, Object>of("bootstrap.servers", broker.bootstrap(), "group.id", "both",
                    "group.protocol", "consumer"), new StringDeserializer(), new StringDeserializer())) {
                consumer.subscribe(List.of("shared"));
                while (!enough.get()) {
                    consumer.poll(Duration.ofMillis(100));
                    if (consumer.assignment().size() == 2) {
                        hasAll.countDown();
                    }
                }
            }
        });
        other.start();
        hasAll.await();
        var read = terminal.script("", "consume shared --group both --from start");
        assertThat(terminal.script("", "groups describe both --json").objects().getFirst()).as("it has left").containsEntry("memberCount", 1L);
        enough.set(true);
        other.join();
        assertThat(read.out()).as(read.err()).isIn("a\nb\n", "c\nd\n");
        terminal.pipe("e\n", "produce shared --partition 0");
        terminal.pipe("f\n", "produce shared --partition 1");
        assertThat(terminal.script("", "consume shared --group both").out().lines()).as("alone it has all, from where both got to").contains("e", "f");
    }

    @Test
    void wrongWordsAreNamed() {
        terminal.type("topics create wrong");
        assertThat(terminal.type("consume wrnog").err()).isEqualTo("naru: there is no topic 'wrnog'; did you mean 'wrong'?\n");
        assertThat(terminal.pipe("x", "produce wrnog").err()).isEqualTo("naru: there is no topic 'wrnog'; did you mean 'wrong'?\n");
        assertThat(terminal.type("consume wrong --from soon").err()).isEqualTo("naru: --from does not understand 'soon'; it takes start, end, "
                + "an offset, -N for the last N, or a time such as 2026-11-21T14:05, 14:05 or -5m\n");
        assertThat(terminal.type("consume wrong --partition 3").err()).isEqualTo("naru: topic 'wrong' has no partition 3; it has 0 to 0\n");
        assertThat(terminal.pipe("x", "produce wrong --partition 3").err()).isEqualTo("naru: topic 'wrong' has no partition 3; it has 0 to 0\n");
        assertThat(terminal.type("consume wrong --format nice").err()).startsWith("naru: there is no format 'nice'; it takes value, ");
        assertThat(terminal.type("consume wrong --grep (").err()).startsWith("naru: --grep is no regular expression: ");
        assertThat(terminal.type("produce wrong --from-file /no/such/file").err()).isEqualTo("naru: there is no file /no/such/file; check --from-file\n");
        assertThat(terminal.pipe("x".repeat(2_000_000), "produce wrong").err()).startsWith("naru: partition 0 of topic 'wrong' did not take the records: ")
                .endsWith("; raise the topic's max.message.bytes with 'naru topics alter'\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"value", "key-value", "full", "%k %v %h"})
    void recordsCannotDriveATerminal(String format) {
        terminal.type("topics create rude --if-not-exists");
        terminal.pipe("{\"key\":\"\\u001b[2J\",\"value\":\"\\u001b[31mred\",\"headers\":{\"h\":\"\\u001b[0m\"}}\n", "produce rude --format json");
        var shown = terminal.type("consume rude --max 1 --format '" + format + "'").out();
        assertThat(shown).contains("[31mred").doesNotContain("\u001b");
    }
}
