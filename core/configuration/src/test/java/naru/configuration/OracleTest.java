package naru.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.coordinator.group.GroupConfig;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.apache.kafka.server.metrics.ClientMetricsConfigs;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;

/** Every key against Kafka's own definitions: type, default, importance, and what it takes and refuses in which words. */
class OracleTest {

    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");
    private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9_./:]*");

    /** What is meant to differ, and why. Whoever adds a line gives a reason; whoever closes a gap takes one out. */
    private static final Map<String, String> MEANT = Map.ofEntries(
            Map.entry("naru.durability is ours alone", "what an acknowledgement means is for the operator to say"),
            Map.entry("interval.ms: word", "Kafka holds the same range against it elsewhere, when it is set"));

    /** Came with Kafka 4.4, after the release whose behaviour we have: unknown here, so they warn and change nothing. */
    private static final Set<String> OF_4_4 = new TreeSet<>(List.of(
            "consumer.assignor.offload.enable", "errors.deadletterqueue.auto.create.topics.enable",
            "errors.deadletterqueue.copy.record.enable", "errors.deadletterqueue.group.enable",
            "errors.deadletterqueue.topic.name", "errors.deadletterqueue.topic.name.prefix",
            "group.consumer.assignor.offload.enable", "group.share.assignor.offload.enable",
            "group.share.dlq.manager.class.name", "group.streams.acceptable.recovery.lag",
            "group.streams.assignor.offload.enable", "group.streams.assignors", "group.streams.max.warmup.replicas",
            "group.streams.min.task.offset.interval.ms", "group.streams.num.warmup.replicas",
            "group.streams.rack.aware.assignment.tags", "group.streams.task.offset.interval.ms",
            "group.streams.topology.description.plugin.class", "log.remote.copy.lag.bytes", "log.remote.copy.lag.ms",
            "max.decompressed.message.bytes", "remote.copy.lag.bytes", "remote.copy.lag.ms",
            "sasl.oauthbearer.allow.unverified.audience", "sasl.oauthbearer.allow.unverified.issuer",
            "share.assignor.offload.enable", "streams.acceptable.recovery.lag", "streams.assignor.name",
            "streams.assignor.offload.enable", "streams.num.warmup.replicas", "streams.rack.aware.assignment.tags",
            "streams.task.offset.interval.ms"));

    private final List<String> differences = new ArrayList<>();

    @Test
    void broker_keys() {
        compare(ConfigKeys.BROKER, AbstractKafkaConfig.CONFIG_DEF);
    }

    @Test
    void topic_keys() {
        compare(ConfigKeys.TOPIC, LogConfig.configDefCopy());
    }

    @Test
    void group_keys() {
        compare(ConfigKeys.GROUP, GroupConfig.CONFIG_DEF);
    }

    @Test
    void client_metrics_keys() {
        compare(ConfigKeys.CLIENT_METRICS, ClientMetricsConfigs.configDef());
    }

    private void compare(ConfigKeys ours, ConfigDef theirs) {
        var names = new TreeSet<>(theirs.configKeys().keySet());
        ours.all().forEach(key -> names.add(key.name()));
        for (var name : names) {
            var key = ours.get(name);
            var other = theirs.configKeys().get(name);
            if (key == null && OF_4_4.contains(name)) {
                continue;
            }
            if (key == null || other == null) {
                differences.add(name + (key == null ? " is missing" : " is ours alone"));
                continue;
            }
            same(name, "type", key.type().name(), other.type.name());
            same(name, "importance", key.importance().name(), other.importance.name());
            same(name, "hidden", "" + key.internal(), "" + other.internalConfig);
            same(name, "default", key.defaultValue(), defaultOf(other));
            // Whether a class exists is known to who loads it; we load none of Kafka's.
            if (other.type != ConfigDef.Type.CLASS) {
                candidates(key, other).forEach(value -> compare(key, other, value));
            }
        }
        differences.removeIf(one -> MEANT.keySet().stream().anyMatch(one::startsWith));
        assertThat(differences).isEmpty();
    }

    private void same(String name, String what, String ours, String theirs) {
        if (!java.util.Objects.equals(ours, theirs)) {
            differences.add(name + ": " + what + " is " + ours + ", Kafka's is " + theirs);
        }
    }

    private static String defaultOf(ConfigDef.ConfigKey key) {
        return key.hasDefault() ? ConfigDef.convertToString(key.defaultValue, key.type) : null;
    }

    private void compare(ConfigKey ours, ConfigDef.ConfigKey theirs, String value) {
        String theirWords = null;
        try {
            var parsed = ConfigDef.parseType(theirs.name, value, theirs.type);
            if (theirs.validator != null) {
                theirs.validator.ensureValid(theirs.name, parsed);
            }
        } catch (ConfigException refused) {
            theirWords = refused.getMessage();
        }
        same(ours.name(), "word on '" + value + "'", ours.complaint(value), theirWords);
    }

    /** Values around everything that the key's default, type and validator mention. */
    private static Set<String> candidates(ConfigKey ours, ConfigDef.ConfigKey theirs) {
        var values = new LinkedHashSet<String>(List.of("", "x", "x,y", "x,x", " x , y ", "true", "TRUE", "no", "*", "1:2,3:4", "1:2,", "1:"));
        String spoken = theirs.validator + " " + defaultOf(theirs) + " " + ours.allowed();
        var numbers = NUMBER.matcher(spoken);
        while (numbers.find()) {
            double number = Double.parseDouble(numbers.group());
            for (double one : new double[] {number - 1, number, number + 1}) {
                values.add(one == Math.rint(one) ? Long.toString((long) one) : "" + one);
            }
        }
        values.addAll(List.of("0", "1", "-1", "-2", "0.5", "1.5", "32767", "32768", "2147483647", "2147483648", "-2147483648",
                "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e3", "+5", " 7 "));
        var words = WORD.matcher(spoken);
        while (words.find()) {
            values.add(words.group());
            values.add(words.group().toUpperCase(Locale.ROOT));
            values.add(words.group().toLowerCase(Locale.ROOT));
            values.add(words.group() + "," + words.group());
        }
        return values;
    }
}
