package naru.coordination.shares;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import naru.protocol.ErrorCode;
import org.junit.jupiter.api.Test;

/**
 * Random consumers, locks that end, writes that fail and leaders that are lost, beside a model that knows nothing but
 * one line about each record.
 */
class SharePartitionPropertyTest {

    private static final int SEEDS = Integer.getInteger("naru.runs", 100);
    private static final int STEPS = 300;
    private static final int RECORDS = 120;
    private static final int LOCK_MS = 50;
    private static final int DELIVERIES_MAX = 4;
    private static final String[] MEMBERS = {"a", "b", "c"};

    /** What the model knows about one record. */
    private static final class Fate {
        private String holder;
        private long lockedUntilMs;
        private int deliveries;
        private boolean over;
        /** A consumer was told that it is over. */
        private boolean promised;
        /** Written away, and nobody knows yet whether it worked. */
        private boolean undecided;
    }

    private final class Run {
        private final Random random;
        private final InMemoryKeeper keeper = new InMemoryKeeper(0);
        private final Fate[] fates = new Fate[RECORDS];
        private final List<LogBatch> log = new ArrayList<>();
        private final ShareRules rules = new ShareRules(LOCK_MS, DELIVERIES_MAX, 30, true);
        private SharePartition partition;
        private long nowMs;
        private int life;

        private Run(long seed) {
            random = new Random(seed);
            long at = 0;
            while (at < RECORDS) {
                long end = Math.min(RECORDS, at + 1 + random.nextInt(9));
                log.add(new LogBatch(at, end, random.nextInt(12) > 0));
                at = end + (random.nextInt(10) == 0 ? 2 : 0);
            }
            for (int i = 0; i < RECORDS; i++) {
                fates[i] = new Fate();
            }
            begin();
        }

        private void begin() {
            partition = new SharePartition(() -> rules, keeper, () -> { });
            partition.load(keeper.kept(), 0);
        }

        private void step() {
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> acquire();
                case 4, 5, 6 -> acknowledge();
                case 7 -> pass(random.nextInt(LOCK_MS));
                case 8 -> answer();
                default -> {
                    if (random.nextInt(20) == 0) {
                        crash();
                    } else {
                        release(MEMBERS[random.nextInt(MEMBERS.length)]);
                    }
                }
            }
        }

        private void acquire() {
            String member = MEMBERS[random.nextInt(MEMBERS.length)];
            long from = partition.nextOffset();
            if (!partition.hasRoom()) {
                return;
            }
            var batches = log.stream().filter(batch -> batch.end() > from).limit(1 + random.nextInt(6)).toList();
            var wish = new Wish(member, 1 + random.nextInt(12), 5, random.nextBoolean());
            var taken = partition.acquire(wish, batches, nowMs);
            assertThat(!wish.exactly() || taken.count() <= wish.recordsMax()).isTrue();
            for (var run : taken.runs()) {
                for (long at = run.first(); at < run.end(); at++) {
                    var fate = fates[(int) at];
                    assertThat(fate.over || fate.undecided || fate.holder != null).as("record %d is free", at).isFalse();
                    fate.holder = member;
                    fate.lockedUntilMs = nowMs + LOCK_MS;
                    fate.deliveries++;
                    assertThat(run.deliveries()).as("deliveries of %d", at).isEqualTo(fate.deliveries);
                    assertThat(fate.deliveries).isLessThanOrEqualTo(DELIVERIES_MAX);
                }
            }
        }

        private void acknowledge() {
            String member = MEMBERS[random.nextInt(MEMBERS.length)];
            long first = random.nextInt(RECORDS);
            if (random.nextInt(4) > 0) {
                for (int i = 0; i < RECORDS && !member.equals(fates[(int) first].holder); i++) {
                    first = (first + 1) % RECORDS;
                }
            }
            long last = Math.min(RECORDS - 1L, first + random.nextInt(6));
            var types = new ArrayList<Byte>();
            for (long at = first; at <= (random.nextBoolean() ? last : first); at++) {
                types.add((byte) random.nextInt(5));
            }
            if (types.size() != 1 && types.size() != last - first + 1) {
                types = new ArrayList<>(types.subList(0, 1));
            }
            boolean admitted = true;
            for (long at = Math.max(first, partition.start()); at <= last; at++) {
                admitted &= member.equals(fates[(int) at].holder) && !fates[(int) at].undecided;
            }
            tell(member, new Acknowledgement(first, last, types), admitted);
        }

