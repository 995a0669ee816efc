package naru.lanes;

import static naru.base.Invariant.check;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import naru.base.ClientLink;
import naru.base.LaneProgram;
import naru.base.Lanes;
import naru.base.Visit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lanes keep order, lose no wake-up, wake for deadlines, sleep otherwise, and stop the process when code is wrong. */
@Timeout(60)
class LaneGroupTest {

    /** A program without clients; counts its turns. */
    private static class Quiet implements LaneProgram {
        final AtomicInteger turns = new AtomicInteger();
        volatile long deadlineNs = Long.MAX_VALUE;
        final CountDownLatch onTime = new CountDownLatch(1);
        volatile long calledAtNs;

        @Override
        public Visit onConnect(ClientLink link) {
            throw new UnsupportedOperationException("nobody connects here");
        }

        @Override
        public void endTurn() {
            turns.incrementAndGet();
        }

        @Override
        public void onTime() {
            deadlineNs = Long.MAX_VALUE;
            calledAtNs = System.nanoTime();
            onTime.countDown();
        }

        @Override
        public long nextDeadlineNs() {
            return deadlineNs;
        }
    }

    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final CountDownLatch failed = new CountDownLatch(1);
    private final List<Quiet> programs = new ArrayList<>();
    private LaneGroup lanes;

    private void start(int count) {
        lanes = LaneGroup.of(count, (where, why) -> {
            failures.add(why);
            failed.countDown();
        });
        lanes.start((lane, random) -> {
            programs.add(new Quiet());
            return programs.getLast();
        });
    }

    @AfterEach
    void end() {
        lanes.close();
    }

    @Test
    void whatMailPostsIsForALaterTurn() throws Exception {
        start(1);
        var turns = new ConcurrentLinkedQueue<Integer>();
        var done = new CountDownLatch(1);
        lanes.post(0, () -> {
            turns.add(programs.getFirst().turns.get());
            lanes.post(0, () -> {
                turns.add(programs.getFirst().turns.get());
                done.countDown();
            });
        });
        done.await();
        assertThat(turns.poll()).isLessThan(turns.poll());
    }

