package naru.tidy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import naru.configuration.Allowed;
import naru.configuration.BrokerSettings;
import naru.configuration.ConfigKey;
import naru.configuration.ConfigKeys;
import naru.configuration.ConfigType;

/** Writes {@code docs/operating/configuration.md} from what the code knows of its keys. */
final class ConfigurationPage {

    private static final String HEAD = """
            # Configuration

            Every key that a broker takes: what it does, its default, the values it may have, and, where that is not plain, what goes wrong
            when it is set wrong. The keys are Kafka's, and one more, `naru.durability`. This page is made from the code by
            `./run reference`, and a test holds it to the code; `./naru configs explain broker/1 KEY` says the same at the terminal.

            Broker keys stand in the file of `./naru start --config FILE`, or behind `--set` as `key=value`. Keys that may change *while it
            runs* are set with `./naru configs set broker/1 key=value`, those for *all brokers* also with `broker/` alone; topics' and groups'
            keys with `topic/NAME` and `group/NAME`. A key that nobody knows is told in the log and changes nothing; a value that makes no
            sense is refused at the start, all of them at once. Where a default is not Kafka's, Kafka's stands beside it.

            What is accepted and changes nothing stands [at the end](#accepted-and-without-effect); [settings.md](settings.md) says why.
            """;
    private static final BrokerSettings UNSET = BrokerSettings.parse(Map.of());

    private final SettingsPage settings;
    private final StringBuilder page = new StringBuilder(HEAD);

    private ConfigurationPage(SettingsPage settings) {
        this.settings = settings;
    }

    static String text(SettingsPage settings) {
        var page = new ConfigurationPage(settings);
        page.write();
        return page.page.toString();
    }

    private void write() {
        for (var theme : ConfigKeys.BROKER_THEMES) {
            section(theme.title(), theme.keys(), true);
        }
        section("Topics' own", ConfigKeys.TOPIC.all(), false);
        section("Groups' own", ConfigKeys.GROUP.all(), false);
        page.append("\n## Accepted, and without effect\n");
        for (var theme : ConfigKeys.BROKER_THEMES) {
            idle(theme.title(), theme.keys());
        }
        idle("Topics' own", ConfigKeys.TOPIC.all());
        idle("Groups' own", ConfigKeys.GROUP.all());
        idle("Client metrics", ConfigKeys.CLIENT_METRICS.all());
    }

    private void section(String title, Collection<ConfigKey> keys, boolean ofBroker) {
        var active = keys.stream().filter(key -> !settings.isIdle(key.name())).toList();
        if (!active.isEmpty()) {
            page.append("\n## ").append(title).append('\n');
        }
        for (var key : active) {
            page.append("\n### `").append(key.name()).append("`\n\n").append(key.says()).append('\n');
            if (!key.breaks().isEmpty()) {
                page.append("\n*Set wrong:* ").append(key.breaks()).append('\n');
            }
            page.append('\n').append(String.join(" · ", facts(key, ofBroker))).append('\n');
        }
    }

    private List<String> facts(ConfigKey key, boolean ofBroker) {
        var facts = new ArrayList<>(List.of(key.type().name().toLowerCase(Locale.ROOT), "default " + defaultOf(key, ofBroker)));
        String values = values(key.allowed());
        if (!values.isEmpty()) {
            facts.add(values);
        }
        if (ofBroker) {
            facts.add(change(key));
        }
        if (!key.synonyms().isEmpty()) {
            facts.add("unless set, follows " + key.synonyms().stream().map(one -> code(one.name())).collect(Collectors.joining(", ")));
        }
        return facts;
    }

    private String change(ConfigKey key) {
        if (settings.atStart().contains(key.name())) {
            return "read at the start; what is set while it runs is shown and changes nothing";
        }
        return switch (key.scope()) {
            case READ_ONLY -> "read at the start";
            case PER_BROKER -> "may change while it runs, for one broker";
            case CLUSTER_WIDE -> "may change while it runs, for one broker or all brokers";
        };
    }

