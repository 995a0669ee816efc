package naru.configuration;

import java.util.List;
import java.util.Locale;

/** Which values of the right type a key takes. */
public sealed interface Allowed {

    record Anything() implements Allowed {}

    record NotEmpty() implements Allowed {}

    /** A number from {@code min} to {@code max}, both inside, or {@code also}. Null bounds are no bounds. */
    record Range(Double min, Double max, Double also) implements Allowed {}

    record OneOf(List<String> values, boolean anyCase) implements Allowed {}

    /** A list in which each entry is one of these and none comes twice. */
    record SomeOf(List<String> values) implements Allowed {}

    /** {@code *} or a list of partition:broker. */
    record ThrottledReplicas() implements Allowed {}

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

    static Allowed someOf(String... values) {
        return new SomeOf(List.of(values));
    }

    static Allowed throttled() {
        return new ThrottledReplicas();
    }

    /** Null when {@code text}, which has the key's type, is allowed; else what is. */
    default String complaint(String text) {
        return switch (this) {
            case Anything _ -> null;
            case NotEmpty _ -> text.isEmpty() ? "String must be non-empty" : null;
            case Range range -> outside(range, Double.parseDouble(text));
            case OneOf one -> isOneOf(one, text) ? null : "String must be one of: " + String.join(", ", one.values());
            case SomeOf some -> strange(some, text);
            case ThrottledReplicas _ -> text.isEmpty() || text.equals("*") || text.matches("([0-9]+:[0-9]+)?(,[0-9]+:[0-9]+)*")
                    ? null : text + " must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...";
        };
    }

    private static String outside(Range range, double value) {
        if (range.also() != null && value == range.also()) {
            return null;
        }
        if (range.min() != null && value < range.min()) {
            return "Value must be at least " + plain(range.min());
        }
        return range.max() != null && value > range.max() ? "Value must be no more than " + plain(range.max()) : null;
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    private static boolean isOneOf(OneOf one, String text) {
        return one.anyCase()
                ? one.values().contains(text.toUpperCase(Locale.ROOT))
                : one.values().contains(text);
    }

    private static String strange(SomeOf some, String text) {
        for (var entry : ConfigKey.split(text)) {
            if (!some.values().contains(entry)) {
                return "String must be one of: " + String.join(", ", some.values());
            }
        }
        return null;
    }
}
