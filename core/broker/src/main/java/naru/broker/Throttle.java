package naru.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.TopicPartition;
import naru.configuration.ConfigKey;
import naru.metadata.Cluster;
import naru.metadata.Resource;
import naru.replication.ByteRate;

/** One direction of a lane's throttled replicas: which partitions are meant, at which rate, and who waits. */
final class Throttle {

    private static final String ALL = "*";

    /** Which partitions of a topic. */
    private record Named(boolean all, SortedSet<Integer> partitions) {

        /** @param text {@code *}, or pairs of {@code partition:broker} */
        static Named of(String text, int brokerId) {
            var partitions = new TreeSet<Integer>();
            var entries = ConfigKey.split(text);
            for (var entry : entries) {
                int colon = entry.indexOf(':');
                if (colon > 0 && entry.substring(colon + 1).strip().equals(Integer.toString(brokerId))) {
                    partitions.add(Integer.parseInt(entry.substring(0, colon).strip()));
                }
            }
            return new Named(entries.contains(ALL), partitions);
        }

        boolean has(int partition) {
            return all || partitions.contains(partition);
        }
    }

    private final LaneBroker lane;
    private final String rateKey;
    private final String replicasKey;
    private final ByteRate rate = new ByteRate();
    private final SortedMap<String, Named> throttled = new TreeMap<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private Timers.Timer next;

    /**
     * @param rateKey of brokers: bytes a second
     * @param replicasKey of topics: whom it is about
     */
    Throttle(LaneBroker lane, String rateKey, String replicasKey) {
        this.lane = lane;
        this.rateKey = rateKey;
        this.replicasKey = replicasKey;
    }

    void onConfigs(Cluster cluster) {
        throttled.clear();
        int self = lane.broker().nodeId();
        cluster.configs().forEach((resource, values) -> {
            String text = resource.type() == Resource.TOPIC ? values.get(replicasKey) : null;
            if (text != null && !text.isBlank()) {
                throttled.put(resource.name(), Named.of(text, self));
            }
        });
        rate.limitTo(bytesPerSecond(cluster, self), lane.nowMs());
        wake(); // there may be more room now, or nothing to wait for
    }

    /** As many lanes as there are divide it among them. */
    private long bytesPerSecond(Cluster cluster, int self) {
        String own = cluster.config(Resource.broker(self)).get(rateKey);
        String text = own != null ? own : cluster.config(Resource.ALL_BROKERS).get(rateKey);
        return text == null ? ByteRate.UNLIMITED : Math.max(1, Long.parseLong(text.strip()) / lane.lanes().count());
    }

    private boolean isMeant(TopicPartition name) {
        var named = throttled.isEmpty() ? null : throttled.get(name.topic());
        return named != null && named.has(name.partition());
    }

    /** Whether something may go through now; if not, whoever asks is told when it may. */
    boolean isOpen(TopicPartition name, Runnable whenItIs) {
        if (!isMeant(name)) {
            return true;
        }
        long nowMs = lane.nowMs();
        if (rate.room(nowMs) > 0) {
            return true;
        }
        waiting.add(whenItIs);
        if (next == null) {
            next = lane.afterMs(Math.max(1, rate.msUntilRoom(nowMs)), this::wake);
        }
        return false;
    }

    void spend(TopicPartition name, int bytes) {
        if (bytes > 0 && isMeant(name)) {
            rate.spend(bytes, lane.nowMs());
        }
    }

    private void wake() {
        if (next != null) {
            next.cancel();
            next = null;
        }
        if (!waiting.isEmpty()) {
            var all = List.copyOf(waiting);
            waiting.clear();
            all.forEach(Runnable::run);
        }
    }
}
