package naru.cli.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DescribeLogDirsRequest;
import naru.protocol.message.DescribeLogDirsRequest.DescribableLogDirTopic;
import naru.protocol.message.DescribeLogDirsResponse;

/** What lies on the brokers' disks. */
public final class Sizes {

    /** A question that is under way to all brokers. */
    public static final class Asked {
        private final Map<Integer, Wire.Asked<DescribeLogDirsResponse>> questions = new TreeMap<>();

        /** Bytes of each replica: by partition, then by broker. */
        public Map<Place, Map<Integer, Long>> await() {
            var bytes = new TreeMap<Place, Map<Integer, Long>>();
            questions.forEach((broker, question) -> {
                for (var folder : question.await().results()) {
                    for (var topic : folder.topics()) {
                        for (var partition : topic.partitions()) {
                            bytes.computeIfAbsent(new Place(topic.name(), partition.partitionIndex()), _ -> new TreeMap<>())
                                    .merge(broker, partition.partitionSize(), Long::sum);
                        }
                    }
                }
            });
            return bytes;
        }

        /** What each broker said of its folders. */
        public Map<Integer, DescribeLogDirsResponse> folders() {
            var folders = new TreeMap<Integer, DescribeLogDirsResponse>();
            questions.forEach((broker, question) -> folders.put(broker, question.await()));
            return folders;
        }
    }

    private Sizes() {}

    /** @param topology whose partitions; null for all */
    public static Asked ask(Brokers brokers, Topology topology) {
        List<DescribableLogDirTopic> topics = null;
        if (topology != null) {
            topics = new ArrayList<>();
            for (var topic : topology.topics()) {
                topics.add(new DescribableLogDirTopic(topic.name(), topic.partitions().stream().map(one -> one.partitionIndex()).toList()));
            }
        }
        var asked = new Asked();
        for (int broker : brokers.nodes().keySet()) {
            asked.questions.put(broker, brokers.node(broker).ask(
                    ApiKey.DESCRIBE_LOG_DIRS, new DescribeLogDirsRequest(topics), DescribeLogDirsResponse.class));
        }
        return asked;
    }
}
