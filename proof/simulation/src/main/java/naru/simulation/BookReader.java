package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;
import naru.protocol.batch.Record;
import naru.protocol.message.ApiKey;
import naru.protocol.message.FetchRequest;
import naru.protocol.message.FetchResponse;

/**
 * Reads accounts from the beginning to the end, as somebody who wants to know where each of them stands; has the books settled, and
 * begins again, while rounds of compaction exchange what it reads.
 */
final class BookReader {

    /** Tombstones stay at least so long beside what they replace; the rest is what a round may take from plan to exchange. */
    private static final long IN_TIME_MS = Accounts.DELETE_RETENTION_MS - 1_500;

    private final String name;
    private final World world;
    private final Books books;
    private final List<TopicPartition> partitions;
    private final int bytesMax;
    private final int version;
    private final Errands errands;
    private final SimulatedRandomness dice;
    private final CommittedBatches batches = new CommittedBatches();
    private final Map<TopicPartition, Long> positions = new TreeMap<>();
    private final Map<String, Books.Entry> last = new HashMap<>();
    private final Set<TopicPartition> done = new HashSet<>();
    private boolean stopped;
    private long beganNs;
    private long ahead;
    private int rounds;
    private int seen;
    private int seenInRound;

    /** @param bytesMax of one partition in one answer: how fast it reads */
    BookReader(String name, World world, Books books, List<TopicPartition> partitions, int bytesMax) {
        this.name = name;
        this.world = world;
        this.books = books;
        this.partitions = partitions;
        this.bytesMax = bytesMax;
        this.dice = world.dice().fork(name);
        this.version = 4 + dice.nextInt(9);
        this.errands = new Errands(name, world);
    }

    void start(NewTopic topic) {
        errands.start();
        topic.create(errands, this::begin);
    }

    void stop() {
        stopped = true;
    }

    /** How often it has come to the end. */
    int rounds() {
        return rounds;
    }

    /** How many records it was shown the last time that it came to the end. */
    int seen() {
        return seen;
    }

    private void begin() {
        if (stopped) {
            return;
        }
        done.clear();
        last.clear();
        seenInRound = 0;
        partitions.forEach(partition -> positions.put(partition, 0L));
        beganNs = world.timeline().nowNs();
        ahead = world.clock().aheadMs();
        fetch();
    }

    private FetchRequest request() {
        var wanted = new ArrayList<FetchRequest.FetchPartition>();
        positions.forEach((partition, position) -> {
            if (!done.contains(partition)) {
                wanted.add(FetchRequest.FetchPartition.builder().partition(partition.partition()).currentLeaderEpoch(-1)
                        .fetchOffset(position).lastFetchedEpoch(-1).logStartOffset(-1).partitionMaxBytes(bytesMax).build());
            }
        });
        var topic = FetchRequest.FetchTopic.builder().topic(partitions.getFirst().topic()).partitions(wanted).build();
        return FetchRequest.builder().replicaId(-1).maxWaitMs((int) dice.between(1, 100)).minBytes(1).maxBytes(60_000)
                .isolationLevel(CommittedReader.READ_COMMITTED).sessionId(0).sessionEpoch(-1).topics(List.of(topic)).build();
    }

    private void fetch() {
        var askedNs = new long[1];
        errands.ask(ApiKey.FETCH, version, () -> {
            askedNs[0] = world.timeline().nowNs();
            return request();
        }, message -> {
            for (var topic : ((FetchResponse) message).responses()) {
                topic.partitions().forEach(part -> take(new TopicPartition(topic.topic(), part.partitionIndex()), part, askedNs[0]));
            }
            if (done.size() < partitions.size()) {
                errands.later(dice.onceIn(10) ? dice.between(20, 120) : 1, this::fetch);
            } else {
                rounds++;
                seen = seenInRound;
                errands.later(dice.between(10, 400), this::begin);
            }
        });
    }

    private void take(TopicPartition partition, FetchResponse.PartitionData part, long askedNs) {
        unless(part.errorCode() != ErrorCode.OFFSET_OUT_OF_RANGE.code(),
                name + " is out of range at " + partition + "@" + positions.get(partition));
        if (part.errorCode() != ErrorCode.NONE.code()) {
            return;
        }
        long position = positions.get(partition);
        var before = new long[] {position - 1};
        long next = batches.read(part, position, false, record -> {
            unless(record.offset() > before[0], partition + "@" + record.offset() + " was read after " + before[0]);
            before[0] = record.offset();
            read(partition, record);
        });
        unless(next <= part.lastStableOffset(), partition + "@" + (next - 1) + " was served, although only what is before "
                + part.lastStableOffset() + " is stable");
        positions.put(partition, next);
        if (next >= part.highWatermark()) {
            done.add(partition);
            settle(partition, askedNs);
        }
    }

    private void read(TopicPartition partition, Record record) {
        var entry = record.headers().isEmpty() ? "" : Bookkeeping.text(record.headers().getFirst().value());
        var account = Bookkeeping.text(record.key());
        last.put(account, books.read(partition, record.offset(), entry, account, record.value() == null, world.timeline().nowNs()));
        seenInRound++;
    }

    private void settle(TopicPartition partition, long askedNs) {
        boolean inTime = world.timeline().nowNs() - beganNs < IN_TIME_MS * 1_000_000 && ahead == world.clock().aheadMs();
        for (var account : books.accounts(partition)) {
            books.settle(name, account, last.get(account), askedNs, inTime);
        }
    }

    @Override
    public String toString() {
        return name + " (" + rounds + " times at the end, now at " + positions + ", " + errands + ")";
    }
}
