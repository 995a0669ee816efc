package naru.cli;

import java.util.ArrayList;
import java.util.List;
import naru.cli.options.Completion;
import naru.cli.options.Syntax;
import naru.cli.options.Syntax.Kind;

/** Every command there is. */
final class Commands {

    static final List<Command> ALL = all();

    private Commands() {}

    private static List<Command> all() {
        var all = new ArrayList<Command>();
        all.addAll(StatusCommands.all());
        all.addAll(TopicsCommands.all());
        all.addAll(ProduceCommand.all());
        all.addAll(ConsumeCommand.all());
        all.addAll(GroupsCommands.all());
        all.addAll(ConfigsCommands.all());
        all.addAll(TransactionsCommands.all());
        all.addAll(LogCommands.all());
        all.addAll(PerfCommands.all());
        all.addAll(ClusterCommands.all());
        all.addAll(ClusterAtHomeCommands.all());
        all.add(new Command(Syntax.of("completion", "Print a script that completes commands in bash or zsh")
                .operand("SHELL", Kind.OTHER)
                .example("source <(naru completion bash)"), Commands::complete));
        return List.copyOf(all);
    }

    /** The command that these words begin with; null for none. */
    static Command find(List<String> words) {
        for (var command : ALL) {
            var own = command.syntax().words();
            if (words.size() >= own.size() && words.subList(0, own.size()).equals(own)) {
                return command;
            }
        }
        return null;
    }

    private static void complete(Session session) {
        var syntaxes = ALL.stream().map(Command::syntax).toList();
        session.screen().line((switch (session.line().operand(0)) {
            case "bash" -> Completion.bash(syntaxes, Session.OPTIONS);
            case "zsh" -> Completion.zsh(syntaxes, Session.OPTIONS);
            default -> throw Failure.misuse("there is no completion for '" + session.line().operand(0) + "'", "write bash or zsh");
        }).stripTrailing());
    }
}
