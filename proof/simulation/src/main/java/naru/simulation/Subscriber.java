package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.TopicPartition;
import naru.base.Uuid;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ConsumerGroupHeartbeatRequest;
import naru.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import naru.protocol.message.ConsumerGroupHeartbeatResponse;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import naru.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import naru.protocol.message.OffsetCommitResponse;

/**
 * A member of a group of the consumer protocol (KIP-848), as Kafka's consumers are: it is told what it should have, gives up what
 * it should not, says so, and only then begins to use what is new. After a lost connection it says everything again; when it is
 * fenced it drops everything and joins anew. Now and then it says what it must not, and has to be refused.
 */
final class Subscriber implements Tenancies.Tenant {

    private static final int VERSION = 1;
    private static final int COMMIT_VERSION = 9;
    private static final int LEAVES = -1;
    private static final int LEAVES_FOR_A_WHILE = -2;

    private final String name;
    private final World world;
    private final Subscribers group;
    private final String instanceId;
    private final SimulatedRandomness dice;
    private final Errands errands;
    private final String memberId;
    private final TreeSet<TopicPartition> used = new TreeSet<>();
    /** What it gave up, and in which epoch. */
    private final TreeMap<TopicPartition, Integer> lost = new TreeMap<>();
    private TreeSet<TopicPartition> told;
    private List<String> topics;
    private String expression;
    private int epoch;
    private final List<Integer> epochs = new ArrayList<>();
    private boolean sayAll = true;
    private long heardNs;
    private boolean gone;

    /** @param instanceId null for a member that is not static */
    Subscriber(String name, World world, Subscribers group, String instanceId) {
        this.name = name;
        this.world = world;
        this.group = group;
        this.instanceId = instanceId;
        this.dice = world.dice().fork(name);
        this.memberId = dice.nextUuid().toString();
        this.errands = new Errands(name, world);
        subscribe();
    }

    void start() {
        errands.start();
        find();
    }

    private void find() {
        var request = FindCoordinatorRequest.builder().key(Subscribers.GROUP).build();
        errands.ask(ApiKey.FIND_COORDINATOR, 2, () -> request, message -> {
            if (((FindCoordinatorResponse) message).errorCode() == ErrorCode.NONE.code()) {
                beat();
            } else {
                errands.again();
            }
        });
    }

    /** kill -9: it uses nothing any more, but nobody knows. */
    void kill() {
        errands.kill();
        dropAll();
        gone = true;
    }

    boolean isGone() {
        return gone;
    }

    String instanceId() {
        return instanceId;
    }

    int epoch() {
        return epoch;
    }

    TreeSet<TopicPartition> used() {
        return used;
    }

    @Override
    public long heardNs() {
        return heardNs;
    }

    /** It has what it was told to have. */
    boolean isSettled() {
        return told != null && used.equals(told) && epoch > 0;
    }

    boolean wants(String topic) {
        return expression != null || topics.contains(topic);
    }

    /** Says what it wants with the next heartbeat. */
    void subscribe() {
        expression = dice.onceIn(4) ? Subscribers.EXPRESSION : null;
        topics = expression != null ? List.of() : switch (dice.nextInt(4)) {
            case 0 -> List.of(Subscribers.TOPICS.getFirst());
            case 1 -> List.of(Subscribers.TOPICS.getLast());
            default -> Subscribers.TOPICS;
        };
        sayAll = true;
    }

    /** Hangs up after a word of farewell; a static one may say that it comes back. */
    void leave() {
        if (epoch <= 0) {
            kill();
            return;
        }
        gone = true;
        dropAll();
        int farewell = instanceId != null && dice.nextInt(3) != 0 ? LEAVES_FOR_A_WHILE : LEAVES;
        var request = ConsumerGroupHeartbeatRequest.builder().groupId(Subscribers.GROUP).memberId(memberId).memberEpoch(farewell)
                .instanceId(instanceId).rebalanceTimeoutMs(-1).subscribedTopicNames(null).topicPartitions(null).build();
        errands.ask(ApiKey.CONSUMER_GROUP_HEARTBEAT, VERSION, () -> request, message -> {
            var error = ErrorCode.of(((ConsumerGroupHeartbeatResponse) message).errorCode());
            if (error == ErrorCode.NONE || error == ErrorCode.UNKNOWN_MEMBER_ID || error == ErrorCode.FENCED_INSTANCE_ID
                    || error == ErrorCode.GROUP_ID_NOT_FOUND) {
                errands.kill();
            } else {
                errands.again();
            }
        });
    }

