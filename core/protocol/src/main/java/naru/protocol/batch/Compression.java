package naru.protocol.batch;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.xerial.snappy.SnappyOutputStream;

/** How the records of a batch are packed: the low three bits of the batch's attributes. */
public enum Compression {
    NONE(0),
    GZIP(1),
    SNAPPY(2),
    LZ4(3),
    ZSTD(4);

    private static final int SNAPPY_BLOCK = 32 << 10;

    private final int id;

    Compression(int id) {
        this.id = id;
    }

    /** The codec of an attribute's three bits; null when there is none with this number. */
    public static Compression of(int id) {
        return switch (id) {
            case 0 -> NONE;
            case 1 -> GZIP;
            case 2 -> SNAPPY;
            case 3 -> LZ4;
            case 4 -> ZSTD;
            default -> null;
        };
    }

    public int id() {
        return id;
    }

    /** The name in configurations: {@code none}, {@code gzip}, {@code snappy}, {@code lz4}, {@code zstd}. */
    public String configName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    InputStream unpacking(byte[] packed, int unpackedBytesMax) throws IOException {
        var in = new ByteArrayInputStream(packed);
        return switch (this) {
            case NONE -> in;
            case GZIP -> new GzipMembers(packed);
            case SNAPPY -> new SnappyBlocks(packed, unpackedBytesMax);
            // One frame is a batch; another one costs the library as much as a batch, and has eleven bytes.
            case LZ4 -> new LZ4FrameInputStream(in, true);
            // Else every batch, however short, makes a buffer of 128 KB.
            case ZSTD -> new ZstdInputStreamNoFinalizer(in, RecyclingBufferPool.INSTANCE);
        };
    }

    OutputStream packing(OutputStream out) throws IOException {
        return switch (this) {
            case NONE -> out;
            case GZIP -> new GZIPOutputStream(out, 8 << 10);
            case SNAPPY -> new SnappyOutputStream(out, SNAPPY_BLOCK);
            // Blocks on their own and 64 KB each: what every client's lz4 reads.
            case LZ4 -> new LZ4FrameOutputStream(
                    out, LZ4FrameOutputStream.BLOCKSIZE.SIZE_64KB, LZ4FrameOutputStream.FLG.Bits.BLOCK_INDEPENDENCE);
            case ZSTD -> new ZstdOutputStreamNoFinalizer(out, RecyclingBufferPool.INSTANCE);
        };
    }
}
