package naru.clusters;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BooleanSupplier;
import naru.base.Uuid;
import naru.protocol.Message;
import naru.protocol.Reader;
import naru.protocol.Writer;
import naru.protocol.message.ApiKey;
import naru.protocol.message.RequestHeader;
import naru.protocol.message.ResponseHeader;
import naru.protocol.message.ShareFetchRequest;
import naru.protocol.message.ShareFetchRequest.AcknowledgementBatch;
import naru.protocol.message.ShareFetchRequest.FetchPartition;
import naru.protocol.message.ShareFetchRequest.FetchTopic;
import naru.protocol.message.ShareFetchResponse;
import naru.protocol.message.ShareGroupHeartbeatRequest;
import naru.protocol.message.ShareGroupHeartbeatResponse;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Many consumers of one share group on one partition, each on a connection of its own: what they are given, what they
 * acknowledge, and whether anything comes twice that must not.
 */
final class ShareLoad {

    private static final int ACCEPT = 1;
    private static final long HEARTBEAT_NS = TimeUnit.SECONDS.toNanos(2);
    private static final int HELLO_TRIES = 2_000;

    private final String host;
    private final int port;
    private final String group;
    private final String topic;
    private final Uuid topicId;
    private final int records;
    /** One record in so many is never acknowledged; 0 for none. */
    private final int poisonEach;
    private final AtomicIntegerArray accepted;
    private final AtomicIntegerArray deliveries;
    final AtomicInteger acceptedCount = new AtomicInteger();
    final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    ShareLoad(String bootstrap, String group, String topic, Uuid topicId, int records, int poisonEach) {
        int colon = bootstrap.lastIndexOf(':');
        this.host = bootstrap.substring(0, colon);
        this.port = Integer.parseInt(bootstrap.substring(colon + 1));
        this.group = group;
        this.topic = topic;
        this.topicId = topicId;
        this.records = records;
        this.poisonEach = poisonEach;
        this.accepted = new AtomicIntegerArray(records);
        this.deliveries = new AtomicIntegerArray(records);
    }

