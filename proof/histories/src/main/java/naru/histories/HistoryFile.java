package naru.histories;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A history as a file: one event a line, as {@link EventLine} writes it. Each line is written at once, so that it
 * outlives the process; what a killed process began to write is left out when it is read.
 */
public final class HistoryFile implements AutoCloseable {

    private final OutputStream out;

    /** Opens a file to be written, behind what it may hold already. */
    public HistoryFile(Path file) throws IOException {
        this.out = new FileOutputStream(file.toFile(), true);
    }

    /** Adds a line; may be called by several threads. */
    public synchronized void add(Event event) {
        try {
            out.write((EventLine.of(event) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }

    /** All events of these files, in the order of time. */
    public static List<Event> read(List<Path> files) throws IOException {
        var events = new ArrayList<Event>();
        for (var file : files) {
            var text = Files.readString(file);
            int from = 0;
            for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
                events.add(EventLine.parse(text.substring(from, end)));
                from = end + 1;
            }
        }
        events.sort(Comparator.comparingLong(Event::timeNs));
        return events;
    }
}
