package naru.simulation;

import static naru.base.Invariant.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import naru.base.Clock;
import naru.base.DiskFailure;
import naru.base.LaneProgram;
import naru.base.Lanes;

/**
 * The lanes of one simulated process: several of them, one thread, turns in the order that time and dice give.
 * Blocking work takes as long as the disk says; its outcome arrives as an input, unless the process died meanwhile.
 */
public final class SimulatedLanes implements Lanes {

    private static final int INPUTS_PER_TURN_MAX = 64;

    private final class Lane {
        private final int index;
        private final Deque<Runnable> inbox = new ArrayDeque<>();
        private final List<SimulatedLink> toFlush = new ArrayList<>();
        private final List<Runnable> afterTurn = new ArrayList<>();
        private LaneProgram program;
        private boolean turnPlanned;
        private long timerAtNs = Long.MAX_VALUE;

        private Lane(int index) {
            this.index = index;
        }
    }

    /** Blocking work of one folder and kind, in the order asked. */
    private static final class Workers {
        private final Deque<Runnable> waiting = new ArrayDeque<>();
        private int busy;
    }

    private final Timeline timeline;
    private final Clock clock;
    private final SimulatedRandomness dice;
    private final SimulatedDisk disk;
    /** What would have happened in a process that is stopped. */
    private final Deque<Runnable> frozen = new ArrayDeque<>();
    private final List<Lane> lanes = new ArrayList<>();
    private final Map<String, Workers> workers = new TreeMap<>();
    private final Consumer<DiskFailure> whenBroken;
    private boolean dead;
    private boolean stopped;
    private int current;

    /** Lanes of a process that knows how to deal with every failure of its disk. */
    public SimulatedLanes(int count, Timeline timeline, SimulatedRandomness dice, SimulatedDisk disk) {
        this(count, timeline, dice, disk, failure -> {
            throw failure;
        });
    }

    /** @param whenBroken hears of the failure that a turn did not deal with; a real process ends then */
    public SimulatedLanes(
            int count, Timeline timeline, SimulatedRandomness dice, SimulatedDisk disk, Consumer<DiskFailure> whenBroken) {
        this(count, timeline, new SimulatedClock(timeline), dice, disk, whenBroken);
    }

    /** @param clock by which the programs tell when they want to be called */
    SimulatedLanes(
            int count, Timeline timeline, Clock clock, SimulatedRandomness dice, SimulatedDisk disk,
            Consumer<DiskFailure> whenBroken) {
        this.whenBroken = whenBroken;
        this.timeline = timeline;
        this.clock = clock;
        this.dice = dice;
        this.disk = disk;
        for (int i = 0; i < count; i++) {
            lanes.add(new Lane(i));
        }
    }

    /** Gives a lane its program, which starts in the lane's first turn. */
    public void run(int lane, LaneProgram program) {
        lanes.get(lane).program = program;
        hear(lane, program::onStart);
    }

    /** The process is gone: no turn runs any more, no work comes back. */
    public void kill() {
        dead = true;
    }

    public boolean isDead() {
        return dead;
    }

    /** SIGSTOP: nothing of it moves, and what arrives waits in the kernel. */
    void stop() {
        stopped = true;
    }

    /** SIGCONT: all that should have happened meanwhile happens now, in its order. */
    void goOn() {
        stopped = false;
        while (!stopped && !frozen.isEmpty()) {
            var next = frozen.removeFirst();
            if (!dead) {
                next.run();
            }
        }
    }

    boolean isStopped() {
        return stopped;
    }

    private void later(long delayNs, Runnable what) {
        timeline.after(delayNs, () -> {
            if (stopped) {
                frozen.addLast(what);
            } else if (!dead) {
                what.run();
            }
        });
    }

    LaneProgram program(int lane) {
        return lanes.get(lane).program;
    }

    @Override
    public int count() {
        return lanes.size();
    }

    @Override
    public int current() {
        return current;
    }

    @Override
    public void post(int lane, Runnable task) {
        hear(lane, task);
    }

