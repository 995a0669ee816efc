package naru.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/** Listens to the broker's log. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final List<ILoggingEvent> heard = new CopyOnWriteArrayList<>();
    private final Logger naru;

    LogLines() {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAndStopAllAppenders();
        naru = context.getLogger("naru");
        naru.setLevel(Level.INFO);
        setContext(context);
        start();
        naru.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent line) {
        heard.add(line);
    }

    /** What was said about one client; not what was said of an earlier one that had the same port. */
    List<String> about(Wire client) {
        var named = Pattern.compile(Pattern.quote(client.name()) + "(?![0-9])");
        return heard.stream().filter(line -> !line.getInstant().isBefore(client.openedAt())).map(ILoggingEvent::getFormattedMessage).filter(line -> named.matcher(line).find()).toList();
    }

    List<String> all() {
        return heard.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /** Everything that came as an error or with a stack trace: hostile bytes are no reason for either. */
    void nothingBroke() {
        assertThat(heard.stream()
                .filter(line -> line.getThrowableProxy() != null || line.getLevel().isGreaterOrEqual(Level.ERROR))
                .map(line -> line.getFormattedMessage() + " " + (line.getThrowableProxy() == null
                        ? "" : ch.qos.logback.classic.spi.ThrowableProxyUtil.asString(line.getThrowableProxy()))))
                .as("errors in the log").isEmpty();
    }

    @Override
    public void close() {
        naru.detachAppender(this);
        stop();
    }
}
