package naru.coordination.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import naru.base.TopicPartition;
import naru.protocol.ErrorCode;
import naru.protocol.message.EndTxnRequest;
import naru.protocol.message.EndTxnResponse;
import naru.protocol.message.InitProducerIdRequest;
import naru.protocol.message.InitProducerIdResponse;
import org.junit.jupiter.api.Test;

/**
 * Random producers of both generations, whose requests and answers get lost, stuck and doubled, before a coordinator that dies
 * again and again. The model knows no protocol: only which records a producer wrote in which transaction, and what it
 * was told of its end. Every transaction must be whole, and as its producer was told.
 */
class TransactionModelTest {

    private static final int RUNS = Integer.getInteger("naru.runs", 150);
    private static final int STEPS = 500;
    private static final List<String> IDS = List.of("one", "two");
    private static final int PARTITIONS = 3;

    /** A record's transaction, and where it stands in it. */
    private record Written(int transaction, int number) {}

    /** What a log knows of producers, as simply as it can be said. */
    private static final class Log {
        final List<Written> committed = new ArrayList<>();
        final List<Written> aborted = new ArrayList<>();
        final Map<Long, List<Written>> open = new HashMap<>();
        final Map<Long, Short> epochs = new HashMap<>();
        final Map<Long, Integer> markers = new HashMap<>();

        boolean isOpen(Claim claim) {
            return open.containsKey(claim.producerId()) && epochs.get(claim.producerId()) == claim.producerEpoch();
        }

        boolean append(Claim claim, Written record, boolean verified) {
            if (claim.producerEpoch() < epochs.getOrDefault(claim.producerId(), (short) -1) || !isOpen(claim) && !verified) {
                return false;
            }
            epochs.put(claim.producerId(), claim.producerEpoch());
            var all = open.computeIfAbsent(claim.producerId(), _ -> new ArrayList<>());
            if (!all.contains(record)) {
                all.add(record);
            }
            return true;
        }

        void mark(Markers.Verdict verdict) {
            if (verdict.producerEpoch() < epochs.getOrDefault(verdict.producerId(), (short) -1)) {
                return;
            }
            epochs.put(verdict.producerId(), verdict.producerEpoch());
            markers.merge(verdict.producerId(), 1, Integer::sum);
            var ended = open.remove(verdict.producerId());
            if (ended != null) {
                (verdict.commit() ? committed : aborted).addAll(ended);
            }
        }
    }

    private interface Reply {
        /** @param given what the producer is from now on; null when that did not change */
        void hear(ErrorCode error, Claim given);
    }

    private enum Asks { INIT, ADD, WRITE, END, NOTHING }

    private final class Producer {
        final String id;
        final boolean young = random.nextBoolean();
        Channel channel = story.connection();
        Claim claim;
        int transaction = -1;
        int records;
        boolean commits;
        int partition;
        Asks asks = Asks.INIT;
        int question;

        Producer(String id) {
            this.id = id;
        }

        void step() {
            if (asks == Asks.NOTHING) {
                plan();
                return;
            }
            int asked = ++question;
            boolean stuck = random.nextInt(12) == 0;
            boolean unheard = stuck || random.nextInt(12) == 0;
            var on = channel;
            var as = claim;
            var what = asks;
            var said = new Written(transaction, records);
            int where = partition;
            boolean verdict = commits;
            Runnable delivery = () -> send(what, as, on, where, said, verdict, (error, given) -> {
                if (!unheard && asked == question) {
                    claim = given == null ? claim : given;
                    hear(error);
                }
            });
            if (stuck) {
                // A write of generation one that comes late is what this generation cannot tell.
                if (young || what != Asks.WRITE) {
                    late.add(delivery);
                }
            } else {
                delivery.run();
            }
            if (unheard) {
                channel = story.connection();
            }
        }

        private void plan() {
            partition = random.nextInt(PARTITIONS);
            if (transaction < 0) {
                transaction = transactions++;
                records = 0;
                commits = random.nextBoolean();
                asks = young ? Asks.WRITE : Asks.ADD;
            } else if (random.nextInt(3) == 0) {
                asks = Asks.END;
            } else {
                records++;
                asks = young ? Asks.WRITE : Asks.ADD;
            }
        }

        private void hear(ErrorCode error) {
            switch (error) {
                case NONE -> {
                    switch (asks) {
                        case INIT, WRITE -> asks = Asks.NOTHING;
                        case ADD -> asks = Asks.WRITE;
                        case END -> {
                            told.put(transaction, commits);
                            transaction = -1;
                            asks = Asks.NOTHING;
                        }
                        case NOTHING -> throw new AssertionError("an answer to nothing");
                    }
                }
                case CONCURRENT_TRANSACTIONS, NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE, COORDINATOR_LOAD_IN_PROGRESS -> { }
                default -> die();
            }
        }

        private void die() {
            producers.remove(this);
            producers.add(new Producer(id));
        }

