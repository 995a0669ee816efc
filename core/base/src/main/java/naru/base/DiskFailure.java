package naru.base;

/** The disk could not do what was asked. A fault of the world: caught where a partition or a folder can be taken offline. */
public final class DiskFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** What went wrong, as far as it decides what to do next. */
    public enum Kind {
        /** No room: refuse writes, go on reading, try again later. */
        FULL,
        /** The file does not exist. */
        MISSING,
        /** What lies there is not what was written: refused, the rest of the folder is used on. */
        DAMAGED,
        /** The medium or the file system failed: the log folder goes offline. */
        BROKEN
    }

    private final Kind kind;
    private final String path;

    public DiskFailure(Kind kind, String path, Throwable cause) {
        super(kind + " at " + path + (cause == null ? "" : ": " + cause.getMessage()), cause);
        this.kind = kind;
        this.path = path;
    }

    public Kind kind() {
        return kind;
    }

    public String path() {
        return path;
    }
}
