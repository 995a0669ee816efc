package naru.quorum;

import java.util.ArrayList;
import java.util.List;
import naru.metadata.Features;
import naru.protocol.message.FeatureLevelRecord;

/** Which levels of the features a folder can be formatted with, which are the usual ones at a metadata version, and what a level needs. */
public final class FeatureLevels {

    private static final String KRAFT = "kraft.version";
    private static final short KRAFT_MAX = 1;
    private static final String ELIGIBLE = "eligible.leader.replicas.version";
    private static final short ELIGIBLE_NEEDS = 23;

    /** A feature whose level is usual from a metadata version on, as Kafka has it; before, it is not there. */
    private record Usual(String name, short level, short from) {}

    private static final List<Usual> USUAL = List.of(
            new Usual(KRAFT, KRAFT_MAX, (short) 21), new Usual(Features.TRANSACTIONS, (short) 2, (short) 24),
            new Usual(Features.GROUPS, (short) 1, (short) 22), new Usual(ELIGIBLE, (short) 1, (short) 26),
            new Usual(Features.SHARES, (short) 1, (short) 28));

    private FeatureLevels() {}

    /** What a log begins with at this metadata version where nothing else is said. */
    static List<FeatureLevelRecord> usual(short metadata) {
        var records = new ArrayList<FeatureLevelRecord>();
        records.add(new FeatureLevelRecord(RecordVersions.FEATURE, metadata));
        USUAL.stream().filter(one -> level(one, metadata) > 0 && !one.name().equals(KRAFT)).sorted((one, other) -> one.name().compareTo(other.name()))
                .forEach(one -> records.add(new FeatureLevelRecord(one.name(), one.level())));
        return records;
    }

    private static short level(Usual one, short metadata) {
        return metadata >= one.from() ? one.level() : 0;
    }

    /** Each feature with its usual level at this metadata version, a line each, as Kafka's tool shows them. */
    public static List<String> mapping(short metadata) {
        var lines = new ArrayList<String>();
        lines.add(shown(RecordVersions.FEATURE, metadata));
        USUAL.forEach(one -> lines.add(one.name() + "=" + level(one, metadata)));
        return lines;
    }

    private static String shown(String name, short level) {
        return name + "=" + level + (name.equals(RecordVersions.FEATURE) ? " (" + ReleaseVersions.nameOf(level) + ")" : "");
    }

    /**
     * What this level of a feature needs of others, in Kafka's words.
     *
     * @throws DamagedMetadata when there is no such feature, or it has no such level
     */
    public static List<String> needs(String name, short level) {
        check(name, level);
        if (!needsMore(name, level)) {
            return List.of(shown(name, level) + " has no dependencies.");
        }
        return List.of(shown(name, level) + " requires:", "    " + shown(RecordVersions.FEATURE, ELIGIBLE_NEEDS));
    }

    private static boolean needsMore(String name, short level) {
        return name.equals(ELIGIBLE) && level > 0;
    }

    private static void check(String name, short level) {
        var known = name.equals(KRAFT) ? new Features.Supported(KRAFT, (short) 0, KRAFT_MAX)
                : Features.SUPPORTED.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow(() ->
                        new DamagedMetadata("Unknown feature: " + name + "; known are " + KRAFT + ", "
                                + String.join(", ", Features.SUPPORTED.stream().map(Features.Supported::name).toList())));
        if (level < known.min() || level > known.max()) {
            throw new DamagedMetadata("Feature level " + level + " is not supported for feature " + name + "; it has " + known.min()
                    + " to " + known.max());
        }
    }

    /** @throws DamagedMetadata when a folder of this metadata version cannot have this level of the feature */
    static void check(String name, short level, short metadata) {
        check(name, level);
        if (needsMore(name, level) && metadata < ELIGIBLE_NEEDS) {
            throw new DamagedMetadata(name + "=" + level + " needs " + shown(RecordVersions.FEATURE, ELIGIBLE_NEEDS)
                    + ", and this is formatted with " + shown(RecordVersions.FEATURE, metadata));
        }
    }
}