    /** Says nothing for so long that the group goes on without it. */
    private void pause() {
        errands.later(dice.between(Subscribers.PATIENCE_MS, 2 * Subscribers.PATIENCE_MS), () -> commit(this::beat));
    }

    private void beat() {
        if (gone) {
            return;
        }
        var attempts = new int[1];
        var sentNs = new long[1];
        var saidAll = new boolean[1];
        errands.ask(ApiKey.CONSUMER_GROUP_HEARTBEAT, VERSION, () -> {
            sentNs[0] = world.timeline().nowNs();
            saidAll[0] = epoch == 0 || sayAll || attempts[0]++ > 0;
            return heartbeat(epoch, saidAll[0]);
        }, message -> {
            if (!gone) {
                take((ConsumerGroupHeartbeatResponse) message, sentNs[0], saidAll[0]);
            }
        });
    }

    private ConsumerGroupHeartbeatRequest heartbeat(int claimed, boolean all) {
        return new ConsumerGroupHeartbeatRequest(Subscribers.GROUP, memberId, claimed,
                claimed == 0 || instanceId != null ? instanceId : null, null, all ? (int) Subscribers.PATIENCE_MS : -1,
                all && expression == null ? topics : all ? List.of() : null, expressionToSay(claimed, all),
                null, claimed == 0 ? List.of() : owned());
    }

    /** None means that it is as before; an empty one takes back what was said before. */
    private String expressionToSay(int claimed, boolean all) {
        return !all || claimed == 0 && expression == null ? null : expression == null ? "" : expression;
    }

    private List<TopicPartitions> owned() {
        var byTopic = new TreeMap<Uuid, List<Integer>>();
        used.forEach(one -> byTopic.computeIfAbsent(group.topicId(one.topic()), _ -> new ArrayList<>()).add(one.partition()));
        var owned = new ArrayList<TopicPartitions>();
        byTopic.forEach((topic, partitions) -> owned.add(new TopicPartitions(topic, partitions)));
        return owned;
    }

    private void take(ConsumerGroupHeartbeatResponse answer, long sentNs, boolean saidAll) {
        switch (ErrorCode.of(answer.errorCode())) {
            case NONE -> {
                heardNs = sentNs;
                unless(answer.memberEpoch() >= epoch, name + " was in epoch " + epoch + " and is sent back to " + answer.memberEpoch());
                if (answer.memberEpoch() != epoch) {
                    epoch = answer.memberEpoch();
                    epochs.add(epoch);
                }
                sayAll &= !saidAll;
                if (answer.assignment() != null) {
                    told = named(answer.assignment());
                }
                errands.later(dice.between(0, 120), this::obey);
            }
            case UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH, GROUP_ID_NOT_FOUND -> {
                dropAll();
                epoch = 0;
                epochs.clear();
                lost.clear();
                sayAll = true;
                errands.later(dice.between(1, 50), this::beat);
            }
            case UNRELEASED_INSTANCE_ID -> errands.later(dice.between(100, 400), this::beat);
            case FENCED_INSTANCE_ID -> kill();
            case INVALID_REQUEST, UNSUPPORTED_ASSIGNOR, INVALID_REGULAR_EXPRESSION -> throw new Conviction(
                    name + " is refused with " + answer.errorCode() + ": " + answer.errorMessage());
            default -> errands.later(dice.between(20, 150), () -> {
                sayAll = true;
                beat();
            });
        }
    }

    private TreeSet<TopicPartition> named(ConsumerGroupHeartbeatResponse.Assignment assignment) {
        var partitions = new TreeSet<TopicPartition>();
        assignment.topicPartitions().forEach(topic -> topic.partitions().forEach(
                partition -> partitions.add(new TopicPartition(group.topicName(topic.topicId()), partition))));
        return partitions;
    }