        private void send(Asks what, Claim as, Channel on, int where, Written said, boolean verdict, Reply reply) {
            switch (what) {
                case INIT -> story.shard.initProducerId(InitProducerIdRequest.builder().transactionalId(id)
                        .transactionTimeoutMs(60_000).build(), 5, (InitProducerIdResponse answer) -> reply.hear(
                                ErrorCode.of(answer.errorCode()), answer.errorCode() != 0 ? null
                                        : new Claim(id, answer.producerId(), answer.producerEpoch())));
                case ADD -> story.shard.addPartitions(as, only(where), on, error -> reply.hear(error, null));
                case WRITE -> write(as, where, said, error -> reply.hear(error, null));
                case END -> story.shard.endTxn(new EndTxnRequest(id, as.producerId(), as.producerEpoch(), verdict),
                        young ? 5 : 4, on, (EndTxnResponse answer) -> reply.hear(
                                ErrorCode.of(answer.errorCode()), answer.errorCode() != 0 || !young ? null
                                        : new Claim(id, answer.producerId(), answer.producerEpoch())));
                case NOTHING -> throw new AssertionError("nothing to say");
            }
        }

        private void write(Claim as, int where, Written said, Consumer<ErrorCode> reply) {
            var log = logs.get(where);
            if (log.isOpen(as)) {
                reply.accept(log.append(as, said, false) ? ErrorCode.NONE : ErrorCode.INVALID_PRODUCER_EPOCH);
                return;
            }
            int pass = log.markers.getOrDefault(as.producerId(), 0);
            Consumer<ErrorCode> then = error -> {
                boolean valid = pass == log.markers.getOrDefault(as.producerId(), 0);
                reply.accept(error != ErrorCode.NONE ? error
                        : log.append(as, said, valid) ? ErrorCode.NONE : ErrorCode.INVALID_TXN_STATE);
            };
            if (young) {
                story.shard.addPartitions(as, only(where), null, then);
            } else {
                story.shard.verifyPartitions(as, only(where), all -> then.accept(all.get(partition(where))));
            }
        }
    }

    private Random random;
    private TransactionStory story;
    private final List<Producer> producers = new ArrayList<>();
    private final List<Runnable> late = new ArrayList<>();
    private final Map<Integer, Log> logs = new HashMap<>();
    private final Map<Integer, Boolean> told = new LinkedHashMap<>();
    private int transactions;
    private int marked;

    private static TopicPartition partition(int number) {
        return new TopicPartition("t", number);
    }

    private static TreeSet<TopicPartition> only(int number) {
        return new TreeSet<>(Set.of(partition(number)));
    }

    @Test
    void everyTransactionIsWholeAndAsItsProducerWasTold() {
        long first = System.nanoTime();
        for (int run = 0; run < RUNS; run++) {
            long seed = Long.getLong("naru.seed", first + run);
            try {
                live(seed);
            } catch (AssertionError | RuntimeException fault) {
                throw new AssertionError("with -Dnaru.seed=" + seed, fault);
            }
        }
    }

    private void live(long seed) {
        random = new Random(seed);
        story = new TransactionStory();
        story.prompt = false;
        producers.clear();
        late.clear();
        logs.clear();
        told.clear();
        marked = 0;
        for (int i = 0; i < PARTITIONS; i++) {
            logs.put(i, new Log());
        }
        IDS.forEach(id -> producers.add(new Producer(id)));
        for (int step = 0; step < STEPS; step++) {
            happen();
        }
        late.forEach(Runnable::run);
        late.clear();
        for (int i = 0; i < 20; i++) {
            workOff();
            story.pass(10_000);
        }
        judge();
    }

    private void happen() {
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5, 6 -> producers.get(random.nextInt(producers.size())).step();
            case 7, 8, 9, 10, 11 -> story.commitOne();
            case 12, 13, 14 -> story.markOne();
            case 15 -> {
                if (!late.isEmpty()) {
                    late.remove(random.nextInt(late.size())).run();
                }
            }
            case 16 -> story.pass(random.nextInt(50) == 0 ? 61_000 : random.nextInt(30));
            case 17 -> {
                if (random.nextInt(4) == 0) {
                    story.failOne(ErrorCode.NOT_ENOUGH_REPLICAS);
                }
            }
            case 18 -> {
                if (random.nextInt(8) == 0) {
                    story.compact(random.nextInt(story.written.size() + 1));
                    story.restart(random.nextBoolean());
                    late.clear(); // a connection does not outlive the broker
                }
            }
            default -> {
                if (random.nextInt(10) == 0) {
                    var one = producers.get(random.nextInt(producers.size()));
                    one.die();
                }
            }
        }
        hearMarks();
    }

    private void workOff() {
        boolean more = true;
        while (more) {
            more = story.commitOne() | story.markOne();
            hearMarks();
        }
    }

    private void hearMarks() {
        for (; marked < story.marked.size(); marked++) {
            var one = story.marked.get(marked);
            logs.get(one.partition().partition()).mark(one.verdict());
        }
    }

    private void judge() {
        var kept = new HashSet<Integer>();
        var dropped = new HashSet<Integer>();
        for (var log : logs.values()) {
            assertThat(log.open).as("transactions nobody ends").isEmpty();
            log.committed.forEach(one -> kept.add(one.transaction()));
            log.aborted.forEach(one -> dropped.add(one.transaction()));
        }
        assertThat(kept).as("torn").doesNotContainAnyElementsOf(dropped);
        told.forEach((transaction, committed) ->
                assertThat(committed ? dropped : kept).as(committed ? "lost" : "aborted read").doesNotContain(transaction));
    }
}
