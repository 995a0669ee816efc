package naru.cli.options;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.cli.Failure;

/** What was typed for one command, taken apart. */
public final class Line {

    private final Syntax syntax;
    private final Map<String, List<String>> given = new TreeMap<>();
    private final List<String> operands = new ArrayList<>();

    private Line(Syntax syntax) {
        this.syntax = syntax;
    }

    /**
     * Takes apart what follows the command's own words.
     *
     * @param everywhere options that every command has
     * @throws Failure when something is unknown, missing or too much
     */
    public static Line parse(Syntax syntax, List<Option> everywhere, List<String> words) {
        var line = new Line(syntax);
        var options = new ArrayList<>(syntax.options());
        options.addAll(everywhere);
        boolean onlyOperands = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (onlyOperands || !word.startsWith("-") || word.equals("-") || isNegative(word)) {
                line.operands.add(word);
            } else if (word.equals("--")) {
                onlyOperands = true;
            } else {
                int equals = word.startsWith("--") ? word.indexOf('=') : -1;
                var option = line.find(options, equals < 0 ? word : word.substring(0, equals));
                if (option.isFlag()) {
                    line.addFlag(option, word, equals);
                } else if (equals >= 0) {
                    line.add(option, word.substring(equals + 1));
                } else if (++i < words.size()) {
                    line.add(option, words.get(i));
                } else {
                    throw Failure.misuse(word + " needs a value", "write " + option.shown());
                }
            }
        }
        return line;
    }

    private static boolean isNegative(String word) {
        return word.length() > 1 && Character.isDigit(word.charAt(1));
    }

    private Option find(List<Option> options, String word) {
        for (var option : options) {
            if (option.isCalled(word)) {
                return option;
            }
        }
        var known = options.stream().map(option -> "--" + option.name()).toList();
        throw Failure.misuse("'naru " + syntax.name() + "' has no option " + word,
                Nearest.question(word, known, "'naru " + syntax.name() + " --help' lists those it has"));
    }

    private void addFlag(Option option, String word, int equals) {
        if (equals >= 0) {
            throw Failure.misuse("--" + option.name() + " takes no value", "write it without " + word.substring(equals));
        }
        given.put(option.name(), List.of(""));
    }

    private void add(Option option, String value) {
        if (!option.choices().isEmpty() && !option.choices().contains(value)) {
            throw Failure.misuse("--" + option.name() + " does not take '" + value + "'",
                    Nearest.question(value, option.choices(), "it takes " + String.join(", ", option.choices())));
        }
        if (given.containsKey(option.name()) && !option.repeats()) {
            throw Failure.misuse("--" + option.name() + " is given twice", "leave one of them out");
        }
        given.computeIfAbsent(option.name(), _ -> new ArrayList<>()).add(value);
    }

    /** Complains when there are too few or too many operands. Not part of parsing: {@code --help} needs none. */
    public void checkOperands() {
        int needed = 0;
        boolean many = false;
        for (var operand : syntax.operands()) {
            needed += operand.needed() ? 1 : 0;
            many |= operand.many();
        }
        if (operands.size() < needed) {
            throw Failure.misuse("'naru " + syntax.name() + "' needs " + article(syntax.operands().get(operands.size()).name()),
                    "write " + syntax.usage());
        }
        if (!many && operands.size() > syntax.operands().size()) {
            String extra = operands.get(syntax.operands().size());
            throw Failure.misuse("'naru " + syntax.name() + "' does not know what to do with '" + extra + "'",
                    "write " + syntax.usage());
        }
    }

    private static String article(String name) {
        String word = name.toLowerCase(java.util.Locale.ROOT);
        return ("aeiou".indexOf(word.charAt(0)) >= 0 ? "an " : "a ") + word;
    }

    public boolean has(String option) {
        return given.containsKey(option);
    }

    /** The value of an option; null when it was not given. */
    public String text(String option) {
        return given.containsKey(option) ? given.get(option).getLast() : null;
    }

    public String text(String option, String otherwise) {
        return given.containsKey(option) ? text(option) : otherwise;
    }

    /** All values of an option that may be given several times. */
    public List<String> all(String option) {
        return given.getOrDefault(option, List.of());
    }

    /** A whole number; sizes may have a unit: {@code 10k}, {@code 16MB}, {@code 1GiB}. */
    public long number(String option, long otherwise, long min, long max) {
        if (!given.containsKey(option)) {
            return otherwise;
        }
        long number = Quantity.parse("--" + option, text(option));
        if (number < min || number > max) {
            throw Failure.misuse("--" + option + " " + text(option) + " is out of range",
                    max == Long.MAX_VALUE ? "it takes " + min + " or more" : "it takes " + min + " to " + max);
        }
        return number;
    }

    public int integer(String option, int otherwise, int min, int max) {
        return (int) number(option, otherwise, min, max);
    }

    /** The values of an option that takes {@code key=value}, in the order given. */
    public Map<String, String> pairs(String option) {
        var pairs = new LinkedHashMap<String, String>();
        for (var pair : all(option)) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw Failure.misuse("--" + option + " wants key=value, not '" + pair + "'", "write --" + option + " key=value");
            }
            pairs.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
        }
        return pairs;
    }

    public List<String> operands() {
        return List.copyOf(operands);
    }

    /** The operand at this place; null when it was not given. */
    public String operand(int at) {
        return at < operands.size() ? operands.get(at) : null;
    }

    public Syntax syntax() {
        return syntax;
    }
}
