import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ConsumerGroupDescribeRequest;
import naru.protocol.message.ConsumerGroupDescribeResponse;
import naru.protocol.message.ConsumerGroupHeartbeatRequest;
import naru.protocol.message.ConsumerGroupHeartbeatResponse;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.DescribeGroupsRequest;
import naru.protocol.message.DescribeGroupsResponse;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.HeartbeatRequest;
import naru.protocol.message.HeartbeatResponse;
import naru.protocol.message.JoinGroupRequest;
import naru.protocol.message.JoinGroupResponse;
import naru.protocol.message.OffsetCommitRequest;
import naru.protocol.message.OffsetCommitResponse;
import naru.protocol.message.RequestHeader;
import naru.protocol.message.ResponseHeader;
import naru.protocol.message.SyncGroupRequest;
import naru.protocol.message.SyncGroupResponse;

/**
 * Members of groups by the thousand, over real sockets: {@code GroupLoad PORT PID commits SECONDS CONNECTIONS DEPTH},
 * {@code GroupLoad PORT PID members COUNT consumer|classic SECONDS}, {@code GroupLoad PORT PID groups COUNT SECONDS}.
 * PID is the broker's process, whose processor time is read from /proc.
 */
public final class GroupLoad {

    private static final int TICKS_PER_S = 100;
    private static final short RETRIABLE_REBALANCE = 27;
    private static final short MEMBER_ID_REQUIRED = 79;

    private final int port;
    private final String pid;

    private GroupLoad(int port, String pid) {
        this.port = port;
        this.pid = pid;
    }

    public static void main(String... args) throws Exception {
        var load = new GroupLoad(Integer.parseInt(args[0]), args[1]);
        switch (args[2]) {
            case "commits" -> load.commits(Integer.parseInt(args[3]), Integer.parseInt(args[4]), Integer.parseInt(args[5]));
            case "members" -> load.members(Integer.parseInt(args[3]), args[4].equals("consumer"), Integer.parseInt(args[5]));
            case "groups" -> load.groups(Integer.parseInt(args[3]), Integer.parseInt(args[4]));
            default -> throw new IllegalArgumentException(args[2]);
        }
        System.exit(0);
    }

    /** One connection; requests may be sent ahead of answers. */
    private final class Wire implements AutoCloseable {
        private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        private final DataInputStream in;
        private final DataOutputStream out;
        private final Writer writer = new Writer(4_096);

