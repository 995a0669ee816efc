package naru.server;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** {@code [2026-11-21 17:03:59,120] WARN  what happened}, and on the next line what was thrown, without the way it came. */
final class LogLine extends LayoutBase<ILoggingEvent> {

    private static final int LEVEL_CHARS = 5;

    /** Made with the first line: time zones are looked for in every jar, and most starts have nothing to say. */
    private static final class Parts {
        static final DateTimeFormatter TIME =
                DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS", Locale.ROOT).withZone(ZoneId.systemDefault());
        static final ThrowableProxyConverter THROWN = new ThrowableProxyConverter();

        static {
            THROWN.setOptionList(List.of("0"));
            THROWN.start();
        }
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        var line = new StringBuilder().append('[');
        Parts.TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), line);
        line.append("] ").append(event.getLevel());
        line.repeat(' ', Math.max(0, LEVEL_CHARS - event.getLevel().toString().length()));
        return line.append(' ').append(event.getFormattedMessage()).append(System.lineSeparator())
                .append(Parts.THROWN.convert(event)).toString();
    }
}
