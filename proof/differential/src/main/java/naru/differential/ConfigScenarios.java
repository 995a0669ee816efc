package naru.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import naru.protocol.message.AlterConfigsRequest;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DescribeConfigsRequest;
import naru.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import naru.protocol.message.DescribeConfigsResponse;
import naru.protocol.message.IncrementalAlterConfigsRequest;
import naru.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import naru.protocol.message.ListConfigResourcesRequest;

/** Settings are looked at and changed while the broker runs. */
final class ConfigScenarios {

    private static final int TOPIC = 2;
    private static final int BROKER = 4;
    private static final int LOGGER = 8;
    private static final int METRICS = 16;
    private static final int GROUP = 32;

    private static final String IN_SYNC = "min.insync.replicas";

    private static final int SET = 0;
    private static final int DELETE = 1;
    private static final int APPEND = 2;
    private static final int SUBTRACT = 3;

    /** The version of DescribeConfigs that looks at what a change did. */
    private static final int LOOKING = 4;

    private ConfigScenarios() {}

    /** Those that see everything on the broker, and so come before the others. */
    static List<Scenario> ofAnEmptyBroker() {
        return List.of(new Scenario("list-config-resources", ApiKey.LIST_CONFIG_RESOURCES, ConfigScenarios::list));
    }

    static List<Scenario> all() {
        return List.of(
                new Scenario("describe-configs", ApiKey.DESCRIBE_CONFIGS, ConfigScenarios::describe),
                new Scenario("describe-broker-configs", ApiKey.DESCRIBE_CONFIGS, ConfigScenarios::describeBroker),
                new Scenario("alter-configs", ApiKey.ALTER_CONFIGS, ConfigScenarios::alter),
                new Scenario("incremental-alter-configs", ApiKey.INCREMENTAL_ALTER_CONFIGS, ConfigScenarios::change),
                new Scenario("incremental-alter-configs-of-others", ApiKey.INCREMENTAL_ALTER_CONFIGS, ConfigScenarios::changeOthers),
                new Scenario("alter-configs-in-sync", ApiKey.ALTER_CONFIGS, ConfigScenarios::alterInSync),
                new Scenario("incremental-alter-configs-in-sync", ApiKey.INCREMENTAL_ALTER_CONFIGS, ConfigScenarios::changeInSync));
    }

    private static void list(Conversation with, int version) {
        with.probe("everything", ListConfigResourcesRequest.builder().build());
        if (version == 0) {
            return;
        }
        Given.topic(with, "t", 1);
        var metrics = with.name("metrics");
        var group = with.name("group");
        with.probe("settings for a subscription and a group", 1, changing(
                each(METRICS, metrics, step(SET, "interval.ms", "1000")), each(GROUP, group, step(SET, "consumer.session.timeout.ms", "50000"))));
        awaitConfig(with, METRICS, metrics, "interval.ms", "1000");
        awaitConfig(with, GROUP, group, "consumer.session.timeout.ms", "50000");
        with.probe("everything, now that there is something", ListConfigResourcesRequest.builder().build());
        for (int type : List.of(TOPIC, BROKER, LOGGER, METRICS, GROUP, 0, 1, 99)) {
            with.probe("of type " + type, ListConfigResourcesRequest.builder().resourceTypes(List.of((byte) type)).build());
        }
        with.probe("two types", ListConfigResourcesRequest.builder().resourceTypes(List.of((byte) GROUP, (byte) TOPIC)).build());
        with.probe("a type twice", ListConfigResourcesRequest.builder().resourceTypes(List.of((byte) GROUP, (byte) GROUP)).build());
        with.probe("a type and one that is none", ListConfigResourcesRequest.builder().resourceTypes(List.of((byte) GROUP, (byte) 3)).build());
        with.probe("no settings any more", 1, changing(
                each(METRICS, metrics, step(DELETE, "interval.ms", null)), each(GROUP, group, step(DELETE, "consumer.session.timeout.ms", null))));
        awaitConfig(with, GROUP, group, "consumer.session.timeout.ms", "45000");
        with.probe("what is left", ListConfigResourcesRequest.builder().resourceTypes(List.of((byte) METRICS, (byte) GROUP)).build());
    }

