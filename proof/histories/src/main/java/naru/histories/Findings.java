package naru.histories;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What was found, each thing once, and of one kind no more than somebody will read. */
final class Findings {

    private static final int EACH_MAX = 100;

    private final List<Finding> found = new ArrayList<>();
    private final Set<String> known = new HashSet<>();
    private final Map<Anomaly, Integer> counts = new EnumMap<>(Anomaly.class);

    /** @param what what it is about: the same thing is found once, however often it is met */
    void add(Anomaly anomaly, Object what, String words) {
        if (known.add(anomaly + " " + what) && counts.merge(anomaly, 1, Integer::sum) <= EACH_MAX) {
            found.add(new Finding(anomaly, words));
        }
    }

    List<Finding> all() {
        var all = new ArrayList<>(found);
        counts.forEach((anomaly, count) -> {
            if (count > EACH_MAX) {
                all.add(new Finding(anomaly, "and " + (count - EACH_MAX) + " more like these"));
            }
        });
        return all;
    }
}
