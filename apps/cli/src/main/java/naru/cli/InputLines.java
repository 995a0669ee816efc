package naru.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Lines that are read on a thread of their own, because reading what a person types can be ended by nobody but that person:
 * meanwhile the command goes on, and ctrl-C finds it able to tidy up.
 */
final class InputLines {

    private static final int WAITING_MAX = 4_096;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int LINE_BYTES_MAX = 256 << 20;

    /** The end of the input; compared by identity. */
    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> lines = new ArrayBlockingQueue<>(WAITING_MAX);
    private final InputStream in;
    private final Runnable whenLine;
    private volatile IOException failure;
    private volatile long bytesRead;
    private volatile boolean ended;

    /** @param whenLine called from the reading thread when there is something to take */
    InputLines(InputStream in, Runnable whenLine) {
        this.in = in;
        this.whenLine = whenLine;
        var reader = new Thread(this::read, "naru-input");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        var line = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                int from = 0;
                for (int i = 0; i < count; i++) {
                    if (buffer[i] == '\n') {
                        line.write(buffer, from, i - from);
                        put(whole(line));
                        line.reset();
                        from = i + 1;
                    }
                }
                line.write(buffer, from, count - from);
                bytesRead += count;
                if (line.size() > LINE_BYTES_MAX) {
                    throw new IOException("a line is longer than " + (LINE_BYTES_MAX >> 20) + " MiB");
                }
            }
            // A last line without its end is a line: printf and editors leave it off.
            if (line.size() > 0) {
                put(whole(line));
            }
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException _) {
            return;
        }
        ended = true;
        whenLine.run();
    }

    private static byte[] whole(ByteArrayOutputStream line) {
        byte[] bytes = line.toByteArray();
        boolean dos = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
        return dos ? java.util.Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }

    private void put(byte[] line) throws InterruptedException {
        lines.put(line);
        // Asked afterwards: whoever takes the line in between needs no waking, whoever sees none before it is woken.
        if (lines.size() == 1) {
            whenLine.run();
        }
    }

    /** The next line; null when there is none yet, or no more. */
    byte[] poll() {
        return lines.poll();
    }

    /** True when everything was taken and nothing follows. */
    boolean isAtEnd() {
        return ended && lines.isEmpty();
    }

    /** What prevented reading to the end; null for nothing. */
    IOException failure() {
        return failure;
    }

    long bytesRead() {
        return bytesRead;
    }
}
