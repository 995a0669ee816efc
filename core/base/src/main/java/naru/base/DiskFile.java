package naru.base;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;

/**
 * An open file. Closing it twice is harmless. Bytes survive a power cut only after {@link #sync}.
 *
 * <p>A reader that hands the file to somebody slower (the kernel sending it to a socket) takes a {@link #retain}
 * first and gives it back with {@link #close}: the file stays readable until the last holder has closed it, also when
 * it was deleted meanwhile.
 */
public interface DiskFile extends AutoCloseable {

    String path();

    long size();

    /** Reads at {@code position} into the buffer's remaining room; the number of bytes, or -1 at the end of the file. */
    int read(ByteBuffer into, long position);

    /**
     * Writes all remaining bytes of all pieces, one after the other, from {@code position} on, with one system call
     * where the platform can. A failure may leave any prefix behind; the caller truncates.
     */
    void write(ByteBuffer[] pieces, long position);

    void truncate(long size);

    /**
     * Returns when the content, and the size needed to read it, survive a power cut ({@code fdatasync}). A failure is never one of
     * {@link DiskFailure.Kind#FULL}: what could not be brought to the medium may be gone.
     */
    void sync();

    /** Asks the system to begin writing this range to the medium, without waiting. A hint. */
    void startWriteback(long position, long length);

    /**
     * Asks the system to begin bringing this range into memory, and nothing behind it, without waiting. A hint, for those who read a large file
     * beside others that wait for the disk: left alone, the kernel reads ahead as far as the disk is set to, which can be 8 MB at a time.
     */
    void readAhead(long position, long length);

    /** Reserves room (and zeroes it) so that later writes inside it change no metadata. */
    void allocate(long size);

    /** One more holder; every holder closes once. */
    DiskFile retain();

    /** The kernel's handle for {@code sendfile}; empty where files are simulated. */
    Optional<FileChannel> channel();

    @Override
    void close();
}
