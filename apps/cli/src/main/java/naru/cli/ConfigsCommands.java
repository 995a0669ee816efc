package naru.cli;

import java.util.List;
import java.util.Map;
import naru.cli.options.Nearest;
import naru.cli.options.Option;
import naru.cli.options.Syntax;
import naru.cli.options.Syntax.Kind;
import naru.cli.terminal.Ink;
import naru.cli.terminal.Table;
import naru.cli.terminal.Unit;
import naru.cli.wire.Topology;

/** {@code naru configs}: settings of topics, brokers, groups and client metrics. */
final class ConfigsCommands {

    private static final Map<String, Byte> TYPES = Map.of(
            "topic", Settings.TOPIC, "broker", Settings.BROKER, "group", Settings.GROUP, "client-metrics", Settings.CLIENT_METRICS);

    private record Subject(byte type, String name) {}

    private ConfigsCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(Syntax.of("configs describe", "Show the settings of topic/NAME, broker/ID, broker/ (all), group/NAME or client-metrics/NAME")
                        .operand("WHAT", Kind.OTHER)
                        .option(Option.flag("all", "those that are not set there, too"))
                        .option(Option.of("grep", "TEXT", "only settings whose name contains it").withLetter('g'))
                        .example("naru configs describe topic/orders")
                        .example("naru configs describe broker/1 --all --grep retention"), ConfigsCommands::describe),
                new Command(Syntax.of("configs explain", "Say what a setting does, what it is and where that comes from")
                        .operand("WHAT", Kind.OTHER).operand("KEY", Kind.OTHER)
                        .example("naru configs explain topic/orders retention.ms"), ConfigsCommands::explain),
                new Command(Syntax.of("configs set", "Change settings")
                        .operand("WHAT", Kind.OTHER).operands("KEY=VALUE", Kind.OTHER)
                        .option(Option.flag("dry-run", "only ask whether it would work"))
                        .example("naru configs set topic/orders retention.ms=86400000 cleanup.policy=delete"), ConfigsCommands::set),
                new Command(Syntax.of("configs unset", "Take settings back to what they are without")
                        .operand("WHAT", Kind.OTHER).operands("KEY", Kind.OTHER)
                        .option(Option.flag("dry-run", "only ask whether it would work"))
                        .example("naru configs unset topic/orders retention.ms"), ConfigsCommands::unset));
    }

    private static Subject subject(Session session) {
        String what = session.line().operand(0);
        int slash = what.indexOf('/');
        String word = slash < 0 ? what : what.substring(0, slash);
        String name = slash < 0 ? "" : what.substring(slash + 1);
        if (!TYPES.containsKey(word)) {
            throw Failure.misuse("'" + what + "' is nothing that has settings", Nearest.question(word, TYPES.keySet(),
                    "write topic/NAME, broker/ID, broker/ for all brokers, group/NAME or client-metrics/NAME"));
        }
        if (name.isEmpty() && !word.equals("broker")) {
            throw Failure.misuse("'" + what + "' does not say which " + word, "write " + word + "/NAME");
        }
        byte type = TYPES.get(word);
        if (type == Settings.TOPIC) {
            Topology.of(session.brokers(), List.of(name));
        }
        return new Subject(type, name);
    }

    private static void describe(Session session) {
        var subject = subject(session);
        var table = new Table().column("key", "SETTING", Unit.NAME).column("value", "VALUE", Unit.TEXT)
                .column("origin", "FROM", Unit.TEXT, origin -> "default".equals(origin) ? Ink.FAINT : Ink.PLAIN)
                .hidden("readOnly").hidden("sensitive");
        String part = session.line().text("grep", "");
        Settings.describe(session.brokers(), subject.type(), subject.name(), false).configs().stream()
                .filter(one -> one.name().contains(part))
                .filter(one -> session.line().has("all") || Settings.isOwn(subject.type(), one.configSource()))
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .forEach(one -> table.row(one.name(), one.isSensitive() ? "(secret)" : one.value(), Settings.origin(one.configSource()),
                        one.readOnly(), one.isSensitive()));
        session.screen().show(table, session.line().has("all") ? "no setting is named like that" : "nothing is set there; --all shows what holds");
    }

    private static void explain(Session session) {
        var subject = subject(session);
        String key = session.line().operand(1);
        var all = Settings.describe(session.brokers(), subject.type(), subject.name(), true).configs();
        var one = all.stream().filter(each -> each.name().equals(key)).findFirst().orElseThrow(() -> new Failure(
                "there is no setting '" + key + "'", Nearest.question(key, all.stream().map(each -> each.name()).toList(),
                        "'naru configs describe " + session.line().operand(0) + " --all' lists the settings there are")));
        session.screen().show(new naru.cli.terminal.Page()
                .fact("key", "setting", Unit.NAME, one.name())
                .fact("value", "value", Unit.TEXT, one.isSensitive() ? "(secret)" : one.value())
                .fact("origin", "from", Unit.TEXT, Settings.origin(one.configSource()))
                .fact("readOnly", "fixed at start", Unit.TEXT, one.readOnly())
                .hidden("documentation", one.documentation())
                .note(wrapped(one.documentation() == null ? "The broker says nothing about it." : one.documentation(), session.screen().columns())));
    }

    private static String wrapped(String text, int columns) {
        var out = new StringBuilder();
        int column = 0;
        for (var word : text.strip().split("\\s+")) {
            if (column > 0 && column + 1 + word.length() > columns) {
                out.append('\n');
                column = 0;
            } else if (column > 0) {
                out.append(' ');
                column++;
            }
            out.append(word);
            column += word.length();
        }
        return out.toString();
    }

    private static void set(Session session) {
        var subject = subject(session);
        var pairs = new java.util.LinkedHashMap<String, String>();
        for (var pair : session.line().operands().subList(1, session.line().operands().size())) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw Failure.misuse("'" + pair + "' is no setting with a value", "write KEY=VALUE");
            }
            pairs.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
        }
        Settings.alter(session, subject.type(), subject.name(), pairs, List.of(), session.line().has("dry-run"));
    }

    private static void unset(Session session) {
        var subject = subject(session);
        Settings.alter(session, subject.type(), subject.name(), Map.of(),
                session.line().operands().subList(1, session.line().operands().size()), session.line().has("dry-run"));
    }
}
