package naru.cli.terminal;

/** The few colours there are, each for one meaning. */
public enum Ink {
    PLAIN(""),
    /** Headings. */
    BOLD("1"),
    /** What is there to be complete. */
    FAINT("2"),
    GOOD("32"),
    /** What somebody should look at. */
    WARNING("33"),
    BAD("31"),
    /** Names that can be typed into the next command. */
    NAME("36");

    private final String code;

    Ink(String code) {
        this.code = code;
    }

    /** The text in this colour; as it is where colours are off. */
    String paint(String text, boolean colours) {
        return !colours || code.isEmpty() || text.isEmpty() ? text : "\033[" + code + "m" + text + "\033[0m";
    }
}
