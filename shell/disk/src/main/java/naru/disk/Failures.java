package naru.disk;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import naru.base.DiskFailure;

/** Turns what the JDK throws into what the core decides by. */
final class Failures {

    /** What the C library says for ENOSPC and EDQUOT; the JDK hands on the text alone. */
    private static final String NO_SPACE = "no space left";
    private static final String OVER_QUOTA = "quota exceeded";

    private Failures() {}

    static DiskFailure of(String path, IOException cause) {
        String said = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        var kind = switch (cause) {
            case NoSuchFileException _, FileNotFoundException _ -> DiskFailure.Kind.MISSING;
            case IOException _ when said.contains(NO_SPACE) || said.contains(OVER_QUOTA) -> DiskFailure.Kind.FULL;
            case IOException _ -> DiskFailure.Kind.BROKEN;
        };
        return new DiskFailure(kind, path, cause);
    }

    /** Whatever the reason: what could not be brought to the medium may be gone from the cache, and no second sync would say so. */
    static DiskFailure ofSync(String path, IOException cause) {
        var failure = of(path, cause);
        return failure.kind() == DiskFailure.Kind.FULL ? new DiskFailure(DiskFailure.Kind.BROKEN, path, cause) : failure;
    }
}
