package naru.cli.options;

import java.util.List;

/**
 * One option of a command.
 *
 * @param name without its dashes
 * @param letter the short form; 0 for none
 * @param value what stands for the value in the help, such as {@code FILE}; null for a switch
 * @param choices the only values there are; empty when anything goes
 * @param repeats whether it may be given several times
 * @param kafkasName what Kafka's tools call it, which is understood, too; null where that is the same, or there is none
 */
public record Option(String name, char letter, String value, List<String> choices, boolean repeats, String kafkasName, String meaning) {

    /** An option without a value. */
    public static Option flag(String name, String meaning) {
        return new Option(name, (char) 0, null, List.of(), false, null, meaning);
    }

    public static Option of(String name, String value, String meaning) {
        return new Option(name, (char) 0, value, List.of(), false, null, meaning);
    }

    /** An option that takes one of these words. */
    public static Option choice(String name, List<String> choices, String meaning) {
        return new Option(name, (char) 0, String.join("|", choices), choices, false, null, meaning);
    }

    public Option withLetter(char short_) {
        return new Option(name, short_, value, choices, repeats, kafkasName, meaning);
    }

    public Option repeated() {
        return new Option(name, letter, value, choices, true, kafkasName, meaning);
    }

    /** Hands that know Kafka's tools type this. */
    public Option asKafkas(String otherName) {
        return new Option(name, letter, value, choices, repeats, otherName, meaning);
    }

    boolean isCalled(String word) {
        return word.equals("--" + name) || letter != 0 && word.equals("-" + letter)
                || kafkasName != null && word.equals("--" + kafkasName);
    }

    public boolean isFlag() {
        return value == null;
    }

    /** As the help shows it: {@code -f, --follow} or {@code --from WHERE}. */
    public String shown() {
        String head = letter == 0 ? "--" + name : "-" + letter + ", --" + name;
        return isFlag() ? head : head + " " + value;
    }
}
