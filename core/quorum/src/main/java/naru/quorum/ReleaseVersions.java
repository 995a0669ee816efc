package naru.quorum;

import java.util.List;

/** The releases that {@code --release-version} and {@code upgrade} name, and the metadata version of each. */
public final class ReleaseVersions {

    // The last one of each release; the first is level 7, and each line goes on where the one before ended.
    private static final List<String> RELEASES = List.of(
            "3.3-IV3", "3.4-IV0", "3.5-IV0", "3.5-IV1", "3.5-IV2", "3.6-IV0", "3.6-IV1", "3.6-IV2", "3.7-IV0", "3.7-IV1",
            "3.7-IV2", "3.7-IV3", "3.7-IV4", "3.8-IV0", "3.9-IV0", "4.0-IV0", "4.0-IV1", "4.0-IV2", "4.0-IV3", "4.1-IV0",
            "4.1-IV1", "4.2-IV0", "4.2-IV1", "4.3-IV0");

    private ReleaseVersions() {}

    /**
     * The level of a release such as {@code 4.2-IV1}, or the last level of one such as {@code 4.2}.
     *
     * @throws DamagedMetadata when there is no such release, or it is too old or too new; the message names those there are
     */
    public static short levelOf(String release) {
        var parts = release.split("\\.");
        String name = parts.length == 3 ? parts[0] + "." + parts[1] : release;
        for (int i = RELEASES.size() - 1; i >= 0; i--) {
            String known = RELEASES.get(i);
            if (known.equals(name) || known.startsWith(name + "-")) {
                return (short) (RecordVersions.LEVEL_MIN + i);
            }
        }
        throw new DamagedMetadata("the release " + release + " is not known; known are " + RELEASES.getFirst() + " to "
                + RELEASES.getLast());
    }

    /** The name of a level that {@link #levelOf} knows. */
    public static String nameOf(short level) {
        return RELEASES.get(level - RecordVersions.LEVEL_MIN);
    }
}
