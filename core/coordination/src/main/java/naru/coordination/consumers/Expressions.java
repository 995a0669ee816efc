package naru.coordination.consumers;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Collection;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Regular expressions of subscriptions, in RE2's language: the time they take grows with the text, never faster. */
public final class Expressions {

    /** What a key of the log can hold in the shape that names it. */
    private static final int CHARS_MAX = 10_000;

    private Expressions() {}

    /** Null when the expression can be used, else what is wrong with it. */
    static String fault(String expression) {
        if (expression.length() > CHARS_MAX) {
            return "A regular expression of more than " + CHARS_MAX + " characters.";
        }
        try {
            Pattern.compile(expression);
            return null;
        } catch (PatternSyntaxException broken) {
            return "The regular expression cannot be read: " + broken.getMessage();
        }
    }

    /** The names that each expression matches as a whole. Takes long for many; any thread may do it. */
    public static SortedMap<String, SortedSet<String>> matching(SortedSet<String> expressions, Collection<String> names) {
        var matching = new TreeMap<String, SortedSet<String>>();
        for (var expression : expressions) {
            var pattern = fault(expression) == null ? Pattern.compile(expression) : null;
            var matched = new TreeSet<String>();
            for (var name : names) {
                if (pattern != null && pattern.matches(name)) {
                    matched.add(name);
                }
            }
            matching.put(expression, matched);
        }
        return matching;
    }
}
