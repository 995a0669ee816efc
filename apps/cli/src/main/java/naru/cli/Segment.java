package naru.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import naru.protocol.MalformedMessage;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.Compression;
import naru.protocol.batch.RecordReader;

/**
 * A segment file, read from its front to its end without a broker. Where bytes are no sound batch, the next sound one is
 * looked for, so damage has a beginning and an end.
 */
record Segment(Path path, long base) {

    static final String SUFFIX = ".log";
    private static final int NAME_DIGITS = 20;
    private static final int UNPACKED_BYTES_MAX = 1 << 30;

    /** A piece of the file. */
    sealed interface Piece {

        /** Where it begins in the file. */
        long position();

        long bytes();

        /** A whole batch whose checksum is right; header and records at the front of the buffer. */
        record Sound(long position, ByteBuffer batch) implements Piece {
            @Override
            public long bytes() {
                return batch.limit();
            }
        }

        /** Bytes that are none, as far as the next sound batch or the end. */
        record Damaged(long position, long bytes, String why) implements Piece {}
    }

    /** Takes one piece after the other. */
    interface Taker {
        /** @return false for enough */
        boolean take(Piece piece) throws IOException;
    }

    static List<Segment> of(String name) {
        var path = Path.of(name);
        try {
            if (Files.isDirectory(path)) {
                var segments = new ArrayList<Segment>();
                try (var files = Files.list(path)) {
                    files.filter(Segment::isSegment).sorted().forEach(file -> segments.add(new Segment(file, baseOf(file))));
                }
                if (segments.isEmpty()) {
                    throw new Failure("there are no segments in " + name, "name the folder of a partition, such as data/orders-0");
                }
                return segments;
            }
            // Unlike a question whether it exists, this tells a file that is hidden from one that is not there.
            Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException _) {
            throw new Failure("there is no file or folder " + name, "name the folder of a partition, such as data/orders-0");
        } catch (IOException e) {
            throw new Failure(name + " cannot be read: " + FileTrouble.of(e, path), "", e);
        }
        if (!isSegment(path)) {
            throw new Failure(name + " is no segment", "name a file that ends in .log, or the folder of a partition");
        }
        return List.of(new Segment(path, baseOf(path)));
    }

    private static boolean isSegment(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(SUFFIX) && name.length() == NAME_DIGITS + SUFFIX.length()
                && name.chars().limit(NAME_DIGITS).allMatch(Character::isDigit);
    }

    private static long baseOf(Path file) {
        return Long.parseLong(file.getFileName().toString().substring(0, NAME_DIGITS));
    }

    /** Reads the whole file. */
    void read(Interruption interruption, Taker taker) {
        try (var file = FileChannel.open(path, StandardOpenOption.READ)) {
            long end = file.size();
            long position = 0;
            long next = base;
            while (position < end) {
                interruption.check();
                var batch = soundAt(file, position, end, next);
                if (batch instanceof Piece.Damaged(long at, long _, String why)) {
                    long after = at + 1;
                    while (after < end && !isLikely(file, after, end)) {
                        interruption.check();
                        after++;
                    }
                    batch = new Piece.Damaged(at, Math.min(after, end) - at, why);
                }
                if (!taker.take(batch)) {
                    return;
                }
                if (batch instanceof Piece.Sound(long _, ByteBuffer sound)) {
                    next = BatchHeader.nextOffset(sound, 0);
                }
                position += batch.bytes();
            }
        } catch (IOException e) {
            throw new Failure(path + " cannot be read: " + FileTrouble.of(e, path), "", e);
        }
    }

    private boolean isLikely(FileChannel file, long position, long end) throws IOException {
        if (end - position < BatchHeader.SIZE) {
            return false;
        }
        var head = bytes(file, position, BatchHeader.SIZE);
        return BatchHeader.magic(head, 0) == BatchHeader.MAGIC && BatchHeader.baseOffset(head, 0) >= base
                && soundAt(file, position, end, base) instanceof Piece.Sound;
    }

    private Piece soundAt(FileChannel file, long position, long end, long next) throws IOException {
        if (end - position < BatchHeader.SIZE) {
            return new Piece.Damaged(position, end - position, "the file ends in the middle of a batch's header");
        }
        var head = bytes(file, position, BatchHeader.SIZE);
        int size = BatchHeader.sizeInBytes(head, 0);
        if (BatchHeader.magic(head, 0) != BatchHeader.MAGIC || size < BatchHeader.SIZE) {
            return new Piece.Damaged(position, 1, "no batch begins there");
        }
        if (size > end - position) {
            return new Piece.Damaged(position, end - position, "the batch claims " + size + " bytes, and " + (end - position) + " are left");
        }
        var batch = bytes(file, position, size);
        if (!BatchHeader.isCrcRight(batch, 0)) {
            return new Piece.Damaged(position, 1, "the checksum of the batch at offset " + BatchHeader.baseOffset(head, 0) + " is wrong");
        }
        if (BatchHeader.baseOffset(batch, 0) < next) {
            return new Piece.Damaged(position, 1, "the batch begins at offset " + BatchHeader.baseOffset(batch, 0) + " where " + next + " or more comes next");
        }
        return new Piece.Sound(position, batch);
    }

    private static ByteBuffer bytes(FileChannel file, long position, int count) throws IOException {
        var buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining() && file.read(buffer, position + buffer.position()) > 0) {
            // a read may come back short
        }
        return buffer.flip();
    }

    /** What is wrong with a batch whose checksum is right; null for nothing. */
    static String wrongInside(ByteBuffer batch) {
        if (Compression.of(BatchHeader.compressionId(batch, 0)) == null) {
            return "an unknown compression, " + BatchHeader.compressionId(batch, 0);
        }
        try {
            long[] last = {BatchHeader.baseOffset(batch, 0) - 1};
            var wrong = new String[1];
            new RecordReader(UNPACKED_BYTES_MAX).forEach(batch, 0, record -> {
                if (record.offset() <= last[0] || record.offset() >= BatchHeader.nextOffset(batch, 0)) {
                    wrong[0] = "offset " + record.offset() + " after " + last[0];
                }
                last[0] = record.offset();
                return wrong[0] == null;
            });
            return wrong[0];
        } catch (MalformedMessage malformed) {
            return malformed.getMessage();
        }
    }
}
