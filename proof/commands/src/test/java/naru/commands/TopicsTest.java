package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code naru topics} against a broker in a process of its own. */
class TopicsTest extends AtABroker {

    @Test
    void aTopicFromItsBeginningToItsEnd() {
        var created = terminal.type("topics create walk --partitions 2 --set retention.ms=86400000");
        assertThat(created).isEqualTo(new Terminal.Shown(0, "created topic walk with 2 partitions and 1 replica of each\n", ""));
        assertThat(terminal.type("topics list walk").out()).isEqualTo("""
                TOPIC  PARTITIONS  REPLICAS  RECORDS  SIZE  RECORDS/S   RATE  STATE
                walk            2         1        0   0 B          0  0 B/s  ok
                """);
        assertThat(terminal.type("topics alter walk --partitions 3 --set retention.bytes=1000 --unset retention.ms").out()).isEqualTo("""
                set retention.bytes=1000
                unset retention.ms
                topic walk has 3 partitions
                """);
        assertThat(terminal.type("topics describe walk").out().replaceFirst("id     \\S+", "id     ID")).isEqualTo("""
                topic  walk
                id     ID
                state  ok
                size   0 B

                SETTING          VALUE
                retention.bytes  1000

                PARTITION  LEADER  REPLICAS  IN SYNC  START  END  SIZE  STATE
                        0  1       1         1            0    0   0 B  ok
                        1  1       1         1            0    0   0 B  ok
                        2  1       1         1            0    0   0 B  ok
                """);
        assertThat(terminal.type("topics delete walk --yes").out()).isEqualTo("deleted topic walk\n");
        assertThat(terminal.type("topics list walk --names").out()).isEmpty();
    }

    @Test
    void scriptsGetJson() {
        terminal.type("topics create json-a json-b --partitions 2");
        var list = terminal.script("", "topics list json- --json").objects();
        assertThat(list).hasSize(2);
        assertThat(list.getFirst().keySet()).containsExactly("topic", "partitions", "replicas", "records", "bytes", "recordsPerSecond",
                "bytesPerSecond", "state", "internal", "topicId");
        assertThat(list.getFirst().get("topic")).isEqualTo("json-a");
        assertThat(list.getFirst().get("partitions")).isEqualTo(2L);
        var pages = terminal.script("", "topics describe json-b --json").objects();
        assertThat(pages).singleElement().satisfies(page -> {
            assertThat(page.get("topic")).isEqualTo("json-b");
            assertThat((List<?>) page.get("partitions")).hasSize(2);
        });
        assertThat(terminal.script("", "topics list --json nothing-of-the-kind").out()).isEqualTo("[]\n");
    }

    @Test
    void whatExistsOrNotIsToldWithTheNearestName() {
        terminal.type("topics create orders");
        assertThat(terminal.type("topics create orders")).isEqualTo(new Terminal.Shown(1, "",
                "naru: topic 'orders' was not created: Topic 'orders' already exists; choose another name, or add --if-not-exists\n"));
        assertThat(terminal.type("topics create orders --if-not-exists")).isEqualTo(
                new Terminal.Shown(0, "topic orders exists already\n", ""));
        assertThat(terminal.type("topics describe ordres")).isEqualTo(new Terminal.Shown(1, "",
                "naru: there is no topic 'ordres'; did you mean 'orders'?\n"));
        assertThat(terminal.type("topics delete oders --yes").err()).isEqualTo("naru: there is no topic 'oders'; did you mean 'orders'?\n");
        assertThat(terminal.type("topics delete oders --if-exists --yes")).isEqualTo(
                new Terminal.Shown(0, "there is no topic oders\n", ""));
        assertThat(terminal.type("topics alter orders --set retention.mss=1").err()).endsWith("; did you mean 'retention.ms'?\n");
        assertThat(terminal.type("topics alter orders --partitions 1").err()).startsWith("naru: topic 'orders' did not get 1 partitions: ");
        assertThat(terminal.type("topics create a/b").err()).startsWith("naru: topic 'a/b' was not created: ");
        assertThat(terminal.type("topics create three --replicas 3").err()).contains("try fewer with --replicas, or start more brokers");
    }

    @Test
    void nothingIsDeletedUnasked() {
        terminal.type("topics create precious");
        assertThat(terminal.script("", "topics delete precious")).isEqualTo(new Terminal.Shown(2, "",
                "naru: 'naru topics delete' asks before anything is lost, and nobody is at a terminal; add --yes\n"));
        var person = new naru.cli.terminal.Screen.Ends(true, true, true, 80, false);
        assertThat(terminal.run(person, "n\n", "topics delete precious")).isEqualTo(new Terminal.Shown(1, "",
                "Delete topic precious, with all records? [y/N] naru: nothing was changed; answer y to go on\n"));
        assertThat(terminal.run(person, "y\n", "topics delete precious").out()).isEqualTo("deleted topic precious\n");
    }

    @Test
    void aDryRunChangesNothing() {
        assertThat(terminal.type("topics create perhaps --partitions 4 --dry-run").out())
                .isEqualTo("topic perhaps could be created with 4 partitions and 1 replica of each\n");
        assertThat(terminal.type("topics list perhaps --names").out()).isEmpty();
    }

    @Test
    void replicasCanBePlacedByHand() {
        assertThat(terminal.type("topics create placed --replica-assignment 1,1,1").out())
                .isEqualTo("created topic placed with 3 partitions and 1 replica of each\n");
        assertThat(terminal.type("topics create placed2 --replica-assignment 1,x").err())
                .isEqualTo("naru: --replica-assignment wants ids of brokers, not 'x'; write for example 1:2,2:3\n");
    }
}
