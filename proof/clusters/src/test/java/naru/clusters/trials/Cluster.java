package naru.clusters.trials;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;

/** A cluster as an administrator sees it. */
final class Cluster implements AutoCloseable {

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int ANSWER_S_MAX = 30;

    private final Admin admin;
    private final int nodes;
    private String state = "nothing was heard";

    Cluster(String bootstrap, int nodes) {
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap, "request.timeout.ms", 3_000));
        this.nodes = nodes;
    }

    Admin admin() {
        return admin;
    }

    private interface Question<T> {
        T ask() throws ExecutionException, InterruptedException, TimeoutException;
    }

    /** Asks until there is an answer: what a cluster says in the middle of a change is no answer. */
    private <T> T insist(String what, Question<Optional<T>> question) throws InterruptedException {
        long untilNs = System.nanoTime() + PATIENCE_NS;
        while (true) {
            Exception last = null;
            try {
                var answer = question.ask();
                if (answer.isPresent()) {
                    return answer.get();
                }
            } catch (ExecutionException | TimeoutException notNow) {
                last = notNow;
            }
            if (System.nanoTime() > untilNs) {
                throw new AssertionError("in vain: " + what + "; at last " + state, last);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    void create(String topic, int partitions, short replicas, Map<String, String> settings) throws InterruptedException {
        insist("creating " + topic, () -> {
            if (admin.listTopics().names().get(ANSWER_S_MAX, TimeUnit.SECONDS).contains(topic)) {
                return Optional.of(true);
            }
            admin.createTopics(List.of(new NewTopic(topic, partitions, replicas).configs(settings))).all()
                    .get(ANSWER_S_MAX, TimeUnit.SECONDS);
            return Optional.of(true);
        });
    }

    private List<TopicPartitionInfo> partitions(String topic) throws ExecutionException, InterruptedException, TimeoutException {
        return admin.describeTopics(List.of(topic)).allTopicNames().get(ANSWER_S_MAX, TimeUnit.SECONDS).get(topic).partitions();
    }

    /** Waits until every node serves and every partition has all its replicas in sync. */
    void awaitWhole(String topic) throws InterruptedException {
        insist("every replica of " + topic + " in sync", () -> {
            int alive = admin.describeCluster().nodes().get(ANSWER_S_MAX, TimeUnit.SECONDS).size();
            var wanting = partitions(topic).stream()
                    .filter(one -> one.leader() == null || one.isr().size() < one.replicas().size()).toList();
            state = alive + " nodes, " + wanting.size() + " partitions not whole, such as " + wanting.stream().findFirst();
            return alive == nodes && wanting.isEmpty() ? Optional.of(true) : Optional.empty();
        });
    }

    /** Waits until so many replicas of the first partition are in sync. */
    void awaitInSync(String topic, int count) throws InterruptedException {
        insist(count + " in sync of " + topic, () -> {
            var one = partitions(topic).getFirst();
            return one.leader() != null && one.isr().size() == count ? Optional.of(true) : Optional.empty();
        });
    }

    /** Who may lead the first partition beside those in sync (KIP-966). */
    List<Integer> eligible(String topic) throws InterruptedException {
        return insist("eligible leaders of " + topic, () -> Optional.ofNullable(partitions(topic).getFirst().elr()))
                .stream().map(Node::id).toList();
    }

    /** Every partition goes back to the first of its replicas. */
    void spreadLeaders(String topic) throws InterruptedException {
        insist("preferred leaders of " + topic, () -> {
            admin.electLeaders(ElectionType.PREFERRED, null).partitions().get(ANSWER_S_MAX, TimeUnit.SECONDS);
            boolean spread = partitions(topic).stream().allMatch(one ->
                    one.leader() != null && one.leader().id() == one.replicas().getFirst().id());
            return spread ? Optional.of(true) : Optional.empty();
        });
    }

    /** Who leads, by partition. */
    Map<Integer, Integer> leaders(String topic) throws InterruptedException {
        return insist("leaders of " + topic, () -> {
            var leaders = new TreeMap<Integer, Integer>();
            for (var one : partitions(topic)) {
                if (one.leader() == null) {
                    return Optional.empty();
                }
                leaders.put(one.partition(), one.leader().id());
            }
            return Optional.of(leaders);
        });
    }

    int controller() throws InterruptedException {
        return insist("a controller", () -> {
            int id = admin.describeMetadataQuorum().quorumInfo().get(ANSWER_S_MAX, TimeUnit.SECONDS).leaderId();
            return id > 0 ? Optional.of(id) : Optional.empty();
        });
    }

    long controllerEpoch() throws InterruptedException {
        return insist("a controller", () ->
                Optional.of(admin.describeMetadataQuorum().quorumInfo().get(ANSWER_S_MAX, TimeUnit.SECONDS).leaderEpoch()));
    }

    int coordinator(String group) throws InterruptedException {
        return insist("the coordinator of " + group, () -> Optional.of(admin.describeConsumerGroups(List.of(group))
                .describedGroups().get(group).get(ANSWER_S_MAX, TimeUnit.SECONDS).coordinator().id()));
    }

    @Override
    public void close() {
        admin.close();
    }
}
