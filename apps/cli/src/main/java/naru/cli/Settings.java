package naru.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.cli.options.Nearest;
import naru.cli.terminal.Table;
import naru.cli.terminal.Unit;
import naru.cli.wire.Brokers;
import naru.cli.wire.Refused;
import naru.cli.wire.Wire;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DescribeConfigsRequest;
import naru.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import naru.protocol.message.DescribeConfigsResponse;
import naru.protocol.message.DescribeConfigsResponse.DescribeConfigsResult;
import naru.protocol.message.IncrementalAlterConfigsRequest;
import naru.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import naru.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import naru.protocol.message.IncrementalAlterConfigsResponse;

/** Settings of topics, brokers and groups, as brokers tell and take them. */
final class Settings {

    /** Kafka's numbers for what has settings. */
    static final byte TOPIC = 2;
    static final byte BROKER = 4;
    static final byte CLIENT_METRICS = 16;
    static final byte GROUP = 32;

    private static final byte SET = 0;
    private static final byte UNSET = 1;

    private static final byte OF_TOPIC = 1;
    private static final byte OF_BROKER = 2;
    private static final byte OF_ALL_BROKERS = 3;
    private static final byte OF_FILE = 4;
    private static final byte OF_CLIENT_METRICS = 7;
    private static final byte OF_GROUP = 8;

    private Settings() {}

    /** Where a value comes from, in a word. */
    static String origin(byte source) {
        return switch (source) {
            case OF_TOPIC -> "topic";
            case OF_BROKER -> "broker";
            case OF_ALL_BROKERS -> "all brokers";
            case OF_FILE -> "file";
            case OF_CLIENT_METRICS -> "metrics";
            case OF_GROUP -> "group";
            default -> "default";
        };
    }

    /** Whether a value with this source is set where one looks: what holds for a broker is set for it, for all of them or in its file. */
    static boolean isOwn(byte type, byte source) {
        return switch (type) {
            case TOPIC -> source == OF_TOPIC;
            case GROUP -> source == OF_GROUP;
            case CLIENT_METRICS -> source == OF_CLIENT_METRICS;
            default -> source == OF_BROKER || source == OF_ALL_BROKERS || source == OF_FILE;
        };
    }

    /** What is set at these topics themselves. */
    static Map<String, Table> changedOfTopics(Brokers brokers, Collection<String> topics) {
        var resources = topics.stream().map(name -> new DescribeConfigsResource(TOPIC, name, null)).toList();
        var answer = brokers.ask(ApiKey.DESCRIBE_CONFIGS, new DescribeConfigsRequest(resources, false, false), DescribeConfigsResponse.class);
        var tables = new TreeMap<String, Table>();
        for (var result : answer.results()) {
            Refused.check(result.errorCode(), result.errorMessage(), "the settings of topic '" + result.resourceName() + "' cannot be read");
            var table = new Table().column("key", "SETTING", Unit.NAME).column("value", "VALUE", Unit.TEXT);
            result.configs().stream().filter(one -> one.configSource() == OF_TOPIC).sorted((a, b) -> a.name().compareTo(b.name()))
                    .forEach(one -> table.row(one.name(), one.value()));
            tables.put(result.resourceName(), table);
        }
        return tables;
    }

    /** The broker that knows: settings of one broker are told by itself. */
    static Wire wireFor(Brokers brokers, byte type, String name) {
        return type == BROKER && !name.isEmpty() ? brokers.node(brokerId(name)) : brokers.first();
    }

    private static int brokerId(String name) {
        try {
            return Integer.parseInt(name);
        } catch (NumberFormatException _) {
            throw Failure.misuse("a broker is named by its number, not by '" + name + "'", "'naru cluster nodes' lists them");
        }
    }

    static DescribeConfigsResult describe(Brokers brokers, byte type, String name, boolean documentation) {
        var answer = wireFor(brokers, type, name).ask(ApiKey.DESCRIBE_CONFIGS, new DescribeConfigsRequest(
                List.of(new DescribeConfigsResource(type, name, null)), false, documentation), DescribeConfigsResponse.class).await();
        var result = answer.results().getFirst();
        Refused.check(result.errorCode(), result.errorMessage(), "the settings of '" + name + "' cannot be read");
        return result;
    }

    /** Changes what is to be changed, and says so. */
    static void alter(Session session, byte type, String name, Map<String, String> set, List<String> unset, boolean dryRun) {
        if (set.isEmpty() && unset.isEmpty()) {
            return;
        }
        change(session, type, name, set, unset, dryRun);
        set.forEach((key, value) -> session.screen().done((dryRun ? "could set " : "set ") + key + "=" + value));
        unset.forEach(key -> session.screen().done((dryRun ? "could unset " : "unset ") + key));
    }

    static void change(Session session, byte type, String name, Map<String, String> set, List<String> unset, boolean dryRun) {
        var changes = new ArrayList<AlterableConfig>();
        set.forEach((key, value) -> changes.add(new AlterableConfig(key, SET, value)));
        unset.forEach(key -> changes.add(new AlterableConfig(key, UNSET, null)));
        var brokers = session.brokers();
        var answer = wireFor(brokers, type, name).ask(ApiKey.INCREMENTAL_ALTER_CONFIGS, new IncrementalAlterConfigsRequest(
                List.of(new AlterConfigsResource(type, name, changes)), dryRun), IncrementalAlterConfigsResponse.class).await();
        for (var result : answer.responses()) {
            var error = ErrorCode.of(result.errorCode());
            if (error != ErrorCode.NONE) {
                throw new Failure("nothing was changed: " + Refused.why(error, result.errorMessage()), advice(brokers, type, name, set, unset));
            }
        }
    }

    /** A key that does not exist is the usual mistake. */
    private static String advice(Brokers brokers, byte type, String name, Map<String, String> set, List<String> unset) {
        var known = describe(brokers, type, name, false).configs().stream().map(one -> one.name()).toList();
        var given = new ArrayList<>(set.keySet());
        given.addAll(unset);
        for (var key : given) {
            if (!known.contains(key)) {
                return Nearest.question(key, known, "'naru configs describe " + word(type) + "/" + name + " --all' lists the settings there are");
            }
        }
        return "'naru configs describe " + word(type) + "/" + name + " --all' shows what they are";
    }

    static String word(byte type) {
        return switch (type) {
            case TOPIC -> "topic";
            case BROKER -> "broker";
            case GROUP -> "group";
            default -> "client-metrics";
        };
    }
}
