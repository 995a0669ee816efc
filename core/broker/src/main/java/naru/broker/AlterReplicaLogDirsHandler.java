package naru.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;
import naru.protocol.message.AlterReplicaLogDirsRequest;
import naru.protocol.message.AlterReplicaLogDirsResponse;
import naru.protocol.message.AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult;
import naru.protocol.message.AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult;

/** AlterReplicaLogDirs (API key 34): partitions of this broker are to lie in other log folders (KIP-113). */
final class AlterReplicaLogDirsHandler implements Handler<AlterReplicaLogDirsRequest> {

    private final LaneBroker lane;

    AlterReplicaLogDirsHandler(LaneBroker lane) {
        this.lane = lane;
    }

    /** A partition that is named twice goes where it was named last, as with Kafka. */
    @Override
    public void handle(Request request, AlterReplicaLogDirsRequest asked) {
        var wanted = new LinkedHashMap<TopicPartition, String>();
        for (var folder : asked.dirs()) {
            for (var topic : folder.topics()) {
                topic.partitions().forEach(partition -> wanted.put(new TopicPartition(topic.name(), partition), folder.path()));
            }
        }
        var names = List.copyOf(wanted.keySet());
        var round = new Round<ErrorCode>(names.size(), answers -> request.answer(answer(names, answers)));
        for (int i = 0; i < names.size(); i++) {
            var name = names.get(i);
            String path = wanted.get(name);
            lane.<FolderMoves, ErrorCode>onLane(lane.broker().laneOf(name.topic(), name.partition()),
                    there -> there.partitions().moves(), (moves, told) -> told.accept(moves.ask(name, path)), round.seat(i));
        }
    }

    private static AlterReplicaLogDirsResponse answer(List<TopicPartition> names, List<ErrorCode> answers) {
        var topics = new LinkedHashMap<String, List<AlterReplicaLogDirPartitionResult>>();
        for (int i = 0; i < names.size(); i++) {
            topics.computeIfAbsent(names.get(i).topic(), _ -> new ArrayList<>())
                    .add(new AlterReplicaLogDirPartitionResult(names.get(i).partition(), answers.get(i).code()));
        }
        var results = new ArrayList<AlterReplicaLogDirTopicResult>();
        topics.forEach((topic, partitions) -> results.add(new AlterReplicaLogDirTopicResult(topic, partitions)));
        return AlterReplicaLogDirsResponse.builder().results(results).build();
    }
}
