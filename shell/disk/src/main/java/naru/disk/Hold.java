package naru.disk;

import java.util.concurrent.atomic.AtomicBoolean;

/** One more holder of an open file. Has its own close, so that closing twice lets go once. */
final class Hold extends PassingFile {

    private final ChannelFile file;
    private final AtomicBoolean closed = new AtomicBoolean();

    Hold(ChannelFile file) {
        super(file);
        this.file = file;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            file.release();
        }
    }
}
