package naru.disk;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;

/**
 * The few calls of Linux that Java has no method for. On other systems every one of them answers "not done", and the
 * caller does without: they make things faster or earlier, never different.
 *
 * <p>They need a descriptor of the file, and Java shows none, so each opens the path for the length of the call.
 */
@SuppressWarnings("restricted") // native access is granted to the broker on its command line
final class SystemCalls {

    private static final int READ_WRITE = 2;
    private static final int READ_ONLY = 0;
    private static final int SYNC_FILE_RANGE_WRITE = 2;

    private final MethodHandle open;
    private final MethodHandle close;
    private final MethodHandle fallocate;
    private final MethodHandle syncFileRange;
    private final MethodHandle syncfs;

    private SystemCalls(Linker linker) {
        var toInt = ValueLayout.JAVA_INT;
        var toLong = ValueLayout.JAVA_LONG;
        this.open = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("open"), FunctionDescriptor.of(toInt, ValueLayout.ADDRESS, toInt),
                Linker.Option.firstVariadicArg(2));
        this.close = call(linker, "close", toInt);
        this.fallocate = call(linker, "fallocate", toInt, toInt, toLong, toLong);
        this.syncFileRange = call(linker, "sync_file_range", toInt, toLong, toLong, toInt);
        this.syncfs = call(linker, "syncfs", toInt);
    }

    /** The calls of this system; empty where they are not to be had. */
    static Optional<SystemCalls> ofThisMachine() {
        if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SystemCalls(Linker.nativeLinker()));
        } catch (RuntimeException _) {
            return Optional.empty(); // another C library: the hints are not worth a failed start
        }
    }

    private static MethodHandle call(Linker linker, String name, MemoryLayout... arguments) {
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    /** Reserves blocks up to {@code size}, so that the file system need not do so during a write. */
    boolean allocate(String path, long size) {
        return withDescriptor(path, READ_WRITE, fd -> (int) fallocate.invokeExact(fd, 0, 0L, size));
    }

    /** Begins writing the range to the medium and does not wait for it. */
    boolean startWriteback(String path, long position, long length) {
        return withDescriptor(path, READ_WRITE, fd -> (int) syncFileRange.invokeExact(fd, position, length, SYNC_FILE_RANGE_WRITE));
    }

    /** Waits until everything written to the folder's file system is on the medium. */
    boolean syncFileSystem(String folder) {
        return withDescriptor(folder, READ_ONLY, fd -> (int) syncfs.invokeExact(fd));
    }

    private interface Call {
        int on(int descriptor) throws Throwable;
    }

    private boolean withDescriptor(String path, int mode, Call call) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path);
            int descriptor = (int) open.invokeExact(name, mode);
            if (descriptor < 0) {
                return false;
            }
            try {
                return call.on(descriptor) == 0;
            } finally {
                int _ = (int) close.invokeExact(descriptor);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e); // a method handle declares more than a C function can throw
        }
    }
}
