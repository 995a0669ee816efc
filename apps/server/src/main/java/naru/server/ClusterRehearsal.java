package naru.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import naru.configuration.BrokerSettings;
import naru.disk.FileDisk;
import naru.protocol.Records;
import naru.protocol.batch.BatchBuilder;
import naru.protocol.message.ApiKey;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsRequest.CreatableTopic;
import naru.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import naru.protocol.message.CreateTopicsResponse;
import naru.protocol.message.FindCoordinatorRequest;
import naru.protocol.message.FindCoordinatorResponse;
import naru.protocol.message.MetadataRequest;
import naru.protocol.message.MetadataRequest.MetadataRequestTopic;
import naru.protocol.message.MetadataResponse;
import naru.protocol.message.MetadataResponse.MetadataResponsePartition;
import naru.protocol.message.ProduceRequest;
import naru.protocol.message.ProduceRequest.PartitionProduceData;
import naru.protocol.message.ProduceRequest.TopicProduceData;

/**
 * As {@link Rehearsal}, for a node of a cluster: three of them in this process, each of which ends once and comes back under way.
 * What a cluster does when a node fails it does seldom, and then it should not have to load and compile it first.
 */
final class ClusterRehearsal {

    private static final int NODES = 3;
    private static final String TOPIC = "rehearsal";
    private static final int PARTITIONS = 200;
    private static final int ROUNDS = 20;
    private static final int PIPELINED = 16;
    private static final int VALUE_BYTES = 1_000;
    private static final int COMMITS = 300;
    private static final long PATIENCE_S = 60;

    private final List<NewCluster.Node> nodes;
    private final ConcurrentSkipListMap<Integer, FileDisk> disks = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Integer, Server> servers = new ConcurrentSkipListMap<>();

    private ClusterRehearsal(List<NewCluster.Node> nodes) {
        this.nodes = nodes;
    }

    /** @param folder which is empty, and is not used again */
    static void play(String folder) throws IOException, InterruptedException {
        var rehearsal = new ClusterRehearsal(NewCluster.of(NODES, id -> folder + "/node-" + id));
        for (var node : rehearsal.nodes) {
            node.format(new FileDisk());
        }
        rehearsal.start(rehearsal.nodes);
        rehearsal.create();
        rehearsal.work(rehearsal.nodes.getFirst());
        for (var node : rehearsal.nodes) {
            var witness = rehearsal.nodes.get(node.id() % NODES);
            rehearsal.servers.remove(node.id()).abandon();
            rehearsal.disks.remove(node.id()).unlockAll();
            rehearsal.await(witness, state -> state.leaderId() >= 0 && state.leaderId() != node.id());
            rehearsal.work(witness);
            rehearsal.start(List.of(node));
            rehearsal.await(witness, state -> state.isrNodes().size() == NODES);
        }
    }

    /** All at once: none serves before most are there. */
    private void start(List<NewCluster.Node> some) throws InterruptedException, IOException {
        var failure = new AtomicReference<Exception>();
        var threads = new ArrayList<Thread>();
        for (var node : some) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    var disk = new FileDisk();
                    disks.put(node.id(), disk);
                    var world = new Server.World(disk, UnaryOperator.identity(), (_, why) -> why.printStackTrace());
                    servers.put(node.id(), Server.start(BrokerSettings.parse(node.settings()), world));
                } catch (IOException | InterruptedException | Server.Refused why) {
                    failure.set(why);
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new IOException(failure.get());
        }
    }

    private static PlainClient client(NewCluster.Node node) throws IOException {
        return new PlainClient(new InetSocketAddress("127.0.0.1", node.port()));
    }

    private void create() throws IOException {
        try (var client = client(nodes.getFirst())) {
            client.ask(ApiKey.CREATE_TOPICS, 7, CreateTopicsRequest.builder()
                    .topics(List.of(new CreatableTopic(TOPIC, PARTITIONS, (short) NODES, List.of(),
                            List.of(new CreatableTopicConfig("min.insync.replicas", "2")))))
                    .timeoutMs(30_000).build(), CreateTopicsResponse.class);
        }
        await(nodes.getFirst(), state -> state.leaderId() >= 0);
    }

    private List<MetadataResponsePartition> states(PlainClient client) throws IOException {
        var answer = client.ask(ApiKey.METADATA, 12, MetadataRequest.builder()
                .topics(List.of(MetadataRequestTopic.builder().name(TOPIC).build())).build(), MetadataResponse.class);
        return answer.topics().getFirst().partitions();
    }

    private interface State {
        boolean holds(MetadataResponsePartition partition);
    }

    /** Until it holds for every partition, as this node sees it. */
    private void await(NewCluster.Node witness, State state) throws IOException {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        try (var client = client(witness)) {
            while (true) {
                var states = states(client);
                if (states.size() == PARTITIONS && states.stream().allMatch(state::holds)) {
                    return;
                }
                if (System.nanoTime() > untilNs) {
                    throw new IOException("a cluster that rehearses does not come to rest");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }

    /** Records to every partition, and a group at its coordinator. */
    private void work(NewCluster.Node witness) throws IOException {
        List<MetadataResponsePartition> states;
        int coordinator;
        try (var client = client(witness)) {
            states = states(client);
            coordinator = client.ask(ApiKey.FIND_COORDINATOR, 4, FindCoordinatorRequest.builder()
                    .coordinatorKeys(List.of(Rehearsal.GROUP)).build(), FindCoordinatorResponse.class).coordinators().getFirst().nodeId();
        }
        for (var node : nodes) {
            if (servers.containsKey(node.id())) {
                try (var client = client(node)) {
                    produce(client, states.stream().filter(one -> one.leaderId() == node.id()).toList());
                    if (node.id() == coordinator) {
                        Rehearsal.group(client, COMMITS);
                    }
                }
            }
        }
    }

    private static void produce(PlainClient client, List<MetadataResponsePartition> led) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            for (int from = 0; from < led.size(); from += PIPELINED) {
                var some = led.subList(from, Math.min(led.size(), from + PIPELINED));
                for (var one : some) {
                    client.send(ApiKey.PRODUCE, 12, request(one.partitionIndex()));
                }
                for (int i = 0; i < some.size(); i++) {
                    client.receive();
                }
            }
        }
    }

    private static ProduceRequest request(int partition) {
        var batch = new BatchBuilder().add(System.currentTimeMillis(), null, ByteBuffer.wrap(new byte[VALUE_BYTES])).build();
        return ProduceRequest.builder().acks((short) -1).timeoutMs(30_000)
                .topicData(List.of(TopicProduceData.builder().name(TOPIC)
                        .partitionData(List.of(new PartitionProduceData(partition, new Records.InMemory(batch)))).build()))
                .build();
    }
}