    /** A topic with one partition and these records, and a group that begins with the first. */
    static Uuid given(String bootstrap, String group, String topic, int records) throws Exception {
        Uuid id;
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            var created = admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1)));
            id = Uuid.parse(created.topicId(topic).get().toString());
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.GROUP, group), List.of(
                    new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET))))
                    .all().get();
            // Nobody is in the group yet; to ask is to look for its coordinator, as consumers do before they join.
            admin.describeShareGroups(List.of(group)).all().toCompletionStage().toCompletableFuture()
                    .handle((_, _) -> true).get();
        }
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap, "linger.ms", "5", "batch.size", "4096"),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(topic, new byte[100]));
            }
        }
        return id;
    }

    boolean isPoison(long offset) {
        return poisonEach > 0 && offset % poisonEach == 0;
    }

    int deliveriesOf(int offset) {
        return deliveries.get(offset);
    }

    int wanted() {
        return poisonEach == 0 ? records : records - (records + poisonEach - 1) / poisonEach;
    }

    /** How long it took until everything was acknowledged that is to be, in nanoseconds; then for as long as {@code more} says. */
    long run(int consumers, BooleanSupplier more) throws InterruptedException {
        var ready = new CountDownLatch(consumers);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < consumers; i++) {
            int number = i;
            threads.add(Thread.ofPlatform().start(() -> consume(number, ready)));
        }
        ready.await();
        long began = System.nanoTime();
        synchronized (this) {
            while (acceptedCount.get() < wanted() && wrong.isEmpty()) {
                wait(100);
            }
        }
        long took = System.nanoTime() - began;
        synchronized (this) {
            while (more.getAsBoolean() && wrong.isEmpty()) {
                wait(100);
            }
        }
        over = true;
        for (var thread : threads) {
            thread.join();
        }
        return took;
    }

    private void consume(int number, CountDownLatch ready) {
        try (var socket = new Socket(host, port)) {
            socket.setTcpNoDelay(true);
            var wire = new Wire(socket);
            String member = Uuid.ZERO.toString().substring(0, 18) + String.format(Locale.ROOT, "%04d", number);
            int epoch = hello(wire, member);
            ready.countDown();
            ready.await();
            long beatNs = System.nanoTime() + HEARTBEAT_NS;
            List<long[]> said = List.of();
            for (int session = 0; !over; session++) {
                var acks = new ArrayList<AcknowledgementBatch>();
                said.forEach(run -> acks.add(new AcknowledgementBatch(run[0], run[1], List.of((byte) ACCEPT))));
                var answer = (ShareFetchResponse) wire.ask(ApiKey.SHARE_FETCH, 1, ShareFetchRequest.builder()
                        .groupId(group).memberId(member).shareSessionEpoch(session).maxWaitMs(200).minBytes(1)
                        .maxBytes(1 << 20).maxRecords(100).batchSize(100)
                        .topics(session > 0 && acks.isEmpty() ? List.of()
                                : List.of(new FetchTopic(topicId, List.of(new FetchPartition(0, 0, acks)))))
                        .build());
                said = hear(answer, said);
                if (System.nanoTime() > beatNs) {
                    beatNs = System.nanoTime() + HEARTBEAT_NS;
                    ShareGroupHeartbeatResponse beat = wire.ask(ApiKey.SHARE_GROUP_HEARTBEAT, 1,
                            ShareGroupHeartbeatRequest.builder().groupId(group).memberId(member).memberEpoch(epoch).build());
                    epoch = beat.errorCode() == 0 ? beat.memberEpoch() : epoch;
                }
            }
        } catch (IOException | InterruptedException | RuntimeException failure) {
            wrong.add(failure.toString());
            ready.countDown();
        }
    }

    /** Joins, and waits until there is something to read. */
    private int hello(Wire wire, String member) throws IOException, InterruptedException {
        int epoch = 0;
        ShareGroupHeartbeatResponse beat = null;
        for (int tries = 0; tries < HELLO_TRIES; tries++) {
            beat = wire.ask(ApiKey.SHARE_GROUP_HEARTBEAT, 1, ShareGroupHeartbeatRequest.builder()
                    .groupId(group).memberId(member).memberEpoch(epoch)
                    .subscribedTopicNames(epoch == 0 ? List.of(topic) : null).build());
            if (beat.errorCode() == 0) {
                epoch = beat.memberEpoch();
                if (beat.assignment() != null && !beat.assignment().topicPartitions().isEmpty()) {
                    return epoch;
                }
            } else {
                epoch = 0;
            }
            synchronized (this) {
                wait(10);
            }
        }
        throw new IOException(member + " was never given a partition: " + beat);
    }

    /** Takes in what was confirmed and what is new; the runs to acknowledge with the next request. */
    private List<long[]> hear(ShareFetchResponse answer, List<long[]> said) {
        if (answer.errorCode() != 0) {
            wrong.add("error " + answer.errorCode() + " " + answer.errorMessage());
            return List.of();
        }
        var next = new ArrayList<long[]>();
        boolean confirmed = said.isEmpty();
        for (var of : answer.responses()) {
            for (var partition : of.partitions()) {
                if (partition.errorCode() != 0) {
                    wrong.add("partition error " + partition.errorCode());
                }
                if (!said.isEmpty()) {
                    if (partition.acknowledgeErrorCode() != 0) {
                        wrong.add("acknowledge error " + partition.acknowledgeErrorCode());
                    }
                    confirmed = true;
                    said.forEach(this::confirm);
                    said = List.of();
                }
                partition.acquiredRecords().forEach(run -> take(run.firstOffset(), run.lastOffset(), next));
            }
        }
        if (!confirmed) {
            wrong.add("an acknowledgement without an answer");
        }
        return next;
    }

    private void confirm(long[] run) {
        for (long at = run[0]; at <= run[1]; at++) {
            if (accepted.incrementAndGet((int) at) != 1) {
                wrong.add("record " + at + " acknowledged twice");
            }
        }
        if (acceptedCount.addAndGet((int) (run[1] - run[0] + 1)) >= wanted()) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    private void take(long first, long last, List<long[]> next) {
        for (long at = first; at <= last; at++) {
            deliveries.incrementAndGet((int) at);
            if (accepted.get((int) at) > 0) {
                wrong.add("record " + at + " delivered after it was acknowledged");
            }
            if (isPoison(at)) {
                continue;
            }
            if (!next.isEmpty() && next.getLast()[1] == at - 1) {
                next.getLast()[1] = at;
            } else {
                next.add(new long[] {at, at});
            }
        }
    }

    /** One connection: a request, its answer. */
    private static final class Wire {
        private final Socket socket;
        private final DataInputStream in;
        private final Writer out = new Writer(4_096);
        private int correlation;

        Wire(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new DataInputStream(socket.getInputStream());
        }

        @SuppressWarnings("unchecked")
        <R extends Message> R ask(ApiKey api, int version, Message request) throws IOException {
            out.reset();
            RequestHeader.builder().requestApiKey(api.id()).requestApiVersion((short) version)
                    .correlationId(++correlation).clientId("load").build().write(out, api.requestHeaderVersion(version));
            request.write(out, version);
            var frame = out.written();
            var whole = ByteBuffer.allocate(4 + frame.remaining()).putInt(frame.remaining()).put(frame);
            socket.getOutputStream().write(whole.array());
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            var reader = new Reader(ByteBuffer.wrap(bytes));
            ResponseHeader.read(reader, api.responseHeaderVersion(version));
            return (R) api.readResponse(reader, version);
        }
    }

    /** @param arguments where the broker listens, how many consumers, how many records, how many rounds */
    public static void main(String... arguments) throws Exception {
        String bootstrap = arguments[0];
        int consumers = Integer.parseInt(arguments[1]);
        int records = Integer.parseInt(arguments[2]);
        for (int round = 1; round <= Integer.parseInt(arguments[3]); round++) {
            String name = "load-" + System.currentTimeMillis();
            var id = given(bootstrap, name, name, records);
            var load = new ShareLoad(bootstrap, name, name, id, records, 0);
            long tookNs = load.run(consumers, () -> false);
            System.out.printf(Locale.ROOT, "consumers=%d records=%d seconds=%.2f acknowledged/s=%.0f wrong=%d %s%n",
                    consumers, records, tookNs / 1e9, load.acceptedCount.get() / (tookNs / 1e9), load.wrong.size(),
                    load.wrong.isEmpty() ? "" : load.wrong.peek());
        }
        System.exit(0);
    }
}
