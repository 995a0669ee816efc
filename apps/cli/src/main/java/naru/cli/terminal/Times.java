package naru.cli.terminal;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.OptionalLong;

/** Times as people write and read them, in the zone of this machine. */
public final class Times {

    private static final DateTimeFormatter SHOWN = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT);
    /** A number this long is milliseconds since 1970 and no offset. */
    private static final int EPOCH_DIGITS = 13;

    private Times() {}

    /** {@code 2026-11-21 14:05:09.123}; a dash when there is none. */
    public static String shown(long ms) {
        try {
            return ms < 0 ? "-" : SHOWN.format(LocalDateTime.ofInstant(Instant.ofEpochMilli(ms), ZoneId.systemDefault()));
        } catch (DateTimeException _) {
            return Long.toString(ms);
        }
    }

    /**
     * A moment as people write it: {@code 2026-11-21}, {@code 2026-11-21T14:05}, {@code 14:05} (today), {@code -5m} (ago),
     * {@code now}, {@code yesterday}, thirteen digits of milliseconds since 1970. Empty when it is none of these.
     */
    public static OptionalLong parse(String text, long nowMs, ZoneId zone) {
        String word = text.strip();
        var today = LocalDate.ofInstant(Instant.ofEpochMilli(nowMs), zone);
        switch (word) {
            case "now" -> {
                return OptionalLong.of(nowMs);
            }
            case "today" -> {
                return OptionalLong.of(at(today.atStartOfDay(), zone));
            }
            case "yesterday" -> {
                return OptionalLong.of(at(today.minusDays(1).atStartOfDay(), zone));
            }
            default -> { }
        }
        if (word.length() == EPOCH_DIGITS && word.chars().allMatch(Character::isDigit)) {
            return OptionalLong.of(Long.parseLong(word));
        }
        if (word.startsWith("-")) {
            var ago = span(word.substring(1));
            return ago.isPresent() ? OptionalLong.of(nowMs - ago.getAsLong()) : ago;
        }
        try {
            return OptionalLong.of(clock(word.replace(' ', 'T'), today, zone));
        } catch (DateTimeParseException _) {
            return OptionalLong.empty();
        }
    }

    private static long clock(String word, LocalDate today, ZoneId zone) {
        if (word.indexOf('T') < 0) {
            return word.indexOf(':') > 0
                    ? at(today.atTime(LocalTime.parse(word)), zone) : at(LocalDate.parse(word).atStartOfDay(), zone);
        }
        boolean hasOffset = word.endsWith("Z") || word.lastIndexOf('+') > 0 || word.lastIndexOf('-') > word.indexOf('T');
        return hasOffset ? OffsetDateTime.parse(word).toInstant().toEpochMilli() : at(LocalDateTime.parse(word), zone);
    }

    private static long at(LocalDateTime time, ZoneId zone) {
        return time.atZone(zone).toInstant().toEpochMilli();
    }

    /** A time span in milliseconds: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 7d}. Empty when it is none. */
    public static OptionalLong span(String text) {
        int end = 0;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        long unit = switch (text.substring(end).strip()) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m", "min" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 0;
        };
        return end == 0 || end > 12 || unit == 0 ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text.substring(0, end)) * unit);
    }
}
