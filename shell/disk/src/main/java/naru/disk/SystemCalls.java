package naru.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import naru.base.DiskFailure;

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
    private static final int WILL_NEED = 3;

    /**
     * One function of the C library. Linking one takes milliseconds, so it happens at the first call, which is never on
     * the way up.
     */
    private static final class Function {
        private final String name;
        private final FunctionDescriptor type;
        private final Linker.Option[] options;
        private volatile MethodHandle handle;

        private Function(String name, MemoryLayout... arguments) {
            this(name, arguments, new Linker.Option[0]);
        }

        private Function(String name, MemoryLayout[] arguments, Linker.Option... options) {
            this.name = name;
            this.type = FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments);
            this.options = options;
        }

        private MethodHandle handle() {
            if (handle == null) {
                // Linking twice does no harm.
                var linker = Linker.nativeLinker();
                handle = linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
            }
            return handle;
        }
    }

    /** Described when the first of them is called, for describing alone makes classes. */
    private static final class Functions {
        private static final Function OPEN = new Function(
                "open", new MemoryLayout[] {ValueLayout.ADDRESS, ValueLayout.JAVA_INT}, Linker.Option.firstVariadicArg(2));
        private static final Function CLOSE = new Function("close", ValueLayout.JAVA_INT);
        private static final Function SYNC_FILE_RANGE = new Function(
                "sync_file_range", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
        private static final Function POSIX_FADVISE = new Function(
                "posix_fadvise", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
        private static final Function SYNCFS = new Function("syncfs", ValueLayout.JAVA_INT);
    }

    private SystemCalls() {}

    /** The calls of this system; empty where they are not to be had. */
    static Optional<SystemCalls> ofThisMachine() {
        boolean linux = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
        return linux ? Optional.of(new SystemCalls()) : Optional.empty();
    }

    /** Begins writing the range to the medium and does not wait for it. */
    boolean startWriteback(String path, long position, long length) {
        return withDescriptor(path, READ_WRITE, fd -> (int) Functions.SYNC_FILE_RANGE.handle().invokeExact(fd, position, length, SYNC_FILE_RANGE_WRITE));
    }

    /** Begins bringing exactly the range into memory and does not wait for it. */
    boolean readAhead(String path, long position, long length) {
        return withDescriptor(path, READ_ONLY, fd -> (int) Functions.POSIX_FADVISE.handle().invokeExact(fd, position, length, WILL_NEED));
    }

    /**
     * Waits until everything written to the folder's file system is on the medium.
     *
     * @throws DiskFailure when the medium failed: whoever tried another way then would hear that all is well
     */
    boolean syncFileSystem(String folder) {
        return withDescriptor(folder, READ_ONLY, fd -> {
            if ((int) Functions.SYNCFS.handle().invokeExact(fd) != 0) {
                throw new DiskFailure(DiskFailure.Kind.BROKEN, folder, new IOException("syncfs failed"));
            }
            return 0;
        });
    }

    private interface Call {
        int on(int descriptor) throws Throwable;
    }

    private boolean withDescriptor(String path, int mode, Call call) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path);
            int descriptor = (int) Functions.OPEN.handle().invokeExact(name, mode);
            if (descriptor < 0) {
                return false;
            }
            try {
                return call.on(descriptor) == 0;
            } finally {
                int _ = (int) Functions.CLOSE.handle().invokeExact(descriptor);
            }
        } catch (NoSuchElementException _) {
            return false; // another C library: what it lacks is done without
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e); // a method handle declares more than a C function can throw
        }
    }
}