    private static DescribeConfigsResource of(int type, String name, String... keys) {
        return new DescribeConfigsResource((byte) type, name, keys.length == 0 ? null : List.of(keys));
    }

    private static DescribeConfigsRequest asking(DescribeConfigsResource... resources) {
        return DescribeConfigsRequest.builder().resources(List.of(resources)).build();
    }

    private static void describe(Conversation with, int version) {
        var topic = Given.topic(with, "t", 1, "retention.ms", "1000", "cleanup.policy", "compact,delete", "segment.bytes", "2097152");
        with.probe("a topic", asking(of(TOPIC, topic)));
        with.probe("with synonyms", asking(of(TOPIC, topic)).toBuilder().includeSynonyms(true).build());
        with.probe("with documentation", asking(of(TOPIC, topic)).toBuilder().includeDocumentation(true).build());
        with.probe("some keys", asking(of(TOPIC, topic, "retention.ms", "segment.bytes", "no.such.key", "retention.ms")));
        with.probe("no keys", asking(new DescribeConfigsResource((byte) TOPIC, topic, List.of())));
        with.probe("an unknown topic", asking(of(TOPIC, with.name("nobody"))));
        with.probe("a bad topic name", asking(of(TOPIC, "a b")));
        with.probe("no topic name", asking(of(TOPIC, "")));
        with.probe("a topic twice", asking(of(TOPIC, topic, "retention.ms"), of(TOPIC, topic, "segment.bytes")));
        with.probe("two topics, one unknown", asking(of(TOPIC, topic, "retention.ms"), of(TOPIC, with.name("nobody"))));
        with.probe("nothing", asking());
        with.probe("all brokers", asking(of(BROKER, "")));
        with.probe("another broker", asking(of(BROKER, "7")));
        with.probe("a broker without a number", asking(of(BROKER, "seven")));
        with.probe("another broker's loggers", asking(of(LOGGER, "7")));
        with.probe("nobody's loggers", asking(of(LOGGER, "")));
        with.probe("a logger that is none", asking(of(LOGGER, "1", "no.such.logger")));
        with.probe("a subscription that is none", asking(of(METRICS, with.name("nobody"))).toBuilder().includeSynonyms(true).build());
        with.probe("a subscription without a name", asking(of(METRICS, "")));
        with.probe("a group", asking(of(GROUP, with.name("g"))));
        with.probe("a group with synonyms", asking(of(GROUP, with.name("g"))).toBuilder().includeSynonyms(true).build());
        with.probe("a group without a name", asking(of(GROUP, "")));
        for (int type : List.of(0, 1, 3, 99, -1)) {
            with.probe("type " + type, asking(of(type, "a")));
        }
    }

    private static void describeBroker(Conversation with, int version) {
        with.probe("the broker", asking(of(BROKER, "1")));
        with.probe("with synonyms", asking(of(BROKER, "1")).toBuilder().includeSynonyms(true).build());
    }

    private static void awaitConfig(Conversation with, int type, String name, String key, String value) {
        with.<DescribeConfigsResponse>askUntil("first", key + " counts", LOOKING, asking(of(type, name, key)).toBuilder().includeSynonyms(true).build(),
                answer -> answer.results().getFirst().configs().stream().anyMatch(each -> Objects.equals(each.value(), value)));
    }

    private static void look(Conversation with, String label, int type, String name, String... keys) {
        with.probe(label, LOOKING, asking(of(type, name, keys)).toBuilder().includeSynonyms(true).build());
    }

    private static AlterConfigsRequest setting(AlterConfigsRequest.AlterConfigsResource... resources) {
        return AlterConfigsRequest.builder().resources(List.of(resources)).build();
    }

    private static AlterConfigsRequest.AlterConfigsResource all(int type, String name, String... configs) {
        var settings = new ArrayList<AlterConfigsRequest.AlterableConfig>();
        for (int at = 0; at < configs.length; at += 2) {
            settings.add(new AlterConfigsRequest.AlterableConfig(configs[at], configs[at + 1]));
        }
        return new AlterConfigsRequest.AlterConfigsResource((byte) type, name, settings);
    }