        private void tell(String member, Acknowledgement said, boolean admitted) {
            long from = Math.max(said.first(), partition.start());
            if (admitted) {
                for (long at = from; at <= said.last(); at++) {
                    var fate = fates[(int) at];
                    if (said.typeAt(at) == Acknowledgement.RENEW) {
                        fate.lockedUntilMs = nowMs + LOCK_MS;
                    } else {
                        fate.undecided = true;
                    }
                }
            }
            int saidIn = life;
            partition.acknowledge(member, List.of(said), nowMs, told -> {
                var error = told.error();
                if (!admitted) {
                    assertThat(error).isIn(ErrorCode.INVALID_RECORD_STATE, ErrorCode.INVALID_REQUEST);
                    return;
                }
                assertThat(error).isIn(ErrorCode.NONE, ErrorCode.COORDINATOR_NOT_AVAILABLE);
                assertThat(saidIn).isEqualTo(life);
                for (long at = from; at <= said.last(); at++) {
                    settle(fates[(int) at], said.typeAt(at), error);
                }
            });
        }

        private void settle(Fate fate, byte type, ErrorCode error) {
            if (type == Acknowledgement.RENEW) {
                return;
            }
            fate.undecided = false;
            if (error == ErrorCode.NONE) {
                fate.holder = null;
                fate.over = type != Acknowledgement.RELEASE || fate.deliveries >= DELIVERIES_MAX;
                fate.promised = fate.over;
            }
        }

        private void release(String member) {
            var held = new ArrayList<Fate>();
            for (var fate : fates) {
                if (member.equals(fate.holder) && !fate.undecided) {
                    fate.undecided = true;
                    held.add(fate);
                }
            }
            partition.release(member, error -> held.forEach(fate -> settle(fate, Acknowledgement.RELEASE, error)));
        }

        private void pass(long ms) {
            nowMs += ms;
            for (var fate : fates) {
                if (fate.holder != null && !fate.undecided && fate.lockedUntilMs <= nowMs) {
                    fate.holder = null;
                    fate.over = fate.deliveries >= DELIVERIES_MAX;
                }
            }
            partition.onTime(nowMs);
            assertThat(partition.nextDeadlineMs()).isGreaterThan(nowMs);
        }

        /** A lock that ended is written without waiting; when that fails nothing is lost but the count. */
        private void answer() {
            if (keeper.waiting() > 0) {
                keeper.answer(random.nextInt(4) == 0 ? ErrorCode.COORDINATOR_NOT_AVAILABLE : ErrorCode.NONE);
                pass(0);
            }
        }

        /** Whoever leads next knows what was written; a consumer that was told so must find it over. */
        private void crash() {
            life++;
            keeper.forgetUnwritten();
            begin();
            var kept = keeper.kept();
            for (int at = 0; at < RECORDS; at++) {
                var fate = fates[at];
                var known = find(kept, at);
                boolean nowOver = at < kept.start() || known != null && RecordState.of(known.state()).isFinal();
                assertThat(nowOver || !fate.promised).as("record %d is over, as was promised", at).isTrue();
                fate.holder = null;
                fate.undecided = false;
                // An archived record may come back when its archiving was not written; an acknowledged one may not.
                fate.over = nowOver;
                fate.deliveries = known == null ? 0 : known.deliveries();
            }
        }

        private StateBatch find(StateKeeper.Kept kept, long at) {
            return kept.batches().stream().filter(one -> one.first() <= at && at < one.end()).findFirst().orElse(null);
        }

        /** In the end, everything that can be read was acknowledged or delivered as often as may be. */
        private void drain() {
            keeper.commitAll();
            for (int i = 0; partition.start() < RECORDS; i++) {
                assertThat(i).as("delivery comes to an end").isLessThan(50 * RECORDS);
                pass(LOCK_MS);
                acquire();
                keeper.commitAll();
                if (partition.end() >= log.getLast().end() && partition.start() >= log.getLast().end()) {
                    break;
                }
            }
            assertThat(partition.runs()).isZero();
        }
    }

    @Test
    void whateverConsumersDoEachRecordIsOverOnce() {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                var run = new Run(seed);
                for (int i = 0; i < STEPS; i++) {
                    run.step();
                }
                run.drain();
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }
}