    /** An input from wherever: a frame, a post, finished work. */
    void hear(int lane, Runnable input) {
        var to = lanes.get(lane);
        to.inbox.addLast(input);
        planTurn(to);
    }

    private void planTurn(Lane lane) {
        if (!lane.turnPlanned && !dead) {
            lane.turnPlanned = true;
            later(dice.between(1_000, 50_000), () -> turn(lane));
        }
    }

    private void turn(Lane lane) {
        if (dead || lane.program == null) {
            return;
        }
        try {
            live(lane);
        } catch (DiskFailure failure) {
            whenBroken.accept(failure);
        }
    }

    private void live(Lane lane) {
        lane.turnPlanned = false;
        current = lane.index;
        int inputs = Math.min(lane.inbox.size(), 1 + dice.nextInt(INPUTS_PER_TURN_MAX));
        for (int i = 0; i < inputs && !dead; i++) {
            lane.inbox.removeFirst().run();
        }
        if (!dead && lane.program.nextDeadlineNs() <= clock.nowNs()) {
            lane.program.onTime();
        }
        if (dead) {
            return;
        }
        lane.program.endTurn();
        for (var link : List.copyOf(lane.toFlush)) {
            link.flush();
        }
        lane.toFlush.clear();
        lane.afterTurn.forEach(Runnable::run);
        lane.afterTurn.clear();
        if (!lane.inbox.isEmpty()) {
            planTurn(lane);
        }
        planTimer(lane);
    }

    private void planTimer(Lane lane) {
        long wantedNs = lane.program.nextDeadlineNs();
        if (wantedNs == Long.MAX_VALUE || wantedNs >= lane.timerAtNs) {
            return;
        }
        lane.timerAtNs = wantedNs;
        later(Math.max(1_000, wantedNs - clock.nowNs()), () -> {
            if (lane.timerAtNs == wantedNs) {
                lane.timerAtNs = Long.MAX_VALUE;
                planTurn(lane);
            }
        });
    }

    /** Once the turn is over, its frames belong to the network again. */
    void afterTurn(int lane, Runnable what) {
        lanes.get(lane).afterTurn.add(what);
    }

    void flushAtEndOfTurn(int lane, SimulatedLink link) {
        var touched = lanes.get(lane).toFlush;
        if (!touched.contains(link)) {
            touched.add(link);
        }
    }

    @Override
    public <T> void offLane(String folder, Work kind, Callable<T> work, Consumer<Outcome<T>> whenDone) {
        int asker = current;
        var crew = workers.computeIfAbsent(folder + ":" + kind, key -> new Workers());
        crew.waiting.addLast(() -> begin(work, outcome -> {
            crew.busy--;
            startNext(kind, crew);
            hear(asker, () -> whenDone.accept(outcome));
        }));
        startNext(kind, crew);
    }

    private void startNext(Work kind, Workers crew) {
        int together = kind == Work.SYNC ? 1 : 3;
        while (crew.busy < together && !crew.waiting.isEmpty()) {
            crew.busy++;
            var next = crew.waiting.removeFirst();
            later(dice.between(1_000, 40_000), next);
        }
    }

    /** The work is done at its beginning, but what it synced counts only at its end, as with a slow medium. */
    private <T> void begin(Callable<T> work, Consumer<Outcome<T>> whenDone) {
        disk.beginWork();
        Outcome<T> outcome;
        try {
            outcome = new Outcome.Done<>(work.call());
        } catch (Exception failed) {
            outcome = new Outcome.Failed<>(failed);
        }
        long costNs = disk.costNs();
        var effects = disk.finishWork();
        var reported = outcome;
        check(effects != null, "blocking work does not nest");
        int steps = effects.size();
        for (int i = 0; i < steps; i++) {
            var effect = effects.get(i);
            later(costNs * (i + 1) / (steps + 1), effect);
        }
        later(costNs + 1_000, () -> whenDone.accept(reported));
    }
}
