package naru.simulation;

import java.util.TreeSet;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.ShareGroupHeartbeatRequest;
import naru.protocol.message.ShareGroupHeartbeatResponse;

/** The heartbeats of a member of a share group, which tell it what to fetch. They have a connection of their own. */
final class CourierMembership {

    private static final int VERSION = 1;
    private static final int LEAVES = -1;

    private final String memberId;
    private final World world;
    private final Couriers group;
    private final SimulatedRandomness dice;
    private final Errands errands;
    private TreeSet<TopicPartition> told = new TreeSet<>();
    private int epoch;
    private boolean ended;

    CourierMembership(String name, String memberId, World world, Couriers group) {
        this.memberId = memberId;
        this.world = world;
        this.group = group;
        this.dice = world.dice().fork(name);
        this.errands = new Errands(name, world);
    }

    void start() {
        errands.start();
        var request = FindCoordinatorRequest.builder().key(Couriers.GROUP).build();
        errands.ask(ApiKey.FIND_COORDINATOR, 2, () -> request, message -> {
            if (((FindCoordinatorResponse) message).errorCode() == ErrorCode.NONE.code()) {
                beat();
            } else {
                errands.again();
            }
        });
    }

    TreeSet<TopicPartition> told() {
        return told;
    }

    void end(boolean farewell) {
        ended = true;
        if (!farewell || epoch <= 0) {
            errands.kill();
            return;
        }
        var request = ShareGroupHeartbeatRequest.builder().groupId(Couriers.GROUP).memberId(memberId).memberEpoch(LEAVES)
                .subscribedTopicNames(null).build();
        errands.ask(ApiKey.SHARE_GROUP_HEARTBEAT, VERSION, () -> request, _ -> errands.kill());
    }

    private void beat() {
        var attempts = new int[1];
        errands.ask(ApiKey.SHARE_GROUP_HEARTBEAT, VERSION, () -> {
            boolean all = epoch == 0 || attempts[0]++ > 0;
            return new ShareGroupHeartbeatRequest(Couriers.GROUP, memberId, epoch, null, all ? java.util.List.of(Couriers.TOPIC) : null);
        }, message -> {
            if (!ended) {
                take((ShareGroupHeartbeatResponse) message);
            }
        });
    }

    private void take(ShareGroupHeartbeatResponse answer) {
        switch (ErrorCode.of(answer.errorCode())) {
            case NONE -> {
                Conviction.unless(answer.memberEpoch() >= epoch,
                        memberId + " was in epoch " + epoch + " and is sent back to " + answer.memberEpoch());
                epoch = answer.memberEpoch();
                if (answer.assignment() != null) {
                    told = new TreeSet<>();
                    answer.assignment().topicPartitions().forEach(topic -> topic.partitions().forEach(
                            partition -> told.add(new TopicPartition(Couriers.TOPIC, partition))));
                }
            }
            case UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH, GROUP_ID_NOT_FOUND -> {
                told = new TreeSet<>();
                epoch = 0;
            }
            case INVALID_REQUEST -> throw new Conviction(memberId + " is refused: " + answer.errorMessage());
            default -> world.timeline().tell("a heartbeat for the share group is refused with " + answer.errorCode());
        }
        errands.later(dice.between(50, 250), this::beat);
    }

    @Override
    public String toString() {
        return "epoch " + epoch + " with " + told + ", " + errands;
    }
}
