package naru.network;

import io.netty.channel.DefaultFileRegion;
import java.nio.channels.FileChannel;
import naru.base.DiskFile;

/** A part of a file on its way to a socket. Gives the file back, instead of closing it, when it has left or never will. */
final class FilePart extends DefaultFileRegion {

    private final DiskFile file;
    private final Runnable whenGone;

    FilePart(DiskFile file, FileChannel channel, long position, int length, Runnable whenGone) {
        super(channel, position, length);
        this.file = file;
        this.whenGone = whenGone;
    }

    @Override
    protected void deallocate() {
        whenGone.run();
        file.close();
    }
}
