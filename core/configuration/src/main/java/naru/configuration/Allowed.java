package naru.configuration;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Which values of the right type a key takes. The words for what it does not take are Kafka's. */
public sealed interface Allowed {

    record Anything() implements Allowed {}

    record NotEmpty() implements Allowed {}

    /** A number from {@code min} to {@code max}, both inside, or {@code also}. Null bounds are no bounds. */
    record Range(Double min, Double max, Double also) implements Allowed {}

    record OneOf(List<String> values, boolean anyCase) implements Allowed {}

    /**
     * A list in which no entry is empty and none comes twice.
     *
     * @param values that entries may have; empty for any
     */
    record Entries(List<String> values, boolean mayBeEmpty) implements Allowed {}

    /** {@code *} or a list of partition:broker. */
    record ThrottledReplicas() implements Allowed {}

    /** A list of id@host:port. */
    record Voters() implements Allowed {}

    /** A list of host:port. */
    record Servers() implements Allowed {}

    /** {@code earliest}, {@code latest}, or {@code by_duration:} and an ISO 8601 duration. */
    record OffsetReset() implements Allowed {}

    static Allowed any() {
        return new Anything();
    }

    static Allowed notEmpty() {
        return new NotEmpty();
    }

    static Allowed atLeast(long min) {
        return new Range((double) min, null, null);
    }

    static Allowed between(double min, double max) {
        return new Range(min, max, null);
    }

    static Allowed betweenOr(double min, double max, double also) {
        return new Range(min, max, also);
    }

    static Allowed oneOf(String... values) {
        return new OneOf(List.of(values), false);
    }

    static Allowed oneOfAnyCase(String... values) {
        return new OneOf(List.of(values), true);
    }

    /** At least one of these. */
    static Allowed someOf(String... values) {
        return new Entries(List.of(values), false);
    }

    /** Any number of these, or none. */
    static Allowed anyOf(String... values) {
        return new Entries(List.of(values), true);
    }

    static Allowed entries() {
        return new Entries(List.of(), true);
    }

    static Allowed entriesNeeded() {
        return new Entries(List.of(), false);
    }

    static Allowed throttled() {
        return new ThrottledReplicas();
    }

    static Allowed voters() {
        return new Voters();
    }

    static Allowed servers() {
        return new Servers();
    }

    static Allowed offsetReset() {
        return new OffsetReset();
    }

    /** Null when {@code text}, which has the key's type, is allowed; else the whole complaint. */
    default String complaint(ConfigKey key, String text) {
        return switch (this) {
            case Anything _ -> null;
            case NotEmpty _ -> text.isEmpty() ? invalid(key, "", "String must be non-empty") : null;
            case Range range -> outside(range, key, text);
            case OneOf one -> isOneOf(one, text) ? null : invalid(key, text, choice(one));
            case Entries entries -> strange(entries, key, text);
            case ThrottledReplicas _ -> isThrottled(text) ? null : invalid(key, "[" + String.join(", ", all(text)) + "]",
                    key.name() + " must be the literal '*' or a list of replicas in the following format: "
                            + "[partitionId]:[brokerId],[partitionId]:[brokerId],...");
            case Voters _ -> all(text).stream().allMatch(one -> one.matches("\\d{1,9}@.+:\\d{1,5}")) ? null
                    : "Invalid configuration value for " + key.name() + ". Each entry should be in the form `{id}@{host}:{port}`.";
            case Servers _ -> all(text).stream().filter(one -> !one.matches(".+:\\d{1,5}")).findFirst()
                    .map(bad -> "Failed to parse host name from " + bad + " for the configuration " + key.name()
                            + ". Each entry should be in the form \"{host}:{port}\"")
                    .orElse(null);
            case OffsetReset _ -> isOffsetReset(text) ? null : invalid(key, text, "Invalid value `" + text
                    + "` for configuration " + key.name() + ". The value must be either 'earliest', 'latest' or of the "
                    + "format 'by_duration:<PnDTnHnMn.nS>'.");
        };
    }

    static String invalid(ConfigKey key, String value, String why) {
        return "Invalid value " + value + " for configuration " + key.name() + ": " + why;
    }

    private static String outside(Range range, ConfigKey key, String text) {
        double value = Double.parseDouble(text);
        boolean isLow = range.min() != null && value < range.min();
        boolean isHigh = range.max() != null && value > range.max();
        if (!isLow && !isHigh || range.also() != null && value == range.also()) {
            return null;
        }
        String shown = key.type() == ConfigType.DOUBLE ? Double.toString(value) : Long.toString(Long.parseLong(text));
        if (range.also() != null) {
            return invalid(key, shown, "Value must be between " + plain(range.min()) + " and " + plain(range.max())
                    + " or equal to " + plain(range.also()));
        }
        return invalid(key, shown, isLow
                ? "Value must be at least " + plain(range.min()) : "Value must be no more than " + plain(range.max()));
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    private static boolean isOneOf(OneOf one, String text) {
        return one.anyCase()
                ? one.values().contains(text.toUpperCase(Locale.ROOT))
                : one.values().contains(text);
    }

    private static String choice(OneOf one) {
        return "String must be one of" + (one.anyCase() ? " (case insensitive)" : "") + ": " + String.join(", ", one.values());
    }

    private static String strange(Entries allowed, ConfigKey key, String text) {
        var entries = all(text);
        if (entries.isEmpty() && !allowed.mayBeEmpty()) {
            return "Configuration '" + key.name() + "' must not be empty. Valid values include: "
                    + (allowed.values().isEmpty() ? "any non-empty value" : allowed.values());
        }
        if (new TreeSet<>(entries).size() < entries.size()) {
            return "Configuration '" + key.name() + "' values must not be duplicated.";
        }
        for (var entry : entries) {
            if (entry.isEmpty()) {
                return "Configuration '" + key.name() + "' values must not be empty.";
            }
            if (!allowed.values().isEmpty() && !allowed.values().contains(entry)) {
                return invalid(key, entry, "String must be one of: " + String.join(", ", allowed.values()));
            }
        }
        return null;
    }

    /**
     * The entries without the spaces around them, empty ones included; none of an empty text. By hand: the pattern that
     * would do it takes time by the square of a client's spaces.
     */
    private static List<String> all(String text) {
        return text.isEmpty() ? List.of() : Stream.of(text.split(",", -1)).map(String::strip).toList();
    }

    /** Entry by entry: one pattern for a whole list goes as deep into the stack as a client makes the list long. */
    private static boolean isThrottled(String text) {
        var entries = all(text);
        boolean endsOpen = !entries.isEmpty() && entries.size() > 1 && entries.getLast().isEmpty();
        return text.equals("*") || (endsOpen ? entries.subList(0, entries.size() - 1) : entries).stream()
                .allMatch(one -> one.matches("[0-9]+:[0-9]+"));
    }

    private static boolean isOffsetReset(String text) {
        if (!text.startsWith("by_duration:")) {
            return text.equals("earliest") || text.equals("latest");
        }
        try {
            return !Duration.parse(text.substring("by_duration:".length())).isNegative();
        } catch (DateTimeParseException notADuration) {
            return false;
        }
    }
}