    private static void alter(Conversation with, int version) {
        var topic = Given.topic(with, "t", 1, "retention.ms", "1000");
        var keys = new String[] {"retention.ms", "segment.bytes", "cleanup.policy"};
        with.probe("two keys", setting(all(TOPIC, topic, "retention.ms", "2000", "segment.bytes", "3000000")));
        awaitConfig(with, TOPIC, topic, "retention.ms", "2000");
        look(with, "after two keys", TOPIC, topic, keys);
        with.probe("one key, so the other goes", setting(all(TOPIC, topic, "retention.ms", "4000")));
        awaitConfig(with, TOPIC, topic, "retention.ms", "4000");
        look(with, "after one key", TOPIC, topic, keys);
        with.probe("only validated", setting(all(TOPIC, topic, "retention.ms", "7000")).toBuilder().validateOnly(true).build());
        with.probe("an unknown key", setting(all(TOPIC, topic, "no.such.key", "1")));
        with.probe("an unknown key, only validated", setting(all(TOPIC, topic, "no.such.key", "1")).toBuilder().validateOnly(true).build());
        with.probe("not a number", setting(all(TOPIC, topic, "retention.ms", "soon")));
        with.probe("not one of the words", setting(all(TOPIC, topic, "cleanup.policy", "burn")));
        with.probe("below the least", setting(all(TOPIC, topic, "segment.bytes", "1")));
        with.probe("a null value", setting(all(TOPIC, topic, "retention.ms", null)));
        with.probe("two null values", setting(all(TOPIC, topic, "retention.ms", null, "segment.bytes", null)));
        with.probe("a key twice", setting(all(TOPIC, topic, "retention.ms", "1", "retention.ms", "2")));
        with.probe("a lag that contradicts itself", setting(all(TOPIC, topic, "min.compaction.lag.ms", "10", "max.compaction.lag.ms", "5")));
        with.probe("an unknown topic", setting(all(TOPIC, with.name("nobody"), "retention.ms", "1")));
        with.probe("a bad topic name", setting(all(TOPIC, "a b", "retention.ms", "1")));
        with.probe("no topic name", setting(all(TOPIC, "", "retention.ms", "1")));
        with.probe("a topic twice", setting(all(TOPIC, topic, "retention.ms", "1"), all(TOPIC, topic, "segment.bytes", "4000000")));
        with.probe("one good and one bad", setting(all(TOPIC, topic, "retention.ms", "9000"), all(TOPIC, with.name("nobody"), "retention.ms", "1")));
        awaitConfig(with, TOPIC, topic, "retention.ms", "9000");
        with.probe("nothing", setting());
        with.probe("no keys", setting(all(TOPIC, topic)));
        awaitConfig(with, TOPIC, topic, "retention.ms", "604800000");
        with.probe("a broker", setting(all(BROKER, "1", "log.cleaner.threads", "2")));
        awaitConfig(with, BROKER, "1", "log.cleaner.threads", "2");
        with.probe("a key that needs a restart", setting(all(BROKER, "1", "node.id", "2")));
        with.probe("a broker's key with a bad value", setting(all(BROKER, "1", "log.cleaner.threads", "none")));
        with.probe("another broker", setting(all(BROKER, "7", "log.cleaner.threads", "2")));
        with.probe("a broker without a number", setting(all(BROKER, "seven", "log.cleaner.threads", "2")));
        with.probe("a broker without keys", setting(all(BROKER, "1")));
        awaitConfig(with, BROKER, "1", "log.cleaner.threads", "1");
        with.probe("loggers", setting(all(LOGGER, "1", "kafka.nobody", "DEBUG")));
        for (int type : List.of(0, 1, 3, 99)) {
            with.probe("type " + type, setting(all(type, "a", "b", "c")));
        }
    }

    private static IncrementalAlterConfigsRequest changing(IncrementalAlterConfigsRequest.AlterConfigsResource... resources) {
        return IncrementalAlterConfigsRequest.builder().resources(List.of(resources)).build();
    }

