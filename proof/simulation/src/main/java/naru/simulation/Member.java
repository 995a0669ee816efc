package naru.simulation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.HeartbeatRequest;
import naru.protocol.message.HeartbeatResponse;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import naru.protocol.message.JoinGroupResponse;
import naru.protocol.message.SyncGroupRequest;
import naru.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import naru.protocol.message.SyncGroupResponse;

/** A member of a classic group: joins, shares the partitions out when it leads, and keeps its heart beating. */
final class Member implements Caller.User {

    static final String GROUP = "members";

    private static final int SESSION_MS = 6_000;
    private static final int REBALANCE_MS = 3_000;
    private static final int HEARTBEAT_MS = 500;

    private final String name;
    private final World world;
    private final List<TopicPartition> partitions;
    private final Caller caller;
    private String id = "";
    private int generation = -1;
    private TreeSet<String> owned = new TreeSet<>();
    private boolean settled;
    private boolean stopped;

    Member(String name, World world, List<TopicPartition> partitions) {
        this.name = name;
        this.world = world;
        this.partitions = partitions;
        this.caller = new Caller(name, world, this);
    }

    void start() {
        caller.connect();
    }

    /** Falls silent for ever, without a word. */
    void stop() {
        stopped = true;
        settled = false;
    }

    boolean isStopped() {
        return stopped;
    }

    /** It knows what it owns, and its last heart beat was confirmed. */
    boolean isSettled() {
        return settled;
    }

    int generation() {
        return generation;
    }

    TreeSet<String> owned() {
        return owned;
    }

    @Override
    public void onReady() {
        if (stopped) {
            return;
        }
        var request = FindCoordinatorRequest.builder().key(GROUP).build();
        caller.ask(ApiKey.FIND_COORDINATOR, 2, request, answer -> {
            if (((FindCoordinatorResponse) answer).errorCode() == ErrorCode.NONE.code()) {
                join();
            } else {
                later(100, this::onReady);
            }
        });
    }

    @Override
    public void onLost(String why) {
        settled = false;
    }

    private void later(long ms, Runnable what) {
        world.timeline().afterMs(ms, () -> {
            if (!stopped && caller.isConnected() && caller.waiting() == 0) {
                what.run();
            }
        });
    }

    private void join() {
        settled = false;
        var request = JoinGroupRequest.builder()
                .groupId(GROUP).sessionTimeoutMs(SESSION_MS).rebalanceTimeoutMs(REBALANCE_MS).memberId(id)
                .groupInstanceId(null).protocolType("consumer")
                .protocols(List.of(new JoinGroupRequestProtocol("range", bytes(name))))
                .build();
        caller.ask(ApiKey.JOIN_GROUP, 5, request, message -> {
            var answer = (JoinGroupResponse) message;
            switch (ErrorCode.of(answer.errorCode())) {
                case NONE -> {
                    id = answer.memberId();
                    generation = answer.generationId();
                    sync(answer);
                }
                case MEMBER_ID_REQUIRED -> {
                    id = answer.memberId();
                    join();
                }
                case UNKNOWN_MEMBER_ID -> {
                    id = "";
                    later(50, this::join);
                }
                default -> later(100, this::join);
            }
        });
    }

    private void sync(JoinGroupResponse joined) {
        var assignments = new ArrayList<SyncGroupRequestAssignment>();
        if (joined.leader().equals(id)) {
            int count = joined.members().size();
            for (int i = 0; i < count; i++) {
                var share = new ArrayList<String>();
                for (int p = i; p < partitions.size(); p += count) {
                    share.add(partitions.get(p).toString());
                }
                assignments.add(new SyncGroupRequestAssignment(
                        joined.members().get(i).memberId(), bytes(String.join(",", share))));
            }
        }
        var request = SyncGroupRequest.builder()
                .groupId(GROUP).generationId(generation).memberId(id).groupInstanceId(null).assignments(assignments).build();
        caller.ask(ApiKey.SYNC_GROUP, 3, request, message -> {
            var answer = (SyncGroupResponse) message;
            if (answer.errorCode() != ErrorCode.NONE.code()) {
                onTrouble(answer.errorCode());
                return;
            }
            var text = StandardCharsets.UTF_8.decode(answer.assignment().duplicate()).toString();
            owned = text.isEmpty() ? new TreeSet<>() : new TreeSet<>(List.of(text.split(",")));
            world.memberOwns(generation, id, owned);
            beat();
        });
    }

    private void beat() {
        var request = HeartbeatRequest.builder()
                .groupId(GROUP).generationId(generation).memberId(id).groupInstanceId(null).build();
        caller.ask(ApiKey.HEARTBEAT, 3, request, message -> {
            short error = ((HeartbeatResponse) message).errorCode();
            if (error == ErrorCode.NONE.code()) {
                settled = !stopped;
                later(HEARTBEAT_MS, this::beat);
            } else {
                onTrouble(error);
            }
        });
    }

    private void onTrouble(short error) {
        settled = false;
        if (ErrorCode.of(error) == ErrorCode.UNKNOWN_MEMBER_ID) {
            id = "";
        }
        later(20, this::join);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