    @Test
    void keepsTheOrderOfEachSender() throws Exception {
        start(1);
        int senders = 4;
        int each = 50_000;
        var last = new int[senders];
        var done = new CountDownLatch(senders);
        for (int s = 0; s < senders; s++) {
            int sender = s;
            Thread.ofPlatform().start(() -> {
                for (int i = 1; i <= each; i++) {
                    int number = i;
                    lanes.post(0, () -> {
                        check(last[sender] == number - 1, "in order");
                        last[sender] = number;
                        if (number == each) {
                            done.countDown();
                        }
                    });
                }
            });
        }
        assertThat(done.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(failures).isEmpty();
    }

    @Test
    void mailFromBeforeTheStartIsTakenThen() throws Exception {
        lanes = LaneGroup.of(1, (_, why) -> failures.add(why));
        lanes.prepare((_, _) -> new Quiet());
        var arrived = new Semaphore(0);
        lanes.post(0, arrived::release);
        lanes.post(0, arrived::release);
        lanes.start();
        assertThat(arrived.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();
        lanes.post(0, arrived::release);
        assertThat(arrived.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        assertThat(failures).isEmpty();
    }

    @Test
    void wakesForEveryPostFromOutside() throws Exception {
        start(1);
        var arrived = new Semaphore(0);
        for (int i = 0; i < 20_000; i++) {
            lanes.post(0, arrived::release);
            assertThat(arrived.tryAcquire(10, TimeUnit.SECONDS)).as("post %d", i).isTrue();
        }
    }

    @Test
    void wakesForEveryPostBetweenLanes() throws Exception {
        start(2);
        var games = new CountDownLatch(3);
        for (int game = 0; game < 3; game++) {
            lanes.post(game % 2, () -> hit(10_000, games));
        }
        assertThat(games.await(50, TimeUnit.SECONDS)).isTrue();
    }

    private void hit(int left, CountDownLatch games) {
        if (left == 0) {
            games.countDown();
            return;
        }
        lanes.post(1 - lanes.current(), () -> hit(left - 1, games));
    }

    @Test
    void aPostToItselfRunsInALaterTurn() throws Exception {
        start(1);
        var inside = new AtomicReference<Boolean>();
        var order = new ConcurrentLinkedQueue<String>();
        var done = new CountDownLatch(1);
        lanes.post(0, () -> {
            lanes.post(0, () -> {
                order.add("second");
                done.countDown();
            });
            order.add("first");
            inside.set(order.size() == 1);
        });
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(inside.get()).isTrue();
        assertThat(order).containsExactly("first", "second");
    }

    @Test
    void wakesForItsDeadlineAndTakesNoTurnsBefore() throws Exception {
        start(1);
        var program = programs.getFirst();
        var turnsBefore = new AtomicInteger();
        var deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
        lanes.post(0, () -> {
            program.deadlineNs = deadline;
            turnsBefore.set(program.turns.get());
        });
        assertThat(program.onTime.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(program.calledAtNs - deadline).isNotNegative();
        assertThat(program.turns.get() - turnsBefore.get()).isLessThan(5);
    }

    @Test
    void timeStandsStillDuringATurn() throws Exception {
        start(1);
        var times = new long[2];
        var done = new CountDownLatch(1);
        lanes.post(0, () -> {
            times[0] = lanes.clock().nowNs();
            for (int i = 0; i < 10_000 && System.nanoTime() - times[0] < 1_000_000; i++) {
                Thread.onSpinWait();
            }
            times[1] = lanes.clock().nowNs();
            done.countDown();
        });
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(times[1]).isEqualTo(times[0]);
    }

    @Test
    void blockingWorkComesBackToTheLaneThatAsked() throws Exception {
        start(2);
        var where = new AtomicInteger(-1);
        var fault = new AtomicReference<Throwable>();
        var done = new CountDownLatch(2);
        lanes.post(1, () -> {
            lanes.offLane("a", Lanes.Work.READ, () -> 42, outcome -> {
                where.set(outcome.equals(new Lanes.Outcome.Done<>(42)) ? lanes.current() : -2);
                done.countDown();
            });
            lanes.offLane("a", Lanes.Work.CHORE, () -> {
                throw new java.io.IOException("the disk is gone");
            }, outcome -> {
                if (outcome instanceof Lanes.Outcome.Failed<?>(var why)) {
                    fault.set(why);
                }
                done.countDown();
            });
        });
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(where.get()).isEqualTo(1);
        assertThat(fault.get()).hasMessage("the disk is gone");
        assertThat(failures).isEmpty();
    }

    @Test
    void syncsOfOneFolderGoOneByOneAndThoseOfTwoTogether() throws Exception {
        start(1);
        var under = new AtomicInteger();
        var order = new ConcurrentLinkedQueue<Integer>();
        var both = new CyclicBarrier(2);
        var done = new CountDownLatch(102);
        lanes.post(0, () -> {
            for (int i = 0; i < 100; i++) {
                int number = i;
                lanes.offLane("a", Lanes.Work.SYNC, () -> {
                    check(under.incrementAndGet() == 1, "one at a time");
                    order.add(number);
                    return under.decrementAndGet();
                }, _ -> done.countDown());
            }
            for (var folder : List.of("b", "c")) {
                lanes.offLane(folder, Lanes.Work.SYNC, () -> both.await(10, TimeUnit.SECONDS), _ -> done.countDown());
            }
        });
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(List.copyOf(order)).isSorted().hasSize(100);
        assertThat(failures).isEmpty();
    }

    @Test
    void aBrokenInvariantEndsTheLaneAndIsReported() throws Exception {
        start(1);
        lanes.post(0, () -> check(false, "the sky is up"));
        assertThat(failed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(failures.peek()).hasMessageContaining("the sky is up");
    }

    /** As the journal does: when one sync is done the next begins, also while everything stops. */
    @Test
    void aLaneThatAsksForMoreWorkDuringTheStopIsNoFault() throws Exception {
        start(1);
        var rounds = new CountDownLatch(100);
        lanes.post(0, () -> syncAgain(rounds));
        rounds.await();
        lanes.close();
        assertThat(failures).isEmpty();
    }

    private void syncAgain(CountDownLatch rounds) {
        rounds.countDown();
        lanes.offLane("folder", Lanes.Work.SYNC, () -> null, _ -> syncAgain(rounds));
    }
}