    private static IncrementalAlterConfigsRequest.AlterConfigsResource each(int type, String name, AlterableConfig... steps) {
        return new IncrementalAlterConfigsRequest.AlterConfigsResource((byte) type, name, List.of(steps));
    }

    private static AlterableConfig step(int operation, String key, String value) {
        return new AlterableConfig(key, (byte) operation, value);
    }

    private static void change(Conversation with, int version) {
        var topic = Given.topic(with, "t", 1, "retention.ms", "1000");
        var keys = new String[] {"retention.ms", "segment.bytes", "cleanup.policy"};
        with.probe("set", changing(each(TOPIC, topic, step(SET, "segment.bytes", "3000000"))));
        awaitConfig(with, TOPIC, topic, "segment.bytes", "3000000");
        look(with, "after set", TOPIC, topic, keys);
        with.probe("delete", changing(each(TOPIC, topic, step(DELETE, "segment.bytes", null))));
        awaitConfig(with, TOPIC, topic, "segment.bytes", "1073741824");
        with.probe("delete with a value", changing(each(TOPIC, topic, step(DELETE, "segment.bytes", "5"))));
        with.probe("delete what was never set", changing(each(TOPIC, topic, step(DELETE, "segment.ms", null))));
        with.probe("delete what does not exist", changing(each(TOPIC, topic, step(DELETE, "no.such.key", null))));
        with.probe("append", changing(each(TOPIC, topic, step(APPEND, "cleanup.policy", "compact"))));
        awaitConfig(with, TOPIC, topic, "cleanup.policy", "delete,compact");
        with.probe("append again", changing(each(TOPIC, topic, step(APPEND, "cleanup.policy", "compact"))));
        with.probe("append what may not be", changing(each(TOPIC, topic, step(APPEND, "cleanup.policy", "burn"))));
        with.probe("append to what is no list", changing(each(TOPIC, topic, step(APPEND, "retention.ms", "1"))));
        with.probe("append to what does not exist", changing(each(TOPIC, topic, step(APPEND, "no.such.key", "1"))));
        with.probe("append nothing", changing(each(TOPIC, topic, step(APPEND, "cleanup.policy", null))));
        with.probe("append emptiness", changing(each(TOPIC, topic, step(APPEND, "cleanup.policy", ""))));
        with.probe("subtract", changing(each(TOPIC, topic, step(SUBTRACT, "cleanup.policy", "delete"))));
        awaitConfig(with, TOPIC, topic, "cleanup.policy", "compact");
        with.probe("subtract what is not there", changing(each(TOPIC, topic, step(SUBTRACT, "cleanup.policy", "delete"))));
        with.probe("subtract from what is no list", changing(each(TOPIC, topic, step(SUBTRACT, "retention.ms", "1"))));
        with.probe("operation 7", changing(each(TOPIC, topic, step(7, "retention.ms", "1"))));
        with.probe("only validated", changing(each(TOPIC, topic, step(SET, "retention.ms", "7000"))).toBuilder().validateOnly(true).build());
        with.probe("bad, only validated", changing(each(TOPIC, topic, step(SET, "retention.ms", "soon"))).toBuilder().validateOnly(true).build());
        with.probe("an unknown key", changing(each(TOPIC, topic, step(SET, "no.such.key", "1"))));
        with.probe("not a number", changing(each(TOPIC, topic, step(SET, "retention.ms", "soon"))));
        with.probe("a null value", changing(each(TOPIC, topic, step(SET, "retention.ms", null))));
        with.probe("a key twice", changing(each(TOPIC, topic, step(SET, "retention.ms", "1"), step(DELETE, "retention.ms", null))));
        with.probe("more in sync than brokers", changing(each(TOPIC, topic, step(SET, "min.insync.replicas", "3"))));
        with.probe("a lag that contradicts itself", changing(each(TOPIC, topic,
                step(SET, "min.compaction.lag.ms", "10"), step(SET, "max.compaction.lag.ms", "5"))));
        with.probe("a good key and a bad one", changing(each(TOPIC, topic, step(SET, "retention.ms", "7000"), step(SET, "segment.bytes", "1"))));
        with.probe("an unknown topic", changing(each(TOPIC, with.name("nobody"), step(SET, "retention.ms", "1"))));
        with.probe("a bad topic name", changing(each(TOPIC, "a b", step(SET, "retention.ms", "1"))));
        with.probe("no topic name", changing(each(TOPIC, "", step(SET, "retention.ms", "1"))));
        with.probe("a topic twice", changing(each(TOPIC, topic, step(SET, "retention.ms", "1")), each(TOPIC, topic, step(SET, "segment.ms", "4"))));
        with.probe("nothing", changing());
        with.probe("no keys", changing(each(TOPIC, topic)));
        look(with, "in the end", TOPIC, topic, "retention.ms", "segment.bytes", "cleanup.policy", "min.insync.replicas");
    }

