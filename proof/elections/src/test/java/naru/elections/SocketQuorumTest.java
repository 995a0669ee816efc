package naru.elections;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import naru.base.Uuid;
import naru.consensus.Address;
import naru.metadata.MetadataLog;
import naru.protocol.Message;
import naru.protocol.message.AddRaftVoterRequest;
import naru.protocol.message.AddRaftVoterResponse;
import naru.protocol.message.ApiKey;
import naru.protocol.message.ConfigRecord;
import naru.protocol.message.DescribeQuorumRequest;
import naru.protocol.message.DescribeQuorumResponse;
import naru.protocol.message.RemoveRaftVoterRequest;
import naru.protocol.message.RemoveRaftVoterResponse;
import naru.quorum.MetaProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Controllers with threads, real sockets and real files. */
@Timeout(120)
class SocketQuorumTest {

    private static final int TRIALS = Integer.getInteger("naru.trials", 4);
    private static final String TOPIC = "__cluster_metadata";

    @TempDir
    Path folder;

    private final TreeMap<Integer, Address> homes = new TreeMap<>();
    private final TreeMap<Integer, SocketNode> nodes = new TreeMap<>();
    private final Semaphore told = new Semaphore(0);

    private void start(int id, SortedMap<Integer, Address> voters, boolean byLog) throws Exception {
        nodes.put(id, new SocketNode(id, Files.createDirectories(folder.resolve("node" + id)), voters, homes.get(id), byLog,
                told::release));
    }

    private void start(int voters, boolean byLog) throws Exception {
        for (int id = 1; id <= voters; id++) {
            homes.put(id, freeAddress());
        }
        var all = new TreeMap<>(homes);
        for (int id = 1; id <= voters; id++) {
            start(id, all, byLog);
        }
    }

