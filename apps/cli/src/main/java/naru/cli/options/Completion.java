package naru.cli.options;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Scripts that teach shells to complete what is typed after {@code naru}. */
public final class Completion {

    private Completion() {}

    /** To be sourced by bash. */
    public static String bash(List<Syntax> commands, List<Option> everywhere) {
        return """
                # Completion of naru for bash: source it, or put it into /etc/bash_completion.d/naru.
                _naru() {
                  local cur=${COMP_WORDS[COMP_CWORD]} words= kind= server= i
                  for ((i = 1; i < COMP_CWORD; i++)); do
                    case ${COMP_WORDS[i]} in
                    --bootstrap-server) server=${COMP_WORDS[i + 1]} ;;
                    -*) ;;
                    *) words+=" ${COMP_WORDS[i]}" ;;
                    esac
                  done
                """
                + body(commands, everywhere)
                + """
                  if [[ ${COMP_WORDS[COMP_CWORD - 1]} == --@(from-file|to-file|command-config|config|data) ]]; then
                    COMPREPLY=($(compgen -f -- "$cur"))
                    return
                  fi
                  if [[ $cur != -* ]]; then
                    case $kind in
                    topic) more="$more $(naru topics list --names ${server:+--bootstrap-server "$server"} 2>/dev/null)" ;;
                    group) more="$more $(naru groups list --names ${server:+--bootstrap-server "$server"} 2>/dev/null)" ;;
                    file) COMPREPLY=($(compgen -f -- "$cur")) && return ;;
                    esac
                  fi
                  COMPREPLY=($(compgen -W "$more" -- "$cur"))
                }
                complete -F _naru naru ./naru
                """;
    }

    /** To be put into a folder of zsh's {@code fpath}, under the name {@code _naru}. */
    public static String zsh(List<Syntax> commands, List<Option> everywhere) {
        return """
                #compdef naru
                # Completion of naru for zsh: put it into a folder of your fpath, under the name _naru.
                _naru() {
                  local cur=${words[CURRENT]} typed= kind= server= more= i
                  for ((i = 2; i < CURRENT; i++)); do
                    case ${words[i]} in
                    --bootstrap-server) server=${words[i + 1]} ;;
                    -*) ;;
                    *) typed+=" ${words[i]}" ;;
                    esac
                  done
                """
                + body(commands, everywhere).replace("${words# }", "${typed# }")
                + """
                  if [[ $cur != -* ]]; then
                    case $kind in
                    topic) more="$more $(naru topics list --names ${server:+--bootstrap-server $server} 2>/dev/null)" ;;
                    group) more="$more $(naru groups list --names ${server:+--bootstrap-server $server} 2>/dev/null)" ;;
                    file) _files && return ;;
                    esac
                  fi
                  compadd -- ${=more}
                }
                if [ "$funcstack[1]" = "_naru" ]; then _naru "$@"; else compdef _naru naru; fi
                """;
    }

    /** Sets {@code more} to the words that may come next, and {@code kind} to what the operand names. */
    private static String body(List<Syntax> commands, List<Option> everywhere) {
        var next = new TreeMap<String, List<String>>();
        for (var command : commands) {
            for (int i = 0; i < command.words().size(); i++) {
                var following = next.computeIfAbsent(String.join(" ", command.words().subList(0, i)), _ -> new ArrayList<>());
                if (!following.contains(command.words().get(i))) {
                    following.add(command.words().get(i));
                }
            }
        }
        var body = new StringBuilder("  local more=\n  case \"${words# }\" in\n");
        for (var command : commands) {
            var all = new ArrayList<>(command.options());
            all.addAll(everywhere);
            var flags = String.join(" ", all.stream().map(option -> "--" + option.name()).toList());
            String kind = command.operands().isEmpty() ? "" : switch (command.operands().getFirst().kind()) {
                case TOPIC -> "topic";
                case GROUP -> "group";
                case FILE -> "file";
                case OTHER -> "";
            };
            String following = String.join(" ", next.getOrDefault(command.name(), List.of()));
            body.append("  \"").append(command.name()).append("\"*) more=\"").append((following + " " + flags).strip())
                    .append("\" kind=").append(kind).append(" ;;\n");
        }
        next.descendingMap().forEach((typed, words) -> {
            if (commands.stream().noneMatch(command -> command.name().equals(typed))) {
                body.append("  ").append(typed.isEmpty() ? "" : "\"" + typed + "\"").append(typed.isEmpty() ? "\"\"" : "*")
                        .append(") more=\"").append(String.join(" ", words)).append("\" ;;\n");
            }
        });
        return body.append("  esac\n").toString();
    }
}
