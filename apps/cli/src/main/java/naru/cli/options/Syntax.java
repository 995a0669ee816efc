package naru.cli.options;

import java.util.ArrayList;
import java.util.List;

/**
 * What may be typed for one command.
 *
 * @param words the command itself, such as {@code topics create}
 * @param meaning one line, without a full stop
 * @param operands what follows without dashes, in order
 * @param examples whole lines as one would type them
 */
public record Syntax(
        List<String> words, String meaning, List<Operand> operands, List<Option> options, List<String> examples) {

    /**
     * A word without dashes.
     *
     * @param kind what to offer when the shell completes it
     * @param many whether it takes all that follow
     */
    public record Operand(String name, Kind kind, boolean needed, boolean many) {

        String shown() {
            String all = many ? name + "..." : name;
            return needed ? all : "[" + all + "]";
        }
    }

    /** What an operand names. */
    public enum Kind { TOPIC, GROUP, FILE, OTHER }

    public static Syntax of(String words, String meaning) {
        return new Syntax(List.of(words.split(" ")), meaning, List.of(), List.of(), List.of());
    }

    /** Needs one word of this kind. */
    public Syntax operand(String name, Kind kind) {
        return withOperand(new Operand(name, kind, true, false));
    }

    /** Needs one word of this kind, or more. */
    public Syntax operands(String name, Kind kind) {
        return withOperand(new Operand(name, kind, true, true));
    }

    /** Takes any number of such words. */
    public Syntax maybe(String name, Kind kind) {
        return withOperand(new Operand(name, kind, false, true));
    }

    private Syntax withOperand(Operand operand) {
        return new Syntax(words, meaning, with(operands, operand), options, examples);
    }

    public Syntax option(Option option) {
        return new Syntax(words, meaning, operands, with(options, option), examples);
    }

    public Syntax options(List<Option> more) {
        var all = new ArrayList<>(options);
        all.addAll(more);
        return new Syntax(words, meaning, operands, List.copyOf(all), examples);
    }

    public Syntax example(String line) {
        return new Syntax(words, meaning, operands, options, with(examples, line));
    }

    private static <T> List<T> with(List<T> list, T one) {
        var all = new ArrayList<>(list);
        all.add(one);
        return List.copyOf(all);
    }

    public String name() {
        return String.join(" ", words);
    }

    /** {@code naru topics create TOPIC... [options]}. */
    public String usage() {
        var line = new StringBuilder("naru ").append(name());
        operands.forEach(operand -> line.append(' ').append(operand.shown()));
        return line.append(" [options]").toString();
    }
}
