package naru.broker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import naru.protocol.ErrorCode;

/**
 * A request that asks something of each partition it names: every part is answered on the lane of its partition, and
 * the answers come back in the order of the questions. For APIs off the hot path.
 */
final class PartitionRounds {

    private PartitionRounds() {}

    /**
     * @param onPartition runs on the lane of the partition
     * @param refused makes the answer where there is no such partition here
     * @param whenComplete hears the answers topic by topic, on this lane
     */
    static <T, P, A> void of(
            LaneBroker lane, List<T> topics, Function<T, String> name, Function<T, List<P>> partitions,
            ToIntFunction<P> index, BiFunction<Partition, P, A> onPartition, BiFunction<P, ErrorCode, A> refused,
            Consumer<List<List<A>>> whenComplete) {
        ofLater(lane, topics, name, partitions, index,
                (_, partition, question, answer) -> answer.accept(onPartition.apply(partition, question)),
                refused, whenComplete);
    }

    /** A partition's part of a request, asked on the lane that owns it, where the answer may come later. */
    interface Asked<P, A> {
        void ask(LaneBroker owner, Partition partition, P question, Consumer<A> answer);
    }

    /** As {@link #of}, where the answers may come later. */
    static <T, P, A> void ofLater(
            LaneBroker lane, List<T> topics, Function<T, String> name, Function<T, List<P>> partitions,
            ToIntFunction<P> index, Asked<P, A> onPartition, BiFunction<P, ErrorCode, A> refused,
            Consumer<List<List<A>>> whenComplete) {
        var answers = new ArrayList<List<A>>(topics.size());
        int seats = 0;
        for (var topic : topics) {
            int count = partitions.apply(topic).size();
            answers.add(new ArrayList<>(Collections.nCopies(count, null)));
            seats += count;
        }
        var round = new Round<A>(seats, _ -> whenComplete.accept(answers));
        int seat = 0;
        for (int t = 0; t < topics.size(); t++) {
            var asked = partitions.apply(topics.get(t));
            for (int p = 0; p < asked.size(); p++) {
                var place = lane.place(name.apply(topics.get(t)), index.applyAsInt(asked.get(p)));
                var here = answers.get(t);
                int at = p;
                var taken = round.seat(seat++);
                ask(lane, place, asked.get(p), onPartition, refused, answer -> {
                    here.set(at, answer);
                    taken.accept(answer);
                });
            }
        }
    }

    private static <P, A> void ask(
            LaneBroker lane, Place place, P question, Asked<P, A> onPartition,
            BiFunction<P, ErrorCode, A> refused, Consumer<A> answer) {
        if (place.error() != ErrorCode.NONE) {
            answer.accept(refused.apply(question, place.error()));
        } else if (!place.isElsewhere()) {
            onPartition.ask(lane, place.partition(), question, answer);
        } else {
            lane.<LaneBroker, A>onLane(place.lane(), owner -> owner, (owner, back) -> {
                var partition = owner.ownPartition(place);
                if (partition == null) {
                    back.accept(refused.apply(question, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
                } else {
                    onPartition.ask(owner, partition, question, back);
                }
            }, answer);
        }
    }
}
