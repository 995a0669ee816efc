package naru.broker;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import naru.base.DiskFailure;
import naru.base.TopicPartition;
import naru.log.LaneLogs;
import naru.protocol.ErrorCode;
import naru.protocol.message.DescribeLogDirsRequest;
import naru.protocol.message.DescribeLogDirsResponse;
import naru.protocol.message.DescribeLogDirsResponse.DescribeLogDirsPartition;
import naru.protocol.message.DescribeLogDirsResponse.DescribeLogDirsResult;
import naru.protocol.message.DescribeLogDirsResponse.DescribeLogDirsTopic;

/** DescribeLogDirs (API key 35): what lies in each log folder, and how much room is left (KIP-113, KIP-827). */
final class DescribeLogDirsHandler implements Handler<DescribeLogDirsRequest> {

    /** What one lane knows: sizes by folder, topic and partition. */
    private record Sizes(Map<String, TreeMap<String, List<DescribeLogDirsPartition>>> byFolder) {}

    private final LaneBroker lane;

    DescribeLogDirsHandler(LaneBroker lane) {
        this.lane = lane;
    }

    @Override
    public void handle(Request request, DescribeLogDirsRequest asked) {
        var wanted = wanted(asked);
        var round = new Round<Sizes>(lane.lanes().count(), all -> request.answer(answer(all)));
        for (int i = 0; i < lane.lanes().count(); i++) {
            lane.<LaneBroker, Sizes>onLane(
                    i, there -> there, (there, taken) -> taken.accept(sizesOn(there, wanted)), round.seat(i));
        }
    }

    private static Predicate<TopicPartition> wanted(DescribeLogDirsRequest asked) {
        if (asked.topics() == null) {
            return _ -> true;
        }
        var byTopic = new TreeMap<String, Set<Integer>>();
        asked.topics().forEach(topic ->
                byTopic.computeIfAbsent(topic.topic(), _ -> new HashSet<>()).addAll(topic.partitions()));
        return name -> {
            var partitions = byTopic.get(name.topic());
            return partitions != null && partitions.contains(name.partition());
        };
    }

    private static Sizes sizesOn(LaneBroker lane, Predicate<TopicPartition> wanted) {
        var byFolder = new TreeMap<String, TreeMap<String, List<DescribeLogDirsPartition>>>();
        for (var partition : lane.topics().ownPartitions()) {
            if (wanted.test(partition.name())) {
                add(byFolder, lane.partitions().folderOf(partition), partition, partition.log().sizeBytes(), 0, false);
            }
        }
        for (var move : lane.partitions().moves().all()) {
            if (wanted.test(move.partition().name())) {
                add(byFolder, move.to().path(), move.partition(), move.copy().sizeBytes(), move.lag(), true);
            }
        }
        return new Sizes(byFolder);
    }

    private static void add(TreeMap<String, TreeMap<String, List<DescribeLogDirsPartition>>> byFolder, String folder,
            Partition partition, long bytes, long lag, boolean isFuture) {
        byFolder.computeIfAbsent(folder, _ -> new TreeMap<>())
                .computeIfAbsent(partition.name().topic(), _ -> new ArrayList<>())
                .add(new DescribeLogDirsPartition(partition.name().partition(), bytes, lag, isFuture));
    }

    private DescribeLogDirsResponse answer(List<Sizes> lanes) {
        var results = new ArrayList<DescribeLogDirsResult>();
        for (var folder : lane.partitions().folders()) {
            results.add(describe(folder, lanes));
        }
        return DescribeLogDirsResponse.builder().results(results).build();
    }

    private DescribeLogDirsResult describe(LaneLogs folder, List<Sizes> lanes) {
        try {
            if (folder.failure() != null) {
                throw folder.failure();
            }
            var disk = lane.broker().disk();
            var topics = new TreeMap<String, List<DescribeLogDirsPartition>>();
            for (var sizes : lanes) {
                sizes.byFolder().getOrDefault(folder.path(), new TreeMap<>()).forEach((topic, partitions) ->
                        topics.computeIfAbsent(topic, _ -> new ArrayList<>()).addAll(partitions));
            }
            var described = new ArrayList<DescribeLogDirsTopic>();
            topics.forEach((topic, partitions) -> described.add(new DescribeLogDirsTopic(topic, partitions)));
            return DescribeLogDirsResult.builder()
                    .logDir(folder.path())
                    .topics(described)
                    .totalBytes(disk.totalBytes(folder.path()))
                    .usableBytes(disk.freeBytes(folder.path()))
                    .isCordoned(Cordons.has(lane.configuration(), folder.path()))
                    .build();
        } catch (DiskFailure failure) {
            return DescribeLogDirsResult.builder()
                    .errorCode(ErrorCode.KAFKA_STORAGE_ERROR.code()).logDir(folder.path()).build();
        }
    }
}