    private static String defaultOf(ConfigKey key, boolean ofBroker) {
        String ours = ofBroker ? UNSET.text(key.name()) : key.defaultValue();
        String shown = shown(key, ours);
        return Objects.equals(ours, key.defaultValue()) ? shown : shown + " (Kafka: " + shown(key, key.defaultValue()) + ")";
    }

    private static String shown(ConfigKey key, String value) {
        if (value == null) {
            return "none";
        }
        if (value.isEmpty()) {
            return "empty";
        }
        String words = key.type() == ConfigType.INT || key.type() == ConfigType.LONG ? inWords(key.name(), Long.parseLong(value)) : "";
        return code(value) + words;
    }

    /** Milliseconds and bytes as people say them; nothing where the number says it well enough. */
    private static String inWords(String name, long number) {
        if (number == Long.MAX_VALUE) {
            return ", which is never or no bound";
        }
        if (name.endsWith(".ms")) {
            return number >= 86_400_000 && number % 86_400_000 == 0 ? ", " + counted(number / 86_400_000, "day")
                    : number >= 3_600_000 && number % 3_600_000 == 0 ? ", " + counted(number / 3_600_000, "hour")
                    : number >= 60_000 && number % 60_000 == 0 ? ", " + counted(number / 60_000, "minute") : "";
        }
        if (name.endsWith("bytes") || name.endsWith("buffer.size")) {
            return number >= 1 << 30 && number % (1 << 30) == 0 ? ", " + (number >> 30) + " GiB"
                    : number >= 1 << 20 && number % (1 << 20) == 0 ? ", " + (number >> 20) + " MiB" : "";
        }
        return "";
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** Empty where every value of the type is taken. */
    private static String values(Allowed allowed) {
        return switch (allowed) {
            case Allowed.Anything _ -> "";
            case Allowed.NotEmpty _ -> "not empty";
            case Allowed.Range range -> range(range) + (range.also() == null ? "" : ", or " + plain(range.also()));
            case Allowed.OneOf one -> "one of " + coded(one.values()) + (one.anyCase() ? ", in any case" : "");
            case Allowed.Entries entries -> (entries.values().isEmpty() ? "" : "some of " + coded(entries.values()) + ", ")
                    + "no entry twice" + (entries.mayBeEmpty() ? "" : ", not empty");
            case Allowed.ThrottledReplicas _ -> "`*`, or partition:broker separated by commas";
            case Allowed.Voters _ -> "id@host:port separated by commas";
            case Allowed.Servers _ -> "host:port separated by commas";
            case Allowed.OffsetReset _ -> "`earliest`, `latest`, or `by_duration:` and an ISO 8601 duration";
        };
    }

    private static String range(Allowed.Range range) {
        return range.max() == null ? "at least " + plain(range.min())
                : range.min() == null ? "at most " + plain(range.max()) : plain(range.min()) + " to " + plain(range.max());
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    private static String coded(List<String> values) {
        return values.stream().map(ConfigurationPage::code).collect(Collectors.joining(", "));
    }

    private static String code(String text) {
        return "`" + text + "`";
    }

    /** Keys for people who meet them in a file: what they mean to Kafka. */
    private void idle(String title, Collection<ConfigKey> keys) {
        var idle = keys.stream().filter(key -> settings.isIdle(key.name())).toList();
        if (idle.isEmpty()) {
            return;
        }
        page.append("\n### ").append(title).append(", without effect\n\n| key | what it means to Kafka | type, default, values |\n|---|---|---|\n");
        for (var key : idle) {
            var facts = facts(key, false);
            page.append("| ").append(code(key.name())).append(" | ").append(key.says()).append(" | ")
                    .append(String.join("; ", facts).replace("|", "\\|")).append(" |\n");
        }
    }
}
