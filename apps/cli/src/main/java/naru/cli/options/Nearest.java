package naru.cli.options;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The word that somebody may have meant. */
public final class Nearest {

    private Nearest() {}

    /** The known word that is fewest typing mistakes away; none when all are too far to be meant. */
    public static Optional<String> to(String typed, Collection<String> known) {
        String best = null;
        int fewest = Math.max(1, typed.length() / 3) + 1;
        for (var word : known) {
            int mistakes = word.startsWith(typed) && typed.length() >= 3 ? 1 : mistakes(lower(typed), lower(word), fewest);
            if (mistakes < fewest) {
                fewest = mistakes;
                best = word;
            }
        }
        return Optional.ofNullable(best);
    }

    private static String lower(String word) {
        return word.toLowerCase(Locale.ROOT);
    }

    /** {@code did you mean 'x'?}, or what else to say. */
    public static String question(String typed, Collection<String> known, String otherwise) {
        return to(typed, known).map(word -> "did you mean '" + word + "'?").orElse(otherwise);
    }

    /** Letters to insert, delete, exchange or swap with their neighbour; at most {@code limit} are counted. */
    static int mistakes(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) >= limit) {
            return limit;
        }
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                row[j] = Math.min(last[j - 1] + (same ? 0 : 1), 1 + Math.min(row[j - 1], last[j]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return Math.min(limit, last[b.length()]);
    }
}