    private static void changeOthers(Conversation with, int version) {
        with.probe("a broker", changing(each(BROKER, "1", step(SET, "log.cleaner.threads", "2"))));
        awaitConfig(with, BROKER, "1", "log.cleaner.threads", "2");
        with.probe("all brokers", changing(each(BROKER, "", step(SET, "log.retention.ms", "86400000"))));
        awaitConfig(with, BROKER, "1", "log.retention.ms", "86400000");
        look(with, "of all brokers", BROKER, "", "log.retention.ms", "log.cleaner.threads");
        var topic = Given.topic(with, "t", 1);
        look(with, "what a topic has of it", TOPIC, topic, "retention.ms");
        with.probe("a key that needs a restart", changing(each(BROKER, "1", step(SET, "node.id", "2"))));
        with.probe("a key of one broker for all", changing(each(BROKER, "", step(SET, "listeners", "PLAINTEXT://127.0.0.1:1"))));
        with.probe("a key that nobody knows", changing(each(BROKER, "1", step(SET, "my.own.key", "1"))));
        with.probe("a broker's bad value", changing(each(BROKER, "1", step(SET, "log.cleaner.threads", "none"))));
        with.probe("a broker's value below the least", changing(each(BROKER, "1", step(SET, "log.cleaner.threads", "-1"))));
        with.probe("another broker", changing(each(BROKER, "7", step(SET, "log.cleaner.threads", "2"))));
        with.probe("a broker without a number", changing(each(BROKER, "seven", step(SET, "log.cleaner.threads", "2"))));
        with.probe("back again", changing(
                each(BROKER, "1", step(DELETE, "log.cleaner.threads", null), step(DELETE, "my.own.key", null)),
                each(BROKER, "", step(DELETE, "log.retention.ms", null))));
        awaitConfig(with, BROKER, "1", "log.cleaner.threads", "1");
        awaitConfig(with, TOPIC, topic, "retention.ms", "604800000");
        with.probe("a logger that is none", changing(each(LOGGER, "1", step(SET, "kafka.nobody", "DEBUG"))));
        with.probe("a logger's level that is none", changing(each(LOGGER, "1", step(SET, "kafka.server", "LOUD"))));
        with.probe("another broker's logger", changing(each(LOGGER, "7", step(SET, "kafka.server", "DEBUG"))));
        var metrics = with.name("m");
        with.probe("a subscription", changing(each(METRICS, metrics, step(SET, "interval.ms", "1000"), step(SET, "metrics", "a,b"))));
        awaitConfig(with, METRICS, metrics, "interval.ms", "1000");
        look(with, "what it is", METRICS, metrics);
        with.probe("an unknown key of a subscription", changing(each(METRICS, metrics, step(SET, "no.such.key", "1"))));
        with.probe("an interval below the least", changing(each(METRICS, metrics, step(SET, "interval.ms", "1"))));
        with.probe("a bad match", changing(each(METRICS, metrics, step(SET, "match", "nonsense"))));
        with.probe("a subscription without a name", changing(each(METRICS, "", step(SET, "interval.ms", "1000"))));
        with.probe("a subscription goes", changing(each(METRICS, metrics, step(DELETE, "interval.ms", null), step(DELETE, "metrics", null))));
        var group = with.name("g");
        with.probe("a group", changing(each(GROUP, group, step(SET, "consumer.session.timeout.ms", "50000"))));
        awaitConfig(with, GROUP, group, "consumer.session.timeout.ms", "50000");
        look(with, "what the group is", GROUP, group);
        with.probe("an unknown key of a group", changing(each(GROUP, group, step(SET, "no.such.key", "1"))));
        with.probe("a group's value below the least", changing(each(GROUP, group, step(SET, "consumer.session.timeout.ms", "1"))));
        with.probe("a group's value that is no number", changing(each(GROUP, group, step(SET, "consumer.heartbeat.interval.ms", "often"))));
        with.probe("a group without a name", changing(each(GROUP, "", step(SET, "consumer.session.timeout.ms", "50000"))));
        with.probe("a group goes back", changing(each(GROUP, group, step(DELETE, "consumer.session.timeout.ms", null))));
        for (int type : List.of(0, 1, 3, 99)) {
            with.probe("type " + type, changing(each(type, "a", step(SET, "b", "c"))));
        }
    }

