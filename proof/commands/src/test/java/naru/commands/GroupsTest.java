package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code naru groups} and {@code naru configs} against a broker in a process of its own. */
class GroupsTest extends AtABroker {

    @Test
    void lagIsToldInRecordsAndInTime() {
        terminal.type("topics create lagging --partitions 2");
        long hourAgo = System.currentTimeMillis() - 3_600_000;
        terminal.pipe(("{\"value\":\"x\",\"partition\":0,\"timestamp\":" + hourAgo + "}\n").repeat(5), "produce lagging --format json");
        terminal.type("consume lagging --group late --max 2");
        var page = terminal.script("", "groups describe late --json").objects().getFirst();
        assertThat(page.get("lag")).isEqualTo(3L);
        assertThat((Long) page.get("behindMs")).isBetween(3_600_000L, 3_700_000L);
        assertThat(page.get("state")).isEqualTo("Empty");
        var shown = terminal.type("groups describe late").out();
        assertThat(shown).contains("""
                TOPIC    PARTITION  COMMITTED  END  LAG  BEHIND  CLIENT
                lagging          0          2    5    3     1 h  -
                lagging          1          0    0    0    0 ms  -
                """);
        assertThat(terminal.type("groups list late").out()).isEqualTo("""
                GROUP  TYPE      STATE  PROTOCOL
                late   consumer  Empty  consumer
                """);
    }

    @Test
    void aResetShowsFirstAndChangesThen() {
        terminal.type("topics create again");
        terminal.pipe("1\n2\n3\n", "produce again");
        terminal.type("consume again --group redo");
        assertThat(terminal.type("groups reset redo --to start")).isEqualTo(new Terminal.Shown(0, """
                TOPIC  PARTITION  NOW  NEW  CHANGE  LAG THEN
                again          0    3    0      -3         3
                """, "nothing was changed; add --execute to do it\n"));
        assertThat(terminal.script("", "consume again --group redo").out()).isEmpty();
        terminal.type("groups reset redo --topic again:0 --to 1 --execute");
        assertThat(terminal.script("", "consume again --group redo").out()).isEqualTo("2\n3\n");
        terminal.type("groups reset redo --by -1 --execute");
        assertThat(terminal.script("", "consume again --group redo").out()).isEqualTo("3\n");
        terminal.type("groups reset redo --to -1h --execute");
        assertThat(terminal.script("", "consume again --group redo").out()).isEqualTo("1\n2\n3\n");
        assertThat(terminal.type("groups delete redo --topic again --yes").out()).isEqualTo("group redo has forgotten topic again\n");
        assertThat(terminal.type("groups delete redo --yes")).isEqualTo(new Terminal.Shown(0, "deleted group redo\n", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void membersAreShownAndKeepTheirGroup(String protocol) {
        String name = "alive-" + protocol;
        terminal.type("topics create " + name + " --partitions 2");
        terminal.pipe("1\n", "produce " + name);
        try (var consumer = new KafkaConsumer<>(Map.<String, Object>of("bootstrap.servers", broker.bootstrap(), "group.id", name,
                "group.protocol", protocol, "client.id", "worker", "auto.offset.reset", "earliest"), new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(name));
            while (consumer.poll(Duration.ofMillis(100)).isEmpty()) {
                // until it has its partitions
            }
            consumer.commitSync();
            var page = terminal.script("", "groups describe " + name + " --members --json").objects().getFirst();
            assertThat(page).containsEntry("type", protocol).containsEntry("state", "Stable").containsEntry("memberCount", 1L).containsEntry("lag", 0L);
            assertThat(page.get("members").toString()).contains("client=worker").contains(name + ":0, " + name + ":1");
            assertThat(terminal.type("groups delete " + name + " --yes").err()).startsWith("naru: group '" + name + "' was not deleted: ")
                    .endsWith("; stop its members first; 'naru groups describe GROUP' shows them\n");
            assertThat(terminal.type("groups reset " + name + " --to start --execute").code()).isEqualTo(1);
        }
    }

    @Test
    void wrongGroupsAreNamed() {
        terminal.type("topics create some");
        terminal.type("consume some --group billing");
        assertThat(terminal.type("groups describe biling").err()).isEqualTo("naru: there is no group 'biling'; did you mean 'billing'?\n");
        assertThat(terminal.type("groups reset biling --to start").err()).isEqualTo("naru: there is no group 'biling'; did you mean 'billing'?\n");
        assertThat(terminal.type("groups reset billing").err()).isEqualTo("naru: nothing says where to; give one of --to WHERE and --by N\n");
        assertThat(terminal.type("groups delete biling --yes").code()).isEqualTo(1);
    }

    @Test
    void settingsAreShownExplainedAndChanged() {
        terminal.type("topics create settings");
        assertThat(terminal.type("configs set topic/settings retention.ms=1000 cleanup.policy=compact").out())
                .isEqualTo("set retention.ms=1000\nset cleanup.policy=compact\n");
        assertThat(terminal.type("configs describe topic/settings").out()).isEqualTo("""
                SETTING         VALUE    FROM
                cleanup.policy  compact  topic
                retention.ms    1000     topic
                """);
        assertThat(terminal.type("configs describe topic/settings --all --grep insync").out()).isEqualTo("""
                SETTING              VALUE  FROM
                min.insync.replicas  1      all brokers
                """);
        assertThat(terminal.type("configs describe broker/ --grep insync").out()).contains("min.insync.replicas  1      all brokers");
        assertThat(terminal.type("configs explain topic/settings retention.ms").out()).startsWith("""
                setting         retention.ms
                value           1000
                from            topic
                fixed at start  no
                """);
        assertThat(terminal.type("configs unset topic/settings retention.ms").out()).isEqualTo("unset retention.ms\n");
        assertThat(terminal.type("configs set topic/settings retention.m=1").err()).endsWith("; did you mean 'retention.ms'?\n");
        assertThat(terminal.type("configs set topic/settings retention.ms=soon").err()).startsWith("naru: nothing was changed: ");
        assertThat(terminal.type("configs explain topic/settings retention").err()).startsWith("naru: there is no setting 'retention'; did you mean 'retention.");
        assertThat(terminal.type("configs describe topc/settings").err()).isEqualTo("naru: 'topc/settings' is nothing that has settings; did you mean 'topic'?\n");
        assertThat(terminal.script("", "configs describe broker/1 --all --json").objects()).hasSizeGreaterThan(100);
        assertThat(terminal.type("configs describe broker/7").err()).startsWith("naru: broker 7 is not in the cluster");
    }
}