        Wire() throws IOException {
            socket.setTcpNoDelay(true);
            in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream(), 32_768));
            out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 32_768));
        }

        void send(Message request, int version) throws IOException {
            var api = ApiKey.of(request.apiNumber());
            writer.reset();
            RequestHeader.builder().requestApiKey(api.id()).requestApiVersion((short) version).correlationId(1)
                    .clientId("load").build().write(writer, api.requestHeaderVersion(version));
            request.write(writer, version);
            var bytes = writer.toBytes();
            out.writeInt(bytes.length);
            out.write(bytes);
        }

        void flush() throws IOException {
            out.flush();
        }

        @SuppressWarnings("unchecked")
        <R extends Message> R hear(ApiKey api, int version) throws IOException {
            var bytes = new byte[in.readInt()];
            in.readFully(bytes);
            var reader = new Reader(ByteBuffer.wrap(bytes));
            ResponseHeader.read(reader, api.responseHeaderVersion(version));
            return (R) api.readResponse(reader, version);
        }

        <R extends Message> R ask(Message request, int version) throws IOException {
            send(request, version);
            flush();
            return hear(ApiKey.of(request.apiNumber()), version);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private double cpuSeconds() throws IOException {
        var fields = java.nio.file.Files.readString(java.nio.file.Path.of("/proc/" + pid + "/stat"));
        var after = fields.substring(fields.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(after[11]) + Long.parseLong(after[12])) / (double) TICKS_PER_S;
    }

    private void prepare(String topic, int partitions, String group) throws Exception {
        try (var wire = new Wire()) {
            wire.ask(CreateTopicsRequest.builder().timeoutMs(60_000).topics(List.of(CreateTopicsRequest.CreatableTopic.builder()
                    .name(topic).numPartitions(partitions).replicationFactor((short) 1).build())).build(), 7);
            while (true) {
                FindCoordinatorResponse found = wire.ask(FindCoordinatorRequest.builder().coordinatorKeys(List.of(group)).build(), 4);
                DescribeGroupsResponse described = wire.ask(DescribeGroupsRequest.builder().groups(List.of(group)).build(), 5);
                if (found.coordinators().getFirst().errorCode() == 0 && described.groups().getFirst().errorCode() == 0) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    private interface Task {
        void run() throws Exception;
    }

    private static void start(Task task) {
        Thread.ofVirtual().start(() -> {
            try {
                task.run();
            } catch (Exception e) {
                e.printStackTrace();
                System.exit(1);
            }
        });
    }

    // --- commits ---

    private void commits(int seconds, int connections, int depth) throws Exception {
        prepare("load", 8, "c0");
        for (int i = 1; i < connections; i++) {
            prepare("load", 8, "c" + i);
        }
        var done = new AtomicLong();
        for (int i = 0; i < connections; i++) {
            var request = OffsetCommitRequest.builder().groupId("c" + i).memberId("").generationIdOrMemberEpoch(-1).topics(List.of(
                    new OffsetCommitRequest.OffsetCommitRequestTopic("load", naru.base.Uuid.ZERO, List.of(
                            new OffsetCommitRequest.OffsetCommitRequestPartition(0, 42, -1, ""))))).build();
            start(() -> {
                var wire = new Wire();
                for (int n = 0; n < depth; n++) {
                    wire.send(request, 8);
                }
                wire.flush();
                while (true) {
                    OffsetCommitResponse answer = wire.hear(ApiKey.OFFSET_COMMIT, 8);
                    if (answer.topics().getFirst().partitions().getFirst().errorCode() != 0) {
                        throw new IllegalStateException(answer.toString());
                    }
                    done.incrementAndGet();
                    wire.send(request, 8);
                    if (wire.in.available() < 8) {
                        wire.flush();
                    }
                }
            });
        }
        TimeUnit.SECONDS.sleep(5);
        long before = done.get();
        double cpu = cpuSeconds();
        long beganNs = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double took = (System.nanoTime() - beganNs) / 1e9;
        double used = cpuSeconds() - cpu;
        long commits = done.get() - before;
        System.out.printf("commits: %d connections, %d on their way each: %.0f/s, %.2f cores of broker, %.0f commits per second on one core%n",
                connections, depth, commits / took, used / took, commits / used);
    }

    // --- many members in one group ---

    private final AtomicInteger ownedInAll = new AtomicInteger();
    private final AtomicLong heartbeats = new AtomicLong();

    private void members(int count, boolean consumer, int seconds) throws Exception {
        String group = (consumer ? "consumer-" : "classic-") + count;
        prepare("wide-" + count, count, group);
        double cpu = cpuSeconds();
        long beganNs = System.nanoTime();
        var owned = new int[count];
        var joined = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            int me = i;
            start(() -> {
                if (consumer) {
                    consume(group, "wide-" + count, "m-" + group + "-" + me, owned, me, joined);
                } else {
                    consumeClassically(group, owned, me, joined);
                }
            });
        }
        joined.await();
        System.out.printf("members: all %d joined after %.2f s%n", count, (System.nanoTime() - beganNs) / 1e9);
        for (long tries = 1; ownedInAll.get() != count || !isStable(group, consumer, count); tries++) {
            TimeUnit.MILLISECONDS.sleep(20);
            if (tries % 100 == 0) {
                System.out.printf("members: %d of %d partitions owned, %d heartbeats so far%n", ownedInAll.get(), count, heartbeats.get());
            }
        }
        System.out.printf("members: %d of the %s protocol stable after %.2f s, %.2f s of broker's processor%n", count,
                consumer ? "consumer" : "classic", (System.nanoTime() - beganNs) / 1e9, cpuSeconds() - cpu);
        TimeUnit.SECONDS.sleep(10);
        steady(seconds);
    }

    private void steady(int seconds) throws Exception {
        double cpu = cpuSeconds();
        long before = heartbeats.get();
        TimeUnit.SECONDS.sleep(seconds);
        System.out.printf("heartbeats: %.0f/s cost %.2f %% of a core%n", (heartbeats.get() - before) / (double) seconds,
                100 * (cpuSeconds() - cpu) / seconds);
    }

    private boolean isStable(String group, boolean consumer, int count) throws IOException {
        try (var wire = new Wire()) {
            if (consumer) {
                ConsumerGroupDescribeResponse described = wire.ask(ConsumerGroupDescribeRequest.builder().groupIds(List.of(group)).build(), 0);
                var one = described.groups().getFirst();
                return one.groupState().equals("Stable") && one.members().size() == count;
            }
            DescribeGroupsResponse described = wire.ask(DescribeGroupsRequest.builder().groups(List.of(group)).build(), 5);
            var one = described.groups().getFirst();
            return one.groupState().equals("Stable") && one.members().size() == count;
        }
    }

    private void note(int[] owned, int me, int now) {
        ownedInAll.addAndGet(now - owned[me]);
        owned[me] = now;
    }

    private void consume(String group, String topic, String id, int[] owned, int me, CountDownLatch joined) throws Exception {
        var wire = new Wire();
        Map<naru.base.Uuid, TreeSet<Integer>> mine = new HashMap<>();
        int epoch = 0;
        while (true) {
            var parts = new ArrayList<ConsumerGroupHeartbeatRequest.TopicPartitions>();
            mine.forEach((uuid, numbers) -> parts.add(new ConsumerGroupHeartbeatRequest.TopicPartitions(uuid, List.copyOf(numbers))));
            var request = ConsumerGroupHeartbeatRequest.builder().groupId(group).memberId(id).memberEpoch(epoch);
            request = epoch == 0 ? request.rebalanceTimeoutMs(60_000).subscribedTopicNames(List.of(topic)).topicPartitions(List.of())
                    : request.topicPartitions(parts);
            ConsumerGroupHeartbeatResponse answer = wire.ask(request.build(), 0);
            heartbeats.incrementAndGet();
            if (answer.errorCode() != 0) {
                if (epoch > 0) {
                    System.out.println("error " + answer.errorCode() + " " + answer.errorMessage());
                }
                LockSupport.parkNanos(100_000_000L);
                continue;
            }
            if (epoch == 0) {
                joined.countDown();
            }
            epoch = answer.memberEpoch();
            boolean changed = false;
            if (answer.assignment() != null) {
                mine.clear();
                answer.assignment().topicPartitions().forEach(one -> mine.put(one.topicId(), new TreeSet<>(one.partitions())));
                int now = mine.values().stream().mapToInt(TreeSet::size).sum();
                changed = now < owned[me];
                note(owned, me, now);
            }
            // What was taken away is given up at once, and said at once.
            if (!changed) {
                LockSupport.parkNanos(answer.heartbeatIntervalMs() * 1_000_000L);
            }
        }
    }

    private void consumeClassically(String group, int[] owned, int me, CountDownLatch joined) throws Exception {
        var wire = new Wire();
        String id = "";
        boolean counted = false;
        var protocol = List.of(new JoinGroupRequest.JoinGroupRequestProtocol("range", ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 0, 1, 0, 4, 'w', 'i', 'd', 'e', 0, 0, 0, 0})));
        while (true) {
            JoinGroupResponse join = wire.ask(JoinGroupRequest.builder().groupId(group).memberId(id).sessionTimeoutMs(45_000)
                    .rebalanceTimeoutMs(60_000).protocolType("consumer").protocols(protocol).build(), 5);
            if (join.errorCode() == MEMBER_ID_REQUIRED) {
                id = join.memberId();
                if (!counted) {
                    counted = true;
                    joined.countDown();
                }
                continue;
            }
            if (join.errorCode() != 0) {
                LockSupport.parkNanos(100_000_000L);
                continue;
            }
            id = join.memberId();
            var assignments = new ArrayList<SyncGroupRequest.SyncGroupRequestAssignment>();
            if (join.leader().equals(id)) {
                join.members().forEach(member -> assignments.add(
                        new SyncGroupRequest.SyncGroupRequestAssignment(member.memberId(), ByteBuffer.wrap(new byte[] {1}))));
            }
            SyncGroupResponse sync = wire.ask(SyncGroupRequest.builder().groupId(group).memberId(id)
                    .generationId(join.generationId()).assignments(assignments).build(), 3);
            if (sync.errorCode() != 0) {
                continue;
            }
            note(owned, me, 1);
            while (true) {
                LockSupport.parkNanos(3_000_000_000L);
                HeartbeatResponse beat = wire.ask(HeartbeatRequest.builder().groupId(group).memberId(id)
                        .generationId(join.generationId()).build(), 3);
                heartbeats.incrementAndGet();
                if (beat.errorCode() != 0) {
                    if (beat.errorCode() != RETRIABLE_REBALANCE) {
                        System.out.println("error " + beat.errorCode());
                    }
                    break;
                }
            }
        }
    }

    // --- many groups ---

    private void groups(int count, int seconds) throws Exception {
        prepare("load", 8, "g0");
        int threads = 100;
        var joined = new CountDownLatch(count);
        long beganNs = System.nanoTime();
        double cpu = cpuSeconds();
        for (int t = 0; t < threads; t++) {
            int first = t;
            start(() -> {
                var wire = new Wire();
                var epochs = new HashMap<Integer, Integer>();
                while (true) {
                    long roundNs = System.nanoTime();
                    for (int g = first; g < count; g += threads) {
                        int epoch = epochs.getOrDefault(g, 0);
                        var request = ConsumerGroupHeartbeatRequest.builder().groupId("g" + g).memberId("m" + g).memberEpoch(epoch);
                        request = epoch == 0 ? request.rebalanceTimeoutMs(60_000).subscribedTopicNames(List.of("load")).topicPartitions(List.of()) : request;
                        ConsumerGroupHeartbeatResponse answer = wire.ask(request.build(), 0);
                        heartbeats.incrementAndGet();
                        if (answer.errorCode() != 0) {
                            LockSupport.parkNanos(20_000_000L);
                            continue;
                        }
                        if (epoch == 0) {
                            joined.countDown();
                        }
                        epochs.put(g, answer.memberEpoch());
                    }
                    long leftNs = 5_000_000_000L - (System.nanoTime() - roundNs);
                    if (leftNs > 0 && epochs.size() >= count / threads) {
                        LockSupport.parkNanos(leftNs);
                    }
                }
            });
        }
        joined.await();
        System.out.printf("groups: %d with a member each after %.2f s, %.2f s of broker's processor%n", count,
                (System.nanoTime() - beganNs) / 1e9, cpuSeconds() - cpu);
        TimeUnit.SECONDS.sleep(10);
        steady(seconds);
    }
}