    /** Where eligible replicas are kept, all brokers mean the same by this key (KIP-966). */
    private static void alterInSync(Conversation with, int version) {
        look(with, "of all from the beginning", BROKER, "", IN_SYNC);
        look(with, "of the broker", BROKER, "1", IN_SYNC);
        with.probe("for one broker", setting(all(BROKER, "1", IN_SYNC, "1")));
        with.probe("for one broker, only validated", setting(all(BROKER, "1", IN_SYNC, "1")).toBuilder().validateOnly(true).build());
        with.probe("of all, without a word of it", setting(all(BROKER, "", "log.cleaner.threads", "2")));
        with.probe("of all, without a word of anything", setting(all(BROKER, "")));
        with.probe("of all, as it is", setting(all(BROKER, "", IN_SYNC, "1")));
        look(with, "of all in the end", BROKER, "", IN_SYNC, "log.cleaner.threads");
    }

    private static void changeInSync(Conversation with, int version) {
        var topic = Given.topic(with, "t", 1);
        look(with, "of a topic", TOPIC, topic, IN_SYNC);
        with.probe("set for one broker", changing(each(BROKER, "1", step(SET, IN_SYNC, "1"))));
        with.probe("delete for one broker", changing(each(BROKER, "1", step(DELETE, IN_SYNC, null))));
        with.probe("append for one broker", changing(each(BROKER, "1", step(APPEND, IN_SYNC, "1"))));
        with.probe("good and bad for one broker", changing(each(BROKER, "1", step(SET, "log.cleaner.threads", "2"), step(SET, IN_SYNC, "1"))));
        with.probe("delete for all", changing(each(BROKER, "", step(DELETE, IN_SYNC, null))));
        with.probe("delete for all, only validated", changing(each(BROKER, "", step(DELETE, IN_SYNC, null))).toBuilder().validateOnly(true).build());
        with.probe("not a number for all", changing(each(BROKER, "", step(SET, IN_SYNC, "some"))));
        with.probe("none for all", changing(each(BROKER, "", step(SET, IN_SYNC, "0"))));
        with.probe("two for all", changing(each(BROKER, "", step(SET, IN_SYNC, "2"))));
        awaitConfig(with, BROKER, "1", IN_SYNC, "2");
        look(with, "of the broker, now two", BROKER, "1", IN_SYNC);
        look(with, "of a topic, now two", TOPIC, topic, IN_SYNC);
        with.probe("three for the topic", changing(each(TOPIC, topic, step(SET, IN_SYNC, "3"))));
        awaitConfig(with, TOPIC, topic, IN_SYNC, "3");
        with.probe("delete for the topic", changing(each(TOPIC, topic, step(DELETE, IN_SYNC, null))));
        with.probe("one for all again", changing(each(BROKER, "", step(SET, IN_SYNC, "1"))));
        awaitConfig(with, TOPIC, topic, IN_SYNC, "1");
        look(with, "in the end", BROKER, "", IN_SYNC);
    }
}