    private static Address freeAddress() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Address("127.0.0.1", socket.getLocalPort());
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        for (var node : List.copyOf(nodes.values())) {
            node.kill();
        }
    }

    private void await(String what, BooleanSupplier done) throws InterruptedException {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!done.getAsBoolean()) {
            for (var node : nodes.values()) {
                assertThat(node.failure()).isNull();
            }
            assertThat(told.tryAcquire(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS)).as(what).isTrue();
        }
    }

    private SocketNode leader() throws InterruptedException {
        await("somebody leads", () -> nodes.values().stream().anyMatch(node -> node.known().leads()));
        return nodes.values().stream().filter(node -> node.known().leads()).findFirst().orElseThrow();
    }

    private MetadataLog.Outcome decide(SocketNode leader, String key, String value) throws InterruptedException {
        var outcome = new LinkedBlockingQueue<MetadataLog.Outcome>();
        leader.decide(List.of(new ConfigRecord((byte) 4, "1", key, value)), outcome::add);
        return outcome.poll(20, TimeUnit.SECONDS);
    }

    private Message ask(SocketNode node, ApiKey api, Message request) throws InterruptedException {
        var answer = new LinkedBlockingQueue<Message>();
        node.ask(api, request, answer::add);
        return answer.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void threeAgreeAndOneThatComesLaterLearnsAll() throws Exception {
        start(3, false);
        var leader = leader();
        for (int i = 0; i < 50; i++) {
            assertThat(decide(leader, "key" + i, "value")).isInstanceOf(MetadataLog.Outcome.Committed.class);
        }
        start(4, new TreeMap<>(homes), false);
        long end = leader.known().end();
        await("all have it", () -> nodes.values().stream().allMatch(node -> node.known().end() >= end));
        assertThat(nodes.values()).allMatch(node -> node.known().cluster().equals(leader.known().cluster()));
        assertThat(nodes.values()).allMatch(node -> node.known().leaderId() == leader.id());
    }

    @Test
    void whoLeavesHandsOverAndAKilledLeaderIsMissedSoon() throws Exception {
        start(3, true);
        var first = leader();
        assertThat(decide(first, "a", "1")).isInstanceOf(MetadataLog.Outcome.Committed.class);
        nodes.remove(first.id());
        first.leave();
        var second = leader();
        assertThat(decide(second, "a", "2")).isInstanceOf(MetadataLog.Outcome.Committed.class);
        start(first.id(), new TreeMap<>(homes), true);
        long end = second.known().end();
        await("it is back", () -> nodes.get(first.id()).known().end() >= end);
        List<Long> gapsMs = new ArrayList<>();
        for (int i = 0; i < TRIALS; i++) {
            var dead = leader();
            nodes.remove(dead.id());
            int epoch = dead.known().epoch();
            dead.kill();
            long beganNs = System.nanoTime();
            await("the next one decides", () -> nodes.values().stream()
                    .anyMatch(node -> node.known().leads() && node.known().epoch() > epoch));
            var next = leader();
            assertThat(decide(next, "a", "k" + i)).isInstanceOf(MetadataLog.Outcome.Committed.class);
            gapsMs.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs));
            start(dead.id(), new TreeMap<>(homes), true);
            long reached = next.known().end();
            await("it is back", () -> nodes.get(dead.id()).known().end() >= reached);
        }
        System.out.println("decided again after the leader was killed, ms: " + gapsMs);
        assertThat(gapsMs).allMatch(ms -> ms < 10_000);
    }

    @Test
    void votersComeAndGo() throws Exception {
        start(1, true);
        var leader = leader();
        assertThat(decide(leader, "a", "1")).isInstanceOf(MetadataLog.Outcome.Committed.class);
        homes.put(2, freeAddress());
        start(2, new TreeMap<>(homes).headMap(2), true);
        long end = leader.known().end();
        await("it has caught up", () -> nodes.get(2).known().end() >= end);
        var directory = MetaProperties.read(new naru.disk.FileDisk(), folder.resolve("node2").toString()).directory();
        var added = (AddRaftVoterResponse) ask(leader, ApiKey.ADD_RAFT_VOTER, AddRaftVoterRequest.builder()
                .clusterId("AAAAAAAAAAAAAAAAAAAAAg").timeoutMs(10_000).voterId(2).voterDirectoryId(directory)
                .listeners(List.of(new AddRaftVoterRequest.Listener(SocketNode.LISTENER, homes.get(2).host(),
                        homes.get(2).port()))).ackWhenCommitted(true).build());
        assertThat(added.errorCode()).as(added.errorMessage()).isZero();
        assertThat(voters(leader)).containsExactly(1, 2);
        assertThat(decide(leader, "a", "2")).isInstanceOf(MetadataLog.Outcome.Committed.class);
        var removed = (RemoveRaftVoterResponse) ask(leader, ApiKey.REMOVE_RAFT_VOTER, RemoveRaftVoterRequest.builder()
                .clusterId("AAAAAAAAAAAAAAAAAAAAAg").voterId(2).voterDirectoryId(directory).build());
        assertThat(removed.errorCode()).as(removed.errorMessage()).isZero();
        assertThat(voters(leader)).containsExactly(1);
        var unknown = (RemoveRaftVoterResponse) ask(leader, ApiKey.REMOVE_RAFT_VOTER, RemoveRaftVoterRequest.builder()
                .clusterId("AAAAAAAAAAAAAAAAAAAAAg").voterId(7).voterDirectoryId(new Uuid(1, 7)).build());
        assertThat(unknown.errorCode()).isNotZero();
    }

    private List<Integer> voters(SocketNode leader) throws InterruptedException {
        var answer = (DescribeQuorumResponse) ask(leader, ApiKey.DESCRIBE_QUORUM, DescribeQuorumRequest.builder()
                .topics(List.of(new DescribeQuorumRequest.TopicData(TOPIC,
                        List.of(new DescribeQuorumRequest.PartitionData(0))))).build());
        var partition = answer.topics().getFirst().partitions().getFirst();
        assertThat(partition.leaderId()).isEqualTo(leader.id());
        return partition.currentVoters().stream().map(DescribeQuorumResponse.ReplicaState::replicaId).sorted().toList();
    }
}
