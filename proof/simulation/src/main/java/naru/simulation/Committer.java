package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.util.List;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import naru.protocol.message.OffsetCommitResponse;
import naru.protocol.message.OffsetFetchRequest;
import naru.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopic;
import naru.protocol.message.OffsetFetchResponse;

/**
 * Commits ever higher offsets of a group of its own, one at a time, and asks for them now and then: what it hears lies
 * between the last one that was acknowledged and the last one it sent.
 */
final class Committer implements Caller.User {

    private static final int COMMIT_VERSION = 7;
    private static final int FETCH_VERSION = 5;
    private static final int FIND_VERSION = 2;

    private final String name;
    private final World world;
    private final TopicPartition partition;
    private final Caller caller;
    private final SimulatedRandomness dice;
    private long sent = -1;
    private long acknowledged = -1;
    private boolean checked;

    Committer(String name, World world, TopicPartition partition) {
        this.name = name;
        this.world = world;
        this.partition = partition;
        this.dice = world.dice().fork(name);
        this.caller = new Caller(name, world, this);
    }

    void start() {
        caller.connect();
    }

    /** Ask once more; {@link #isChecked} says when the answer was there, and right. */
    void check() {
        checked = false;
    }

    boolean isChecked() {
        return checked;
    }

    @Override
    public void onReady() {
        var request = FindCoordinatorRequest.builder().key(name).build();
        caller.ask(ApiKey.FIND_COORDINATOR, FIND_VERSION, request, answer -> {
            if (((FindCoordinatorResponse) answer).errorCode() == ErrorCode.NONE.code()) {
                fetch();
            } else {
                later(this::onReady);
            }
        });
    }

    @Override
    public void onLost(String why) {}

    private void later(Runnable what) {
        world.timeline().afterMs(dice.between(5, 120), () -> {
            if (caller.isConnected() && caller.waiting() == 0) {
                what.run();
            }
        });
    }

    private void fetch() {
        var topic = new OffsetFetchRequestTopic(partition.topic(), List.of(partition.partition()));
        var request = OffsetFetchRequest.builder().groupId(name).topics(List.of(topic)).build();
        caller.ask(ApiKey.OFFSET_FETCH, FETCH_VERSION, request, message -> {
            var answer = (OffsetFetchResponse) message;
            if (answer.errorCode() == ErrorCode.NONE.code()) {
                var found = answer.topics().getFirst().partitions().getFirst();
                unless(found.committedOffset() >= acknowledged && found.committedOffset() <= sent,
                        name + " finds offset " + found.committedOffset() + " committed, but it sent " + sent
                                + " and was told that " + acknowledged + " is safe");
                checked = true;
            }
            later(dice.onceIn(8) ? this::fetch : this::commit);
        });
    }

    private void commit() {
        sent++;
        long offset = sent;
        var place = OffsetCommitRequestPartition.builder()
                .partitionIndex(partition.partition()).committedOffset(offset).committedMetadata("").build();
        var topic = OffsetCommitRequestTopic.builder().name(partition.topic()).partitions(List.of(place)).build();
        var request = OffsetCommitRequest.builder()
                .groupId(name).generationIdOrMemberEpoch(-1).memberId("").topics(List.of(topic)).build();
        caller.ask(ApiKey.OFFSET_COMMIT, COMMIT_VERSION, request, message -> {
            var answer = ((OffsetCommitResponse) message).topics().getFirst().partitions().getFirst();
            if (answer.errorCode() == ErrorCode.NONE.code()) {
                acknowledged = offset;
            } else {
                world.timeline().tell(name + " was refused with " + answer.errorCode());
            }
            later(dice.onceIn(8) ? this::fetch : this::commit);
        });
    }
}