    /** Gives up first, says so, and begins to use what is new when that was heard. */
    private void obey() {
        if (gone || told == null) {
            return;
        }
        var leaving = new TreeSet<>(used);
        leaving.removeAll(told);
        if (!leaving.isEmpty()) {
            leaving.forEach(this::drop);
            leaving.forEach(partition -> lost.put(partition, epoch));
            beat();
            return;
        }
        told.stream().filter(partition -> !used.contains(partition)).toList().forEach(partition -> {
            group.tenancies().begin(partition, this, world.timeline().nowNs());
            lost.remove(partition);
            used.add(partition);
        });
        goOn();
    }

    private void goOn() {
        long restMs = dice.between(50, 300);
        errands.later(restMs, () -> {
            if (gone) {
                return;
            }
            switch (world.isCalm() ? 0 : dice.nextInt(30)) {
                case 1 -> pause();
                case 2 -> {
                    subscribe();
                    beat();
                }
                case 3, 4, 5 -> speakOfOld();
                case 6, 7, 8, 9 -> commit(this::beat);
                default -> beat();
            }
        });
    }

    private void drop(TopicPartition partition) {
        used.remove(partition);
        group.tenancies().end(partition, this);
    }

    private void dropAll() {
        List.copyOf(used).forEach(this::drop);
        told = null;
    }

    /** A heartbeat of an epoch that is long over must not be taken for one of today. */
    private void speakOfOld() {
        if (epochs.size() < 3) {
            beat();
            return;
        }
        int old = epochs.get(epochs.size() - 3);
        errands.ask(ApiKey.CONSUMER_GROUP_HEARTBEAT, VERSION, () -> heartbeat(old, false), message -> {
            unless(((ConsumerGroupHeartbeatResponse) message).errorCode() != ErrorCode.NONE.code(),
                    name + " is in epoch " + epoch + ", and a heartbeat of epoch " + old + " was accepted");
            beat();
        });
    }

    /** What another uses, or what it gave up in an epoch before, it must not commit with what it knew then. */
    private void commit(Runnable next) {
        var taken = used.stream().filter(partition -> group.tenancies().hasOther(partition, this)).findFirst().orElse(null);
        if (gone || epoch <= 0) {
            next.run();
        } else if (taken != null) {
            commit(taken, epoch, next);
        } else if (!lost.isEmpty() && dice.onceIn(2)) {
            commit(lost.lastKey(), lost.lastEntry().getValue(), next);
        } else {
            commit(group.anyPartition(dice), epoch, next);
        }
    }

    private void commit(TopicPartition partition, int claimed, Runnable next) {
        var refused = new boolean[1];
        errands.ask(ApiKey.OFFSET_COMMIT, COMMIT_VERSION, () -> {
            refused[0] = used.contains(partition) && group.tenancies().hasOther(partition, this)
                    || !used.contains(partition) && claimed < epoch;
            return commitRequest(partition, claimed);
        }, message -> {
            var error = ErrorCode.of(((OffsetCommitResponse) message).topics().getFirst().partitions().getFirst().errorCode());
            unless(!refused[0] || error != ErrorCode.NONE,
                    name + " could commit for " + partition + " with epoch " + claimed + ", although it is not its own any more");
            next.run();
        });
    }

    private Message commitRequest(TopicPartition partition, int claimed) {
        var place = OffsetCommitRequestPartition.builder()
                .partitionIndex(partition.partition()).committedOffset(1).committedMetadata("").build();
        var topic = OffsetCommitRequestTopic.builder().name(partition.topic()).partitions(List.of(place)).build();
        return OffsetCommitRequest.builder().groupId(Subscribers.GROUP).generationIdOrMemberEpoch(claimed).memberId(memberId)
                .topics(List.of(topic)).build();
    }

    /** For the story. */
    Map<String, Object> standing() {
        return new TreeMap<>(Map.of("epoch", epoch, "used", used, "told", String.valueOf(told), "gone", gone));
    }

    @Override
    public String toString() {
        return name + (instanceId == null ? "" : " (" + instanceId + ")");
    }
}
