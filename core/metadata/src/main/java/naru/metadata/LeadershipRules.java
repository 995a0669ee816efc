package naru.metadata;

import java.util.SortedMap;
import naru.configuration.BrokerSettings;

/**
 * What counts for a topic when a leader is sought.
 *
 * @param inSyncMin {@code min.insync.replicas}: with fewer in sync nothing more is acknowledged
 * @param uncleanly {@code unclean.leader.election.enable}: rather a leader that lacks records than none
 * @param keepsEligible whether who leaves while too few are in sync is remembered as eligible (KIP-966)
 */
record LeadershipRules(int inSyncMin, boolean uncleanly, boolean keepsEligible) {

    /** The feature that says whether eligible replicas are kept. */
    static final String FEATURE = "eligible.leader.replicas.version";

    private static final String IN_SYNC_MIN = "min.insync.replicas";
    private static final String UNCLEANLY = "unclean.leader.election.enable";

    /** The rules of every topic; what counts for those without words of their own is looked up once. */
    static final class Book {
        private final Cluster cluster;
        private final LeadershipRules usual;

        Book(Cluster cluster, BrokerSettings settings) {
            this.cluster = cluster;
            var view = new ConfigView(cluster, settings);
            // A topic that has no configuration: the empty name cannot be one.
            this.usual = new LeadershipRules(
                    Integer.parseInt(view.ofTopic("", IN_SYNC_MIN)), Boolean.parseBoolean(view.ofTopic("", UNCLEANLY)),
                    keepsEligible(cluster));
        }

        LeadershipRules of(String topic) {
            SortedMap<String, String> own = cluster.config(Resource.topic(topic));
            if (own.isEmpty()) {
                return usual;
            }
            String inSyncMin = own.get(IN_SYNC_MIN);
            String uncleanly = own.get(UNCLEANLY);
            return new LeadershipRules(
                    inSyncMin == null ? usual.inSyncMin() : Integer.parseInt(inSyncMin.strip()),
                    uncleanly == null ? usual.uncleanly() : Boolean.parseBoolean(uncleanly.strip()),
                    usual.keepsEligible());
        }
    }

    /** Of so many replicas: all there are are enough. */
    int inSyncMinAmong(int replicas) {
        return Math.min(inSyncMin, replicas);
    }

    static boolean keepsEligible(Cluster cluster) {
        return cluster.features().getOrDefault(FEATURE, (short) 0) > 0;
    }
}
