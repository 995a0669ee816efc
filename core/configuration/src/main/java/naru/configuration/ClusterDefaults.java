package naru.configuration;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Times of a node of a cluster that are not Kafka's where nothing is set. What counts, what the reference says, and what the pages on clusters
 * say all come from here.
 */
public final class ClusterDefaults {

    /** In milliseconds, by key. */
    public static final SortedMap<String, String> MS = Collections.unmodifiableSortedMap(all());

    private ClusterDefaults() {}

    private static SortedMap<String, String> all() {
        var all = new TreeMap<String, String>();
        all.put("broker.heartbeat.interval.ms", "200");
        all.put("broker.session.timeout.ms", "1500");
        all.put("controller.quorum.append.linger.ms", "0");
        all.put("controller.quorum.election.backoff.max.ms", "500");
        all.put("controller.quorum.election.timeout.ms", "500");
        all.put("controller.quorum.fetch.timeout.ms", "1200");
        all.put("controller.quorum.request.timeout.ms", "1200");
        return all;
    }

    /** Of a key that is in {@link #MS}. */
    public static int ms(String key) {
        return Integer.parseInt(MS.get(key));
    }

    /** For the end of what is said of such a key. */
    static String unlessSet(String key) {
        return " Unless set, " + ms(key) + " in a cluster.";
    }
}
